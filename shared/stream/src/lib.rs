//! Records of the table's stream, as Lambda hands them to a function: read one by one, retried from the first that fails, and set
//! aside where a record itself is at fault.

use std::error::Error;
use std::sync::OnceLock;

use aws_lambda_events::event::dynamodb::{EventRecord, StreamRecord};
use aws_lambda_events::event::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use aws_sdk_sqs::Client;
use aws_types::SdkConfig;
use serde::Deserialize;
use serde_json::Value;

/// Records of the table's stream.
///
/// They are kept as they come: one that cannot be read is set aside whole, and must not fail the others of its batch.
#[derive(Debug, Deserialize)]
pub struct Batch {
    /// The records, in the order of the stream.
    #[serde(rename = "Records")]
    pub records: Vec<Value>,
}

/// A record that does not say what has changed, however often it comes.
#[derive(Debug, thiserror::Error)]
pub enum UnreadableRecord {
    /// It is none as Lambda sends them.
    #[error("it is no record of the stream")]
    Malformed(#[from] serde_json::Error),
    /// It lacks an image of the item, or an image is not of the item that its keys name.
    #[error("it lacks an image of its item")]
    Incomplete,
}

/// Reads the change of an item from a record.
///
/// # Errors
///
/// [`UnreadableRecord`]. A record without its images would otherwise be taken for one from which nothing follows, and be lost.
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

/// Returns the place of a record in the stream.
#[must_use]
pub fn sequence_number(record: &Value) -> String {
    record.pointer("/dynamodb/SequenceNumber").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Returns the answer that makes the stream bring a record and those behind it again (`ReportBatchItemFailures`); none of them if all
/// are done with.
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

/// The queue of records that are at fault themselves.
pub struct Failures {
    config: SdkConfig,
    /// Made for the first failure: hardly any instance has one, and a client is an eighth of a cold start's instructions.
    client: OnceLock<Client>,
    url: String,
}

/// A record that could not be set aside: SQS is throttling, out of reach, or refuses the call.
#[derive(Debug, thiserror::Error)]
#[error("the queue of failures is busy, out of reach or closed to this function")]
pub struct NotSetAside(#[source] Box<dyn Error + Send + Sync>);

impl Failures {
    /// The queue with this URL.
    #[must_use]
    pub fn new(config: &SdkConfig, url: String) -> Self {
        Self { config: config.clone(), client: OnceLock::new(), url }
    }

    /// Keeps a record for the operator: whole, or without its images if SQS would refuse it for its size.
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

/// The longest message in bytes (`SendMessage` in the Amazon SQS API reference; the template leaves it at its default).
const LONGEST: usize = 256 * 1024;

/// Returns a record as JSON of characters that SQS takes (ibid.). JSON escapes the control characters among those it refuses anyway.
fn message(record: &Value) -> String {
    record.to_string().replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff")
}
