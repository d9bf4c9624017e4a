//! The event source mappings, between a real stream, real queues and a function whose responses the tests script.

#![cfg(test)]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::{Client, Config};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use spaces_local::pump::Pump;
use spaces_local::{Dynamo, LocalQueues, TABLE_NAME, Template};
use tempfile::TempDir;
use tokio::sync::Notify;

const TEMPLATE: &str = r#"
Resources:
  Deliver:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: deliver-invites } }
    Properties: { Timeout: 60 }
  Count:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: count } }
  Failures: { Type: AWS::SQS::Queue }
  Mail:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 60
      RedrivePolicy: { deadLetterTargetArn: !GetAtt Failures.Arn, maxReceiveCount: 2 }
  Outbox:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      EventSourceArn: !GetAtt Table.StreamArn
      FunctionName: !GetAtt Deliver.Arn
      StartingPosition: TRIM_HORIZON
      BatchSize: 10
      MaximumRetryAttempts: 1000
      FunctionResponseTypes: [ReportBatchItemFailures]
      DestinationConfig: { OnFailure: { Destination: !GetAtt Failures.Arn } }
      FilterCriteria:
        Filters:
          - Pattern: '{"eventName":["INSERT"],"dynamodb":{"NewImage":{"sk":{"S":["INVITE"]},"channel":{"S":["server"]}}}}'
  FromMail:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      EventSourceArn: !GetAtt Mail.Arn
      FunctionName: !GetAtt Deliver.Arn
      BatchSize: 2
      ScalingConfig: { MaximumConcurrency: 3 }
      FunctionResponseTypes: [ReportBatchItemFailures]
"#;

/// A second mapping of the stream, without a filter.
const SECOND_MAPPING: &str = "
  Counting:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      EventSourceArn: !GetAtt Table.StreamArn
      FunctionName: !GetAtt Count.Arn
      StartingPosition: TRIM_HORIZON
";

/// The function's reply to an invocation with these sequence numbers or message ids; `None` means that it never
/// replies.
type Answer = fn(&[String]) -> Option<(StatusCode, Value)>;

#[derive(Clone, Default)]
struct Fake {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    /// The invitations or message bodies of each invocation of `deliver-invites`.
    invocations: Arc<Mutex<Vec<Vec<String>>>>,
    /// The event of the last invocation.
    event: Arc<Mutex<Value>>,
    /// Number of records that the function `count` received.
    counted: Arc<Mutex<usize>>,
    invoked: Arc<Notify>,
}

const SUCCESS: Answer = |_| Some((StatusCode::OK, json!({ "batchItemFailures": [] })));
const CRASH: Answer = |_| Some((StatusCode::INTERNAL_SERVER_ERROR, json!({ "errorType": "Panic" })));
const NEVER: Answer = |_| None;
const SECOND_FAILED: Answer = |ids| Some(failed(&ids[1]));
const UNKNOWN_FAILED: Answer = |_| Some(failed(""));

fn failed(id: &str) -> (StatusCode, Value) {
    (StatusCode::OK, json!({ "batchItemFailures": [{ "itemIdentifier": id }] }))
}

async fn invoked(
    State(fake): State<Fake>,
    Path(function): Path<String>,
    Json(event): Json<Value>,
) -> (StatusCode, Json<Value>) {
    let records = event["Records"].as_array().unwrap();
    if function == "count" {
        *fake.counted.lock().unwrap() += records.len();
        return (StatusCode::OK, Json(Value::Null));
    }
    let texts = |stream: &str, queue: &str| -> Vec<String> {
        let text =
            |record: &Value| record.pointer(stream).or(record.pointer(queue)).unwrap().as_str().unwrap().to_owned();
        records.iter().map(text).collect()
    };
    fake.invocations.lock().unwrap().push(texts("/dynamodb/NewImage/pk/S", "/body"));
    let ids = texts("/dynamodb/SequenceNumber", "/messageId");
    *fake.event.lock().unwrap() = event;
    let answer = fake.answers.lock().unwrap().pop_front().unwrap_or(SUCCESS);
    fake.invoked.notify_one();
    let Some((status, body)) = answer(&ids) else {
        return std::future::pending().await;
    };
    (status, Json(body))
}

struct World {
    dynamo: Dynamo,
    client: Client,
    queues: LocalQueues,
    fake: Fake,
    endpoint: String,
    template: Template,
    directory: TempDir,
}

impl World {
    async fn new(answers: &[Answer]) -> Self {
        let fake = Fake::default();
        fake.answers.lock().unwrap().extend(answers);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let path = "/2015-03-31/functions/{function}/invocations";
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
        let directory = tempfile::tempdir().unwrap();
        let template = template(&directory, TEMPLATE);
        let queues = LocalQueues::in_memory(template.queues().unwrap()).await.unwrap();
        Self { dynamo, client: Client::from_conf(config), queues, fake, endpoint, template, directory }
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
        let pump =
            Pump::new(&self.template, &self.dynamo.stream(), &self.queues, &self.endpoint, self.directory.path());
        pump.unwrap().pausing(Duration::from_millis(1))
    }

    async fn deliver(&self) -> Vec<Vec<String>> {
        self.pump().deliver_pending().await.unwrap();
        self.invocations()
    }

    fn invocations(&self) -> Vec<Vec<String>> {
        self.fake.invocations.lock().unwrap().clone()
    }

    fn send(&self, bodies: &[&str]) {
        for body in bodies {
            self.queues.send("Mail", body, Some("alice")).unwrap();
        }
    }

    /// Returns the messages left in a queue, with the number of times each was received.
    fn left(&self, queue: &str) -> Vec<(String, u32)> {
        let messages = self.queues.peek(queue).unwrap();
        messages.into_iter().map(|message| (message.body, message.receive_count)).collect()
    }
}

fn template(directory: &TempDir, text: &str) -> Template {
    let path = directory.path().join("template.yaml");
    std::fs::write(&path, text).unwrap();
    Template::read(path).unwrap()
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
async fn a_batch_has_at_most_ten_records() {
    let world = World::new(&[]).await;
    let names: Vec<String> = (0..11).map(|number| format!("INVITE#{number:02}")).collect();
    world.invite(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    assert_eq!(world.deliver().await, [&names[..10], &names[10..]]);
}

#[tokio::test]
async fn a_restarted_pump_delivers_only_new_records() {
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
async fn records_after_the_lowest_failure_are_retried_with_it() {
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
async fn a_failure_that_names_no_record_of_the_batch_fails_the_whole_batch() {
    let world = World::new(&[UNKNOWN_FAILED]).await;
    world.invite(&["INVITE#1", "INVITE#2"]).await;
    assert_eq!(world.deliver().await, [["INVITE#1", "INVITE#2"], ["INVITE#1", "INVITE#2"]]);
}

#[tokio::test]
async fn a_record_that_keeps_failing_is_given_up_and_the_next_one_delivered() {
    let world = World::new(&[CRASH; 6]).await;
    world.invite(&["INVITE#1", "INVITE#2"]).await;
    let invocations = world.deliver().await;
    assert_eq!(invocations.len(), 7);
    assert_eq!(invocations.last().unwrap(), &["INVITE#2"]);
    let letters = std::fs::read_to_string(world.directory.path().join("Outbox/dead-letters.jsonl")).unwrap();
    let letter: Value = serde_json::from_str(letters.trim()).unwrap();
    assert_eq!(letter["record"]["dynamodb"]["NewImage"]["pk"]["S"], "INVITE#1");
    assert_eq!(world.deliver().await.len(), 7);

    let failure: Value = serde_json::from_str(&world.queues.peek("Failures").unwrap()[0].body).unwrap();
    assert_eq!(failure["requestContext"]["condition"], "RetryAttemptsExhausted");
    let number = &letter["record"]["dynamodb"]["SequenceNumber"];
    assert_eq!(&failure["DDBStreamBatchInfo"]["startSequenceNumber"], number);
    assert!(
        failure["DDBStreamBatchInfo"]["streamArn"].as_str().unwrap().contains(":table/spaces/stream/"),
        "{failure}"
    );
}

#[tokio::test]
async fn every_mapping_of_the_stream_gets_the_records_that_its_filter_matches() {
    let mut world = World::new(&[]).await;
    world.template = template(&world.directory, &format!("{TEMPLATE}{SECOND_MAPPING}"));
    world.put("SPACE#1", "SPACE", "server").await;
    world.invite(&["INVITE#1"]).await;
    assert_eq!(world.deliver().await, [["INVITE#1"]]);
    assert_eq!(*world.fake.counted.lock().unwrap(), 2);
}

#[tokio::test]
async fn a_record_is_retried_forever_if_the_template_sets_no_limit() {
    let mut world = World::new(&[CRASH; 10]).await;
    world.template =
        template(&world.directory, &TEMPLATE.replace("MaximumRetryAttempts: 1000", "MaximumRetryAttempts: -1"));
    world.invite(&["INVITE#1"]).await;
    assert_eq!(world.deliver().await.len(), 11);
    assert!(world.left("Failures").is_empty());
}

#[tokio::test]
async fn messages_are_delivered_in_batches_and_deleted() {
    let world = World::new(&[]).await;
    world.send(&["a", "b", "c"]);
    let mut delivered = world.deliver().await;
    delivered.sort();
    assert_eq!(delivered, [vec!["a", "b"], vec!["c"]]);
    assert!(world.left("Mail").is_empty());
}

#[tokio::test]
async fn a_message_has_the_shape_of_a_lambda_event() {
    let world = World::new(&[]).await;
    let id = world.queues.send("Mail", "a", Some("alice")).unwrap();
    world.deliver().await;
    let mut record = world.fake.event.lock().unwrap()["Records"][0].clone();
    let receipt = record["receiptHandle"].take();
    assert!(receipt.as_str().unwrap().len() > 40, "{receipt}");
    let attributes = record["attributes"].as_object_mut().unwrap();
    for name in ["SentTimestamp", "ApproximateFirstReceiveTimestamp"] {
        let time = attributes.remove(name).unwrap();
        assert!(time.as_str().unwrap().parse::<u64>().unwrap() > 1_700_000_000_000, "{name}: {time}");
    }
    let expected = json!({
        "messageId": id,
        "receiptHandle": null,
        "body": "a",
        "attributes": { "ApproximateReceiveCount": "1", "MessageGroupId": "alice", "SenderId": "local" },
        "messageAttributes": {},
        "md5OfBody": "0cc175b9c0f1b6a831c399e269772661",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:local:000000000000:Mail",
        "awsRegion": "local",
    });
    assert_eq!(record, expected);
}

#[tokio::test]
async fn a_reported_message_is_received_again_after_its_timeout_and_the_others_are_deleted() {
    let world = World::new(&[SECOND_FAILED]).await;
    world.send(&["a", "b"]);
    assert_eq!(world.deliver().await, [["a", "b"]]);
    assert_eq!(world.left("Mail"), [("b".to_owned(), 1)]);
    world.queues.advance(Duration::from_secs(61));
    assert_eq!(world.deliver().await[1..], [["b"]]);
    assert!(world.left("Mail").is_empty());
}

#[tokio::test]
async fn messages_are_redelivered_when_the_function_crashes_hangs_or_returns_nonsense() {
    for answer in [CRASH, NEVER, UNKNOWN_FAILED] {
        let mut world = World::new(&[answer]).await;
        if answer(&[]).is_none() {
            world.template = template(&world.directory, &TEMPLATE.replace("{ Timeout: 60 }", "{ Timeout: 1 }"));
        }
        world.send(&["a", "b"]);
        world.deliver().await;
        assert_eq!(world.left("Mail"), [("a".to_owned(), 1), ("b".to_owned(), 1)]);
        assert!(world.queues.peek("Mail").unwrap().iter().all(|message| !message.hidden_for.is_zero()));
    }
}

#[tokio::test]
async fn a_message_that_keeps_failing_is_dead_lettered() {
    let world = World::new(&[CRASH; 2]).await;
    world.send(&["a"]);
    for _ in 0..3 {
        world.deliver().await;
        world.queues.advance(Duration::from_secs(61));
    }
    assert_eq!(world.invocations().len(), 2);
    assert!(world.left("Mail").is_empty());
    assert_eq!(world.left("Failures"), [("a".to_owned(), 2)]);
}

#[tokio::test]
async fn the_templates_concurrency_limits_parallel_invocations() {
    let world = World::new(&[NEVER; 4]).await;
    world.send(&["a", "b", "c", "d", "e", "f", "g"]);
    let mut pump = world.pump();
    tokio::select! {
        result = pump.deliver_pending() => panic!("{result:?}"),
        () = async {
            while world.invocations().len() < 3 {
                world.fake.invoked.notified().await;
            }
        } => {}
    }
    // The message of the fourth invocation was not even received.
    assert_eq!(world.left("Mail").last(), Some(&("g".to_owned(), 0)));
}

#[tokio::test]
async fn an_unreachable_function_does_not_count_as_a_receive() {
    let mut world = World::new(&[]).await;
    let up = std::mem::replace(&mut world.endpoint, "http://127.0.0.1:1".to_owned());
    world.send(&["a"]);
    let mut pump = world.pump();
    tokio::select! {
        result = pump.deliver_pending() => panic!("{result:?}"),
        () = async {
            // Received and released.
            while world.left("Mail") != [("a".to_owned(), 1)] { tokio::task::yield_now().await; }
            while world.left("Mail") != [("a".to_owned(), 0)] { tokio::task::yield_now().await; }
        } => {}
    }
    world.endpoint = up;
    assert_eq!(world.deliver().await, [["a"]]);
}
