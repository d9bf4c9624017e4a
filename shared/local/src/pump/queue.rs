//! Event source mapping of a queue: receives messages, invokes the function, and deletes the messages that succeeded.
//! Failed messages stay hidden until their visibility timeout ends, and are then received again.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::task::JoinSet;

use super::outage::Outage;
use super::task_result;
use crate::LocalError;
use crate::function::{Function, InvokeOutcome};
use crate::queues::{ReceivedMessage, SqsService, lambda};

/// Polling interval while no message is sent, because a visibility timeout may have ended.
const POLL: Duration = Duration::from_millis(250);

/// Delivers the messages of a queue to a function.
#[derive(Debug)]
pub(super) struct QueueMapping {
    pub(super) service: Arc<SqsService>,
    pub(super) queue: String,
    pub(super) function: Function,
    pub(super) batch: usize,
    pub(super) reports_failures: bool,
    /// Maximum number of concurrent invocations.
    pub(super) concurrency: usize,
    /// Delay after an attempt that did not reach the function.
    pub(super) pause: Duration,
    pub(super) outage: Outage,
}

impl QueueMapping {
    /// Delivers messages until the future is dropped.
    pub(super) async fn run(self: Arc<Self>) -> Result<(), LocalError> {
        let mut invocations = JoinSet::new();
        loop {
            self.invoke_waiting(&mut invocations)?;
            tokio::select! {
                Some(invocation) = invocations.join_next() => task_result(invocation)?,
                () = self.service.changed(POLL) => {}
            }
        }
    }

    /// Delivers the messages that can be received now, and waits for the last invocation to end. Returns whether there
    /// were any.
    pub(super) async fn deliver_waiting(self: &Arc<Self>) -> Result<bool, LocalError> {
        let mut invocations = JoinSet::new();
        let mut any = false;
        loop {
            self.invoke_waiting(&mut invocations)?;
            match invocations.join_next().await {
                Some(invocation) => task_result(invocation)?,
                None => return Ok(any),
            }
            any = true;
        }
    }

    /// Starts as many invocations as there are messages for, up to the concurrency limit.
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

    async fn deliver(&self, messages: &[ReceivedMessage]) -> Result<(), LocalError> {
        let outcome = self.function.invoke(&lambda::event(&self.queue, messages)).await;
        if !matches!(outcome, InvokeOutcome::Unreachable(_)) {
            self.outage.record_success();
        }
        match outcome {
            InvokeOutcome::Answer(answer) => {
                let answer = if self.reports_failures { answer } else { Value::Null };
                lambda::settle(&self.service, &self.queue, messages, &answer)?;
            }
            InvokeOutcome::Error(reason) => self.log(&format!("failed: {reason}")),
            InvokeOutcome::Unreachable(reason) => {
                // The messages are not at fault, so the attempt does not count as a receive.
                for message in messages {
                    self.service.release(&self.queue, &message.receipt)?;
                }
                if self.outage.record_failure() {
                    self.log(&format!("cannot be reached, retrying: {reason}"));
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
