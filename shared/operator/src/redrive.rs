//! Records of the table's stream that the relay has set aside, relayed once more.

use std::collections::HashSet;
use std::error::Error;
use std::fmt::Write;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::Message;
use relay_outbox::App;
use serde_json::Value;
use spaces_http::{Env, Sources};
use spaces_model::ErrorChain;

use crate::{Answer, OperatorError, connection};

/// The maximum number of messages in a call.
const MAX_RECEIVED: i32 = 10;
/// The seconds for which a message is hidden while its record is relayed: longer than that can take.
const HIDDEN: i32 = 900;
/// The seconds to wait for a message. With a wait, SQS asks all its servers.
const WAIT: i32 = 1;

/// Relays each record, and deletes its message if that succeeds. The others stay, visible.
pub(crate) async fn run(env: &Env, sources: Sources) -> Result<Answer, OperatorError> {
    let relay = App::from_env(env, sources)?;
    let failures =
        Failures { client: Client::new(&connection::service(env, "SQS")?), url: env.required("RELAY_FAILURES_URL")? };
    let (mut relayed, mut left, mut text) = (0, Vec::new(), String::new());
    let mut seen = HashSet::new();
    loop {
        let messages = failures.receive().await?;
        // A message that comes again was hidden for as long as all others took.
        if !messages.iter().any(|message| seen.insert(message.message_id.clone())) {
            break;
        }
        for message in messages {
            match relay_again(&relay, message.body()).await {
                Ok(()) => {
                    relayed += 1;
                    if let Err(error) = failures.delete(&message).await {
                        // It is relayed once more by the next run, without harm.
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
    text.insert_str(0, &format!("{relayed} records relayed, {} messages left", left.len()));
    Ok(Answer { text, complete: left.is_empty() })
}

/// Adds why a message is left, or stays hidden.
fn note(text: &mut String, message: &Message, error: &(dyn Error + 'static)) {
    let id = message.message_id().unwrap_or_default();
    // Writing to a String does not fail.
    let _ = write!(text, "\nmessage {id}: {}", ErrorChain(error));
}

async fn relay_again(relay: &App, body: Option<&str>) -> Result<(), Box<dyn Error + Send + Sync>> {
    let record: Value = serde_json::from_str(body.unwrap_or_default())?;
    if record.get("DDBStreamBatchInfo").is_some() {
        return Err("it has no record, only its place in the stream".into());
    }
    relay.relay_again(&record).await
}

/// The queue of records that could not be relayed.
struct Failures<'a> {
    client: Client,
    url: &'a str,
}

impl Failures<'_> {
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
