use jiff::{SignedDuration, Timestamp};
use join_invite::App;
use serde_json::Value;
use spaces_local::harness;
use spaces_model::{Channel, Invitation, ItipMethod, MailKind, Message};
use spaces_store::{MailEvent, MailEventOutcome};

use crate::Service;

const OPEN: &str = "000000000000000000000001";
const MAILED: &str = "0000000000000000000000aa";

async fn join(app: &App) -> Value {
    let event = harness::event("join-invite", "200-invited-by-address").unwrap();
    harness::answer(event, |request| app.answer(request)).await.unwrap()
}

fn app(service: &Service, now: Timestamp) -> App {
    App::from_env(&service.harness.env().unwrap(), harness::sources_at(now)).unwrap()
}

#[tokio::test]
async fn a_revoked_invitation_admits_nobody() {
    let service = Service::start().await;
    assert_eq!(join(&app(&service, harness::now())).await["statusCode"], 200);
    service.run(&format!("invitation revoke {OPEN}")).await.unwrap();
    let answer = join(&app(&service, harness::now())).await;
    assert_eq!((&answer["statusCode"], &answer["body"]["code"]), (&410.into(), &"invite_revoked".into()));
}

#[tokio::test]
async fn revoking_again_changes_nothing() {
    let service = Service::start().await;
    let revoke = format!("invitation revoke {OPEN}");
    service.run(&revoke).await.unwrap();
    let before = service.items("INVITE");
    service.answer(harness::now() + SignedDuration::from_hours(1), &revoke).await.unwrap();
    assert_eq!(service.items("INVITE"), before);
}

#[tokio::test]
async fn an_unknown_invitation_is_reported_and_not_created() {
    let service = Service::start().await;
    let before = service.items("INVITE");
    for command in ["show", "revoke"] {
        let error = service.run(&format!("invitation {command} 0000000000000000000000ff")).await.unwrap_err();
        assert_eq!(error, "there is no invitation with this id");
    }
    assert_eq!(service.items("INVITE"), before);
}

#[tokio::test]
async fn an_invitation_is_shown_with_its_state_and_without_addresses() {
    let service = Service::start().await;
    for (id, state) in [
        (OPEN, "state     open"),
        ("000000000000000000000002", "state     expired"),
        ("000000000000000000000003", "state     revoked 2026-01-01T09:00:00.000Z"),
    ] {
        let shown = service.run(&format!("invitation show {id}")).await.unwrap();
        assert!(shown.contains(state) && shown.contains("b***@example.com  member"), "{shown}");
        assert!(!shown.contains("bob@"), "{shown}");
    }
}

#[tokio::test]
async fn the_mails_of_an_invitation_are_shown_with_their_states() {
    let service = Service::start().await;
    let (store, now) = (&service.harness.store, harness::now());
    let sample = store.invitation(OPEN.parse().unwrap()).await.unwrap().unwrap();
    let invitation = Invitation { id: MAILED.parse().unwrap(), channel: Channel::Server, ..sample };
    store.create(&invitation).await.unwrap();
    let shown = async |state: &str| {
        let shown = service.run(&format!("invitation show {MAILED}")).await.unwrap();
        assert!(shown.contains(&format!("b***@example.com  member  {state}")), "{state}: {shown}");
    };
    shown("not started").await;
    store.put_deliveries(&invitation, &invitation.invitees, now).await.unwrap();
    shown("not sent, attempt 0").await;
    let message = Message { method: ItipMethod::Request, sequence: 0, mailing: 0 };
    let lease = async || {
        let mut deliveries = store.deliveries(&invitation).await.unwrap();
        let delivery = deliveries.remove(&invitation.invitees[0].target).unwrap();
        let until = now + SignedDuration::from_secs(60);
        store.lease(&delivery, message, MailKind::Invite, None, now, until).await.unwrap().unwrap()
    };
    let first = lease().await;
    shown("being sent, attempt 1").await;
    store.release(&first, now, "TooManyRequestsException: bob@example.com is too fast").await.unwrap();
    shown("not sent, attempt 1, TooManyRequestsException").await;
    store.record_sent(&lease().await, now, "id").await.unwrap();
    shown("sent, attempt 2").await;
    let deliveries = store.deliveries(&invitation).await.unwrap();
    let tag = store.mail_tag(&deliveries[&invitation.invitees[0].target]).unwrap();
    let mail = store.mail_of_tag(&tag).unwrap();
    for (mail_event, state) in [
        (MailEvent::GivenUp("MailboxFull"), "sent and delayed, attempt 2, MailboxFull"),
        (MailEvent::Delivered, "delivered, attempt 2"),
        (MailEvent::Bounced("NoEmail"), "bounced, attempt 2, NoEmail"),
        (MailEvent::Complained("abuse"), "marked as spam, attempt 2, abuse"),
    ] {
        assert_eq!(store.record_mail_event(&mail, mail_event, now).await.unwrap(), MailEventOutcome::Written);
        shown(&format!("{state}  m={tag}")).await;
    }
    store.record_failed(&lease().await, now, "MessageRejected: no").await.unwrap();
    shown("failed, attempt 1, MessageRejected").await;
}
