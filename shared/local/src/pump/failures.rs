//! The on-failure destination of a mapping: a queue that receives a message for each record that was given up.
//!
//! Source: *Capturing discarded batches for a DynamoDB event source*, AWS Lambda developer guide. The message has the
//! position of the records in the stream, and none of their content.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::LocalError;
use crate::queues::{NewMessage, SqsService};

/// A queue for failure messages.
#[derive(Debug)]
pub(super) struct FailureQueue {
    pub(super) service: Arc<SqsService>,
    pub(super) queue: String,
}

impl FailureQueue {
    pub(super) fn send(&self, failure: &Value) -> Result<(), LocalError> {
        let mut failure = failure.clone();
        if let Some(members) = failure.as_object_mut() {
            members.insert("timestamp".to_owned(), self.service.now().to_string().into());
        }
        self.service.send(&self.queue, &NewMessage { body: failure.to_string(), ..NewMessage::default() })?;
        Ok(())
    }
}

/// Returns the message for a stream record that `function` failed to process in `attempts` attempts.
pub(super) fn stream_failure(function: &str, record: &Value, attempts: u32) -> Value {
    let number = record.pointer("/dynamodb/SequenceNumber");
    let arrived = record.pointer("/dynamodb/ApproximateCreationDateTime").and_then(Value::as_f64).map(|seconds| {
        Timestamp::UNIX_EPOCH.saturating_add(SignedDuration::from_secs_f64(seconds)).unwrap_or_default().to_string()
    });
    json!({
        "requestContext": {
            "functionArn": format!("arn:aws:lambda:local:000000000000:function:{function}"),
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": attempts,
        },
        "version": "1.0",
        "DDBStreamBatchInfo": {
            "shardId": "shardId-local",
            "startSequenceNumber": number,
            "endSequenceNumber": number,
            "approximateArrivalOfFirstRecord": arrived,
            "approximateArrivalOfLastRecord": arrived,
            "batchSize": 1,
            "streamArn": record.get("eventSourceARN"),
        },
    })
}
