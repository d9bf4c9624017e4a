//! The event of the mail queues, as Lambda delivers it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A batch of messages.
#[derive(Debug, Deserialize)]
pub struct MailBatch {
    #[serde(rename = "Records")]
    pub(crate) records: Vec<QueueMessage>,
}

/// A message of a queue.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QueueMessage {
    pub(crate) message_id: String,
    pub(crate) receipt_handle: String,
    pub(crate) body: String,
    pub(crate) attributes: SystemAttributes,
    #[serde(rename = "eventSourceARN")]
    pub(crate) queue: String,
}

/// System attributes of a message, which SQS encodes as strings.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SystemAttributes {
    approximate_receive_count: String,
    sent_timestamp: String,
    message_group_id: Option<String>,
}

impl QueueMessage {
    /// Returns how many times the message was received, including this time.
    pub(crate) fn receive_count(&self) -> u32 {
        self.attributes.approximate_receive_count.parse().unwrap_or(1)
    }

    /// Returns the time the message was sent, or `None` if the attribute is malformed.
    pub(crate) fn sent_at(&self) -> Option<Timestamp> {
        self.attributes.sent_timestamp.parse().ok().and_then(|at| Timestamp::from_millisecond(at).ok())
    }

    /// Returns the message group ID, if the message has one.
    pub(crate) fn group(&self) -> Option<&str> {
        self.attributes.message_group_id.as_deref()
    }
}

/// The response to a batch: the messages that stay in the queue (`ReportBatchItemFailures`).
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchAnswer {
    pub(crate) batch_item_failures: Vec<BatchItemFailure>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BatchItemFailure {
    pub(crate) item_identifier: String,
}
