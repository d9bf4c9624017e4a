//! Sending messages to SQS.

use std::error::Error;
use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::BuildError;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use aws_types::SdkConfig;
use spaces_store::OutboxMessage;

/// Maximum number of messages per call of `SendMessageBatch`.
const MAX_BATCH: usize = 10;
/// Maximum number of calls for messages that SQS does not accept.
const TRIES: u32 = 3;
/// Pause before a batch's failed messages are retried.
const PAUSE: Duration = Duration::from_millis(100);

/// The queues that the relay fills.
pub(crate) struct Queues {
    client: Client,
    mail: String,
    bulk: String,
}

/// The queue of a sender's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MailQueue {
    /// The quick queue, for senders with few mails.
    Few,
    /// The bulk queue, for senders with many mails.
    Bulk,
}

impl MailQueue {
    /// Maximum number of mails within an hour for the quick queue.
    const FEW: u64 = 25;

    /// Returns the queue of a sender with this many mails within the hour.
    pub(crate) const fn of(mails: u64) -> Self {
        if mails <= Self::FEW { Self::Few } else { Self::Bulk }
    }
}

/// The reason why messages were not sent. Each may clear up by itself.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EnqueueError {
    /// SQS is throttling, unreachable, or rejects the call.
    #[error("the queue is throttled or unreachable, or it rejects the call")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// SQS did not accept all messages of a batch.
    #[error("the queue did not accept {left} of the messages: {code}")]
    Partial { left: usize, code: String },
    /// The message cannot be serialized.
    #[error("the message cannot be written")]
    Unwritable(#[source] Box<dyn Error + Send + Sync>),
}

impl Queues {
    pub(crate) fn new(config: &SdkConfig, mail: String, bulk: String) -> Self {
        Self { client: Client::new(config), mail, bulk }
    }

    /// Sends messages, which SQS delivers fairly between groups.
    ///
    /// # Errors
    ///
    /// [`EnqueueError`]. Some messages may have been sent by then.
    pub(crate) async fn send(
        &self,
        queue: MailQueue,
        group: &str,
        messages: &[OutboxMessage],
    ) -> Result<(), EnqueueError> {
        let url = match queue {
            MailQueue::Few => &self.mail,
            MailQueue::Bulk => &self.bulk,
        };
        for batch in messages.chunks(MAX_BATCH) {
            let entries = batch.iter().enumerate().map(|(number, message)| entry(number, group, message));
            self.send_batch(url, entries.collect::<Result<_, _>>()?).await?;
        }
        Ok(())
    }

    async fn send_batch(&self, url: &str, mut entries: Vec<SendMessageBatchRequestEntry>) -> Result<(), EnqueueError> {
        let mut code = String::new();
        for attempt in 0..TRIES {
            if attempt > 0 {
                tokio::time::sleep(PAUSE).await;
            }
            let call = self.client.send_message_batch().queue_url(url).set_entries(Some(entries.clone()));
            let sent = Box::pin(call.send()).await.map_err(|error| EnqueueError::Unavailable(Box::new(error)))?;
            entries.retain(|entry| !sent.successful().iter().any(|sent| sent.id() == entry.id()));
            if entries.is_empty() {
                return Ok(());
            }
            code = sent.failed().first().map(|failed| failed.code().to_owned()).unwrap_or_default();
            tracing::warn!(left = entries.len(), code, "the queue did not accept all messages of a batch");
        }
        Err(EnqueueError::Partial { left: entries.len(), code })
    }
}

fn entry(number: usize, group: &str, message: &OutboxMessage) -> Result<SendMessageBatchRequestEntry, EnqueueError> {
    let body = serde_json::to_string(message).map_err(|error| EnqueueError::Unwritable(Box::new(error)))?;
    let entry = SendMessageBatchRequestEntry::builder().id(number.to_string()).message_group_id(group);
    entry.message_body(body).build().map_err(|error: BuildError| EnqueueError::Unwritable(Box::new(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_has_few_mails_up_to_25_an_hour() {
        assert_eq!((MailQueue::of(25), MailQueue::of(26)), (MailQueue::Few, MailQueue::Bulk));
    }
}
