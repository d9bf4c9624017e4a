//! The operations of SQS on the template's queues, on a clock that tests can advance.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

use super::definition::{self, QueueDefinition};
use super::error::SqsError;
use super::message::{NewMessage, QueuedMessage, ReceivedMessage, invalid};
use super::store::{MessageStore, QueueCounts};
use super::switches::Switches;

/// Maximum visibility timeout: 12 hours (a quota of SQS).
const MAX_VISIBILITY: Duration = Duration::from_hours(12);

/// Maximum number of messages that a call receives.
const MAX_RECEIVED: usize = 10;

/// The queues, shared by the HTTP endpoint and the event source mappings.
#[derive(Debug)]
pub(crate) struct SqsService {
    definitions: BTreeMap<String, QueueDefinition>,
    store: Mutex<MessageStore>,
    /// Offset of the clock from the machine's clock, in milliseconds.
    ahead: AtomicI64,
    changed: Notify,
    pub(super) switches: Switches,
}

impl SqsService {
    pub(super) fn new(definitions: Vec<QueueDefinition>, store: MessageStore) -> Self {
        Self {
            definitions: definitions.into_iter().map(|definition| (definition.name.clone(), definition)).collect(),
            store: Mutex::new(store),
            ahead: AtomicI64::new(0),
            changed: Notify::new(),
            switches: Switches::default(),
        }
    }

    pub(crate) fn definition(&self, queue: &str) -> Result<&QueueDefinition, SqsError> {
        self.definitions.get(queue).ok_or(SqsError::QueueDoesNotExist)
    }

    /// Sends a message and returns its id.
    pub(crate) fn send(&self, queue: &str, message: &NewMessage) -> Result<String, SqsError> {
        self.definition(queue)?;
        message.check()?;
        let id = self.store().send(queue, message, self.now())?;
        self.changed.notify_waiters();
        Ok(id)
    }

    /// Receives up to `max` messages and hides them for `visibility`, by default the queue's visibility timeout.
    pub(crate) fn receive(
        &self,
        queue: &str,
        max: usize,
        visibility: Option<Duration>,
    ) -> Result<Vec<ReceivedMessage>, SqsError> {
        let definition = self.definition(queue)?;
        if !(1..=MAX_RECEIVED).contains(&max) {
            return Err(invalid(&max, "MaxNumberOfMessages", "Must be between 1 and 10, if provided"));
        }
        let visibility = checked(visibility.unwrap_or(definition.visibility_timeout))?;
        self.store().receive(definition, max, visibility, self.now())
    }

    pub(crate) fn delete(&self, queue: &str, receipt: &str) -> Result<(), SqsError> {
        self.definition(queue)?;
        self.store().delete(queue, receipt, self.now())
    }

    pub(super) fn change_visibility(&self, queue: &str, receipt: &str, visibility: Duration) -> Result<(), SqsError> {
        self.definition(queue)?;
        self.store().change_visibility(queue, receipt, checked(visibility)?, self.now())?;
        self.switches.note_visibility_timeout(visibility);
        self.changed.notify_waiters();
        Ok(())
    }

    /// Undoes a receive whose consumer could not be reached. SQS has no such operation.
    pub(crate) fn release(&self, queue: &str, receipt: &str) -> Result<(), SqsError> {
        self.store().release(queue, receipt, self.now())
    }

    pub(super) fn purge(&self, queue: &str) -> Result<(), SqsError> {
        self.definition(queue)?;
        self.store().purge(queue)
    }

    /// Moves the messages of the dead-letter queue `source` to `destination`, or back to the queues they came from.
    pub(super) fn redrive(&self, source: &str, destination: Option<&str>) -> Result<(), SqsError> {
        let is_source = |queue: &&QueueDefinition| queue.redrive.iter().any(|to| to.dead_letter_queue == source);
        if !self.definitions.contains_key(source) || destination.is_some_and(|to| !self.definitions.contains_key(to)) {
            return Err(SqsError::ResourceNotFound);
        }
        if !self.definitions.values().any(|queue| is_source(&queue)) {
            let reason = "Source queue must be configured as a Dead Letter Queue.";
            return Err(SqsError::InvalidParameterValue(reason.to_owned()));
        }
        self.store().redrive(source, destination, self.now())?;
        self.changed.notify_waiters();
        Ok(())
    }

    pub(super) fn counts(&self, queue: &str) -> Result<QueueCounts, SqsError> {
        self.store().counts(self.definition(queue)?, self.now())
    }

    pub(super) fn messages(&self, queue: &str) -> Result<Vec<QueuedMessage>, SqsError> {
        self.store().messages(self.definition(queue)?, self.now())
    }

    /// Waits until a message may have become receivable, for at most `longest`.
    pub(crate) async fn changed(&self, longest: Duration) {
        tokio::time::timeout(longest, self.changed.notified()).await.ok();
    }

    pub(super) fn advance(&self, by: SignedDuration) {
        self.ahead.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        self.changed.notify_waiters();
    }

    #[expect(clippy::disallowed_methods, reason = "the queues simulate a separate server, which has its own clock")]
    pub(crate) fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_millis(self.ahead.load(Ordering::SeqCst));
        Timestamp::now().checked_add(ahead).unwrap_or(Timestamp::MAX)
    }

    fn store(&self) -> MutexGuard<'_, MessageStore> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn checked(visibility: Duration) -> Result<Duration, SqsError> {
    if visibility > MAX_VISIBILITY {
        let reason = "VisibilityTimeout must be an integer between 0 and 43200";
        return Err(invalid(&visibility.as_secs(), "VisibilityTimeout", reason));
    }
    Ok(visibility)
}

/// Returns the name of the queue that an ARN identifies.
pub(super) fn queue_of_arn(arn: &str) -> Result<&str, SqsError> {
    definition::name_in_arn(arn).ok_or(SqsError::ResourceNotFound)
}
