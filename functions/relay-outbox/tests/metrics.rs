//! The metrics, as written to standard output.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod support;

use relay_outbox::App;
use serde_json::{Value, json};
use spaces_local::Log;
use spaces_local::harness;

use crate::support::{BULK, FAILURES, MAIL, Service};

/// Relays these events in one batch, and returns the metrics lines.
async fn relay(app: &App, log: &Log, events: &[&str]) -> Vec<Value> {
    let events = events.iter().map(|name| harness::event("relay-outbox", name).unwrap());
    let records: Vec<Value> = events.flat_map(|event| event["Records"].as_array().unwrap().clone()).collect();
    app.relay(serde_json::from_value(json!({ "Records": records })).unwrap()).await;
    log.metrics().unwrap()
}

#[tokio::test]
async fn the_messages_of_a_batch_are_summed_on_one_line() {
    let service = Service::start().await;
    let (app, log) = (service.app(), Log::at_level("WARN"));
    let metrics = relay(&app, &log, &["200-created", "200-unreadable-record", "200-changes-without-mail"]).await;
    assert_eq!(metrics.len(), 1);
    let queued = [MAIL, BULK, FAILURES].map(|queue| service.queued(queue).len());
    assert_eq!(queued, [3, 0, 1]);
    for (name, times) in [("MessagesQueued", 3), ("PeopleQueued", 4), ("CorruptRecords", 1), ("ColdStart", 1)] {
        assert_eq!(metrics[0][name], json!(times), "{name}");
    }
    assert_eq!(metrics[0]["service"], json!("relay-outbox"));
    let line = metrics[0].to_string();
    assert!(!line.contains('@') && !line.contains("example"), "{line}");
}

#[tokio::test]
async fn unqueued_messages_are_not_counted() {
    let service = Service::start().await;
    let (app, log) = (service.app(), Log::at_level("WARN"));
    relay(&app, &log, &["200-changes-without-mail"]).await;
    service.queues.throttle(usize::MAX);
    assert_eq!(relay(&app, &log, &["200-created"]).await, Vec::<Value>::new());
    service.queues.throttle(0);
    assert_eq!(relay(&app, &log, &["200-created"]).await[0]["PeopleQueued"], json!(2));
}
