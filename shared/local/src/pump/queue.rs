//! The mapping from a queue: receives, invokes, and deletes what succeeded. What failed stays hidden until its visibility
//! timeout ends, and is received again.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::task::JoinSet;

use super::ended;
use super::outage::Outage;
use crate::LocalError;
use crate::function::{Function, Outcome};
use crate::queues::{Received, SqsService, lambda};

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
    pub(super) outage: Outage,
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
        let outcome = self.function.invoke(&lambda::event(&self.queue, messages)).await;
        if !matches!(outcome, Outcome::Unreachable(_)) {
            self.outage.ends();
        }
        match outcome {
            Outcome::Answer(answer) => {
                let answer = if self.reports_failures { answer } else { Value::Null };
                lambda::settle(&self.service, &self.queue, messages, &answer)?;
            }
            Outcome::Error(reason) => self.log(&format!("failed: {reason}")),
            Outcome::Unreachable(reason) => {
                // Not the messages' fault: it counts as no receipt.
                for message in messages {
                    self.service.give_back(&self.queue, &message.receipt)?;
                }
                if self.outage.lasts() {
                    self.log(&format!("cannot be reached, trying again: {reason}"));
                }
                tokio::time::sleep(self.pause).await;
            }
        }
        Ok(())
    }

    fn log(&self, line: &str) {
        eprintln!("queue {}: {}: {line}", self.queue, self.function.name());
    }
}
