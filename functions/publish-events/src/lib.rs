//! Publishes changes of the table to an EventBridge event bus.
//!
//! The table's stream is the outbox. An event is derived from a record's images alone, so a redelivered record yields
//! the same events with the same ids. `docs/events/` documents the events.

mod bus;
mod config;
mod event;
mod news;

use aws_lambda_events::event::streams::DynamoDbEventResponse;
use serde_json::Value;
use spaces_http::{Counter, Metrics, Sources};
use spaces_model::ErrorChain;
use spaces_stream::{Failures, sequence_number};

use crate::bus::{Bus, IndexedEvent, MAX_ENTRIES};
use crate::news::Naming;

pub use crate::event::{DETAIL_TYPES, SOURCE};
pub use spaces_stream::Batch;

/// The function with its configuration and clients.
pub struct App {
    naming: Naming,
    bus: Bus,
    failures: Failures,
    sources: Sources,
    counter: Counter,
}

impl App {
    /// Publishes the events of a batch of records.
    ///
    /// The response names the first record to retry; the stream redelivers it and all later ones
    /// (`ReportBatchItemFailures`). A record that is itself at fault is set aside, and the others are published.
    pub async fn publish(&self, batch: Batch) -> DynamoDbEventResponse {
        let started = self.sources.now();
        let numbers: Vec<String> = batch.records.iter().map(sequence_number).collect();
        let (mut events, mut unreadable) = (Vec::new(), Vec::new());
        for (index, record) in batch.records.into_iter().enumerate() {
            match self.naming.events_of(&record) {
                Ok(news) => events.extend(news.into_iter().map(|event| (index, event))),
                Err(error) => unreadable.push((index, record, error)),
            }
        }
        let (published, mut first_failed) = self.publish_all(&events, &numbers).await;
        let mut corrupt = 0;
        for (index, record, error) in unreadable {
            // Records after a failed one are redelivered with it.
            if first_failed.is_some_and(|failed| failed < index) {
                break;
            }
            let sequence_number = sequence_number(&record);
            tracing::error!(error = %ErrorChain(&error), sequence_number, "a record is set aside");
            corrupt += 1;
            if let Err(error) = self.failures.set_aside(record).await {
                tracing::error!(error = %ErrorChain(&error), sequence_number, "a record will be retried");
                first_failed = Some(index);
            }
        }
        let now = self.sources.now();
        let (records, duration_ms) = (numbers.len(), now.duration_since(started).as_millis());
        tracing::info!(service = self.counter.service(), records, published, corrupt, duration_ms, "publish");
        let mut metrics = Metrics::default();
        metrics.count("EventsPublished", published);
        metrics.count("CorruptRecords", corrupt);
        metrics.count("ColdStart", self.counter.is_cold_start().into());
        self.counter.write(&metrics, now);
        spaces_stream::answer(first_failed.and_then(|index| numbers.into_iter().nth(index)))
    }

    /// Publishes events in order, up to the first call that fails. Returns the number of published events and the index
    /// of the first record to retry.
    async fn publish_all(&self, events: &[IndexedEvent], numbers: &[String]) -> (usize, Option<usize>) {
        let mut published = 0;
        for events in events.chunks(MAX_ENTRIES) {
            if let Err((index, error)) = self.bus.publish(events).await {
                let sequence_number = numbers.get(index);
                tracing::error!(error = %ErrorChain(&error), sequence_number, "a record will be retried");
                return (published, Some(index));
            }
            published += events.len();
        }
        (published, None)
    }

    /// Publishes the events of a record that was set aside. If this fails, the record is not set aside again.
    ///
    /// # Errors
    ///
    /// The reason why the events were not published.
    pub async fn publish_again(&self, record: &Value) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let change = record.get("dynamodb");
        if !["NewImage", "OldImage"].iter().any(|image| change.is_some_and(|change| change.get(image).is_some())) {
            return Err("it was set aside without its images, which are stored nowhere else".into());
        }
        let events: Vec<IndexedEvent> = self.naming.events_of(record)?.into_iter().map(|event| (0, event)).collect();
        Ok(self.bus.publish(&events).await.map_err(|(_, error)| error)?)
    }
}
