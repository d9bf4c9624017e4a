//! An SQS endpoint with the template's standard queues.
//!
//! Messages are delivered at least once, hidden for the visibility timeout, dead-lettered when they have been received
//! too often, and deleted at the end of their retention period. Message groups are served like those of fair queues.
//!
//! Not supported: FIFO queues, policies, encryption, tags, and creating or deleting queues. A message move task moves
//! all messages at once.

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
pub(crate) use self::message::{NewMessage, ReceivedMessage};
pub(crate) use self::service::SqsService;
use self::store::MessageStore;
use crate::LocalError;
use crate::server::{ANY_PORT, Server};

/// Standard queues that speak the wire protocol of SQS, on a loopback port.
///
/// They have their own clock, which a test can advance ([`LocalQueues::advance`]), and fail calls on request.
pub struct LocalQueues {
    service: Arc<SqsService>,
    /// `None` if another server serves the routes.
    server: Option<Server>,
}

impl LocalQueues {
    /// Starts with empty queues in memory, on a port that the kernel picks.
    ///
    /// # Errors
    /// [`LocalError`] when no port is free.
    pub async fn in_memory(definitions: Vec<QueueDefinition>) -> Result<Self, LocalError> {
        let service = Arc::new(SqsService::new(definitions, MessageStore::in_memory()?));
        let server = Server::start(ANY_PORT, protocol::routes(Arc::clone(&service))).await?;
        Ok(Self { service, server: Some(server) })
    }

    /// Opens queues whose messages are in the database file at `path`, creating it if it does not exist. They do not
    /// listen: merge [`LocalQueues::routes`] into a server.
    ///
    /// # Errors
    /// [`LocalError::Queues`] when the file is unreadable.
    pub fn in_file(path: &Path, definitions: Vec<QueueDefinition>) -> Result<Self, LocalError> {
        Ok(Self { service: Arc::new(SqsService::new(definitions, MessageStore::in_file(path)?)), server: None })
    }

    /// Returns the endpoint's routes: `POST /`, and `POST` to a queue's URL.
    pub fn routes(&self) -> Router {
        protocol::routes(Arc::clone(&self.service))
    }

    /// Returns the value for `AWS_ENDPOINT_URL_SQS`, `http://127.0.0.1:<port>`, or `None` for queues in a file.
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

    /// Returns all messages in the queue, including those in flight, oldest first, without changing them.
    ///
    /// # Errors
    /// [`LocalError::Queues`] when there is no such queue.
    pub fn peek(&self, queue: &str) -> Result<Vec<QueuedMessage>, LocalError> {
        Ok(self.service.messages(queue)?)
    }

    /// Receives up to `max` messages, passes them to `function` as Lambda's event, and deletes those that its result
    /// does not report in `batchItemFailures`. An error is a failed invocation, after which no message is deleted.
    /// Returns the number of received messages.
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

    /// Advances the queues' clock.
    pub fn advance(&self, by: Duration) {
        self.service.advance(SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX));
    }

    /// Returns the names of the operations called since the start or the last [`LocalQueues::forget_calls`], in order
    /// of arrival, including an SDK's retries.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        self.service.switches.calls()
    }

    /// Returns the visibility timeouts that calls set on messages in flight since the start or the last
    /// [`LocalQueues::forget_calls`].
    #[must_use]
    pub fn visibility_timeouts(&self) -> Vec<Duration> {
        self.service.switches.visibility_timeouts()
    }

    /// Clears [`LocalQueues::calls`] and [`LocalQueues::visibility_timeouts`].
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

impl fmt::Debug for LocalQueues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalQueues").field("server", &self.server).finish_non_exhaustive()
    }
}

/// Returns the URL of the queue `name` at `endpoint` (`http://127.0.0.1:<port>`).
#[must_use]
pub fn url(endpoint: &str, name: &str) -> String {
    format!("{endpoint}/{ACCOUNT}/{name}")
}
