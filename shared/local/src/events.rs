//! An EventBridge endpoint that stores the published events for inspection and delivers them to the queues of the
//! template's rules.
//!
//! Not supported: rules of custom buses, targets other than queues, archives, and every operation except `PutEvents`.
//! Every bus name is accepted.

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
use crate::filter::Filter;
use crate::queues::switches::Switches;
use crate::queues::{ACCOUNT, NewMessage, REGION, SqsService};
use crate::template::RuleDefinition;
use crate::{LocalError, LocalQueues, Template};

/// The bus of the events of AWS's own services, and of entries without a bus name.
const DEFAULT_BUS: &str = "default";

/// An event in the form that EventBridge delivers to a target, with the bus that it was published on.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct BusEvent {
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
    /// Not part of EventBridge's events; removed before delivery.
    #[serde(rename = "eventBusName")]
    pub(crate) bus: String,
}

impl BusEvent {
    /// Creates an event on the default bus, with a random id.
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

/// The events of all buses. Clones share their state.
#[derive(Debug, Clone)]
pub(crate) struct Events {
    store: Arc<Mutex<EventStore>>,
    rules: Arc<Mutex<Vec<EventRule>>>,
    pub(crate) switches: Arc<Switches>,
}

/// A rule of the default bus.
#[derive(Debug)]
struct EventRule {
    filter: Filter,
    queues: Vec<String>,
    service: Arc<SqsService>,
}

impl EventRule {
    fn new(definition: RuleDefinition, service: Arc<SqsService>) -> Result<Self, LocalError> {
        let RuleDefinition { pattern, queues } = definition;
        Ok(Self { filter: Filter::parse(&[pattern]).map_err(LocalError::Filter)?, queues, service })
    }

    fn forward(&self, event: &Value) -> Result<(), LocalError> {
        if self.filter.matches(event) {
            for queue in &self.queues {
                self.service.send(queue, &NewMessage { body: event.to_string(), ..NewMessage::default() })?;
            }
        }
        Ok(())
    }
}

impl Events {
    /// Creates an empty store in memory, which exists until its last clone is dropped.
    pub(crate) fn in_memory() -> Result<Self, LocalError> {
        Ok(Self::of(EventStore::in_memory()?))
    }

    /// Opens the database file at `path`, creating it if it does not exist.
    pub(crate) fn in_file(path: &Path) -> Result<Self, LocalError> {
        Ok(Self::of(EventStore::in_file(path)?))
    }

    fn of(store: EventStore) -> Self {
        Self { store: Arc::new(Mutex::new(store)), rules: Arc::default(), switches: Arc::default() }
    }

    /// Starts delivering events to the queues of the template's rules.
    pub(crate) fn follow_rules(&self, template: &Template, queues: &LocalQueues) -> Result<(), LocalError> {
        let rules = template.rules().into_iter().map(|rule| EventRule::new(rule, queues.service()));
        *self.rules() = rules.collect::<Result<_, _>>()?;
        Ok(())
    }

    /// Stores `events`, all or none, and delivers them to the rules' targets.
    pub(crate) fn publish(&self, events: &[BusEvent]) -> Result<(), LocalError> {
        self.store().publish(events)?;
        let rules = self.rules();
        for event in events.iter().filter(|event| event.bus == DEFAULT_BUS) {
            let mut json = serde_json::to_value(event).unwrap_or_default();
            json.as_object_mut().map(|members| members.remove("eventBusName"));
            rules.iter().try_for_each(|rule| rule.forward(&json))?;
        }
        Ok(())
    }

    /// Returns the newest `limit` events, newest first; with `before`, only those older than the event with that id.
    pub(crate) fn newest(&self, limit: usize, before: Option<&str>) -> Result<Vec<Value>, LocalError> {
        Ok(self.store().newest(limit, before)?)
    }

    /// Returns the stored SES events of the mail with this id, oldest first.
    pub(crate) fn of_message(&self, id: &str) -> Result<Vec<Value>, LocalError> {
        Ok(self.store().of_message(id)?)
    }

    /// Adds `PutEvents` and the list of events to the routes of `router`.
    ///
    /// AWS's services share `POST /` and distinguish their requests by a header, so `router` may have another service's
    /// route there.
    pub(crate) fn beside(&self, router: Router) -> Router {
        router.merge(list::routes(self.clone())).layer(middleware::from_fn_with_state(self.clone(), put_events::answer))
    }

    fn store(&self) -> MutexGuard<'_, EventStore> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn rules(&self) -> MutexGuard<'_, Vec<EventRule>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
