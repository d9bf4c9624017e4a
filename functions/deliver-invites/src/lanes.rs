//! The two mail queues, and operations on their messages.

use std::error::Error;
use std::sync::OnceLock;
use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_types::SdkConfig;

use crate::event::QueueMessage;
use crate::pace::Pacer;

/// A mail queue.
pub(crate) struct Lane {
    pub(crate) arn: String,
    pub(crate) url: String,
    pub(crate) dead_letters: String,
    /// The share of the account's send rate that each instance may use for this queue.
    pub(crate) share: f64,
    pub(crate) pace: Pacer,
}

/// The mail queues.
pub(crate) struct Lanes {
    config: SdkConfig,
    /// Created for the first message that is not done, because creating a client takes a tenth of the instructions of a
    /// cold start.
    client: OnceLock<Client>,
    both: [Lane; 2],
}

/// The error of a failed call to SQS.
#[derive(Debug, thiserror::Error)]
#[error("the queue is throttled or unreachable, or it rejects the call")]
pub(crate) struct QueueError(#[source] Box<dyn Error + Send + Sync>);

impl Lanes {
    pub(crate) fn new(config: &SdkConfig, both: [Lane; 2]) -> Self {
        Self { config: config.clone(), client: OnceLock::new(), both }
    }

    fn client(&self) -> &Client {
        self.client.get_or_init(|| Client::new(&self.config))
    }

    /// Returns the queue that a message was received from.
    pub(crate) fn of(&self, message: &QueueMessage) -> Option<&Lane> {
        self.both.iter().find(|lane| lane.arn == message.queue)
    }

    /// Hides a message for a while. Afterwards any free instance can receive it again.
    ///
    /// # Errors
    ///
    /// [`QueueError`]. The message can then be received again when its visibility timeout ends.
    pub(crate) async fn hide(&self, lane: &Lane, message: &QueueMessage, rest: Duration) -> Result<(), QueueError> {
        /// Maximum visibility timeout (Amazon SQS quotas).
        const LONGEST: Duration = Duration::from_hours(12);
        let seconds = i32::try_from(rest.min(LONGEST).as_secs().max(1)).unwrap_or(i32::MAX);
        let call = self.client().change_message_visibility().queue_url(&lane.url);
        let call = call.receipt_handle(&message.receipt_handle).visibility_timeout(seconds);
        Box::pin(call.send()).await.map(drop).map_err(|error| QueueError(Box::new(error)))
    }

    /// Copies a message that can never be handled to its queue's dead-letter queue. The caller deletes it from the
    /// queue afterwards.
    ///
    /// # Errors
    ///
    /// [`QueueError`]. The message must then stay in the queue.
    pub(crate) async fn dead_letter(&self, lane: &Lane, message: &QueueMessage) -> Result<(), QueueError> {
        let call = self.client().send_message().queue_url(&lane.dead_letters).message_body(&message.body);
        let call = call.set_message_group_id(message.group().map(str::to_owned));
        Box::pin(call.send()).await.map(drop).map_err(|error| QueueError(Box::new(error)))
    }
}
