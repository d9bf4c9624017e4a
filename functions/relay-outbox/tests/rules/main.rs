//! Behavior that a single event cannot show: failures, crashes, repetition, volume.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod crashes;
mod failures;
mod joining;
mod people;
#[path = "../support/mod.rs"]
mod support;
mod volume;

use std::collections::BTreeSet;

use relay_outbox::App;
use serde_json::{Value, json};
use spaces_http::Env;
use spaces_local::Snapshot;
use spaces_local::harness;
use spaces_model::Invitation;
use spaces_store::{InvitationRef, invitation_of_image};

use crate::support::{Service, empty_queues};

impl Service {
    /// Relays records in a process of its own, and returns the sequence numbers of those to retry.
    async fn relay(&self, records: &[Value]) -> Vec<Value> {
        relay_with(&self.app(), records).await
    }

    /// Restores the table, and empties the queues.
    async fn reset(&mut self, table: &Snapshot) {
        self.harness.dynamo.restore(table).unwrap();
        self.harness.dynamo.forget_calls();
        self.queues = empty_queues().await;
    }

    /// Starts to relay records, and kills the process once `is_time` returns true.
    async fn kill(&self, records: &[Value], is_time: impl Fn() -> bool) {
        let app = self.app();
        tokio::select! {
            biased;
            () = until(is_time) => {}
            _ = relay_with(&app, records) => panic!("it ended before it was killed"),
        }
    }

    /// Returns the people named by the messages in a queue.
    fn people(&self, queue: &str) -> BTreeSet<String> {
        let people = self.queued(queue).into_iter().flat_map(|(_, body)| {
            let people = body["people"].as_array().unwrap().clone();
            people.into_iter().map(move |person| format!("{} {person}", body["invite"]))
        });
        people.collect()
    }

    /// Returns the items of the table except the counts, which grow with every repetition.
    fn items_but_limits(&self) -> Vec<Value> {
        let mut items = self.harness.dynamo.items().unwrap();
        items.retain(|item| item["sk"] != "LIMIT");
        items
    }
}

/// Returns the function with this configuration.
fn app(env: &Env) -> App {
    App::from_env(env, harness::sources_at(harness::now())).unwrap()
}

async fn relay_with(app: &App, records: &[Value]) -> Vec<Value> {
    let answer = app.relay(serde_json::from_value(json!({ "Records": records })).unwrap()).await;
    let failures = answer.batch_item_failures.into_iter();
    failures.map(|failure| failure.item_identifier.into()).collect()
}

/// Lets other tasks run until a condition holds.
async fn until(is_so: impl Fn() -> bool) {
    while !is_so() {
        tokio::task::yield_now().await;
    }
}

/// Returns the image of an invitation with this number and this many invitees, based on
/// `events/relay-outbox/200-created.json`.
fn invitation(number: u16, invitees: usize) -> Value {
    let event = harness::event("relay-outbox", "200-created").unwrap();
    let mut image = event["Records"][0]["dynamodb"]["NewImage"].clone();
    image["id"] = json!({"S": format!("d1{number:022x}")});
    image["space"] = json!({"S": format!("e1{number:022x}")});
    image["invitees"] = people(0..invitees);
    let partition = serde_json::to_value(InvitationRef::of(&read(&image))).unwrap();
    image["pk"] = json!({"S": format!("INVITE#{}", partition.as_str().unwrap())});
    image
}

/// Parses the invitation in an image.
fn read(image: &Value) -> Invitation {
    invitation_of_image(serde_json::from_value(image.clone()).unwrap()).unwrap()
}

/// Returns the invitees with these numbers.
fn people(numbers: std::ops::Range<usize>) -> Value {
    let person = |n| json!({"M": {"email": {"S": format!("invitee{n}@example.com")}, "role": {"S": "member"}}});
    json!({"L": numbers.map(person).collect::<Vec<_>>()})
}

/// Returns the record of an invitation's creation.
fn insert(image: &Value) -> Value {
    record(&json!({ "NewImage": image }))
}

/// Returns the record of an item's update.
fn modify(old: &Value, new: &Value) -> Value {
    record(&json!({ "OldImage": old, "NewImage": new }))
}

fn record(images: &Value) -> Value {
    let event = harness::event("relay-outbox", "200-created").unwrap();
    let mut record = event["Records"][0].clone();
    record["dynamodb"]["SequenceNumber"] = images["NewImage"]["pk"]["S"].clone();
    record["dynamodb"]["Keys"] = json!({ "pk": images["NewImage"]["pk"], "sk": images["NewImage"]["sk"] });
    for (name, image) in images.as_object().unwrap() {
        record["dynamodb"][name] = image.clone();
    }
    record
}

fn sequence_numbers(records: &[Value]) -> Vec<Value> {
    records.iter().map(|record| record["dynamodb"]["SequenceNumber"].clone()).collect()
}

#[test]
fn the_deployed_role_allows_what_the_function_does_and_no_more() {
    let expected = [
        // The space of an invitation and its creator's membership.
        "dynamodb:BatchGetItem",
        // Words of names that a user no longer has.
        "dynamodb:DeleteItem",
        // The event source mapping uses the role to read the stream.
        "dynamodb:DescribeStream",
        // An invitation, a space, a membership; a user and the owner of an address. Opens the first connection.
        "dynamodb:GetItem",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
        // Deliveries, a missing space or membership, words.
        "dynamodb:PutItem",
        // The people of an invitation; the invitations of a space.
        "dynamodb:Query",
        // The inviter's mails within the hour; a delivery's expiry; a space's title; the owner of an address.
        "dynamodb:UpdateItem",
        // To the mail queues and the failure queue, also by the mapping.
        "sqs:SendMessage",
    ];
    assert_eq!(harness::allowed_actions("RelayOutboxRole").unwrap(), expected);
}
