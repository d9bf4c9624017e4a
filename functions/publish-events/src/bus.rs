//! Publishing to an EventBridge event bus.

use std::error::Error;
use std::time::Duration;

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::primitives::DateTime;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_types::SdkConfig;

use crate::event::{Event, SOURCE};

/// Maximum number of entries per call (`PutEvents` in the Amazon EventBridge API reference). Ten of the largest events
/// stay far below its 256 KB limit.
pub(crate) const MAX_ENTRIES: usize = 10;
/// Maximum number of calls for entries that EventBridge does not accept.
const TRIES: u32 = 3;
/// Pause before a call's failed entries are retried; doubled before the last attempt.
const PAUSE: Duration = Duration::from_millis(100);

/// An event bus.
pub(crate) struct Bus {
    client: Client,
    name: String,
}

/// The reason why events were not published. Each may clear up by itself, or once an operator has restored the bus.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BusError {
    /// EventBridge is throttling, unreachable, or rejects the call.
    #[error("the bus is throttled or unreachable, or it rejects the call")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// The event cannot be serialized.
    #[error("the event cannot be written")]
    Unwritable(#[from] serde_json::Error),
    /// EventBridge did not accept an event.
    #[error("the bus did not accept an event: {0}")]
    Partial(String),
}

/// An event to publish, with its record's index in the batch.
pub(crate) type IndexedEvent = (usize, Event);

impl Bus {
    pub(crate) fn new(config: &SdkConfig, name: String) -> Self {
        Self { client: Client::new(config), name }
    }

    /// Publishes up to [`MAX_ENTRIES`] events. Only those that EventBridge does not accept are retried.
    ///
    /// # Errors
    ///
    /// The index of the first record with an unpublished event, and the reason.
    pub(crate) async fn publish(&self, events: &[IndexedEvent]) -> Result<(), (usize, BusError)> {
        let entry =
            |(index, event): &IndexedEvent| Ok((*index, self.entry(event).map_err(|error| (*index, error.into()))?));
        let mut left = events.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
        let mut code = String::new();
        for attempt in 0..TRIES {
            let Some(first) = left.first().map(|(index, _)| *index) else { return Ok(()) };
            if attempt > 0 {
                tokio::time::sleep(PAUSE * attempt).await;
            }
            let entries = left.iter().map(|(_, entry)| entry.clone()).collect();
            let call = self.client.put_events().set_entries(Some(entries));
            let put = Box::pin(call.send()).await.map_err(|error| (first, BusError::Unavailable(Box::new(error))))?;
            // The results are in the order of the entries.
            let mut results = put.entries().iter();
            left.retain(|_| {
                let result = results.next();
                let is_taken = result.is_some_and(|result| result.event_id().is_some());
                if !is_taken {
                    result.and_then(|result| result.error_code()).unwrap_or("no result").clone_into(&mut code);
                }
                !is_taken
            });
            if !left.is_empty() {
                tracing::warn!(left = left.len(), code, "the bus did not accept all events of a call");
            }
        }
        match left.first() {
            None => Ok(()),
            Some((index, _)) => Err((*index, BusError::Partial(code))),
        }
    }

    fn entry(&self, event: &Event) -> Result<PutEventsRequestEntry, serde_json::Error> {
        let entry = PutEventsRequestEntry::builder().source(SOURCE).detail_type(event.detail_type());
        let time = DateTime::from_millis(event.at().as_millisecond());
        Ok(entry.detail(serde_json::to_string(event)?).time(time).event_bus_name(&self.name).build())
    }
}
