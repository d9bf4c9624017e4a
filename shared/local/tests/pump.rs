//! The stream pump between a real stream and a function that answers as the test wants.

#![cfg(test)]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::{Client, Config};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use spaces_local::pump::{Function, Pump};
use spaces_local::{Dynamo, TABLE_NAME};
use tempfile::TempDir;
use tokio::sync::Notify;

/// How the function answers an invocation, given the sequence numbers in it; `None` is never.
type Answer = fn(&[String]) -> Option<(StatusCode, Value)>;

#[derive(Clone, Default)]
struct Fake {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    /// The invitations of each invocation.
    invocations: Arc<Mutex<Vec<Vec<String>>>>,
    invoked: Arc<Notify>,
}

const SUCCESS: Answer = |_| Some((StatusCode::OK, json!({ "batchItemFailures": [] })));
const CRASH: Answer = |_| Some((StatusCode::INTERNAL_SERVER_ERROR, json!({ "errorType": "Panic" })));
const NEVER: Answer = |_| None;
const SECOND_FAILED: Answer = |numbers| Some(failed(&numbers[1]));
const UNKNOWN_FAILED: Answer = |_| Some(failed(""));

fn failed(number: &str) -> (StatusCode, Value) {
    (StatusCode::OK, json!({ "batchItemFailures": [{ "itemIdentifier": number }] }))
}

async fn invoked(State(fake): State<Fake>, Json(event): Json<Value>) -> (StatusCode, Json<Value>) {
    let texts = |pointer: &str| -> Vec<String> {
        let records = event["Records"].as_array().unwrap().iter();
        records.map(|record| record.pointer(pointer).unwrap().as_str().unwrap().to_owned()).collect()
    };
    fake.invocations.lock().unwrap().push(texts("/dynamodb/NewImage/pk/S"));
    let answer = fake.answers.lock().unwrap().pop_front().unwrap_or(SUCCESS);
    fake.invoked.notify_one();
    let Some((status, body)) = answer(&texts("/dynamodb/SequenceNumber")) else {
        return std::future::pending().await;
    };
    (status, Json(body))
}

struct World {
    dynamo: Dynamo,
    client: Client,
    fake: Fake,
    function: Function,
    directory: TempDir,
}

impl World {
    async fn new(answers: &[Answer]) -> Self {
        let fake = Fake::default();
        fake.answers.lock().unwrap().extend(answers);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let path = "/2015-03-31/functions/deliver-invites/invocations";
        let router = Router::new().route(path, post(invoked)).with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });

        let dynamo = Dynamo::in_memory().await.unwrap();
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-central-1"))
            .credentials_provider(Credentials::from_keys("local", "local", None))
            .endpoint_url(dynamo.endpoint())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build();
        let function = Function::new(&endpoint, "deliver-invites").unwrap();
        Self { dynamo, client: Client::from_conf(config), fake, function, directory: tempfile::tempdir().unwrap() }
    }

    async fn put(&self, pk: &str, sk: &str, channel: &str) {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let put = self.client.put_item().table_name(TABLE_NAME);
        put.item("pk", text(pk)).item("sk", text(sk)).item("channel", text(channel)).send().await.unwrap();
    }

    async fn invite(&self, names: &[&str]) {
        for name in names {
            self.put(name, "INVITE", "server").await;
        }
    }

    fn pump(&self) -> Pump {
        let pump = Pump::new(self.dynamo.stream(), self.function.clone(), self.directory.path());
        pump.unwrap().pausing(Duration::from_millis(1))
    }

    async fn deliver(&self) -> Vec<Vec<String>> {
        self.pump().deliver_pending().await.unwrap();
        self.fake.invocations.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn only_new_invitations_of_the_server_channel_are_delivered_in_order() {
    let world = World::new(&[]).await;
    world.put("SPACE#1", "SPACE", "server").await;
    world.put("INVITE#0", "INVITE", "client").await;
    world.invite(&["INVITE#1", "INVITE#2"]).await;
    world.put("INVITE#1", "DELIVERY#x", "server").await;
    assert_eq!(world.deliver().await, [["INVITE#1", "INVITE#2"]]);
}

#[tokio::test]
async fn a_record_has_the_shape_of_a_lambda_event() {
    let world = World::new(&[]).await;
    world.invite(&["INVITE#1"]).await;
    let record = world.dynamo.stream().after(None).unwrap().remove(0);
    assert_eq!((&record["eventName"], &record["eventSource"]), (&json!("INSERT"), &json!("aws:dynamodb")));
    assert_eq!(record["dynamodb"]["NewImage"]["channel"], json!({ "S": "server" }));
    assert_eq!(record["dynamodb"]["StreamViewType"], "NEW_AND_OLD_IMAGES");
    let number = record["dynamodb"]["SequenceNumber"].as_str().unwrap();
    assert!(number.len() >= 21 && number.bytes().all(|digit| digit.is_ascii_digit()), "{number}");
    assert!(record["eventSourceARN"].as_str().unwrap().contains(":table/spaces/stream/"), "{record}");
}

#[tokio::test]
async fn a_batch_has_ten_records_at_most() {
    let world = World::new(&[]).await;
    let names: Vec<String> = (0..11).map(|number| format!("INVITE#{number:02}")).collect();
    world.invite(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    assert_eq!(world.deliver().await, [&names[..10], &names[10..]]);
}

#[tokio::test]
async fn a_restarted_pump_delivers_what_came_since_and_nothing_again() {
    let world = World::new(&[]).await;
    world.invite(&["INVITE#1"]).await;
    world.deliver().await;
    world.invite(&["INVITE#2"]).await;
    assert_eq!(world.deliver().await, [["INVITE#1"], ["INVITE#2"]]);
}

#[tokio::test]
async fn a_pump_killed_during_an_invocation_delivers_the_batch_again() {
    let world = World::new(&[NEVER]).await;
    world.invite(&["INVITE#1"]).await;
    let mut pump = world.pump();
    tokio::select! {
        result = pump.deliver_pending() => panic!("{result:?}"),
        () = world.fake.invoked.notified() => {}
    }
    assert_eq!(world.deliver().await, [["INVITE#1"], ["INVITE#1"]]);
}

#[tokio::test]
async fn records_behind_the_lowest_failure_are_tried_again_with_it() {
    let world = World::new(&[SECOND_FAILED]).await;
    world.invite(&["INVITE#1", "INVITE#2", "INVITE#3"]).await;
    let expected = [vec!["INVITE#1", "INVITE#2", "INVITE#3"], vec!["INVITE#2", "INVITE#3"]];
    assert_eq!(world.deliver().await, expected);
}

#[tokio::test]
async fn a_crash_fails_the_whole_batch() {
    let world = World::new(&[CRASH]).await;
    world.invite(&["INVITE#1", "INVITE#2"]).await;
    assert_eq!(world.deliver().await, [["INVITE#1", "INVITE#2"], ["INVITE#1", "INVITE#2"]]);
}

#[tokio::test]
async fn a_failure_that_names_nothing_of_the_batch_fails_it_whole() {
    let world = World::new(&[UNKNOWN_FAILED]).await;
    world.invite(&["INVITE#1", "INVITE#2"]).await;
    assert_eq!(world.deliver().await, [["INVITE#1", "INVITE#2"], ["INVITE#1", "INVITE#2"]]);
}

#[tokio::test]
async fn a_record_that_keeps_failing_is_put_aside_and_the_next_one_delivered() {
    let world = World::new(&[CRASH; 6]).await;
    world.invite(&["INVITE#1", "INVITE#2"]).await;
    let invocations = world.deliver().await;
    assert_eq!(invocations.len(), 7);
    assert_eq!(invocations.last().unwrap(), &["INVITE#2"]);
    let letters = std::fs::read_to_string(world.directory.path().join("dead-letters.jsonl")).unwrap();
    let letter: Value = serde_json::from_str(letters.trim()).unwrap();
    assert_eq!(letter["record"]["dynamodb"]["NewImage"]["pk"]["S"], "INVITE#1");
    assert_eq!(world.deliver().await.len(), 7);
}
