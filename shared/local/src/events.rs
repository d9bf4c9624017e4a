//! An EventBridge that keeps what is published, so that it can be listed, and hands it to the queues of the template's rules.
//!
//! Not there: rules of other buses than the default one, other targets than queues, archives, and every operation but `PutEvents`.
//! Every bus exists.

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
use crate::{LocalError, Queues, Template};

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
pub(crate) struct Events {
    store: Arc<Mutex<EventStore>>,
    rules: Arc<Mutex<Vec<Rule>>>,
    pub(crate) switches: Arc<Switches>,
}

/// A rule of the default bus.
#[derive(Debug)]
struct Rule {
    filter: Filter,
    queues: Vec<String>,
    service: Arc<SqsService>,
}

impl Rule {
    fn new(definition: RuleDefinition, service: Arc<SqsService>) -> Result<Self, LocalError> {
        let RuleDefinition { pattern, queues } = definition;
        Ok(Self { filter: Filter::parse(&[pattern]).map_err(LocalError::Filter)?, queues, service })
    }

    fn hand_on(&self, event: &Value) -> Result<(), LocalError> {
        if self.filter.matches(event) {
            for queue in &self.queues {
                self.service.send(queue, &NewMessage { body: event.to_string(), ..NewMessage::default() })?;
            }
        }
        Ok(())
    }
}

impl Events {
    /// No events yet, and none left when the last clone is dropped.
    pub(crate) fn in_memory() -> Result<Self, LocalError> {
        Ok(Self::of(EventStore::in_memory()?))
    }

    /// The events in the database file at `path`, which is created if it is not there.
    pub(crate) fn in_file(path: &Path) -> Result<Self, LocalError> {
        Ok(Self::of(EventStore::in_file(path)?))
    }

    fn of(store: EventStore) -> Self {
        Self { store: Arc::new(Mutex::new(store)), rules: Arc::default(), switches: Arc::default() }
    }

    /// From now on hands events to the queues of the template's rules.
    pub(crate) fn follow_rules(&self, template: &Template, queues: &Queues) -> Result<(), LocalError> {
        let rules = template.rules().into_iter().map(|rule| Rule::new(rule, queues.service()));
        *self.rules() = rules.collect::<Result<_, _>>()?;
        Ok(())
    }

    /// Publishes `events`, all or none, and hands them to the targets of rules.
    pub(crate) fn publish(&self, events: &[Event]) -> Result<(), LocalError> {
        self.store().publish(events)?;
        let rules = self.rules();
        for event in events.iter().filter(|event| event.bus == DEFAULT_BUS) {
            let mut json = serde_json::to_value(event).unwrap_or_default();
            json.as_object_mut().map(|members| members.remove("eventBusName"));
            rules.iter().try_for_each(|rule| rule.hand_on(&json))?;
        }
        Ok(())
    }

    /// The newest `limit` events, newest first; with `before`, of those older than the event with that id.
    pub(crate) fn newest(&self, limit: usize, before: Option<&str>) -> Result<Vec<Value>, LocalError> {
        Ok(self.store().newest(limit, before)?)
    }

    /// SES's events of the mail with this id, oldest first, as far as they are kept.
    pub(crate) fn of_message(&self, id: &str) -> Result<Vec<Value>, LocalError> {
        Ok(self.store().of_message(id)?)
    }

    /// Adds `PutEvents` and the list of the events to the routes of `router`.
    ///
    /// AWS's services share `POST /` and tell their requests apart by a header, so another service's route may be there.
    pub(crate) fn beside(&self, router: Router) -> Router {
        router.merge(list::routes(self.clone())).layer(middleware::from_fn_with_state(self.clone(), put_events::answer))
    }

    fn store(&self) -> MutexGuard<'_, EventStore> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn rules(&self) -> MutexGuard<'_, Vec<Rule>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
