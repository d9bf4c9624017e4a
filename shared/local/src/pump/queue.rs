//! The mapping from a queue: receives, invokes, and deletes what succeeded. What failed stays hidden until its visibility
//! timeout ends, and is received again.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::task::JoinSet;

use super::ended;
use super::function::{Function, Outcome};
use crate::LocalError;
use crate::queues::{self, Received, SqsService};

/// Between looks at the queue while nothing is sent: a visibility timeout may have ended.
const POLL: Duration = Duration::from_millis(250);

/// Carries messages from a queue to a function.
#[derive(Debug)]
pub(super) struct QueueMapping {
    pub(super) service: Arc<SqsService>,
    pub(super) queue: String,
    pub(super) function: Function,
    pub(super) batch: usize,
    pub(super) reports_failures: bool,
    /// The maximum number of invocations at once.
    pub(super) concurrency: usize,
    /// Before the function is asked again if it can't be reached.
    pub(super) pause: Duration,
}

impl QueueMapping {
    /// Delivers until it is dropped.
    pub(super) async fn run(self: Arc<Self>) -> Result<(), LocalError> {
        let mut invocations = JoinSet::new();
        loop {
            self.invoke_waiting(&mut invocations)?;
            tokio::select! {
                Some(invocation) = invocations.join_next() => ended(invocation)?,
                () = self.service.changed(POLL) => {}
            }
        }
    }

    /// Delivers the messages that can be received now, until the last invocation has ended. Returns whether there were any.
    pub(super) async fn deliver_waiting(self: &Arc<Self>) -> Result<bool, LocalError> {
        let mut invocations = JoinSet::new();
        let mut any = false;
        loop {
            self.invoke_waiting(&mut invocations)?;
            match invocations.join_next().await {
                Some(invocation) => ended(invocation)?,
                None => return Ok(any),
            }
            any = true;
        }
    }

    /// Begins as many invocations as there are messages for, up to the concurrency.
    fn invoke_waiting(self: &Arc<Self>, invocations: &mut JoinSet<Result<(), LocalError>>) -> Result<(), LocalError> {
        while invocations.len() < self.concurrency {
            let messages = self.service.receive(&self.queue, self.batch.min(10), None)?;
            if messages.is_empty() {
                break;
            }
            let mapping = Arc::clone(self);
            invocations.spawn(async move { mapping.deliver(&messages).await });
        }
        Ok(())
    }

    async fn deliver(&self, messages: &[Received]) -> Result<(), LocalError> {
        let records: Value = messages.iter().map(|message| record(&self.queue, message)).collect();
        match self.function.invoke(&json!({ "Records": records })).await {
            Outcome::Answer(answer) => {
                let failed = self.failed(&answer, messages);
                for message in messages.iter().filter(|message| !failed.contains(message.id.as_str())) {
                    self.service.delete(&self.queue, &message.receipt)?;
                }
            }
            Outcome::Error(reason) => self.log(&format!("failed: {reason}")),
            Outcome::Unreachable(reason) => {
                // Not the messages' fault: it counts as no receipt.
                for message in messages {
                    self.service.give_back(&self.queue, &message.receipt)?;
                }
                self.log(&format!("cannot be reached, trying again: {reason}"));
                tokio::time::sleep(self.pause).await;
            }
        }
        Ok(())
    }

    /// The ids of the messages that failed. As in Lambda, an entry that names none of them fails them all.
    fn failed<'a>(&self, answer: &'a Value, messages: &'a [Received]) -> HashSet<&'a str> {
        let failures = answer.get("batchItemFailures").and_then(Value::as_array).filter(|_| self.reports_failures);
        let all = || messages.iter().map(|message| message.id.as_str());
        let named = |failure: &'a Value| {
            let id = failure.get("itemIdentifier").and_then(Value::as_str)?;
            all().any(|known| known == id).then_some(id)
        };
        let named: Option<HashSet<&str>> = failures.into_iter().flatten().map(named).collect();
        named.unwrap_or_else(|| all().collect())
    }

    fn log(&self, line: &str) {
        eprintln!("queue {}: {}: {line}", self.queue, self.function.name());
    }
}

/// A message as Lambda hands it to a function.
fn record(queue: &str, message: &Received) -> Value {
    let attribute = |(name, value): (&String, &queues::AttributeValue)| {
        let mut attribute = Map::from_iter([
            ("dataType".to_owned(), value.data_type.clone().into()),
            ("stringListValues".to_owned(), json!([])),
            ("binaryListValues".to_owned(), json!([])),
        ]);
        for (member, value) in [("stringValue", &value.string_value), ("binaryValue", &value.binary_value)] {
            if let Some(value) = value {
                attribute.insert(member.to_owned(), value.clone().into());
            }
        }
        (name.clone(), Value::Object(attribute))
    };
    let mut record = json!({
        "messageId": message.id,
        "receiptHandle": message.receipt,
        "body": message.body,
        "attributes": message.system_attributes(),
        "messageAttributes": message.attributes.iter().map(attribute).collect::<Map<_, _>>(),
        "md5OfBody": queues::md5_of_body(&message.body),
        "eventSource": "aws:sqs",
        "eventSourceARN": queues::arn(queue),
        "awsRegion": queues::REGION,
    });
    if let (Some(digest), Some(members)) = (queues::md5_of_attributes(&message.attributes), record.as_object_mut()) {
        members.insert("md5OfMessageAttributes".to_owned(), digest.into());
    }
    record
}
