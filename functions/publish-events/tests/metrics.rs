//! The log and the metrics in it, as written to standard output.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

#[expect(dead_code, reason = "only the rules use the rest")]
mod support;

use serde_json::{Value, json};
use spaces_local::{Log, harness};

use crate::support::Service;

#[tokio::test]
async fn a_batch_counts_its_events_and_set_aside_records_on_one_line() {
    let service = Service::start().await;
    let (app, log) = (service.app(), Log::at_level("INFO"));
    let events = ["200-created", "200-unreadable-record", "200-changes-without-events"];
    let events = events.map(|name| harness::event("publish-events", name).unwrap());
    let records: Vec<Value> = events.iter().flat_map(|event| event["Records"].as_array().unwrap().clone()).collect();
    app.publish(serde_json::from_value(json!({ "Records": records })).unwrap()).await;
    let metrics = log.metrics().unwrap();
    assert_eq!(metrics.len(), 1);
    for (name, times) in [("EventsPublished", 3), ("CorruptRecords", 1), ("ColdStart", 1)] {
        assert_eq!(metrics[0][name], json!(times), "{name}");
    }
    assert_eq!(metrics[0]["service"], json!("publish-events"));
    let text = log.text();
    for secret in ["han@example.com", "00000000000000000000d201", "Release planning"] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
}

#[tokio::test]
async fn unpublished_events_are_not_counted() {
    let service = Service::start().await;
    let (app, log) = (service.app(), Log::at_level("WARN"));
    app.publish(serde_json::from_value(json!({ "Records": [] })).unwrap()).await;
    service.harness.mailbox.throttle_events(usize::MAX);
    let created = harness::event("publish-events", "200-created").unwrap();
    app.publish(serde_json::from_value(created).unwrap()).await;
    let metrics = log.metrics().unwrap();
    assert!(metrics.iter().all(|line| line.get("EventsPublished").is_none()), "{metrics:?}");
}
