//! Failures of the table, of SQS and of records.

use serde_json::{Value, json};
use spaces_local::Interference;
use spaces_local::queues::url;

use crate::support::{BULK, FAILURES, MAIL, Service};
use crate::{app, insert, invitation, modify, relay_with, sequence_numbers, until};

#[tokio::test]
async fn a_record_throttled_by_sqs_is_retried_with_the_rest_of_the_batch() {
    let service = Service::start().await;
    let records = [insert(&invitation(1, 12)), insert(&invitation(2, 1))];
    service.queues.throttle(usize::MAX);
    assert_eq!(service.relay(&records).await, sequence_numbers(&records[..1]));
    assert!(service.people(MAIL).is_empty());
    service.queues.throttle(0);
    assert!(service.relay(&records).await.is_empty());
    assert_eq!(service.people(MAIL).union(&service.people(BULK)).count(), 13);
}

#[tokio::test]
async fn a_short_throttling_is_retried() {
    let service = Service::start().await;
    service.queues.throttle(2);
    assert!(service.relay(&[insert(&invitation(1, 1))]).await.is_empty());
    assert_eq!(service.queued(MAIL).len(), 1);
}

#[tokio::test]
async fn an_sqs_that_never_responds_times_out_and_the_record_is_retried() {
    let service = Service::start().await;
    let records = [insert(&invitation(1, 1))];
    service.queues.fall_silent(usize::MAX);
    let app = service.app();
    let mut relaying = std::pin::pin!(relay_with(&app, &records));
    tokio::select! {
        answer = &mut relaying => panic!("it ended before SQS was asked: {answer:?}"),
        () = until(|| !service.queues.calls().is_empty()) => {}
    }
    // From here on it only waits, so let its timeouts pass at once.
    tokio::time::pause();
    assert_eq!(relaying.await, sequence_numbers(&records));
    tokio::time::resume();
    service.queues.fall_silent(0);
    assert!(service.relay(&records).await.is_empty());
    assert_eq!(service.queued(MAIL).len(), 1);
}

#[tokio::test]
async fn only_failed_messages_of_a_batch_are_sent_again() {
    let service = Service::start().await;
    service.queues.fail_entries(2);
    assert!(service.relay(&[insert(&invitation(1, 25))]).await.is_empty());
    assert_eq!((service.queued(MAIL).len(), service.people(MAIL).len()), (3, 25));
    assert_eq!(service.queues.calls(), ["SendMessageBatch", "SendMessageBatch"]);
}

#[tokio::test]
async fn a_record_is_retried_if_its_messages_keep_failing() {
    let service = Service::start().await;
    let records = [insert(&invitation(1, 25))];
    service.queues.fail_entries(usize::MAX);
    assert_eq!(service.relay(&records).await, sequence_numbers(&records));
    assert_eq!(service.queues.calls().len(), 3);
    service.queues.fail_entries(0);
    assert!(service.relay(&records).await.is_empty());
    assert_eq!(service.people(BULK).len() + service.people(MAIL).len(), 25);
}

#[tokio::test]
async fn an_unreachable_table_stops_the_batch_at_the_first_record() {
    let service = Service::start().await;
    let records = [insert(&invitation(1, 1)), insert(&invitation(2, 1))];
    service.harness.dynamo.throttle(usize::MAX);
    assert_eq!(service.relay(&records).await, sequence_numbers(&records[..1]));
    assert!(service.queues.calls().is_empty());
    service.harness.dynamo.throttle(0);
    assert!(service.relay(&records).await.is_empty());
    assert_eq!(service.queued(MAIL).len(), 2);
}

#[tokio::test]
async fn the_first_record_that_fails_is_reported_and_those_of_other_items_are_relayed() {
    let service = Service::start().await;
    let [first, second, third] = [1, 2, 3].map(|number| invitation(number, 1));
    let mut revoked = second.clone();
    revoked["revoked"] = json!({ "S": "2026-11-21T12:00:00.000Z" });
    let records = [insert(&first), insert(&second), insert(&third), modify(&second, &revoked)];
    let second = records[1]["dynamodb"]["NewImage"]["space"]["S"].as_str().unwrap().to_owned();
    service.harness.dynamo.interfere(move |_, body| body.contains(&second).then_some(Interference::Throttle));
    assert_eq!(service.relay(&records).await, sequence_numbers(&records[1..2]));
    assert_eq!(service.queued(MAIL).len(), 2);
}

#[tokio::test]
async fn an_unreadable_record_is_set_aside_unchanged() {
    let service = Service::start().await;
    let mut records = [1, 2, 3, 4].map(|number| insert(&invitation(number, 1)));
    records[1]["dynamodb"]["NewImage"]["mode"] = json!({"S": "spoiled"});
    // Not a record as Lambda sends them.
    records[2] = json!({"eventName": "INSERT", "dynamodb": {"NewImage": {"sk": {"Q": "INVITE"}}}});
    assert!(service.relay(&records).await.is_empty());
    let aside: Vec<Value> = service.queued(FAILURES).into_iter().map(|(_, body)| body).collect();
    assert!(aside.len() == 2 && records[1..3].iter().all(|record| aside.contains(record)));
    assert_eq!(service.people(MAIL).len(), 2);
}

#[tokio::test]
async fn a_record_that_is_too_long_for_sqs_is_set_aside_without_its_images() {
    let service = Service::start().await;
    let mut image = invitation(1, 1);
    image["mode"] = json!({ "S": "x".repeat(300_000) });
    assert!(service.relay(&[modify(&image, &image), insert(&invitation(2, 1))]).await.is_empty());
    let (_, aside) = service.queued(FAILURES).pop().unwrap();
    assert_eq!(aside["dynamodb"]["Keys"], insert(&image)["dynamodb"]["Keys"]);
    assert_eq!((&aside["dynamodb"]["NewImage"], &aside["dynamodb"]["OldImage"]), (&Value::Null, &Value::Null));
    assert_eq!(service.queued(MAIL).len(), 1);
}

#[tokio::test]
async fn a_record_with_characters_that_sqs_rejects_is_set_aside_unchanged() {
    let service = Service::start().await;
    let mut image = invitation(1, 1);
    image["mode"] = json!({ "S": "\u{0}\u{fffe}\u{ffff}" });
    let record = modify(&image, &image);
    assert!(service.relay(std::slice::from_ref(&record)).await.is_empty());
    let aside: Vec<Value> = service.queued(FAILURES).into_iter().map(|(_, body)| body).collect();
    assert_eq!(aside, [record]);
}

#[tokio::test]
async fn a_record_that_the_table_rejects_as_invalid_is_set_aside() {
    let service = Service::start().await;
    let mut too_large = invitation(1, 1);
    // The membership that it founds would exceed the maximum item size.
    too_large["founds"]["M"]["creator_name"] = json!({"S": "A".repeat(410_000)});
    let records = [insert(&too_large), insert(&invitation(2, 1))];
    assert!(service.relay(&records).await.is_empty());
    assert_eq!((service.queued(FAILURES).len(), service.queued(MAIL).len()), (1, 1));
}

#[tokio::test]
async fn a_record_that_cannot_be_set_aside_is_retried() {
    let service = Service::start().await;
    let mut env = service.env();
    env.set("RELAY_FAILURES_URL", url(&service.queues.endpoint().unwrap(), "Nowhere"));
    let mut records = [1, 2].map(|number| insert(&invitation(number, 1)));
    records[0]["dynamodb"]["NewImage"]["mode"] = json!({"S": "spoiled"});
    assert_eq!(relay_with(&app(&env), &records).await, sequence_numbers(&records[..1]));
}

#[tokio::test]
async fn a_missing_table_loses_no_record() {
    let service = Service::start().await;
    let mut env = service.env();
    env.set("TABLE_NAME", "another-table");
    let records = [insert(&invitation(1, 1))];
    assert_eq!(relay_with(&app(&env), &records).await, sequence_numbers(&records));
    assert!(service.queued(FAILURES).is_empty());
}

#[tokio::test]
async fn deliveries_are_kept_for_as_long_as_a_renewed_invitation() {
    let service = Service::start().await;
    let before = invitation(1, 3);
    assert!(service.relay(&[insert(&before)]).await.is_empty());
    let mut after = before.clone();
    after["expires"] = json!({ "S": "2097-01-01T00:00:00.000Z" });
    assert!(service.relay(&[modify(&before, &after)]).await.is_empty());
    let deliveries =
        service.items_but_limits().into_iter().filter(|item| item["sk"].as_str().unwrap().starts_with("TO#"));
    let expiries: Vec<Value> = deliveries.map(|item| item["expires_at"].clone()).collect();
    // 30 days after the expiry.
    assert_eq!(expiries, [4_010_428_800_i64; 3]);
}

#[tokio::test]
async fn deliveries_are_kept_until_a_meeting_after_the_expiry_has_taken_place() {
    let service = Service::start().await;
    let before = invitation(1, 3);
    assert!(service.relay(&[insert(&before)]).await.is_empty());
    let mut after = before.clone();
    after["starts"] = json!({ "S": "2199-01-01T00:00:00.000Z" });
    assert!(service.relay(&[modify(&before, &after)]).await.is_empty());
    let deliveries =
        service.items_but_limits().into_iter().filter(|item| item["sk"].as_str().unwrap().starts_with("TO#"));
    let expiries: Vec<Value> = deliveries.map(|item| item["expires_at"].clone()).collect();
    // 30 days after the meeting.
    assert_eq!(expiries, [7_229_174_400_i64; 3]);
}
