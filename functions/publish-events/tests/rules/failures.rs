//! Failures of EventBridge, of SQS and of records.

use serde_json::{Value, json};

use crate::support::Service;
use crate::{publish, record, records, sequence_number};

/// Returns records with one event each, more than a call can hold.
fn many() -> Vec<Value> {
    let members = (10..35_u8).map(|number| {
        let (mut joined, id) = (record("guest-joined"), format!("{number:02x}").repeat(12));
        for part in ["Keys", "NewImage"] {
            joined["dynamodb"][part]["sk"] = json!({ "S": format!("MEMBER#anonymousId#{id}") });
        }
        joined["dynamodb"]["NewImage"]["guest"] = json!({ "S": id });
        joined["dynamodb"]["SequenceNumber"] = json!(format!("{number:021}"));
        joined
    });
    members.collect()
}

#[tokio::test]
async fn ten_events_go_in_one_call() {
    let service = Service::start().await;
    assert!(publish(&service.app(), &many()).await.is_empty());
    assert_eq!((service.published().len(), service.harness.mailbox.event_calls()), (25, 3));
}

#[tokio::test]
async fn records_without_events_make_no_call() {
    let service = Service::start().await;
    assert!(publish(&service.app(), &records("changes-without-events")).await.is_empty());
    assert_eq!(service.harness.mailbox.event_calls(), 0);
}

#[tokio::test]
async fn only_failed_entries_of_a_call_are_published_again() {
    let service = Service::start().await;
    service.harness.mailbox.refuse_events(3);
    assert!(publish(&service.app(), &many()[..10]).await.is_empty());
    let mut members: Vec<String> = service.published().iter().map(|each| each["event"]["member"].to_string()).collect();
    assert_eq!((members.len(), service.harness.mailbox.event_calls()), (10, 2));
    members.sort();
    members.dedup();
    assert_eq!(members.len(), 10, "there are no duplicates");
}

#[tokio::test]
async fn a_record_is_retried_if_its_event_keeps_failing() {
    let service = Service::start().await;
    let records = many();
    assert!(publish(&service.app(), &records[..10]).await.is_empty());
    service.harness.mailbox.refuse_events(usize::MAX);
    assert_eq!(publish(&service.app(), &records[10..]).await, [sequence_number(&records[10])]);
    assert_eq!(service.harness.mailbox.event_calls(), 1 + 3, "it is attempted three times");
    service.harness.mailbox.refuse_events(0);
    assert!(publish(&service.app(), &records[10..]).await.is_empty());
    assert_eq!(service.published().len(), 25);
}

#[tokio::test]
async fn a_record_is_retried_if_the_bus_keeps_throttling_and_short_throttling_goes_unnoticed() {
    let service = Service::start().await;
    service.harness.mailbox.throttle_events(2);
    assert!(publish(&service.app(), &[record("joined")]).await.is_empty());
    service.harness.mailbox.throttle_events(usize::MAX);
    assert_eq!(publish(&service.app(), &records("created")).await, [sequence_number(&record("created"))]);
    service.harness.mailbox.throttle_events(0);
    assert!(publish(&service.app(), &records("created")).await.is_empty());
    assert_eq!(service.published().len(), 3);
}

#[tokio::test]
async fn a_bus_that_never_responds_times_out_and_the_record_is_retried() {
    let service = Service::start().await;
    service.harness.mailbox.silence_events(usize::MAX);
    let (app, records) = (service.app(), [record("joined")]);
    let mut publishing = std::pin::pin!(publish(&app, &records));
    let is_asked = async {
        while service.harness.mailbox.event_calls() == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        answer = &mut publishing => panic!("it ended before the bus was asked: {answer:?}"),
        () = is_asked => {}
    }
    // From here on it only waits, so let its timeouts pass at once.
    tokio::time::pause();
    assert_eq!(publishing.await, [sequence_number(&records[0])]);
}

#[tokio::test]
async fn an_unreadable_record_is_set_aside_unchanged_and_the_others_are_published() {
    let service = Service::start().await;
    let mut spoiled = record("space-updated");
    spoiled["dynamodb"]["NewImage"]["status"] = json!({ "S": "spoiled" });
    // Not a record as Lambda sends them.
    let foreign = json!({ "eventName": "INSERT", "dynamodb": { "NewImage": { "sk": { "Q": "INVITE" } } } });
    let records = [record("joined"), spoiled.clone(), foreign.clone(), record("space-deleted")];
    assert!(publish(&service.app(), &records).await.is_empty());
    assert_eq!(service.set_aside(), [spoiled, foreign]);
    let types: Vec<Value> = service.published().into_iter().map(|each| each["type"].clone()).collect();
    assert_eq!(types, ["MemberJoined", "SpaceDeleted"]);
}

#[tokio::test]
async fn a_record_that_cannot_be_set_aside_is_retried_with_all_later_ones() {
    let service = Service::start().await;
    let mut spoiled = record("space-updated");
    spoiled["dynamodb"]["NewImage"]["status"] = json!({ "S": "spoiled" });
    let records = [record("joined"), spoiled, record("space-deleted")];
    service.harness.queues.throttle(usize::MAX);
    assert_eq!(publish(&service.app(), &records).await, [sequence_number(&records[1])]);
    assert_eq!(service.published().len(), 2);
    service.harness.queues.throttle(0);
    assert!(publish(&service.app(), &records[1..]).await.is_empty());
    assert_eq!((service.published().len(), service.set_aside().len()), (3, 1));
}

#[tokio::test]
async fn a_record_after_an_unpublished_one_is_set_aside_only_once_that_one_is_published() {
    let service = Service::start().await;
    let mut spoiled = record("space-updated");
    spoiled["dynamodb"]["NewImage"]["status"] = json!({ "S": "spoiled" });
    let records = [record("joined"), spoiled];
    service.harness.mailbox.throttle_events(usize::MAX);
    for _ in 0..3 {
        assert_eq!(publish(&service.app(), &records).await, [sequence_number(&records[0])]);
    }
    assert_eq!(service.set_aside(), [Value::Null; 0]);
    service.harness.mailbox.throttle_events(0);
    assert!(publish(&service.app(), &records).await.is_empty());
    assert_eq!((service.published().len(), service.set_aside().len()), (1, 1));
}

#[tokio::test]
async fn a_record_that_was_set_aside_is_published_once_it_can_be_read() {
    let service = Service::start().await;
    let app = service.app();
    let mut spoiled = record("space-deleted");
    spoiled["dynamodb"]["NewImage"]["title"] = json!({ "S": "" });
    assert!(app.publish_again(&spoiled).await.is_err());
    let mut without_images = record("space-deleted");
    without_images["dynamodb"].as_object_mut().unwrap().retain(|name, _| !name.ends_with("Image"));
    let error = app.publish_again(&without_images).await.unwrap_err().to_string();
    assert!(error.contains("without its images"), "{error}");
    service.harness.mailbox.refuse_events(usize::MAX);
    assert!(app.publish_again(&record("space-deleted")).await.is_err());
    service.harness.mailbox.refuse_events(0);
    app.publish_again(&record("space-deleted")).await.unwrap();
    assert_eq!(service.published().len(), 1);
}
