//! Functions that read the table's stream: a record from which the change can't be read is set aside, and the others of
//! its batch are processed.

use serde_json::{Value, json};
use spaces_local::harness::{self, Harness};

use crate::mutations::{Mutation, mutations};
use crate::sources;

/// Returns a batch of two records of a function's events, which concern different items.
fn batch(function: &str, names: [&str; 2]) -> Value {
    json!({ "Records": names.map(|name| harness::event(function, name).unwrap()["Records"][0].clone()) })
}

/// Returns the sequence numbers from which the stream is retried.
fn again(answer: &Value) -> Vec<String> {
    let failures = answer["batchItemFailures"].as_array().unwrap().iter();
    failures.map(|failure| failure["itemIdentifier"].as_str().unwrap_or_default().to_owned()).collect()
}

/// Returns whether a mutation removes the information about which item changed and how.
fn is_of_the_frame(mutation: &Mutation) -> bool {
    let image = ["/Records/0/dynamodb/NewImage/", "/Records/0/dynamodb/OldImage/"];
    let is_in_image = image.iter().any(|image| mutation.part.starts_with(image));
    let is_key = ["/pk", "/sk", "/pk/S", "/sk/S"].iter().any(|key| mutation.part.ends_with(key));
    mutation.part.starts_with("/Records/0/dynamodb/") && (!is_in_image || is_key)
        || mutation.part == "/Records/0/eventName"
}

/// Returns the mutations of the first record of a batch, for its images only those of the whole image and of each
/// attribute.
fn of_the_first(event: &Value) -> impl Iterator<Item = Mutation> {
    let is_deep = |mutation: &Mutation| mutation.part.matches('/').count() > 6;
    let is_first = |mutation: &Mutation| mutation.part == "/Records" || mutation.part.starts_with("/Records/0");
    mutations(event, &[]).into_iter().filter(move |mutation| is_first(mutation) && !is_deep(mutation))
}

/// Returns the number of SQS calls with this name since they were last cleared.
fn calls(harness: &Harness, name: &str) -> usize {
    harness.queues.calls().iter().filter(|call| *call == name).count()
}

#[tokio::test]
async fn relay_outbox_loses_no_record() {
    let harness = Harness::start().await.unwrap();
    let app = relay_outbox::App::from_env(&harness.env().unwrap(), sources()).unwrap();
    let event = batch("relay-outbox", ["200-times-changed", "200-created"]);
    let mut aside = 0;
    for mutation in of_the_first(&event) {
        harness.queues.forget_calls();
        let Ok(batch) = serde_json::from_str(&mutation.text) else {
            assert_eq!(mutation.part, "/Records", "{} fails the whole batch", mutation.name);
            continue;
        };
        assert_eq!(again(&json!(app.relay(batch).await)), Vec::<String>::new(), "{}", mutation.name);
        let (relayed, failed) = (calls(&harness, "SendMessageBatch"), calls(&harness, "SendMessage"));
        if mutation.part != "/Records" {
            assert!(relayed >= 1, "{}: the other record is not relayed", mutation.name);
        }
        if is_of_the_frame(&mutation) {
            assert!(relayed + failed >= 2, "{} is lost: {}", mutation.name, mutation.text);
        }
        aside += failed;
    }
    assert!(aside > 100, "{aside}");
}

#[tokio::test]
async fn publish_events_loses_no_record() {
    let event = batch("publish-events", ["200-space-updated", "200-created"]);
    let mutations: Vec<Mutation> = of_the_first(&event).collect();
    let mut aside = 0;
    // The mailbox stores all events, and counting them gets slower with each event.
    for mutations in mutations.chunks(100) {
        let harness = Harness::start().await.unwrap();
        let app = publish_events::App::from_env(&harness.env().unwrap(), sources()).unwrap();
        let mut all = 0;
        for mutation in mutations {
            harness.queues.forget_calls();
            let Ok(batch) = serde_json::from_str(&mutation.text) else {
                assert_eq!(mutation.part, "/Records", "{} fails the whole batch", mutation.name);
                continue;
            };
            assert_eq!(again(&json!(app.publish(batch).await)), Vec::<String>::new(), "{}", mutation.name);
            let before = std::mem::replace(&mut all, harness.mailbox.events(1_000).unwrap().len());
            let (published, failed) = (all - before, calls(&harness, "SendMessage"));
            if mutation.part != "/Records" {
                assert!(published >= 1, "{}: the other record is not published", mutation.name);
            }
            if is_of_the_frame(mutation) {
                assert!(published + failed >= 2, "{} is lost: {}", mutation.name, mutation.text);
            }
            aside += failed;
        }
    }
    assert!(aside > 100, "{aside}");
}
