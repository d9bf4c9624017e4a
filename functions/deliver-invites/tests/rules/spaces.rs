//! Spaces that are archived or deleted while mails wait.

use std::time::Duration;

use spaces_model::MailKind;

use crate::meeting;
use crate::support::{MAIL, Outcome, Service, address, invitation};

#[tokio::test]
async fn mails_wait_while_the_space_is_archived_and_cancellations_go_out() {
    let meeting = meeting(3);
    let service = Service::with(&meeting).await;
    let told = spaces_model::Invitation { invitees: meeting.invitees[2..].to_vec(), ..meeting.clone() };
    service.send(MAIL, &told, MailKind::Invite, 0);
    service.set_status(&meeting, "archived");
    let app = service.app();
    for _ in 0..2 {
        assert_eq!(service.deliver(&app, MAIL).await, Outcome::Sleeps(1_800));
    }
    service.set_status(&meeting, "active");
    service.wait(Duration::from_mins(30));
    service.deliver_all().await;
    assert_eq!((service.mails().len(), service.attempts()), (3, 3));

    service.set_status(&meeting, "archived");
    service.take_off(&meeting, 0);
    service.send(MAIL, &meeting, MailKind::Update, 1);
    // The remaining invitees need no mail about it.
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Done);
    assert_eq!(service.mails()[&address(0)], ["REQUEST", "CANCEL"]);
    assert_eq!(service.mails()[&address(1)], ["REQUEST"]);
}

#[tokio::test]
async fn an_archived_space_uses_up_no_attempt_and_ends_after_72_hours() {
    let invitation = invitation(2, 1);
    let service = Service::with(&invitation).await;
    service.set_status(&invitation, "archived");
    let app = service.app();
    for _ in 0..144 {
        assert_eq!(service.deliver(&app, MAIL).await, Outcome::Sleeps(1_800));
        service.wait(Duration::from_mins(30));
    }
    assert_eq!(service.delivery(&invitation, 0)["attempts"], serde_json::json!(0));
    service.wait(Duration::from_secs(1));
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Done);
    assert_eq!((service.states(&invitation), service.attempts()), (vec!["failed".into()], 0));
}

#[tokio::test]
async fn a_deleted_space_sends_no_invitation_and_cancels_mailed_meetings() {
    let meeting = meeting(12);
    let service = Service::with(&meeting).await;
    let app = service.app();
    assert_eq!(service.deliver(&app, MAIL).await, Outcome::Done);
    service.set_status(&meeting, "deleted");
    service.send(MAIL, &meeting, MailKind::Cancel, 0);
    service.deliver_all().await;
    let mails = service.mails();
    assert_eq!(mails.len(), 10);
    assert!(mails.values().all(|got| got == &["REQUEST", "CANCEL"]), "{mails:?}");
    let sequence = service.harness.mailbox.messages()[0].calendar.clone().unwrap();
    assert!(sequence.contains("SEQUENCE:1"), "{sequence}");
    let states = service.states(&meeting);
    assert_eq!(states.iter().filter(|state| *state == "cancelled").count(), 2);
}

#[tokio::test]
async fn messages_about_a_missing_space_are_dropped() {
    let invitation = invitation(2, 1);
    let service = Service::with(&invitation).await;
    service.harness.dynamo.remove(&format!("SPACE#{}", invitation.space), "SPACE").unwrap();
    assert_eq!(service.deliver(&service.app(), MAIL).await, Outcome::Done);
    assert_eq!(service.attempts(), 0);
}
