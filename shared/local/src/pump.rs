//! Implements Lambda's event source mappings, which deliver the table's stream and the queues to the functions.
//!
//! The mappings are those of the template. They keep the guarantees of Lambda on which delivery relies: stream records
//! in order, everything at least once, `batchItemFailures` and functions' timeouts respected, failures sent to the
//! on-failure destination. They differ from Lambda in four ways: batches of the stream are not bisected, a record whose
//! retries the template limits is given up after six attempts, a record's age does not end its retries, and an
//! invocation of a function that is not running yet does not count as an attempt.

mod checkpoint;
mod failures;
mod outage;
mod queue;
mod stream;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{JoinError, JoinSet};

use self::checkpoint::Checkpoint;
use self::failures::FailureQueue;
use self::outage::Outage;
use self::queue::QueueMapping;
use self::stream::StreamMapping;
use crate::dynamo::Stream;
use crate::filter::Filter;
use crate::function::Function;
use crate::template::{MappingDefinition, SourceDefinition};
use crate::{LocalError, LocalQueues, Template};

/// Delay before the second attempt of a batch.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// All event source mappings of a template.
#[derive(Debug, Default)]
pub struct Pump {
    streams: Vec<StreamMapping>,
    queues: Vec<Arc<QueueMapping>>,
}

impl Pump {
    /// Creates the mappings of `template`, which invoke the functions at `endpoint` (`http://127.0.0.1:9000`). Mappings
    /// of the stream store their checkpoints and dead letters in `directory`, each in a subdirectory of its own name.
    ///
    /// # Errors
    /// [`LocalError::Template`] and [`LocalError::Filter`] when a mapping uses a feature that is not implemented here;
    /// [`LocalError::File`] when a directory can't be created or a checkpoint can't be read; [`LocalError::Endpoint`]
    /// when `endpoint` is not a URL.
    pub fn new(
        template: &Template,
        stream: &Stream,
        queues: &LocalQueues,
        endpoint: &str,
        directory: &Path,
    ) -> Result<Self, LocalError> {
        let mut pump = Self::default();
        for definition in template.mappings()? {
            let MappingDefinition { name, function, source, batch, reports_failures } = definition;
            let function = Function::new(endpoint, function)?;
            match source {
                SourceDefinition::Stream { patterns, retries, on_failure } => {
                    let directory = directory.join(name);
                    std::fs::create_dir_all(&directory).map_err(LocalError::file(&directory))?;
                    pump.streams.push(StreamMapping {
                        stream: stream.clone(),
                        function,
                        filter: Filter::parse(&patterns).map_err(LocalError::Filter)?,
                        batch,
                        reports_failures,
                        gives_up: retries.is_some(),
                        checkpoint: Checkpoint::open(directory.join("checkpoint"))?,
                        dead_letters: directory.join("dead-letters.jsonl"),
                        on_failure: on_failure.map(|queue| FailureQueue { service: queues.service(), queue }),
                        first_pause: FIRST_PAUSE,
                        outage: Outage::default(),
                    });
                }
                SourceDefinition::Queue { name, concurrency } => pump.queues.push(Arc::new(QueueMapping {
                    service: queues.service(),
                    queue: name,
                    function,
                    batch,
                    reports_failures,
                    concurrency,
                    pause: FIRST_PAUSE,
                    outage: Outage::default(),
                })),
            }
        }
        Ok(pump)
    }

    /// Sets the delay before the second attempt of a batch of the stream. It doubles with every further attempt.
    #[must_use]
    pub fn pausing(mut self, first: Duration) -> Self {
        for mapping in &mut self.streams {
            mapping.first_pause = first;
        }
        self
    }

    /// Delivers records until the future is dropped.
    ///
    /// # Errors
    /// [`LocalError`] when a stream, a queue, a checkpoint or the dead letters can't be read or written.
    pub async fn run(self) -> Result<(), LocalError> {
        let mut mappings = JoinSet::new();
        for mapping in self.streams {
            mappings.spawn(mapping.run());
        }
        for mapping in self.queues {
            mappings.spawn(mapping.run());
        }
        while let Some(mapping) = mappings.join_next().await {
            task_result(mapping)?;
        }
        Ok(())
    }

    /// Delivers the stream's records and the queues' receivable messages, including those that the deliveries add,
    /// until all are delivered, hidden or given up.
    ///
    /// # Errors
    /// [`LocalError`] when a stream, a queue, a checkpoint or the dead letters can't be read or written.
    pub async fn deliver_pending(&mut self) -> Result<(), LocalError> {
        loop {
            let mut any = false;
            for mapping in &mut self.streams {
                any |= mapping.deliver_pending().await?;
            }
            for mapping in &self.queues {
                any |= mapping.deliver_waiting().await?;
            }
            if !any {
                return Ok(());
            }
        }
    }
}

/// Returns the result of a task; resumes its panic if it panicked.
fn task_result(task: Result<Result<(), LocalError>, JoinError>) -> Result<(), LocalError> {
    match task {
        Ok(result) => result,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        // Tasks are cancelled only when the set is dropped.
        Err(_) => Ok(()),
    }
}
