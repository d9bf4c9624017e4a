//! An SQS endpoint with the standard queues of the template.
//!
//! Messages are delivered at least once, hidden for the visibility timeout, dead-lettered when they have been received too
//! often, and deleted at the end of their retention. Message groups are served as fair queues do.
//!
//! Not there: FIFO queues, policies, encryption, tags, and the making and deleting of queues. A message move task moves all
//! at once.

mod definition;
mod error;
mod fairness;
pub(crate) mod lambda;
mod message;
mod protocol;
mod service;
mod store;
pub(crate) mod switches;

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use jiff::SignedDuration;
use serde_json::Value;

pub(crate) use self::definition::{ACCOUNT, REGION, arn};
pub use self::definition::{QueueDefinition, RedrivePolicy};
pub(crate) use self::error::SqsError;
pub use self::message::QueuedMessage;
pub(crate) use self::message::{NewMessage, Received};
pub(crate) use self::service::SqsService;
use self::store::MessageStore;
use crate::LocalError;
use crate::server::{ANY_PORT, Server};

/// Standard queues behind the real wire protocol of SQS, on a loopback port.
///
/// They have a clock of their own, which a test can advance ([`Queues::advance`]), and fail when they are told to.
pub struct Queues {
    service: Arc<SqsService>,
    /// `None` if another server has the routes.
    server: Option<Server>,
}

impl Queues {
    /// Empty queues in memory, on a port of the kernel's choice.
    ///
    /// # Errors
    /// [`LocalError`] when no port is free.
    pub async fn in_memory(definitions: Vec<QueueDefinition>) -> Result<Self, LocalError> {
        let service = Arc::new(SqsService::new(definitions, MessageStore::in_memory()?));
        let server = Server::start(ANY_PORT, protocol::routes(Arc::clone(&service))).await?;
        Ok(Self { service, server: Some(server) })
    }

    /// Queues whose messages are in the database file at `path`, which is created if it is not there. They listen nowhere:
    /// merge their [`Queues::routes`] into a server.
    ///
    /// # Errors
    /// [`LocalError::Queues`] when the file is unreadable.
    pub fn in_file(path: &Path, definitions: Vec<QueueDefinition>) -> Result<Self, LocalError> {
        Ok(Self { service: Arc::new(SqsService::new(definitions, MessageStore::in_file(path)?)), server: None })
    }

    /// The endpoint's routes: `POST /`, and `POST` to a queue's URL.
    pub fn routes(&self) -> Router {
        protocol::routes(Arc::clone(&self.service))
    }

    /// Returns the value for `AWS_ENDPOINT_URL_SQS`: `http://127.0.0.1:<port>`; `None` for queues in a file.
    #[must_use]
    pub fn endpoint(&self) -> Option<String> {
        self.server.as_ref().map(Server::endpoint)
    }

    /// Sends a message without attributes and returns its id.
    ///
    /// # Errors
    /// [`LocalError::Queues`] when there is no such queue or the message is invalid.
    pub fn send(&self, queue: &str, body: &str, group: Option<&str>) -> Result<String, LocalError> {
        let message = NewMessage { body: body.to_owned(), group: group.map(str::to_owned), ..NewMessage::default() };
        Ok(self.service.send(queue, &message)?)
    }

    /// Every message in the queue, those in flight included, oldest first. Looking changes nothing.
    ///
    /// # Errors
    /// [`LocalError::Queues`] when there is no such queue.
    pub fn peek(&self, queue: &str) -> Result<Vec<QueuedMessage>, LocalError> {
        Ok(self.service.messages(queue)?)
    }

    /// Receives up to `max` messages, hands them to `function` as Lambda's event, and deletes those that its answer does not
    /// report in `batchItemFailures`; an error is a failed invocation, which deletes none. Returns how many it received.
    ///
    /// # Errors
    /// [`LocalError::Queues`] when there is no such queue.
    pub async fn deliver<F, E>(
        &self,
        queue: &str,
        max: usize,
        function: impl FnOnce(Value) -> F,
    ) -> Result<usize, LocalError>
    where
        F: Future<Output = Result<Value, E>>,
    {
        let messages = self.service.receive(queue, max, None)?;
        if messages.is_empty() {
            return Ok(0);
        }
        if let Ok(answer) = function(lambda::event(queue, &messages)).await {
            lambda::settle(&self.service, queue, &messages, &answer)?;
        }
        Ok(messages.len())
    }

    /// Lets the queues' clock jump ahead.
    pub fn advance(&self, by: Duration) {
        self.service.advance(SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX));
    }

    /// The names of the operations asked for since the start or the last [`Queues::forget_calls`], in order of arrival, with
    /// repeats by an SDK's retries.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        self.service.switches.calls()
    }

    /// The visibility timeouts that messages in flight were given by calls, since the start or the last
    /// [`Queues::forget_calls`].
    #[must_use]
    pub fn visibility_timeouts(&self) -> Vec<Duration> {
        self.service.switches.visibility_timeouts()
    }

    /// Forgets the [`Queues::calls`] and [`Queues::visibility_timeouts`] so far.
    pub fn forget_calls(&self) {
        self.service.switches.forget_calls();
    }

    /// Answers the next `requests` requests with `RequestThrottled`.
    pub fn throttle(&self, requests: usize) {
        self.service.switches.throttled.set(requests);
    }

    /// Never answers the next `requests` requests.
    pub fn fall_silent(&self, requests: usize) {
        self.service.switches.silent.set(requests);
    }

    /// Fails the next `entries` entries of batches with `InternalError`; the others of their batches succeed.
    pub fn fail_entries(&self, entries: usize) {
        self.service.switches.failed_entries.set(entries);
    }

    pub(crate) fn service(&self) -> Arc<SqsService> {
        Arc::clone(&self.service)
    }
}

impl fmt::Debug for Queues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queues").field("server", &self.server).finish_non_exhaustive()
    }
}

/// The URL of the queue `name` at `endpoint` (`http://127.0.0.1:<port>`).
#[must_use]
pub fn url(endpoint: &str, name: &str) -> String {
    format!("{endpoint}/{ACCOUNT}/{name}")
}
