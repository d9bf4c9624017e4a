//! The relay with an embedded table and local queues.

use relay_outbox::App;
use serde_json::Value;
use spaces_http::Env;
use spaces_local::LocalQueues;
use spaces_local::harness::{self, Harness};
use spaces_local::queues::{QueueDefinition, url};

pub(crate) const MAIL: &str = "MailQueue";
pub(crate) const BULK: &str = "BulkMailQueue";
pub(crate) const FAILURES: &str = "RelayFailures";

pub(crate) struct Service {
    pub(crate) harness: Harness,
    pub(crate) queues: LocalQueues,
}

impl Service {
    pub(crate) async fn start() -> Self {
        let harness = Harness::start().await.unwrap();
        let queues = empty_queues().await;
        Self { harness, queues }
    }

    pub(crate) fn app(&self) -> App {
        App::from_env(&self.env(), harness::sources_at(harness::now())).unwrap()
    }

    pub(crate) fn env(&self) -> Env {
        let endpoint = self.queues.endpoint().unwrap();
        let mut env = self.harness.env().unwrap();
        env.set("MAIL_QUEUE_URL", url(&endpoint, MAIL));
        env.set("BULK_MAIL_QUEUE_URL", url(&endpoint, BULK));
        env.set("RELAY_FAILURES_URL", url(&endpoint, FAILURES));
        env.set("AWS_ENDPOINT_URL_SQS", endpoint);
        env
    }

    /// Returns the bodies and groups of the messages in a queue, oldest first.
    pub(crate) fn queued(&self, queue: &str) -> Vec<(Option<String>, Value)> {
        let messages = self.queues.peek(queue).unwrap().into_iter();
        messages.map(|message| (message.group, serde_json::from_str(&message.body).unwrap())).collect()
    }
}

pub(crate) async fn empty_queues() -> LocalQueues {
    LocalQueues::in_memory([MAIL, BULK, FAILURES].map(QueueDefinition::named).to_vec()).await.unwrap()
}
