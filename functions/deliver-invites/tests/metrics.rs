//! What is counted, as it is written to standard output.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use deliver_invites::App;
use jiff::SignedDuration;
use serde_json::{Value, json};
use spaces_local::Log;
use spaces_local::harness::{self, Harness};

struct Service {
    harness: Harness,
    app: App,
    log: Log,
}

impl Service {
    async fn start() -> Self {
        let harness = Harness::start().await.unwrap();
        let app = App::from_env(&harness.env().unwrap(), harness::sources_at(harness::now())).unwrap();
        // The line of a delivery is not written at this level, and its metrics are.
        Self { harness, app, log: Log::at_level("WARN") }
    }

    /// The metric lines of one batch.
    async fn deliver(&self, records: Vec<Value>) -> Vec<Value> {
        let event = serde_json::from_value(json!({ "Records": records })).unwrap();
        self.app.deliver(event, harness::now() + SignedDuration::from_mins(15)).await;
        self.log.metrics().unwrap()
    }
}

fn records(event: &str) -> Vec<Value> {
    harness::event("deliver-invites", event).unwrap()["Records"].as_array().unwrap().clone()
}

#[tokio::test]
async fn the_mails_of_a_batch_are_added_up_on_one_line() {
    let service = Service::start().await;
    let batch = [records("200-new-invitation"), records("200-refused-address"), records("200-unreadable-record")];
    let metrics = service.deliver(batch.concat()).await;
    let sent = service.harness.mailbox.messages().len();
    assert!(sent > 1);
    assert_eq!(metrics.len(), 1);
    for (name, times) in
        [("MailsSent", json!(sent)), ("MailsFailed", json!(1)), ("CorruptRecords", json!(1)), ("ColdStart", json!(1))]
    {
        assert_eq!(metrics[0][name], times, "{name}");
    }
    assert_eq!((&metrics[0]["service"], &metrics[0]["MailsWaiting"]), (&json!("deliver-invites"), &Value::Null));
    let line = metrics[0].to_string();
    assert!(!line.contains('@') && !line.contains("example"), "{line}");
}

#[tokio::test]
async fn mails_that_ses_throttles_are_counted_as_waiting_and_once_as_sent() {
    let service = Service::start().await;
    let record = records("200-new-invitation");
    service.harness.mailbox.throttle(1_000);
    let waiting = service.deliver(record.clone()).await;
    assert!(waiting[0]["MailsWaiting"].as_u64() > Some(0));
    assert_eq!(waiting[0]["MailsSent"], Value::Null);
    service.harness.mailbox.throttle(0);
    let sent = service.deliver(record.clone()).await;
    assert_eq!((&sent[0]["MailsSent"], &sent[0]["MailsWaiting"]), (&waiting[0]["MailsWaiting"], &Value::Null));
    assert_eq!(service.deliver(record).await, Vec::<Value>::new());
}

#[tokio::test]
async fn mails_wait_while_the_table_is_out_of_reach() {
    let service = Service::start().await;
    service.harness.dynamo.throttle(usize::MAX);
    let record = records("200-new-invitation");
    let invitees = record[0]["dynamodb"]["NewImage"]["invitees"]["L"].as_array().unwrap().len();
    assert_eq!(service.deliver(record).await[0]["MailsWaiting"], json!(invitees));
}
