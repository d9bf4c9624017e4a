//! An EventBridge that keeps what is published, so that it can be listed.
//!
//! Not there: rules, targets, archives, and every operation but `PutEvents`. Every bus exists.

mod list;
mod put_events;
mod store;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::error::Unspecified;
use axum::Router;
use axum::middleware;
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::Value;

use self::store::EventStore;
use crate::LocalError;
use crate::queues::{ACCOUNT, REGION};

/// The bus of the events of AWS's own services, and of entries that name none.
const DEFAULT_BUS: &str = "default";

/// An event, as EventBridge hands it to a target, and the bus that it was published on.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Event {
    version: &'static str,
    pub(crate) id: String,
    pub(crate) detail_type: String,
    pub(crate) source: String,
    account: &'static str,
    #[serde(serialize_with = "to_the_second")]
    pub(crate) time: Timestamp,
    region: &'static str,
    pub(crate) resources: Vec<String>,
    pub(crate) detail: Value,
    /// No part of EventBridge's own events.
    #[serde(rename = "eventBusName")]
    pub(crate) bus: String,
}

impl Event {
    /// An event on the default bus, with a random id.
    pub(crate) fn new(source: &str, detail_type: &str, detail: Value, time: Timestamp) -> Result<Self, Unspecified> {
        Ok(Self {
            version: "0",
            id: crate::uuid::random()?,
            detail_type: detail_type.to_owned(),
            source: source.to_owned(),
            account: ACCOUNT,
            time,
            region: REGION,
            resources: Vec::new(),
            detail,
            bus: DEFAULT_BUS.to_owned(),
        })
    }
}

fn to_the_second<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{time:.0}"))
}

/// The events of all buses. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Events(Arc<Mutex<EventStore>>);

impl Events {
    /// No events yet, and none left when the last clone is dropped.
    pub(crate) fn in_memory() -> Result<Self, LocalError> {
        Ok(Self(Arc::new(Mutex::new(EventStore::in_memory()?))))
    }

    /// The events in the database file at `path`, which is created if it is not there.
    pub(crate) fn in_file(path: &Path) -> Result<Self, LocalError> {
        Ok(Self(Arc::new(Mutex::new(EventStore::in_file(path)?))))
    }

    /// Publishes `events`, all or none.
    pub(crate) fn publish(&self, events: &[Event]) -> Result<(), LocalError> {
        Ok(self.store().publish(events)?)
    }

    /// The newest `limit` events, newest first; with `before`, of those older than the event with that id.
    pub(crate) fn newest(&self, limit: usize, before: Option<&str>) -> Result<Vec<Value>, LocalError> {
        Ok(self.store().newest(limit, before)?)
    }

    /// Adds `PutEvents` and the list of the events to the routes of `router`.
    ///
    /// AWS's services share `POST /` and tell their requests apart by a header, so another service's route may be there.
    pub(crate) fn beside(&self, router: Router) -> Router {
        router.merge(list::routes(self.clone())).layer(middleware::from_fn_with_state(self.clone(), put_events::answer))
    }

    fn store(&self) -> MutexGuard<'_, EventStore> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
