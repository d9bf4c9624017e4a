//! Publishes changes of the table on a bus of EventBridge.
//!
//! The table's stream is the outbox: an event follows from the images of a record and from nothing else, so a record that comes again
//! gives the same events with the same ids. `docs/events/` says what readers get.

mod bus;
mod config;
mod event;
mod news;

use aws_lambda_events::event::streams::DynamoDbEventResponse;
use serde_json::Value;
use spaces_http::{Counter, Metrics, Sources};
use spaces_model::ErrorChain;
use spaces_stream::{Failures, sequence_number};

use crate::bus::{Bus, MAX_ENTRIES, Placed};
use crate::news::Naming;

pub use crate::event::{DETAIL_TYPES, SOURCE};
pub use spaces_stream::Batch;

/// The function and everything that it needs.
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
    /// The answer names the first record that has to come again; the stream brings it and those behind it again
    /// (`ReportBatchItemFailures`). A record that is at fault by itself is set aside, and the others are published.
    pub async fn publish(&self, batch: Batch) -> DynamoDbEventResponse {
        let started = self.sources.now();
        let numbers: Vec<String> = batch.records.iter().map(sequence_number).collect();
        let (mut events, mut unreadable) = (Vec::new(), Vec::new());
        for (place, record) in batch.records.into_iter().enumerate() {
            match self.naming.events_of(&record) {
                Ok(news) => events.extend(news.into_iter().map(|event| (place, event))),
                Err(error) => unreadable.push((place, record, error)),
            }
        }
        let (published, mut first_failed) = self.publish_all(&events, &numbers).await;
        let mut corrupt = 0;
        for (place, record, error) in unreadable {
            // What is behind a record that comes again comes again with it.
            if first_failed.is_some_and(|failed| failed < place) {
                break;
            }
            let sequence_number = sequence_number(&record);
            tracing::error!(error = %ErrorChain(&error), sequence_number, "a record is set aside");
            corrupt += 1;
            if let Err(error) = self.failures.set_aside(record).await {
                tracing::error!(error = %ErrorChain(&error), sequence_number, "a record will be retried");
                first_failed = Some(place);
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
        spaces_stream::answer(first_failed.and_then(|place| numbers.into_iter().nth(place)))
    }

    /// Publishes events in their order up to the first call that fails. Returns the number of those published, and the place of the first
    /// record that has to come again.
    async fn publish_all(&self, events: &[Placed], numbers: &[String]) -> (usize, Option<usize>) {
        let mut published = 0;
        for events in events.chunks(MAX_ENTRIES) {
            if let Err((place, error)) = self.bus.publish(events).await {
                let sequence_number = numbers.get(place);
                tracing::error!(error = %ErrorChain(&error), sequence_number, "a record will be retried");
                return (published, Some(place));
            }
            published += events.len();
        }
        (published, None)
    }

    /// Publishes the events of a record that was set aside, and sets nothing aside.
    ///
    /// # Errors
    ///
    /// The reason why they were not published.
    pub async fn publish_again(&self, record: &Value) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let change = record.get("dynamodb");
        if !["NewImage", "OldImage"].iter().any(|image| change.is_some_and(|change| change.get(image).is_some())) {
            return Err("it was set aside without its images, and nobody else has them".into());
        }
        let events: Vec<Placed> = self.naming.events_of(record)?.into_iter().map(|event| (0, event)).collect();
        Ok(self.bus.publish(&events).await.map_err(|(_, error)| error)?)
    }
}
