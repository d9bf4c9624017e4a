//! Records of the table's stream, as Lambda passes them to a function: read one by one, retried from the first that
//! fails, and moved to a queue if the record itself is at fault.

use std::error::Error;
use std::sync::OnceLock;

use aws_lambda_events::event::dynamodb::{EventRecord, StreamRecord};
use aws_lambda_events::event::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use aws_sdk_sqs::Client;
use aws_types::SdkConfig;
use serde::Deserialize;
use serde_json::Value;

/// A batch of records of the table's stream.
///
/// The records stay unparsed: an unreadable one is set aside as a whole and must not fail the others in its batch.
#[derive(Debug, Deserialize)]
pub struct Batch {
    /// The records, in the order of the stream.
    #[serde(rename = "Records")]
    pub records: Vec<Value>,
}

/// A record from which the change of the item cannot be read. Retrying does not help.
#[derive(Debug, thiserror::Error)]
pub enum UnreadableRecord {
    /// The record is not a stream record as Lambda sends it.
    #[error("it is not a record of the stream")]
    Malformed(#[from] serde_json::Error),
    /// The record lacks an image of the item, or an image does not belong to the item named by its keys.
    #[error("it lacks an image of its item")]
    Incomplete,
}

/// Reads the change of an item from a record.
///
/// # Errors
///
/// [`UnreadableRecord`], also for a record without its images: it would otherwise look like one that needs no action,
/// and be lost.
pub fn change(record: &Value) -> Result<StreamRecord, UnreadableRecord> {
    let event = EventRecord::deserialize(record)?;
    let key = |of: &str, name: &str| record.pointer(&format!("/dynamodb/{of}/{name}/S")).and_then(Value::as_str);
    let has =
        |image| ["pk", "sk"].iter().all(|name| key(image, name).is_some() && key(image, name) == key("Keys", name));
    let is_whole = match event.event_name.as_str() {
        "INSERT" => has("NewImage"),
        "MODIFY" => has("NewImage") && has("OldImage"),
        "REMOVE" => true,
        _ => false,
    };
    if is_whole { Ok(event.change) } else { Err(UnreadableRecord::Incomplete) }
}

/// Returns the sequence number of a record in the stream.
#[must_use]
pub fn sequence_number(record: &Value) -> String {
    record.pointer("/dynamodb/SequenceNumber").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Returns the response that makes Lambda retry a record and all records after it (`ReportBatchItemFailures`). With
/// `None`, the whole batch has succeeded.
#[must_use]
pub fn answer(first_failed: Option<String>) -> DynamoDbEventResponse {
    let mut response = DynamoDbEventResponse::default();
    response.batch_item_failures.extend(first_failed.map(|sequence_number| {
        let mut failure = DynamoDbBatchItemFailure::default();
        failure.item_identifier = Some(sequence_number);
        failure
    }));
    response
}

/// The queue of records that are themselves at fault.
pub struct Failures {
    config: SdkConfig,
    /// Created for the first failure, which hardly any instance has: creating a client takes an eighth of the instructions
    /// of a cold start.
    client: OnceLock<Client>,
    url: String,
}

/// The error returned when a record could not be moved to the queue: SQS is throttling, unreachable, or rejects the
/// call.
#[derive(Debug, thiserror::Error)]
#[error("the failure queue is busy or unreachable, or this function lacks permission")]
pub struct NotSetAside(#[source] Box<dyn Error + Send + Sync>);

impl Failures {
    /// Creates a client of the queue with this URL.
    #[must_use]
    pub fn new(config: &SdkConfig, url: String) -> Self {
        Self { config: config.clone(), client: OnceLock::new(), url }
    }

    /// Stores a record for the operator: whole, or without its images if SQS would reject it for its size.
    ///
    /// # Errors
    ///
    /// [`NotSetAside`].
    pub async fn set_aside(&self, mut record: Value) -> Result<(), NotSetAside> {
        let mut body = message(&record);
        if body.len() > LONGEST {
            if let Some(change) = record.get_mut("dynamodb").and_then(Value::as_object_mut) {
                change.retain(|name, _| !name.ends_with("Image"));
            }
            body = message(&record);
        }
        let client = self.client.get_or_init(|| Client::new(&self.config));
        let call = client.send_message().queue_url(&self.url).message_body(body);
        Box::pin(call.send()).await.map_err(|error| NotSetAside(Box::new(error)))?;
        Ok(())
    }
}

/// Maximum size in bytes at which a record is stored whole. Every queue accepts it: SQS's maximum was 256 KiB until August
/// 2025, and is 1 MiB since (`SendMessage` in the Amazon SQS API reference).
const LONGEST: usize = 256 * 1024;

/// Returns a record as JSON in characters that SQS accepts (`SendMessage`). JSON already escapes the control
/// characters, which SQS rejects as well.
fn message(record: &Value) -> String {
    record.to_string().replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff")
}
