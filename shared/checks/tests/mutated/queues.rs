//! Functions that read queues and schedules: a malformed message is retried, dead-lettered or logged.

use std::net::{Ipv4Addr, TcpListener};

use deliver_invites::App as Sender;
use jiff::SignedDuration;
use run_canary::App as Canary;
use serde_json::{Value, json};
use spaces_http::Env;
use spaces_local::Log;
use spaces_local::harness::{self, Harness};
use spaces_local::samples::Sample;
use spaces_model::MailKind;
use spaces_store::{InvitationRef, OutboxMessage};
use track_mail::App as Tracker;

use crate::mutations::{Mutation, mutations};
use crate::sources;

/// Returns a message of the mail queue about the sample invitation, which the service does not mail, so that the
/// message needs no work.
fn message(harness: &Harness) -> OutboxMessage {
    let people = ["bob@example.com"].map(|address| harness.store.person(&target(address))).to_vec();
    OutboxMessage { invite: InvitationRef::of_id(Sample::Open.id()), mailing: 0, kind: MailKind::Invite, people }
}

fn target(address: &str) -> spaces_model::InviteeTarget {
    spaces_model::InviteeTarget::Email(address.parse().unwrap())
}

fn event(body: &str, queue: &str) -> Value {
    let record = |number: u8| {
        json!({
            "messageId": format!("00000000-0000-4000-a000-00000000000{number}"),
            "receiptHandle": format!("AQEB{number}"), "body": body,
            "attributes": {
                "ApproximateReceiveCount": "1", "SentTimestamp": "1795262399000", "SenderId": "AROAEXAMPLE:sender",
                "ApproximateFirstReceiveTimestamp": "1795262400000", "MessageGroupId": "ff8d9819fc0e12bf0d24892e",
            },
            "messageAttributes": {}, "md5OfBody": "139586cc60feb3ba0118fd7e3119fdac", "eventSource": "aws:sqs",
            "eventSourceARN": format!("arn:aws:sqs:local:000000000000:{queue}"), "awsRegion": "local",
        })
    };
    json!({ "Records": [record(1), record(2)] })
}

/// Returns the ids of the messages that are retried.
fn failures(answer: &Value) -> Vec<String> {
    let failures = answer["batchItemFailures"].as_array().unwrap().iter();
    failures.map(|failure| failure["itemIdentifier"].as_str().unwrap().to_owned()).collect()
}

/// Returns the mutations of the first record of a batch, including those of the JSON in its body.
fn of_the_first(event: &Value) -> impl Iterator<Item = Mutation> {
    let is_first = |mutation: &Mutation| mutation.part == "/Records" || mutation.part.starts_with("/Records/0");
    mutations(event, &["/Records/0/body"]).into_iter().filter(is_first)
}

/// Returns the unparsed first record of an event, if it is still a record.
fn first(mutation: &Mutation) -> Option<Value> {
    let event: Value = serde_json::from_str(&spaces_model::representable(&mutation.text)).unwrap();
    event.pointer("/Records/0").filter(|record| record.is_object()).cloned()
}

#[tokio::test]
async fn deliver_invites_loses_no_message() {
    let harness = Harness::start().await.unwrap();
    let invitation = harness.store.invitation(Sample::Open.id()).await.unwrap().unwrap();
    harness.store.put_deliveries(&invitation, &invitation.invitees, harness::now()).await.unwrap();
    let app = Sender::from_env(&harness.env().unwrap(), sources()).unwrap();
    let message = message(&harness);
    let body = serde_json::to_string(&message).unwrap();
    let (deadline, mut kept) = (harness::now() + SignedDuration::from_mins(2), 0);
    for mutation in of_the_first(&event(&body, "MailQueue")) {
        let log = Log::at_level("WARN");
        harness.queues.forget_calls();
        let Ok(batch) = serde_json::from_str(&mutation.text) else {
            // The invocation fails, and every message of the batch is retried.
            kept += 1;
            continue;
        };
        let failures = failures(&json!(app.deliver(batch, deadline).await));
        let Some(record) = first(&mutation) else { continue };
        let read = record["body"].as_str().and_then(|body| serde_json::from_str::<OutboxMessage>(body).ok());
        if !failures.is_empty() || harness.queues.calls().contains(&"SendMessage".to_owned()) {
            kept += 1;
        } else if read.is_none_or(|read| read.invite != message.invite) {
            assert!(!log.text().is_empty(), "{} is lost: {}", mutation.name, mutation.text);
        }
    }
    assert!(kept > 50, "{kept}");
    assert!(harness.mailbox.messages().is_empty());
}

#[tokio::test]
async fn track_mail_loses_no_message_and_reads_the_others_of_a_batch() {
    let harness = Harness::start().await.unwrap();
    let app = Tracker::from_env(&harness.env().unwrap(), sources()).unwrap();
    let sample = harness::event("track-mail", "200-bounced").unwrap();
    let body = sample["Records"][0]["body"].as_str().unwrap();
    for mutation in of_the_first(&event(body, "MailEventQueue")) {
        let log = Log::at_level("ERROR");
        let Ok(batch) = serde_json::from_str(&mutation.text) else {
            assert!(["/Records"].contains(&&*mutation.part), "{} fails the whole batch", mutation.name);
            continue;
        };
        let failures = failures(&json!(app.track(batch).await));
        let whole: Value = serde_json::from_str(&spaces_model::representable(&mutation.text)).unwrap();
        let records = whole["Records"].as_array().unwrap().len();
        let counted = |line: &Value| line["MailEvents"].as_u64().unwrap_or_default();
        let tracked: u64 = log.metrics().unwrap().iter().map(counted).sum();
        assert_eq!(tracked + failures.len() as u64, records as u64, "{} is lost: {}", mutation.name, mutation.text);
        assert!(
            !failures.contains(&"00000000-0000-4000-a000-000000000002".to_owned()) || !mutation.part.contains("/0"),
            "{}",
            mutation.name
        );
    }
}

#[tokio::test]
async fn run_canary_starts_only_by_its_schedule() {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}");
    let env = Env::from_iter([("PUBLIC_URL", url.as_str()), ("CANARY_CREDENTIAL", "bearer secret")]);
    let app = Canary::from_env(&env, sources()).unwrap();
    for mutation in mutations(&harness::event("run-canary", "200-scheduled").unwrap(), &[]) {
        // An unreadable event fails the invocation, which EventBridge retries.
        let Ok(event) = serde_json::from_str(&mutation.text) else { continue };
        let outcome = serde_json::to_value(app.run(&event).await).unwrap();
        assert_eq!(outcome["steps"] == json!([]), mutation.part == "/detail-type", "{}: {outcome}", mutation.name);
    }
}
