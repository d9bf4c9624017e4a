//! The bodies of the requests.

use std::time::Duration;

use serde::Deserialize;

use crate::queues::error::SqsError;
use crate::queues::message::{Attributes, NewMessage};

/// A request about the queue with this URL.
#[derive(Debug, Deserialize)]
pub(super) struct OfQueue<T> {
    #[serde(rename = "QueueUrl")]
    queue_url: String,
    #[serde(flatten)]
    pub(super) rest: T,
}

impl<T> OfQueue<T> {
    /// The name of the queue: the end of its URL, whatever host it was reached by.
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
pub(super) struct Entries<T> {
    #[serde(default = "Vec::new")]
    pub(super) entries: Vec<BatchEntry<T>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Nothing {}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Send {
    message_body: Option<String>,
    delay_seconds: Option<u64>,
    #[serde(default)]
    message_attributes: Attributes,
    message_group_id: Option<String>,
    message_deduplication_id: Option<String>,
}

impl Send {
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
pub(super) struct Receive {
    pub(super) max_number_of_messages: Option<usize>,
    pub(super) visibility_timeout: Option<u64>,
    pub(super) wait_time_seconds: Option<u64>,
    /// The older name of the next one.
    #[serde(default)]
    attribute_names: Vec<String>,
    #[serde(default)]
    message_system_attribute_names: Vec<String>,
    #[serde(default)]
    message_attribute_names: Vec<String>,
}

impl Receive {
    pub(super) fn wants_system_attribute(&self, name: &str) -> bool {
        let mut wanted = self.attribute_names.iter().chain(&self.message_system_attribute_names);
        wanted.any(|wanted| wanted == "All" || wanted == name)
    }

    /// Returns whether the sender's attribute `name` is wanted: by its name, by `All`, or by `prefix.*`.
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
pub(super) struct Delete {
    pub(super) receipt_handle: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ChangeVisibility {
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

/// A duration in the whole seconds of the protocol.
pub(super) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}
