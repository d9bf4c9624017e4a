//! Queue definitions.

use std::time::Duration;

/// Account in the ARNs and URLs of the local stack.
pub(crate) const ACCOUNT: &str = "000000000000";

/// Region in the ARNs of the local stack.
pub(crate) const REGION: &str = "local";

/// A standard queue as the template defines it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueDefinition {
    /// The queue's name: its `QueueName`, or the resource's name in the template, where CloudFormation would generate
    /// one.
    pub name: String,
    /// Time for which a received message stays hidden from other receivers.
    pub visibility_timeout: Duration,
    /// Time for which a message is kept after it was sent.
    pub retention: Duration,
    /// Destination of messages that have been received too often.
    pub redrive: Option<RedrivePolicy>,
}

/// The dead-letter queue of a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedrivePolicy {
    /// The name of the dead-letter queue.
    pub dead_letter_queue: String,
    /// Number of receives after which a message is dead-lettered.
    pub max_receive_count: u32,
}

impl QueueDefinition {
    /// Creates a definition with the defaults of SQS: messages are hidden for 30 seconds, kept for 4 days and never
    /// dead-lettered.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            visibility_timeout: Duration::from_secs(30),
            retention: Duration::from_hours(4 * 24),
            redrive: None,
        }
    }

    pub(crate) fn arn(&self) -> String {
        arn(&self.name)
    }
}

/// Returns the ARN of the queue `name`.
pub(crate) fn arn(name: &str) -> String {
    format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}")
}

/// Returns the name in a queue's ARN.
pub(super) fn name_in_arn(arn: &str) -> Option<&str> {
    let (queue, name) = arn.rsplit_once(':')?;
    (queue == format!("arn:aws:sqs:{REGION}:{ACCOUNT}")).then_some(name)
}
