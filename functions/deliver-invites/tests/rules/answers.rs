//! Invitees who have declined: they get cancellations and nothing else.

use std::time::Duration;

use serde_json::json;
use spaces_model::{Email, Invitation, MailKind, User, UserId};
use spaces_store::InvitationRef;

use crate::meeting;
use crate::support::{MAIL, Outcome, Service, address};

/// Records that the invitee with this number has declined, and returns whether that is new.
async fn decline(service: &Service, invitation: &Invitation, number: usize) -> bool {
    let answer = service.harness.store.record_answer(invitation, &invitation.invitees[number], service.now()).await;
    service.harness.dynamo.forget_calls();
    answer.unwrap()
}

fn move_meeting(service: &Service, meeting: &Invitation, sequence: u32) {
    service.change_invitation(meeting, "update", |item| {
        let sequence = json!(sequence.to_string());
        (item["sequence"]["N"], item["revised"]["N"]) = (sequence.clone(), sequence);
    });
    service.send(MAIL, meeting, MailKind::Update, sequence);
}

#[tokio::test]
async fn invitees_who_declined_get_only_the_cancellation() {
    let meeting = meeting(2);
    let service = Service::with(&meeting).await;
    service.deliver_all().await;
    assert!(decline(&service, &meeting, 0).await);
    service.wait(Duration::from_mins(1));
    assert!(!decline(&service, &meeting, 0).await);
    move_meeting(&service, &meeting, 1);
    service.send(MAIL, &meeting, MailKind::Resend, 2);
    service.deliver_all().await;
    assert_eq!(service.mails()[&address(0)], ["REQUEST"]);
    assert_eq!(service.mails()[&address(1)].len(), 3);
    service.revoke(&meeting);
    service.send(MAIL, &meeting, MailKind::Cancel, 3);
    service.deliver_all().await;
    assert_eq!(service.mails()[&address(0)], ["REQUEST", "CANCEL"]);
}

#[tokio::test]
async fn an_answer_before_the_relay_has_put_the_delivery_is_kept() {
    let meeting = meeting(1);
    let service = Service::start().await;
    service.harness.store.create(&meeting).await.unwrap();
    assert!(decline(&service, &meeting, 0).await);
    service.harness.store.put_deliveries(&meeting, &meeting.invitees, service.now()).await.unwrap();
    service.harness.dynamo.forget_calls();
    service.send(MAIL, &meeting, MailKind::Invite, 0);
    service.deliver_all().await;
    assert_eq!((service.attempts(), service.states(&meeting)), (0, vec!["cancelled".into()]));
    let deliveries = service.harness.store.deliveries(&meeting).await.unwrap();
    assert!(deliveries[&meeting.invitees[0].target].is_declined());
    service.harness.dynamo.forget_calls();
}

#[tokio::test]
async fn joining_after_declining_wins() {
    let meeting = meeting(1);
    let service = Service::with(&meeting).await;
    service.deliver_all().await;
    decline(&service, &meeting, 0).await;
    service.wait(Duration::from_mins(1));
    let (store, ana) = (&service.harness.store, UserId::from_bytes([7; 12]));
    let email = Some(Email::Proven { address: address(0).parse().unwrap(), at: Some(service.now()) });
    store.reconcile(&User { email, ..User::new(ana) }, service.now()).await.unwrap();
    store.record_joined(&InvitationRef::of(&meeting), ana, service.now()).await.unwrap();
    service.harness.dynamo.forget_calls();
    move_meeting(&service, &meeting, 1);
    service.deliver_all().await;
    assert_eq!(service.mails()[&address(0)], ["REQUEST", "REQUEST"]);
    // And declining after that.
    service.wait(Duration::from_mins(1));
    assert!(decline(&service, &meeting, 0).await);
    move_meeting(&service, &meeting, 2);
    service.deliver_all().await;
    assert_eq!(service.mails()[&address(0)], ["REQUEST", "REQUEST"]);
}

#[tokio::test]
async fn a_sender_that_read_before_the_answer_sends_no_request() {
    let meeting = meeting(1);
    let mut service = Service::with(&meeting).await;
    service.deliver_all().await;
    // One mail a second: after the first, the sender waits for its slot with what it has read.
    service.env.set("MAILS_PER_SECOND", "1");
    let app = service.app();
    move_meeting(&service, &meeting, 1);
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Done);
    move_meeting(&service, &meeting, 2);
    service.harness.dynamo.forget_calls();
    {
        let mut waiting = std::pin::pin!(service.deliver(&app, MAIL));
        tokio::select! {
            outcome = &mut waiting => panic!("it did not wait: {outcome:?}"),
            () = crate::until(|| service.harness.dynamo.calls().len() >= 3) => {}
        }
        assert!(decline(&service, &meeting, 0).await);
        assert_eq!(waiting.await, Outcome::Sleeps(2));
    }
    service.deliver_all().await;
    assert_eq!(service.mails()[&address(0)], ["REQUEST", "REQUEST"]);
}
