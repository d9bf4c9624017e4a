//! Retries records of the table's stream that the relay or the publisher of events has set aside.

use std::collections::HashSet;
use std::error::Error;
use std::fmt::Write;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::Message;
use serde_json::Value;
use spaces_http::{Env, Sources};
use spaces_model::ErrorChain;

use crate::{Answer, OperatorError, connection};

/// Maximum number of messages per call.
const MAX_RECEIVED: i32 = 10;
/// Seconds for which a message is hidden while its record is retried: longer than a retry can take.
const HIDDEN: i32 = 900;
/// Seconds to wait for a message. With a wait, SQS queries all its servers.
const WAIT: i32 = 1;

/// The function that retries records, running on this machine.
enum Redriver {
    Relay(relay_outbox::App),
    Publisher(publish_events::App),
}

impl Redriver {
    async fn redrive(&self, record: &Value) -> Result<(), Box<dyn Error + Send + Sync>> {
        match self {
            Self::Relay(relay) => relay.relay_again(record).await,
            Self::Publisher(publisher) => publisher.publish_again(record).await,
        }
    }

    /// Returns the word for a successful retry.
    const fn done(&self) -> &'static str {
        match self {
            Self::Relay(_) => "relayed",
            Self::Publisher(_) => "published",
        }
    }
}

/// Relays each record in the relay's failure queue, and deletes its message if that succeeds. The other messages stay
/// visible.
pub(crate) async fn relay(env: &Env, sources: Sources) -> Result<Answer, OperatorError> {
    run(env, "RELAY_FAILURES_URL", &Redriver::Relay(relay_outbox::App::from_env(env, sources)?)).await
}

/// Does the same with the publisher and its failure queue.
pub(crate) async fn events(env: &Env, sources: Sources) -> Result<Answer, OperatorError> {
    run(env, "PUBLISH_FAILURES_URL", &Redriver::Publisher(publish_events::App::from_env(env, sources)?)).await
}

async fn run(env: &Env, queue: &str, redriver: &Redriver) -> Result<Answer, OperatorError> {
    let failures = RedriveQueue { client: Client::new(&connection::service(env, "SQS")?), url: env.required(queue)? };
    let (mut done, mut left, mut text) = (0, Vec::new(), String::new());
    let mut seen = HashSet::new();
    loop {
        let messages = failures.receive().await?;
        // A message that is received again was hidden while all others were processed.
        if !messages.iter().any(|message| seen.insert(message.message_id.clone())) {
            break;
        }
        for message in messages {
            match redrive_message(redriver, message.body()).await {
                Ok(()) => {
                    done += 1;
                    if let Err(error) = failures.delete(&message).await {
                        // The next run retries it, without harm.
                        note(&mut text, &message, &error);
                        left.push(message);
                    }
                }
                Err(error) => {
                    note(&mut text, &message, &*error);
                    left.push(message);
                }
            }
        }
    }
    for message in &left {
        if let Err(error) = failures.show(message).await {
            note(&mut text, message, &error);
        }
    }
    text.insert_str(0, &format!("{done} records {}, {} messages left", redriver.done(), left.len()));
    Ok(Answer { text, complete: left.is_empty() })
}

/// Adds the reason why a message is left or stays hidden.
fn note(text: &mut String, message: &Message, error: &(dyn Error + 'static)) {
    let id = message.message_id().unwrap_or_default();
    // Writing to a String does not fail.
    let _ = write!(text, "\nmessage {id}: {}", ErrorChain(error));
}

async fn redrive_message(redriver: &Redriver, body: Option<&str>) -> Result<(), Box<dyn Error + Send + Sync>> {
    let record: Value = serde_json::from_str(body.unwrap_or_default())?;
    if record.get("DDBStreamBatchInfo").is_some() {
        return Err("it has no record, only its position in the stream".into());
    }
    redriver.redrive(&record).await
}

/// A queue of records that were set aside.
struct RedriveQueue<'a> {
    client: Client,
    url: &'a str,
}

impl RedriveQueue<'_> {
    async fn receive(&self) -> Result<Vec<Message>, OperatorError> {
        let call = self.client.receive_message().queue_url(self.url).max_number_of_messages(MAX_RECEIVED);
        let received = call.visibility_timeout(HIDDEN).wait_time_seconds(WAIT).send().await;
        Ok(received.map_err(|error| OperatorError::Queue(Box::new(error)))?.messages.unwrap_or_default())
    }

    async fn delete(&self, message: &Message) -> Result<(), OperatorError> {
        let call = self.client.delete_message().queue_url(self.url).set_receipt_handle(message.receipt_handle.clone());
        call.send().await.map(drop).map_err(|error| OperatorError::Queue(Box::new(error)))
    }

    async fn show(&self, message: &Message) -> Result<(), OperatorError> {
        let call = self.client.change_message_visibility().queue_url(self.url).visibility_timeout(0);
        let shown = call.set_receipt_handle(message.receipt_handle.clone()).send().await;
        shown.map(drop).map_err(|error| OperatorError::Queue(Box::new(error)))
    }
}
