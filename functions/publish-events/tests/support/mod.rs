//! The publisher with an embedded table, an event bus and the failure queue.

use publish_events::App;
use serde_json::{Value, json};
use spaces_local::harness::{self, Harness};

pub(crate) const FAILURES: &str = "PublishFailures";

pub(crate) struct Service {
    pub(crate) harness: Harness,
}

impl Service {
    pub(crate) async fn start() -> Self {
        Self { harness: Harness::start().await.unwrap() }
    }

    pub(crate) fn app(&self) -> App {
        self.app_with(&[])
    }

    /// Returns the function with these variables in addition to the harness's.
    pub(crate) fn app_with(&self, variables: &[(&str, &str)]) -> App {
        let mut env = self.harness.env().unwrap();
        for (name, value) in variables {
            env.set(*name, *value);
        }
        App::from_env(&env, harness::sources_at(harness::now())).unwrap()
    }

    /// Returns the published events with their types, oldest first.
    pub(crate) fn published(&self) -> Vec<Value> {
        let mut events = self.harness.mailbox.events(1_000).unwrap();
        events.reverse();
        events.into_iter().map(|event| json!({ "type": event["detail-type"], "event": event["detail"] })).collect()
    }

    /// Returns the records that were set aside, oldest first.
    pub(crate) fn set_aside(&self) -> Vec<Value> {
        let messages = self.harness.queues.peek(FAILURES).unwrap().into_iter();
        messages.map(|message| serde_json::from_str(&message.body).unwrap()).collect()
    }
}
