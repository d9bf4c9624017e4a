//! Records of the table's stream, as Lambda hands them to a function: read one by one, retried from the first that fails, and set
//! aside where a record itself is at fault.

use std::error::Error;

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
    client: Client,
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
        Self { client: Client::new(config), url }
    }

    /// Keeps a record for the operator: whole, or without its images if SQS would refuse it.
    ///
    /// # Errors
    ///
    /// [`NotSetAside`].
    pub async fn set_aside(&self, mut record: Value) -> Result<(), NotSetAside> {
        let mut body = record.to_string();
        if !is_message(&body) {
            if let Some(change) = record.get_mut("dynamodb").and_then(Value::as_object_mut) {
                change.retain(|name, _| !name.ends_with("Image"));
            }
            body = record.to_string();
        }
        let call = self.client.send_message().queue_url(&self.url).message_body(body);
        Box::pin(call.send()).await.map_err(|error| NotSetAside(Box::new(error)))?;
        Ok(())
    }
}

/// Returns whether SQS takes a text as a message (`SendMessage` in the Amazon SQS API reference; the template leaves the size at
/// its default). JSON escapes the control characters that it refuses.
fn is_message(body: &str) -> bool {
    /// In bytes.
    const LONGEST: usize = 256 * 1024;
    body.len() <= LONGEST && !body.contains(['\u{fffe}', '\u{ffff}'])
}
