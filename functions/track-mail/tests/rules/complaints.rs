//! Complaints against the sender of a mail.

use serde_json::{Value, json};
use spaces_local::harness;
use spaces_model::{MailSender, UserId};
use spaces_store::SenderMails;

use crate::support::{REQUEST, Service, event};

const ROLE: &str = "TrackMailRole";

fn alice() -> MailSender {
    MailSender::User(UserId::from_bytes([1; 12]))
}

fn app() -> MailSender {
    MailSender::App("calendar-sync".parse().unwrap())
}

/// Returns the event in `events/track-mail/200-<name>.json`, of a mail with this tag for its sender and recipient.
fn event_of(name: &str, tag: &str, origin: &str) -> String {
    let mut body: Value = serde_json::from_str(&event(name, tag)).unwrap();
    body["detail"]["mail"]["tags"]["o"] = json!([origin]);
    body.to_string()
}

impl Service {
    fn origin(&self, sender: &MailSender, receiver: u32) -> String {
        let receiver = format!("receiver{receiver}@example.com").parse().unwrap();
        self.harness.store.origin_tag(sender, &receiver).unwrap()
    }

    /// Reports a complaint with each of these tags about a mail, and returns the sender's resulting counts.
    async fn complain(&self, sender: &MailSender, origins: &[String]) -> SenderMails {
        let lease = self.send(REQUEST, harness::now()).await;
        self.harness.dynamo.forget_calls();
        let events: Vec<String> = origins.iter().map(|origin| event_of("complained", lease.tag(), origin)).collect();
        assert_eq!(self.track(&self.app(), &events).await, [0; 0]);
        let forbidden = harness::forbidden_calls(ROLE, &self.harness.dynamo).unwrap();
        assert!(forbidden.is_empty(), "the deployed role does not allow {forbidden:?}");
        self.harness.store.sender_mails(sender, harness::now()).await.unwrap()
    }
}

#[tokio::test]
async fn complaints_of_three_recipients_stop_an_inviter_but_repeated_ones_of_one_do_not() {
    let service = Service::start().await;
    let origins: Vec<String> = [1, 1, 2, 2, 1, 1].map(|receiver| service.origin(&alice(), receiver)).into();
    let mails = service.complain(&alice(), &origins).await;
    assert_eq!((mails.complaints, mails.stopped), (2, None));
    let mails = service.complain(&alice(), &[service.origin(&alice(), 3)]).await;
    assert_eq!((mails.complaints, mails.stopped), (3, Some(harness::now())));
}

#[tokio::test]
async fn a_forged_tag_or_one_for_another_purpose_is_not_counted() {
    let service = Service::start().await;
    let lease = service.send(REQUEST, harness::now()).await;
    let ours = service.origin(&alice(), 1);
    let changed = ours.chars().rev().collect();
    let made_up = vec![changed, "A".repeat(ours.len()), lease.tag().to_owned(), String::new()];
    let mails = service.complain(&alice(), &made_up).await;
    assert_eq!((mails.complaints, mails.stopped), (0, None));
}

#[tokio::test]
async fn other_events_are_not_complaints() {
    let service = Service::start().await;
    let lease = service.send(REQUEST, harness::now()).await;
    let origin = service.origin(&alice(), 1);
    for name in [
        "delivered",
        "delayed",
        "bounced",
        "bounced-transiently",
        "marked-as-not-spam",
        "complained-before",
        "rejected",
    ] {
        service.track(&service.app(), &[event_of(name, lease.tag(), &origin)]).await;
        let mails = service.harness.store.sender_mails(&alice(), harness::now()).await.unwrap();
        assert_eq!(mails.complaints, 0, "{name}");
    }
}

#[tokio::test]
async fn a_service_app_is_not_stopped() {
    let service = Service::start().await;
    let origins: Vec<String> = (0..5).map(|receiver| service.origin(&app(), receiver)).collect();
    let mails = service.complain(&app(), &origins).await;
    assert_eq!((mails.complaints, mails.is_over(), mails.stopped), (5, true, None));
    let alices = service.harness.store.sender_mails(&alice(), harness::now()).await.unwrap();
    assert_eq!((alices.complaints, alices.stopped), (0, None), "the invitation is Alice's, but the app sent the mail");
}

#[tokio::test]
async fn a_complaint_that_could_not_be_counted_is_retried() {
    let service = Service::start().await;
    let lease = service.send(REQUEST, harness::now()).await;
    let events = [1, 2, 3].map(|receiver| event_of("complained", lease.tag(), &service.origin(&alice(), receiver)));
    // The stop is not written, or its response is lost: the other writes are there.
    service
        .harness
        .dynamo
        .interfere(|_, body| body.contains("SET stopped").then_some(spaces_local::Interference::Throttle));
    assert!(!service.track(&service.app(), &events).await.is_empty());
    service.harness.dynamo.stop_interfering();
    assert_eq!(service.track(&service.app(), &events[..1]).await, [0; 0]);
    let mails = service.harness.store.sender_mails(&alice(), harness::now()).await.unwrap();
    assert_eq!((mails.complaints, mails.stopped.is_some()), (3, true));
}
