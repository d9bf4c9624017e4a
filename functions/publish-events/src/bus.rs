//! Publishing on a bus of EventBridge.

use std::error::Error;
use std::time::Duration;

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::primitives::DateTime;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_types::SdkConfig;

use crate::event::{Event, SOURCE};

/// The maximum number of entries of a call (`PutEvents` in the Amazon EventBridge API reference). Ten of the largest events are far from
/// its 256 KB.
pub(crate) const MAX_ENTRIES: usize = 10;
/// The number of calls after which entries that EventBridge did not take are given up.
const TRIES: u32 = 3;
/// The pause before a call's failed entries are published again; twice as long before the last.
const PAUSE: Duration = Duration::from_millis(100);

/// A bus.
pub(crate) struct Bus {
    client: Client,
    name: String,
}

/// The reason why events were not published. Each may be over a little later, or once an operator has restored the bus.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BusError {
    /// EventBridge is throttling, out of reach, or refuses the call.
    #[error("the bus is busy, out of reach or closed to this function")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// The event cannot be written.
    #[error("the event cannot be written")]
    Unwritable(#[from] serde_json::Error),
    /// EventBridge has not taken an event.
    #[error("the bus did not take an event: {0}")]
    Partial(String),
}

/// An event that is to be published, and the place of its record in the batch.
pub(crate) type Placed = (usize, Event);

impl Bus {
    pub(crate) fn new(config: &SdkConfig, name: String) -> Self {
        Self { client: Client::new(config), name }
    }

    /// Publishes up to [`MAX_ENTRIES`] events. Those that EventBridge does not take are published again, the others are not.
    ///
    /// # Errors
    ///
    /// The place of the first record of which an event was not published, and why.
    pub(crate) async fn publish(&self, events: &[Placed]) -> Result<(), (usize, BusError)> {
        let entry = |(place, event): &Placed| Ok((*place, self.entry(event).map_err(|error| (*place, error.into()))?));
        let mut left = events.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
        let mut code = String::new();
        for attempt in 0..TRIES {
            let Some(first) = left.first().map(|(place, _)| *place) else { return Ok(()) };
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
                tracing::warn!(left = left.len(), code, "the bus did not take all events of a call");
            }
        }
        match left.first() {
            None => Ok(()),
            Some((place, _)) => Err((*place, BusError::Partial(code))),
        }
    }

    fn entry(&self, event: &Event) -> Result<PutEventsRequestEntry, serde_json::Error> {
        let entry = PutEventsRequestEntry::builder().source(SOURCE).detail_type(event.detail_type());
        let time = DateTime::from_millis(event.at().as_millisecond());
        Ok(entry.detail(serde_json::to_string(event)?).time(time).event_bus_name(&self.name).build())
    }
}
