//! The request bodies.

use std::time::Duration;

use serde::Deserialize;

use crate::queues::error::SqsError;
use crate::queues::message::{MessageAttributes, NewMessage};

/// A request that names a queue by its URL.
#[derive(Debug, Deserialize)]
pub(super) struct QueueRequest<T> {
    #[serde(rename = "QueueUrl")]
    queue_url: String,
    #[serde(flatten)]
    pub(super) rest: T,
}

impl<T> QueueRequest<T> {
    /// Returns the queue's name: the last segment of its URL, on any host.
    pub(super) fn queue(&self) -> &str {
        self.queue_url.rsplit('/').next().unwrap_or_default()
    }
}

/// An entry of a batch.
#[derive(Debug, Deserialize)]
pub(super) struct BatchEntry<T> {
    #[serde(rename = "Id")]
    pub(super) id: String,
    #[serde(flatten)]
    pub(super) rest: T,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct BatchRequest<T> {
    #[serde(default = "Vec::new")]
    pub(super) entries: Vec<BatchEntry<T>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct NoParameters {}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SendMessageInput {
    message_body: Option<String>,
    delay_seconds: Option<u64>,
    #[serde(default)]
    message_attributes: MessageAttributes,
    message_group_id: Option<String>,
    message_deduplication_id: Option<String>,
}

impl SendMessageInput {
    pub(super) fn message(self) -> Result<NewMessage, SqsError> {
        if self.message_deduplication_id.is_some() {
            let reason = "The request include parameter that is not valid for this queue type";
            return Err(crate::queues::message::invalid(&"", "MessageDeduplicationId", reason));
        }
        Ok(NewMessage {
            body: self.message_body.ok_or(SqsError::MissingParameter("MessageBody"))?,
            group: self.message_group_id,
            attributes: self.message_attributes,
            delay: seconds(self.delay_seconds.unwrap_or(0)),
        })
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ReceiveMessageInput {
    pub(super) max_number_of_messages: Option<usize>,
    pub(super) visibility_timeout: Option<u64>,
    pub(super) wait_time_seconds: Option<u64>,
    /// Older name of `MessageSystemAttributeNames`.
    #[serde(default)]
    attribute_names: Vec<String>,
    #[serde(default)]
    message_system_attribute_names: Vec<String>,
    #[serde(default)]
    message_attribute_names: Vec<String>,
}

impl ReceiveMessageInput {
    pub(super) fn wants_system_attribute(&self, name: &str) -> bool {
        let mut wanted = self.attribute_names.iter().chain(&self.message_system_attribute_names);
        wanted.any(|wanted| wanted == "All" || wanted == name)
    }

    /// Returns whether the sender's attribute `name` is requested: by its name, by `All`, or by `prefix.*`.
    pub(super) fn wants_attribute(&self, name: &str) -> bool {
        let is_wanted = |wanted: &String| match wanted.strip_suffix(".*") {
            Some(prefix) => name.starts_with(prefix),
            None => wanted == "All" || wanted == name,
        };
        self.message_attribute_names.iter().any(is_wanted)
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DeleteMessageInput {
    pub(super) receipt_handle: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ChangeVisibilityInput {
    pub(super) receipt_handle: String,
    pub(super) visibility_timeout: u64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct QueueAttributes {
    #[serde(default)]
    pub(super) attribute_names: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct QueueUrl {
    pub(super) queue_name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct StartMessageMoveTask {
    pub(super) source_arn: String,
    pub(super) destination_arn: Option<String>,
}

/// Returns a duration from the protocol's whole seconds.
pub(super) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}
