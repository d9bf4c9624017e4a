//! Messages to send, stored messages, and received messages.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::SqsError;

/// Maximum size in bytes of a message with its attributes, and of all messages of a batch: 1 MiB (a quota of SQS since
/// August 2025).
pub(super) const MAX_SIZE: usize = 1024 * 1024;

/// Maximum value of `DelaySeconds`.
const MAX_DELAY: Duration = Duration::from_mins(15);

/// Maximum length of a `MessageGroupId`.
const MAX_GROUP: usize = 128;

/// Maximum number of attributes that a sender can set on a message.
const MAX_ATTRIBUTES: usize = 10;

/// The attributes that the sender set on a message, by name.
pub(crate) type MessageAttributes = BTreeMap<String, AttributeValue>;

/// The value of an attribute that the sender set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AttributeValue {
    pub(crate) data_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) string_value: Option<String>,
    /// In base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) binary_value: Option<String>,
}

/// A message to send.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct NewMessage {
    pub(crate) body: String,
    pub(crate) group: Option<String>,
    pub(crate) attributes: MessageAttributes,
    pub(crate) delay: Duration,
}

impl NewMessage {
    /// Returns the size that counts towards the quota, in bytes.
    pub(super) fn size(&self) -> usize {
        self.body.len() + self.attributes.iter().map(size_of).sum::<usize>()
    }

    /// Checks the message as SQS does.
    pub(super) fn check(&self) -> Result<(), SqsError> {
        if self.body.is_empty() {
            return Err(SqsError::MissingParameter("MessageBody"));
        }
        if !self.body.chars().all(is_allowed) {
            return Err(SqsError::InvalidMessageContents);
        }
        if self.delay > MAX_DELAY {
            return Err(invalid(&self.delay.as_secs(), "DelaySeconds", "DelaySeconds must be >= 0 and <= 900"));
        }
        if let Some(group) = &self.group {
            let is_valid = (1..=MAX_GROUP).contains(&group.len()) && group.bytes().all(|byte| byte.is_ascii_graphic());
            is_valid.then_some(()).ok_or_else(|| {
                invalid(
                    group,
                    "MessageGroupId",
                    "MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length",
                )
            })?;
        }
        if self.attributes.len() > MAX_ATTRIBUTES {
            let reason =
                format!("Number of message attributes [{}] exceeds the allowed maximum [10].", self.attributes.len());
            return Err(SqsError::InvalidParameterValue(reason));
        }
        if self.size() > MAX_SIZE {
            let reason =
                format!("One or more parameters are invalid. Reason: Message must be shorter than {MAX_SIZE} bytes.");
            return Err(SqsError::InvalidParameterValue(reason));
        }
        Ok(())
    }
}

/// Returns the error for an invalid parameter.
pub(super) fn invalid(value: &dyn std::fmt::Display, parameter: &str, reason: &str) -> SqsError {
    SqsError::InvalidParameterValue(format!("Value {value} for parameter {parameter} is invalid. Reason: {reason}."))
}

/// Returns whether SQS allows the character; it allows those of XML 1.0.
fn is_allowed(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

fn size_of((name, value): (&String, &AttributeValue)) -> usize {
    name.len() + value.data_type.len() + value.bytes().1.len()
}

impl AttributeValue {
    /// Returns the transport type (1 for text, 2 for binary) and the bytes of the value.
    fn bytes(&self) -> (u8, Vec<u8>) {
        match (&self.string_value, &self.binary_value) {
            (_, Some(binary)) => (2, BASE64_STANDARD.decode(binary).unwrap_or_default()),
            (text, None) => (1, text.clone().unwrap_or_default().into_bytes()),
        }
    }
}

/// Returns the MD5 digest of a body, in hexadecimal.
pub(crate) fn md5_of_body(body: &str) -> String {
    format!("{:x}", md5::compute(body))
}

/// Returns the MD5 digest of the attributes that the sender set; `None` if there are none.
///
/// Source: *Calculating the MD5 message digest for message attributes*, Amazon SQS developer guide.
pub(crate) fn md5_of_attributes(attributes: &MessageAttributes) -> Option<String> {
    let mut encoded = Vec::new();
    for (name, value) in attributes {
        let (transport, bytes) = value.bytes();
        push(&mut encoded, name.as_bytes());
        push(&mut encoded, value.data_type.as_bytes());
        encoded.push(transport);
        push(&mut encoded, &bytes);
    }
    (!attributes.is_empty()).then(|| format!("{:x}", md5::compute(encoded)))
}

/// Appends the length of `bytes`, then `bytes`.
fn push(encoded: &mut Vec<u8>, bytes: &[u8]) {
    encoded.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    encoded.extend(bytes);
}

/// A received message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReceivedMessage {
    pub(crate) id: String,
    pub(crate) receipt: String,
    pub(crate) body: String,
    pub(crate) group: Option<String>,
    pub(crate) attributes: MessageAttributes,
    pub(crate) sent: Timestamp,
    pub(crate) first_receive: Timestamp,
    pub(crate) receive_count: u32,
    /// For a dead letter, the queue it came from.
    pub(crate) dead_letter_source: Option<String>,
}

impl ReceivedMessage {
    /// Returns the message's system attributes, by name.
    pub(crate) fn system_attributes(&self) -> BTreeMap<&'static str, String> {
        let source = self.dead_letter_source.as_deref().map(super::definition::arn);
        let some = [
            ("ApproximateFirstReceiveTimestamp", Some(self.first_receive.as_millisecond().to_string())),
            ("ApproximateReceiveCount", Some(self.receive_count.to_string())),
            ("DeadLetterQueueSourceArn", source),
            ("MessageGroupId", self.group.clone()),
            ("SenderId", Some("local".to_owned())),
            ("SentTimestamp", Some(self.sent.as_millisecond().to_string())),
        ];
        some.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

/// A message in a queue, as returned by [`LocalQueues::peek`](super::LocalQueues::peek).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedMessage {
    /// The message's id.
    pub id: String,
    /// The body.
    pub body: String,
    /// The `MessageGroupId`.
    pub group: Option<String>,
    /// Number of times that the message has been received.
    pub receive_count: u32,
    /// Time for which the message remains hidden from receivers; zero if it can be received.
    pub hidden_for: Duration,
}

/// The parts of a receipt handle, which identifies a message and one of its receives.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Receipt {
    pub(super) queue: String,
    pub(super) id: String,
    pub(super) receive_count: u32,
}

impl Receipt {
    pub(super) fn handle(queue: &str, id: &str, receive_count: u32) -> String {
        BASE64_STANDARD.encode(format!("{queue}/{id}/{receive_count}"))
    }

    pub(super) fn parse(handle: &str) -> Option<Self> {
        let text = String::from_utf8(BASE64_STANDARD.decode(handle).ok()?).ok()?;
        let mut parts = text.split('/');
        let (queue, id, count) = (parts.next()?, parts.next()?, parts.next()?);
        let receive_count = count.parse().ok()?;
        parts.next().is_none().then(|| Self { queue: queue.to_owned(), id: id.to_owned(), receive_count })
    }
}

/// Generates a random id in the form of a UUID, as SQS does.
pub(super) fn new_id() -> Result<String, SqsError> {
    crate::uuid::random().map_err(|_| SqsError::InternalError)
}
