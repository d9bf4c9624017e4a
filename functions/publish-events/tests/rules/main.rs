//! Behavior that a single event cannot show: repetition, order, failures, and what events must not contain.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod content;
mod failures;
#[path = "../support/mod.rs"]
mod support;

use publish_events::App;
use serde_json::{Value, json};
use spaces_local::harness;

use crate::support::Service;

/// Returns the records of a file in `events/publish-events`.
fn records(name: &str) -> Vec<Value> {
    let event = harness::event("publish-events", &format!("200-{name}")).unwrap();
    event["Records"].as_array().unwrap().clone()
}

/// Returns the first record of a file.
fn record(name: &str) -> Value {
    records(name).remove(0)
}

/// Publishes records, and returns the sequence numbers of those to retry.
async fn publish(app: &App, records: &[Value]) -> Vec<Value> {
    let answer = app.publish(serde_json::from_value(json!({ "Records": records })).unwrap()).await;
    let answer = serde_json::to_value(answer).unwrap();
    answer["batchItemFailures"].as_array().unwrap().iter().map(|failure| failure["itemIdentifier"].clone()).collect()
}

fn sequence_number(record: &Value) -> Value {
    record["dynamodb"]["SequenceNumber"].clone()
}

#[test]
fn the_deployed_role_allows_what_the_function_does_and_no_more() {
    let expected = [
        // The event source mapping uses the role to read the stream.
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
        "events:PutEvents",
        // To the failure queue, also by the mapping.
        "sqs:SendMessage",
    ];
    assert_eq!(harness::allowed_actions("PublishEventsRole").unwrap(), expected);
}

#[tokio::test]
async fn a_redelivered_record_yields_the_same_events_with_the_same_ids() {
    let service = Service::start().await;
    for _ in 0..2 {
        assert_eq!(publish(&service.app(), &records("created")).await, [json!(null); 0]);
    }
    let published = service.published();
    let (first, again) = published.split_at(2);
    assert_eq!(first, again);
    assert_ne!(first[0]["event"]["id"], first[1]["event"]["id"]);
}

#[tokio::test]
async fn every_other_change_has_another_id() {
    let service = Service::start().await;
    let all = ["created", "mails-queued", "mail-sent", "mail-delayed", "mail-given-up-by-ses", "mail-delivered"];
    let more = ["mail-bounced", "mail-complained", "mail-failed", "declined", "updated", "resent", "revoked", "joined"];
    let rest = ["role-changed", "left", "guest-joined", "removed", "space-updated", "space-deleted"];
    for name in all.into_iter().chain(more).chain(rest) {
        publish(&service.app(), &records(name)).await;
    }
    let mut ids: Vec<String> = service.published().iter().map(|each| each["event"]["id"].to_string()).collect();
    assert_eq!(ids.len(), 22);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 22);
}

#[tokio::test]
async fn the_sequence_rises_over_the_life_of_each_subject() {
    let service = Service::start().await;
    for life in [
        &["created", "updated", "resent", "revoked"][..],
        &["mails-queued", "mail-sent", "mail-delayed", "mail-given-up-by-ses", "mail-delivered", "mail-bounced"],
        &["joined", "role-changed", "left"],
        &["guest-joined", "removed"],
        &["space-updated", "space-deleted"],
    ] {
        let before = service.published().len();
        for name in life {
            publish(&service.app(), &records(name)).await;
        }
        let published = service.published().split_off(before);
        // Keeps the events of one subject: the invitation without its creator's membership, or mails to one address.
        let is_of = |each: &&Value| {
            let is_creator = life[0] == "created" && each["type"] == "MemberJoined";
            !is_creator && each["event"]["inviteeType"] != "userId"
        };
        let sequences: Vec<u64> =
            published.iter().filter(is_of).map(|each| each["event"]["sequence"].as_u64().unwrap()).collect();
        assert_eq!(sequences.len(), life.len(), "{life:?}");
        assert!(sequences.is_sorted_by(|one, next| one < next), "{life:?}: {sequences:?}");
    }
}
