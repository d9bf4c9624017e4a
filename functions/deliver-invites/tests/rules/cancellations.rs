//! Cancellations: sent once to each person to whom a request with times was attempted.

use std::time::Duration;

use serde_json::json;
use spaces_local::SesFailure;
use spaces_model::MailKind;

use crate::support::{MAIL, Outcome, Service, address, invitation};
use crate::{meeting, until};

#[tokio::test]
async fn mailed_invitees_get_one_cancellation() {
    let meeting = meeting(2);
    let service = Service::with(&meeting).await;
    service.deliver_all().await;
    service.revoke(&meeting);
    for _ in 0..2 {
        service.send(MAIL, &meeting, MailKind::Cancel, 1);
        assert_eq!(service.deliver(&service.app(), MAIL).await, Outcome::Done);
    }
    for number in 0..2 {
        assert_eq!(service.mails()[&address(number)], ["REQUEST", "CANCEL"]);
    }
}

#[tokio::test]
async fn only_a_removed_invitee_gets_a_cancellation_and_is_invited_again_when_added_back() {
    let meeting = meeting(2);
    let service = Service::with(&meeting).await;
    service.deliver_all().await;
    service.take_off(&meeting, 1);
    service.send(MAIL, &meeting, MailKind::Update, 1);
    service.deliver_all().await;
    assert_eq!(service.mails()[&address(1)], ["REQUEST", "CANCEL"]);
    service.change_invitation(&meeting, "update", |item| {
        let person = json!({"M": {"email": {"S": address(1)}, "role": {"S": "member"}}});
        item["invitees"]["L"].as_array_mut().unwrap().push(person);
    });
    service.send(MAIL, &meeting, MailKind::Update, 2);
    service.deliver_all().await;
    assert_eq!(service.mails()[&address(1)], ["REQUEST", "CANCEL", "REQUEST"]);
}

#[tokio::test]
async fn a_sender_that_read_before_a_revocation_sends_nothing_after_its_message() {
    let meeting = meeting(1);
    let mut service = Service::with(&meeting).await;
    service.deliver_all().await;
    service.take_off(&meeting, 0);
    service.send(MAIL, &meeting, MailKind::Update, 1);
    service.deliver_all().await;
    service.change_invitation(&meeting, "update", |item| {
        let person = json!({"M": {"email": {"S": address(0)}, "role": {"S": "member"}}});
        item["invitees"]["L"].as_array_mut().unwrap().push(person);
    });
    // One mail a second: after the first, the sender waits for its slot with what it has read.
    service.env.set("MAILS_PER_SECOND", "1");
    let early = service.app();
    let other = invitation(3, 1);
    service.plant(&other).await;
    service.send(MAIL, &other, MailKind::Invite, 0);
    assert_eq!(service.deliver(&early, MAIL).await, Outcome::Done);
    service.send(MAIL, &meeting, MailKind::Update, 2);
    service.harness.dynamo.forget_calls();
    let mut waiting = std::pin::pin!(service.deliver(&early, MAIL));
    tokio::select! {
        outcome = &mut waiting => panic!("it did not wait: {outcome:?}"),
        () = until(|| service.harness.dynamo.calls().len() >= 3) => {}
    }
    service.revoke(&meeting);
    service.send(MAIL, &meeting, MailKind::Cancel, 3);
    assert_eq!(service.deliver(&service.app(), MAIL).await, Outcome::Done);
    assert_eq!(waiting.await, Outcome::Sleeps(2));
    service.deliver_all().await;
    // The last mail is about the other invitation.
    assert_eq!(service.mails()[&address(0)], ["REQUEST", "CANCEL", ""]);
}

#[tokio::test]
async fn a_cancellation_is_sent_after_an_update_that_was_given_up() {
    let meeting = meeting(1);
    let service = Service::with(&meeting).await;
    service.deliver_all().await;
    service.change_invitation(&meeting, "update", |item| {
        (item["sequence"]["N"], item["revised"]["N"]) = (json!("1"), json!("1"));
    });
    service.send(MAIL, &meeting, MailKind::Update, 1);
    service.wait(Duration::from_hours(71));
    service.revoke(&meeting);
    service.send(MAIL, &meeting, MailKind::Cancel, 2);
    service.wait(Duration::from_hours(2));
    service.deliver_all().await;
    assert_eq!(service.mails()[&address(0)], ["REQUEST", "CANCEL"]);
}

#[tokio::test]
async fn the_current_channel_does_not_matter() {
    for channel in ["client", "outlook"] {
        let meeting = meeting(1);
        let service = Service::with(&meeting).await;
        service.deliver_all().await;
        service.change_invitation(&meeting, "update", |item| item["channel"]["S"] = json!(channel));
        service.send(MAIL, &meeting, MailKind::Update, 1);
        service.deliver_all().await;
        assert_eq!(service.mails()[&address(0)], ["REQUEST"]);
        service.revoke(&meeting);
        service.send(MAIL, &meeting, MailKind::Cancel, 2);
        service.deliver_all().await;
        assert_eq!(service.mails()[&address(0)], ["REQUEST", "CANCEL"]);
    }
}

#[tokio::test]
async fn queued_mails_are_cancelled_once_the_client_sends_them() {
    for channel in ["client", "outlook"] {
        let meeting = meeting(2);
        let service = Service::with(&meeting).await;
        service.change_invitation(&meeting, "update", |item| item["channel"]["S"] = json!(channel));
        service.send(MAIL, &meeting, MailKind::Cancel, 1);
        service.deliver_all().await;
        assert_eq!((service.states(&meeting), service.attempts()), (vec!["cancelled".into(); 2], 0));
    }
}

#[tokio::test]
async fn invitees_without_times_get_no_cancellation() {
    let invitation = invitation(2, 1);
    let service = Service::with(&invitation).await;
    service.deliver_all().await;
    service.revoke(&invitation);
    service.send(MAIL, &invitation, MailKind::Cancel, 1);
    service.deliver_all().await;
    assert_eq!((service.mails()[&address(0)].len(), service.states(&invitation)), (1, vec!["sent".into()]));
}

#[tokio::test]
async fn invitees_who_never_got_the_request_get_no_cancellation() {
    let meeting = meeting(2);
    let service = Service::with(&meeting).await;
    service.harness.mailbox.refuse(address(0));
    service.harness.mailbox.refuse(address(1));
    service.deliver_all().await;
    service.revoke(&meeting);
    service.send(MAIL, &meeting, MailKind::Cancel, 1);
    service.deliver_all().await;
    assert_eq!((service.mails().len(), service.attempts()), (0, 2));
    assert_eq!(service.states(&meeting), ["failed", "failed"]);
}

#[tokio::test]
async fn revoking_before_the_first_mail_sends_none_of_sixty() {
    let meeting = meeting(60);
    let service = Service::with(&meeting).await;
    service.revoke(&meeting);
    service.send(MAIL, &meeting, MailKind::Cancel, 1);
    service.deliver_all().await;
    assert_eq!(service.attempts(), 0);
    assert_eq!(service.states(&meeting), vec!["cancelled"; 60]);
}

#[tokio::test]
async fn revoking_halfway_cancels_sent_mails_and_sends_no_more() {
    let meeting = meeting(25);
    let service = Service::with(&meeting).await;
    assert_eq!(service.deliver(&service.app(), MAIL).await, Outcome::Done);
    service.revoke(&meeting);
    service.send(MAIL, &meeting, MailKind::Cancel, 1);
    service.deliver_all().await;
    assert_eq!(service.mails().len(), 10);
    assert!(service.mails().values().all(|got| got == &["REQUEST", "CANCEL"]));
    let states = service.states(&meeting);
    assert_eq!(states.iter().filter(|state| *state == "cancelled").count(), 15);
}

#[tokio::test]
async fn an_attempted_mail_is_not_marked_as_cancelled() {
    let invitation = invitation(2, 1);
    let service = Service::with(&invitation).await;
    service.harness.mailbox.fail(SesFailure::ServerError, 1);
    let app = service.app();
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Sleeps(30));
    service.revoke(&invitation);
    service.wait(Duration::from_secs(30));
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Done);
    assert_eq!((service.states(&invitation), service.attempts()), (vec!["failed".into()], 1));
}

#[tokio::test]
async fn a_past_meeting_is_not_cancelled() {
    let meeting = meeting(1);
    let service = Service::with(&meeting).await;
    service.deliver_all().await;
    service.wait(Duration::from_hours(501));
    service.revoke(&meeting);
    service.send(MAIL, &meeting, MailKind::Cancel, 1);
    assert_eq!(service.deliver(&service.app(), MAIL).await, Outcome::Done);
    assert_eq!(service.mails()[&address(0)], ["REQUEST"]);
}

#[tokio::test]
async fn nobody_is_invited_in_the_name_of_a_blocked_inviter() {
    let meeting = meeting(2);
    let service = Service::with(&meeting).await;
    service.harness.store.block(meeting.inviter.id, service.now()).await.unwrap();
    service.harness.dynamo.forget_calls();
    service.deliver_all().await;
    assert_eq!(service.attempts(), 0);
    assert_eq!(service.states(&meeting), ["cancelled", "cancelled"]);
    // Unblocking alone sends nothing.
    service.harness.store.unblock(meeting.inviter.id).await.unwrap();
    service.harness.dynamo.forget_calls();
    service.deliver_all().await;
    assert_eq!(service.attempts(), 0);
}

#[tokio::test]
async fn invitees_of_a_blocked_inviter_still_get_the_cancellation() {
    let meeting = meeting(1);
    let service = Service::with(&meeting).await;
    service.deliver_all().await;
    service.harness.store.block(meeting.inviter.id, service.now()).await.unwrap();
    service.harness.dynamo.forget_calls();
    service.revoke(&meeting);
    service.send(MAIL, &meeting, MailKind::Cancel, 1);
    service.deliver_all().await;
    assert_eq!(service.mails()[&address(0)], ["REQUEST", "CANCEL"]);
}
