//! Lambda's event source mappings on one machine: from the table's stream and from the queues into the functions.
//!
//! They are those of the template. They keep Lambda's promises, since delivery rests on them: a stream's records in order,
//! everything at least once, `batchItemFailures` honoured, a function's time-out kept, failures told to the destination.
//! Where Lambda differs: a batch of the stream is not bisected, a record's age does not end its retries, and an invocation of
//! a function that is not up yet counts as none.

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
use crate::{LocalError, Queues, Template};

/// Before the second try of a batch.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// Every event source mapping of a template.
#[derive(Debug, Default)]
pub struct Pump {
    streams: Vec<StreamMapping>,
    queues: Vec<Arc<QueueMapping>>,
}

impl Pump {
    /// The mappings of `template`, which invoke the functions at `endpoint` (`http://127.0.0.1:9000`). Those of the stream
    /// keep their checkpoints and what they gave up in `directory`, each under its name.
    ///
    /// # Errors
    /// [`LocalError::Template`] and [`LocalError::Filter`] when a mapping can't be followed here; [`LocalError::File`] when a
    /// directory can't be made or a checkpoint not be read; [`LocalError::Endpoint`] when the endpoint is no URL.
    pub fn new(
        template: &Template,
        stream: &Stream,
        queues: &Queues,
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

    /// Waits this long before the second try of a batch of the stream, twice as long before the third, and so on.
    #[must_use]
    pub fn pausing(mut self, first: Duration) -> Self {
        for mapping in &mut self.streams {
            mapping.first_pause = first;
        }
        self
    }

    /// Delivers until it is dropped.
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
            ended(mapping)?;
        }
        Ok(())
    }

    /// Delivers what is in the stream and can be received from the queues now, and what that adds to them, until all is
    /// delivered, hidden or given up.
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

/// The result of a task. One that panicked panics here.
fn ended(task: Result<Result<(), LocalError>, JoinError>) -> Result<(), LocalError> {
    match task {
        Ok(result) => result,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        // Only dropping the set cancels its tasks.
        Err(_) => Ok(()),
    }
}
