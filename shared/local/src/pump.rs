//! The event source mapping of the local stack: from the table's stream into the function of the mapping.
//!
//! It keeps Lambda's promises, since the outbox rests on them: records in order, at least once, `batchItemFailures`
//! honoured, a record that fails too often put aside with a loud word. What is pending when it is killed is delivered when it
//! starts again: the checkpoint moves only after an answer.

mod checkpoint;
mod filter;
mod function;

use std::path::{Path, PathBuf};
use std::time::Duration;

use dynoxide::DynoxideError;
use serde_json::{Value, json};

use self::checkpoint::Checkpoint;
use self::filter::Filter;
pub use self::function::Function;
use self::function::Outcome;
use crate::dynamo::Stream;
use crate::{LocalError, Template};

/// How often a record's batch is tried before the record is put aside. A deployment is more patient; on one machine whoever
/// made the mistake is waiting.
const ATTEMPTS: u32 = 6;

/// Between looks at the stream while it is quiet. Lambda polls a shard four times a second.
const POLL: Duration = Duration::from_millis(250);

/// Before the second try of a batch.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// Carries new invitations from the stream to the function.
#[derive(Debug)]
pub struct Pump {
    stream: Stream,
    function: Function,
    filter: Filter,
    batch: usize,
    checkpoint: Checkpoint,
    dead_letters: PathBuf,
    first_pause: Duration,
}

/// What became of a batch.
#[derive(Debug, PartialEq, Eq)]
enum Progress {
    /// Everything up to this sequence number is dealt with, and nothing failed.
    Done(String),
    /// The records before this one are dealt with, it and those behind it are not.
    FailedAt(usize, String),
    /// The function could not be asked.
    Unreachable(String),
}

impl Pump {
    /// A pump that keeps its checkpoint and its dead letters in `directory`, and filters as the template's mapping does.
    ///
    /// # Errors
    /// [`LocalError::File`] when the directory can't be made or the checkpoint not be read; [`LocalError::Template`] and
    /// [`LocalError::Filter`] when the template has no mapping that can be followed here.
    pub fn new(stream: Stream, function: Function, directory: &Path) -> Result<Self, LocalError> {
        std::fs::create_dir_all(directory).map_err(LocalError::file(directory))?;
        let mapping = Template::of_this_checkout()?.mapping()?;
        Ok(Self {
            stream,
            function,
            filter: Filter::parse(&mapping.patterns).map_err(LocalError::Filter)?,
            batch: mapping.batch,
            checkpoint: Checkpoint::open(directory.join("checkpoint"))?,
            dead_letters: directory.join("dead-letters.jsonl"),
            first_pause: FIRST_PAUSE,
        })
    }

    /// Waits this long before the second try of a batch, twice as long before the third, and so on.
    #[must_use]
    pub fn pausing(mut self, first: Duration) -> Self {
        self.first_pause = first;
        self
    }

    /// Delivers until it is dropped.
    ///
    /// # Errors
    /// [`LocalError`] when the stream, the checkpoint or the dead letters can't be read or written.
    pub async fn run(mut self) -> Result<(), LocalError> {
        loop {
            self.deliver_pending().await?;
            tokio::time::sleep(POLL).await;
        }
    }

    /// Delivers what is in the stream now, and comes back when it is delivered or put aside.
    ///
    /// # Errors
    /// [`LocalError`] when the stream, the checkpoint or the dead letters can't be read or written.
    pub async fn deliver_pending(&mut self) -> Result<(), LocalError> {
        loop {
            let read = self.stream.after(self.checkpoint.position())?;
            let Some(last) = read.last().map(sequence_number).transpose()? else {
                return Ok(());
            };
            let wanted: Vec<Value> = read.into_iter().filter(|record| self.filter.matches(record)).collect();
            for batch in wanted.chunks(self.batch) {
                self.deliver(batch).await?;
            }
            self.checkpoint.advance(&last)?;
        }
    }

    /// Tries until every record of `batch` is delivered or put aside.
    async fn deliver(&mut self, mut batch: &[Value]) -> Result<(), LocalError> {
        let mut attempt = 1;
        while !batch.is_empty() {
            let reason = match self.progress(batch).await? {
                Progress::Done(last) => return self.checkpoint.advance(&last),
                Progress::Unreachable(reason) => {
                    // Not the record's fault: it waits for the function to come up, however long that takes.
                    log(&format!("{} can't be reached, trying again: {reason}", self.function.name()));
                    tokio::time::sleep(self.first_pause).await;
                    continue;
                }
                Progress::FailedAt(0, reason) => reason,
                Progress::FailedAt(failed, reason) => {
                    // Lambda's checkpoint: the lowest failed record is next, with attempts of its own.
                    let (delivered, rest) = batch.split_at(failed);
                    if let Some(last) = delivered.last() {
                        self.checkpoint.advance(&sequence_number(last)?)?;
                    }
                    (batch, attempt) = (rest, 1);
                    reason
                }
            };
            if attempt < ATTEMPTS {
                let name = self.function.name();
                log(&format!("{name} failed, attempt {attempt} of {ATTEMPTS}: {reason}"));
                tokio::time::sleep(self.first_pause * 2_u32.saturating_pow(attempt - 1)).await;
                attempt += 1;
            } else if let Some((record, rest)) = batch.split_first() {
                self.put_aside(record, &reason)?;
                (batch, attempt) = (rest, 1);
            }
        }
        Ok(())
    }

    async fn progress(&self, batch: &[Value]) -> Result<Progress, LocalError> {
        let numbers = batch.iter().map(sequence_number).collect::<Result<Vec<_>, _>>()?;
        Ok(match self.function.invoke(&json!({ "Records": batch })).await {
            Outcome::Unreachable(reason) => Progress::Unreachable(reason),
            Outcome::Error(reason) => Progress::FailedAt(0, reason),
            Outcome::Answer(answer) => match lowest_failure(&answer, &numbers) {
                Some(failed) => Progress::FailedAt(failed, "reported in batchItemFailures".to_owned()),
                None => Progress::Done(numbers.last().cloned().unwrap_or_default()),
            },
        })
    }

    /// What an `OnFailure` destination is on AWS.
    fn put_aside(&mut self, record: &Value, reason: &str) -> Result<(), LocalError> {
        let path = &self.dead_letters;
        log(&format!("GIVING UP on a record after {ATTEMPTS} attempts ({reason}); it is in {}", path.display()));
        checkpoint::append_line(path, &json!({ "reason": reason, "record": record }).to_string())?;
        self.checkpoint.advance(&sequence_number(record)?)
    }
}

/// The lowest index that `batchItemFailures` names. As in Lambda, an entry that names nothing of the batch fails it whole.
fn lowest_failure(answer: &Value, numbers: &[String]) -> Option<usize> {
    let failures = answer.get("batchItemFailures").and_then(Value::as_array)?;
    let index_of = |failure: &Value| {
        let named = failure.get("itemIdentifier").and_then(Value::as_str)?;
        numbers.iter().position(|number| number == named)
    };
    failures.iter().map(|failure| index_of(failure).unwrap_or(0)).min()
}

fn sequence_number(record: &Value) -> Result<String, LocalError> {
    let number = record.pointer("/dynamodb/SequenceNumber").and_then(Value::as_str);
    let missing = || DynoxideError::InternalServerError("a stream record without a SequenceNumber".to_owned());
    Ok(number.ok_or_else(missing)?.to_owned())
}

fn log(line: &str) {
    eprintln!("stream: {line}");
}
