//! Event source mapping of the table's stream: delivers records in order and at least once, and respects
//! `batchItemFailures`.
//!
//! The checkpoint moves only after a response, so records that were pending when the process was killed are delivered
//! after a restart.

use std::path::PathBuf;
use std::time::Duration;

use dynoxide::DynoxideError;
use serde_json::{Value, json};

use super::checkpoint::{self, Checkpoint};
use super::failures::{self, FailureQueue};
use super::outage::Outage;
use crate::LocalError;
use crate::dynamo::Stream;
use crate::filter::Filter;
use crate::function::{Function, InvokeOutcome};

/// Number of attempts before a record is given up, if the template limits its retries. A deployment retries more often;
/// here, the developer is waiting for the failure.
const ATTEMPTS: u32 = 6;

/// Polling interval while the stream is idle. Lambda polls a shard four times a second.
const POLL: Duration = Duration::from_millis(250);

/// Maximum delay between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// Delivers the records of the stream to a function.
#[derive(Debug)]
pub(super) struct StreamMapping {
    pub(super) stream: Stream,
    pub(super) function: Function,
    pub(super) filter: Filter,
    pub(super) batch: usize,
    pub(super) reports_failures: bool,
    /// Gives up records whose retries are exhausted; if `false`, retries forever.
    pub(super) gives_up: bool,
    pub(super) checkpoint: Checkpoint,
    /// File that keeps the records that were given up.
    pub(super) dead_letters: PathBuf,
    /// Receives a message for each record that was given up.
    pub(super) on_failure: Option<FailureQueue>,
    /// Delay before the second attempt of a batch; it doubles with every further attempt.
    pub(super) first_pause: Duration,
    pub(super) outage: Outage,
}

/// The outcome of an attempt to deliver a batch.
#[derive(Debug, PartialEq, Eq)]
enum Progress {
    /// All records up to this sequence number succeeded.
    Done(String),
    /// The records before this index succeeded; the others failed, for this reason.
    FailedAt(usize, String),
    /// The function could not be reached.
    Unreachable(String),
}

impl StreamMapping {
    /// Delivers records until the future is dropped.
    pub(super) async fn run(mut self) -> Result<(), LocalError> {
        loop {
            self.deliver_pending().await?;
            tokio::time::sleep(POLL).await;
        }
    }

    /// Delivers the records that are in the stream now, until each is delivered or given up. Returns whether there were
    /// any.
    pub(super) async fn deliver_pending(&mut self) -> Result<bool, LocalError> {
        let mut any = false;
        loop {
            let read = self.stream.after(self.checkpoint.position())?;
            let Some(last) = read.last().map(sequence_number).transpose()? else {
                return Ok(any);
            };
            any = true;
            let wanted: Vec<Value> = read.into_iter().filter(|record| self.filter.matches(record)).collect();
            for batch in wanted.chunks(self.batch) {
                self.deliver(batch).await?;
            }
            self.checkpoint.advance(&last)?;
        }
    }

    /// Retries until every record of `batch` is delivered or given up.
    async fn deliver(&mut self, mut batch: &[Value]) -> Result<(), LocalError> {
        let mut attempt = 1;
        while !batch.is_empty() {
            let reason = match self.progress(batch).await? {
                Progress::Done(last) => return self.checkpoint.advance(&last),
                Progress::Unreachable(reason) => {
                    // The record is not at fault: retry until the function is up, however long that takes.
                    if self.outage.record_failure() {
                        self.log(&format!("cannot be reached, retrying: {reason}"));
                    }
                    tokio::time::sleep(self.first_pause).await;
                    continue;
                }
                Progress::FailedAt(0, reason) => reason,
                Progress::FailedAt(failed, reason) => {
                    // Like Lambda, continue at the lowest failed record, which gets a full set of attempts.
                    let (delivered, rest) = batch.split_at(failed);
                    if let Some(last) = delivered.last() {
                        self.checkpoint.advance(&sequence_number(last)?)?;
                    }
                    (batch, attempt) = (rest, 1);
                    reason
                }
            };
            if !self.gives_up || attempt < ATTEMPTS {
                self.log(&format!("failed, attempt {attempt}: {reason}"));
                let pause = self.first_pause.saturating_mul(2_u32.saturating_pow(attempt - 1));
                tokio::time::sleep(pause.min(LONGEST_PAUSE)).await;
                attempt += 1;
            } else if let Some((record, rest)) = batch.split_first() {
                self.give_up(record, &reason)?;
                (batch, attempt) = (rest, 1);
            }
        }
        Ok(())
    }

    async fn progress(&self, batch: &[Value]) -> Result<Progress, LocalError> {
        let numbers = batch.iter().map(sequence_number).collect::<Result<Vec<_>, _>>()?;
        let outcome = self.function.invoke(&json!({ "Records": batch })).await;
        if !matches!(outcome, InvokeOutcome::Unreachable(_)) {
            self.outage.record_success();
        }
        Ok(match outcome {
            InvokeOutcome::Unreachable(reason) => Progress::Unreachable(reason),
            InvokeOutcome::Error(reason) => Progress::FailedAt(0, reason),
            InvokeOutcome::Answer(answer) => match self.lowest_failure(&answer, &numbers) {
                Some(failed) => Progress::FailedAt(failed, "reported in batchItemFailures".to_owned()),
                None => Progress::Done(numbers.last().cloned().unwrap_or_default()),
            },
        })
    }

    /// Returns the lowest index that `batchItemFailures` names. As in Lambda, an entry that names no record of the
    /// batch fails the whole batch.
    fn lowest_failure(&self, answer: &Value, numbers: &[String]) -> Option<usize> {
        let failures = answer.get("batchItemFailures").and_then(Value::as_array).filter(|_| self.reports_failures)?;
        let index_of = |failure: &Value| {
            let named = failure.get("itemIdentifier").and_then(Value::as_str)?;
            numbers.iter().position(|number| number == named)
        };
        failures.iter().map(|failure| index_of(failure).unwrap_or(0)).min()
    }

    /// Stores the record, which the message to the destination does not contain, and skips it.
    fn give_up(&mut self, record: &Value, reason: &str) -> Result<(), LocalError> {
        let path = &self.dead_letters;
        self.log(&format!("giving up on a record after {ATTEMPTS} attempts ({reason}); stored in {}", path.display()));
        checkpoint::append_line(path, &json!({ "reason": reason, "record": record }).to_string())?;
        if let Some(queue) = &self.on_failure {
            queue.send(&failures::stream_failure(self.function.name(), record, ATTEMPTS))?;
        }
        self.checkpoint.advance(&sequence_number(record)?)
    }

    fn log(&self, line: &str) {
        eprintln!("stream: {}: {line}", self.function.name());
    }
}

fn sequence_number(record: &Value) -> Result<String, LocalError> {
    let number = record.pointer("/dynamodb/SequenceNumber").and_then(Value::as_str);
    let missing = || DynoxideError::InternalServerError("a stream record without a SequenceNumber".to_owned());
    Ok(number.ok_or_else(missing)?.to_owned())
}
