use serde_json::{Value, json};
use spaces_local::harness;

use crate::Service;

const FAILURES: &str = "RelayFailures";
const REDRIVE: &str = "relay redrive";

/// The record of one of the relay's events.
fn record(event: &str) -> Value {
    harness::event("relay-outbox", event).unwrap()["Records"][0].clone()
}

impl Service {
    /// Sets a record aside as the relay does, and returns the message's id.
    fn set_aside(&self, body: &Value) -> String {
        self.harness.queues.send(FAILURES, &body.to_string(), None).unwrap()
    }

    /// Returns the ids of the messages that are set aside and visible.
    fn visible(&self) -> Vec<String> {
        let mut messages = self.harness.queues.peek(FAILURES).unwrap();
        messages.retain(|message| message.hidden_for.is_zero());
        messages.into_iter().map(|message| message.id).collect()
    }
}

#[tokio::test]
async fn a_record_that_was_set_aside_is_relayed_and_deleted() {
    let service = Service::start().await;
    for _ in 0..12 {
        service.set_aside(&record("200-created"));
    }
    let answer = service.answer(harness::now(), REDRIVE).await.unwrap();
    assert_eq!((answer.text.as_str(), answer.complete), ("12 records relayed, 0 messages left", true));
    assert!(service.harness.queues.peek(FAILURES).unwrap().is_empty());
    assert_eq!(service.harness.queues.peek("MailQueue").unwrap().len(), 12);
    assert!(service.harness.dynamo.items().unwrap().iter().any(|item| item["state"] == "queued"));
}

#[tokio::test]
async fn a_record_that_cannot_be_relayed_is_reported_and_stays_for_the_next_run() {
    let service = Service::start().await;
    let place = json!({"DDBStreamBatchInfo": {"shardId": "shardId-1", "startSequenceNumber": "1"}});
    let orphan = record("200-space-missing");
    service.harness.dynamo.put(&orphan["dynamodb"]["NewImage"]).unwrap();
    let (bad, place) = (service.set_aside(&orphan), service.set_aside(&place));
    service.set_aside(&record("200-created"));
    for relayed in [1, 0] {
        let answer = service.answer(harness::now(), REDRIVE).await.unwrap();
        assert!(!answer.complete);
        assert!(answer.text.starts_with(&format!("{relayed} records relayed, 2 messages left")), "{}", answer.text);
        let why = format!("\nmessage {bad}: the invitation's space does not exist");
        assert!(answer.text.contains(&why), "{}", answer.text);
        let why = format!("\nmessage {place}: it has no record, only its position in the stream");
        assert!(answer.text.contains(&why), "{}", answer.text);
        assert_eq!(service.visible(), [bad.clone(), place.clone()]);
    }
}

#[tokio::test]
async fn a_record_with_unusable_images_is_relayed_from_its_current_item() {
    let service = Service::start().await;
    let whole = record("200-created");
    service.harness.dynamo.put(&whole["dynamodb"]["NewImage"]).unwrap();
    let mut unreadable = whole.clone();
    unreadable["dynamodb"]["NewImage"]["mode"]["S"] = json!("none of ours");
    let mut without_images = whole.clone();
    without_images["dynamodb"].as_object_mut().unwrap().remove("NewImage");
    for record in [unreadable, without_images] {
        let queued = service.harness.queues.peek("MailQueue").unwrap().len();
        service.set_aside(&record);
        let answer = service.answer(harness::now(), REDRIVE).await.unwrap();
        assert_eq!((answer.text.as_str(), answer.complete), ("1 records relayed, 0 messages left", true));
        assert_eq!(service.harness.queues.peek("MailQueue").unwrap().len(), queued + 1);
    }
}

#[tokio::test]
async fn a_record_stays_while_the_table_is_unreachable() {
    let service = Service::start().await;
    let id = service.set_aside(&record("200-created"));
    let answer = service.answer(harness::now(), "relay redrive --table another").await.unwrap();
    assert!(answer.text.starts_with("0 records relayed, 1 messages left"), "{}", answer.text);
    assert_eq!(service.visible(), [id]);
}

#[tokio::test]
async fn a_record_that_was_not_published_is_published_and_deleted() {
    let service = Service::start().await;
    let record = |name| harness::event("publish-events", name).unwrap()["Records"][0].clone();
    let mut unreadable = record("200-space-updated");
    unreadable["dynamodb"]["NewImage"]["status"]["S"] = json!("none of ours");
    for body in [record("200-space-deleted"), unreadable] {
        service.harness.queues.send("PublishFailures", &body.to_string(), None).unwrap();
    }
    let answer = service.answer(harness::now(), "events redrive").await.unwrap();
    assert!(answer.text.starts_with("1 records published, 1 messages left"), "{}", answer.text);
    assert!(!answer.complete);
    assert_eq!(service.harness.queues.peek("PublishFailures").unwrap().len(), 1);
    let events = service.harness.mailbox.events(10).unwrap();
    assert_eq!(events.iter().map(|event| &event["detail-type"]).collect::<Vec<_>>(), ["SpaceDeleted"]);
}
