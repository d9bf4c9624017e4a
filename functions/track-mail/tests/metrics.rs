//! The log and the metrics in it, as written to standard output.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

#[expect(dead_code, reason = "only the rules use the rest")]
mod support;

use serde_json::Value;
use spaces_local::{Log, harness};

use crate::support::{REQUEST, Service, event};

#[tokio::test]
async fn events_are_counted_by_kind() {
    let service = Service::start().await;
    let lease = service.send(REQUEST, harness::now()).await;
    let (app, log) = (service.app(), Log::at_level("WARN"));
    let names = ["delayed", "bounced-transiently", "delivered", "delivered", "bounced", "complained", "sent"];
    for name in names {
        service.track(&app, &[event(name, lease.tag())]).await;
    }
    service.track(&app, &[event("delivered", "none"), event("bounced", "none")]).await;
    let unknown = harness::event("track-mail", "200-of-an-unknown-mail").unwrap();
    app.track(serde_json::from_value(unknown).unwrap()).await;

    let mut counted: Vec<(String, u64)> = Vec::new();
    for line in log.metrics().unwrap().iter().filter(|line| line.get("MailEvents").is_some()) {
        assert_eq!(line["service"], "track-mail");
        counted.push((line["reason"].as_str().unwrap().to_owned(), line["MailEvents"].as_u64().unwrap()));
    }
    let expected = [
        ("delayed", 1),
        ("given_up", 1),
        ("delivered", 1),
        ("late", 1),
        ("bounced", 1),
        ("complained", 1),
        ("other", 1),
        ("foreign", 2),
        ("unknown", 1),
    ];
    assert_eq!(counted, expected.map(|(kind, times)| (kind.to_owned(), times)));
}

#[tokio::test]
async fn the_log_identifies_a_mail_only_by_its_ses_message_id() {
    let service = Service::start().await;
    let lease = service.send(REQUEST, harness::now()).await;
    let (app, log) = (service.app(), Log::at_level("INFO"));
    service.track(&app, &[event("bounced", lease.tag()), event("delivered", "none")]).await;
    let text = log.text();
    for secret in ["invitee0", "example.com", lease.tag(), "user unknown"] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let bounced = lines.iter().find(|line| line["message"] == "a mail bounced").unwrap();
    assert_eq!(bounced["reason"], "NoEmail");
    assert_eq!(bounced["message_id"], "0107019d2f3a0000-11111111-2222-3333-4444-555555555555-000000");
}

#[tokio::test]
async fn an_event_that_cannot_be_read_is_counted_as_failed_and_not_quoted() {
    let service = Service::start().await;
    let (app, log) = (service.app(), Log::at_level("INFO"));
    let unreadable =
        r#"{"time": "2026-11-21T12:00:00Z", "detail": {"eventType": "Delivery", "mail": "List-Unsubscribe"}}"#;
    assert_eq!(service.track(&app, &[unreadable.to_owned(), event("delivered", "none")]).await, [0]);
    let text = log.text();
    assert!(text.contains("not an SES event: Data in line 1") && !text.contains("List-Unsubscribe"), "{text}");
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let failed: Vec<_> = lines.filter_map(|line| line.get("MailEventsFailed")?.as_u64()).collect();
    assert_eq!(failed, [1]);
}
