//! Stores the messages of all queues in SQLite, and applies the rules of standard queues to them.
//!
//! Every operation commits its changes before it returns.

mod rows;

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use self::rows::GroupFilter;
use super::definition::QueueDefinition;
use super::error::SqsError;
use super::fairness::{Processing, noisy};
use super::message::{NewMessage, QueuedMessage, Receipt, ReceivedMessage, invalid, new_id};
use crate::database;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS messages (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        queue TEXT NOT NULL,
        body TEXT NOT NULL,
        attributes TEXT NOT NULL,
        message_group TEXT,
        sent INTEGER NOT NULL,
        -- Time until which the message can't be received: in flight if it was received before, delayed if not.
        hidden_until INTEGER NOT NULL,
        first_received INTEGER,
        receive_count INTEGER NOT NULL DEFAULT 0,
        -- Time since which a consumer is processing the message.
        processing_since INTEGER,
        dead_letter_source TEXT
    );
    CREATE INDEX IF NOT EXISTS by_age ON messages (queue, sent, number);
";

/// The number of messages of a queue in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct QueueCounts {
    pub(super) visible: u64,
    pub(super) in_flight: u64,
    pub(super) delayed: u64,
}

/// The messages, and the recent processing times, which are kept in memory only.
#[derive(Debug)]
pub(super) struct MessageStore {
    connection: Connection,
    processing: HashMap<String, Processing>,
}

impl MessageStore {
    pub(super) fn in_memory() -> Result<Self, SqsError> {
        Self::of(Connection::open_in_memory()?)
    }

    pub(super) fn in_file(path: &Path) -> Result<Self, SqsError> {
        Self::of(database::open(path)?)
    }

    fn of(connection: Connection) -> Result<Self, SqsError> {
        connection.execute_batch(SCHEMA)?;
        Ok(Self { connection, processing: HashMap::new() })
    }

    /// Stores `message` and returns its id.
    pub(super) fn send(&self, queue: &str, message: &NewMessage, now: Timestamp) -> Result<String, SqsError> {
        let id = new_id()?;
        let attributes = serde_json::to_string(&message.attributes).unwrap_or_default();
        self.connection
            .prepare_cached(
                "INSERT INTO messages (id, queue, body, attributes, message_group, sent, hidden_until)
                 VALUES (:id, :queue, :body, :attributes, :group, :now, :hidden_until)",
            )?
            .execute(named_params! {
                ":id": id, ":queue": queue, ":body": message.body, ":attributes": attributes,
                ":group": message.group, ":now": millis(now), ":hidden_until": millis(after(now, message.delay)),
            })?;
        Ok(id)
    }

    /// Receives up to `max` messages and hides them for `visibility`.
    pub(super) fn receive(
        &mut self,
        queue: &QueueDefinition,
        max: usize,
        visibility: Duration,
        now: Timestamp,
    ) -> Result<Vec<ReceivedMessage>, SqsError> {
        let processing = self.processing.entry(queue.name.clone()).or_default();
        let transaction = self.connection.transaction()?;
        expire(&transaction, queue, now)?;
        dead_letter(&transaction, queue, now)?;
        let groups = rows::groups(&transaction, &queue.name, now)?;
        let in_flight = rows::counts(&transaction, &queue.name, now)?.in_flight;
        let noisy = noisy(&groups, in_flight, processing, now);

        let mut waiting = rows::waiting(&transaction, &queue.name, GroupFilter::Except(&noisy), max, now)?;
        for group in &noisy {
            let left = max.saturating_sub(waiting.len());
            waiting.extend(rows::waiting(&transaction, &queue.name, GroupFilter::Only(group), left, now)?);
        }
        let hidden_until = after(now, visibility);
        let mut received = Vec::new();
        for number in waiting {
            let timed_out = rows::timed_out(&transaction, number)?;
            if let Some((group, since, until)) = timed_out {
                processing.add(group, since, until);
            }
            received.push(rows::receive(&transaction, number, hidden_until, now)?);
        }
        transaction.commit()?;
        Ok(received)
    }

    /// Deletes the message that was received with `handle`, unless it was received again since.
    pub(super) fn delete(&mut self, queue: &str, handle: &str, now: Timestamp) -> Result<(), SqsError> {
        let receipt = receipt(queue, handle)?;
        let deleted = self
            .connection
            .prepare_cached(
                "DELETE FROM messages WHERE queue = :queue AND id = :id AND receive_count = :count
                 RETURNING message_group, processing_since",
            )?
            .query_row(named_params! { ":queue": queue, ":id": receipt.id, ":count": receipt.receive_count }, |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        if let Some((group, Some(since))) = deleted {
            self.processing.entry(queue.to_owned()).or_default().add(group, timestamp(since), now);
        }
        Ok(())
    }

    /// Hides a message in flight for `visibility` from now on; zero makes it receivable at once.
    pub(super) fn change_visibility(
        &mut self,
        queue: &str,
        handle: &str,
        visibility: Duration,
        now: Timestamp,
    ) -> Result<(), SqsError> {
        let receipt = receipt(queue, handle)?;
        let found = self
            .connection
            .query_row(
                "SELECT message_group, processing_since, hidden_until FROM messages
                 WHERE queue = :queue AND id = :id AND receive_count = :count",
                named_params! { ":queue": queue, ":id": receipt.id, ":count": receipt.receive_count },
                |row| Ok((row.get::<_, Option<String>>(0)?, row.get::<_, Option<i64>>(1)?, row.get::<_, i64>(2)?)),
            )
            .optional()?;
        let reason = "Message does not exist or is not available for visibility timeout change";
        let (group, since, hidden_until) = found.ok_or_else(|| invalid(&handle, "ReceiptHandle", reason))?;
        if hidden_until <= millis(now) {
            return Err(SqsError::MessageNotInflight);
        }
        self.connection.execute(
            "UPDATE messages SET hidden_until = :until, processing_since = NULL WHERE id = :id",
            named_params! { ":until": millis(after(now, visibility)), ":id": receipt.id },
        )?;
        if let Some(since) = since {
            self.processing.entry(queue.to_owned()).or_default().add(group, timestamp(since), now);
        }
        Ok(())
    }

    /// Undoes a receive: the message can be received at once, and its receive count is restored.
    pub(super) fn release(&self, queue: &str, handle: &str, now: Timestamp) -> Result<(), SqsError> {
        let receipt = receipt(queue, handle)?;
        self.connection.execute(
            "UPDATE messages SET hidden_until = :now, processing_since = NULL, receive_count = receive_count - 1
             WHERE queue = :queue AND id = :id AND receive_count = :count",
            named_params! {
                ":now": millis(now), ":queue": queue, ":id": receipt.id, ":count": receipt.receive_count,
            },
        )?;
        Ok(())
    }

    pub(super) fn purge(&self, queue: &str) -> Result<(), SqsError> {
        self.connection.execute("DELETE FROM messages WHERE queue = ?", [queue])?;
        Ok(())
    }

    /// Moves the dead letters of `queue` to `destination`, or each to the queue it came from. A moved message is a new
    /// one: it has a new id, was sent now, and has never been received.
    pub(super) fn redrive(&mut self, queue: &str, destination: Option<&str>, now: Timestamp) -> Result<(), SqsError> {
        let transaction = self.connection.transaction()?;
        let mut select = transaction.prepare(
            "SELECT number FROM messages WHERE queue = ? AND coalesce(?, dead_letter_source) IS NOT NULL ORDER BY number",
        )?;
        let numbers: Vec<i64> = select.query_map((queue, destination), |row| row.get(0))?.collect::<Result<_, _>>()?;
        drop(select);
        for number in numbers {
            transaction.execute(
                "UPDATE messages SET queue = coalesce(:destination, dead_letter_source), id = :id, sent = :now,
                     hidden_until = :now, first_received = NULL, receive_count = 0, processing_since = NULL,
                     dead_letter_source = NULL
                 WHERE number = :number",
                named_params! { ":destination": destination, ":id": new_id()?, ":now": millis(now), ":number": number },
            )?;
        }
        transaction.commit()?;
        Ok(())
    }

    pub(super) fn counts(&mut self, queue: &QueueDefinition, now: Timestamp) -> Result<QueueCounts, SqsError> {
        let transaction = self.connection.transaction()?;
        expire(&transaction, queue, now)?;
        let counts = rows::counts(&transaction, &queue.name, now)?;
        transaction.commit()?;
        Ok(counts)
    }

    /// Returns all messages of the queue, oldest first.
    pub(super) fn messages(&mut self, queue: &QueueDefinition, now: Timestamp) -> Result<Vec<QueuedMessage>, SqsError> {
        let transaction = self.connection.transaction()?;
        expire(&transaction, queue, now)?;
        let messages = rows::messages(&transaction, &queue.name, now)?;
        transaction.commit()?;
        Ok(messages)
    }
}

/// Deletes messages that are older than the queue's retention period.
fn expire(transaction: &Transaction<'_>, queue: &QueueDefinition, now: Timestamp) -> Result<(), SqsError> {
    let oldest = now.checked_sub(queue.retention).unwrap_or(Timestamp::MIN);
    transaction
        .prepare_cached("DELETE FROM messages WHERE queue = ? AND sent < ?")?
        .execute((&queue.name, millis(oldest)))?;
    Ok(())
}

/// Moves messages that have been received too often to the dead-letter queue. As in SQS, this happens when messages are
/// received.
fn dead_letter(transaction: &Transaction<'_>, queue: &QueueDefinition, now: Timestamp) -> Result<(), SqsError> {
    let Some(redrive) = &queue.redrive else { return Ok(()) };
    transaction
        .prepare_cached(
            "UPDATE messages SET queue = :dead_letters, dead_letter_source = :queue, hidden_until = :now,
                 processing_since = NULL
             WHERE queue = :queue AND hidden_until <= :now AND receive_count >= :max",
        )?
        .execute(named_params! {
            ":dead_letters": redrive.dead_letter_queue, ":queue": queue.name, ":now": millis(now),
            ":max": redrive.max_receive_count,
        })?;
    Ok(())
}

fn receipt(queue: &str, handle: &str) -> Result<Receipt, SqsError> {
    let receipt = Receipt::parse(handle).filter(|receipt| receipt.queue == queue);
    receipt.ok_or_else(|| SqsError::ReceiptHandleIsInvalid(handle.to_owned()))
}

fn after(now: Timestamp, duration: Duration) -> Timestamp {
    let duration = SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
    now.checked_add(duration).unwrap_or(Timestamp::MAX)
}

fn millis(time: Timestamp) -> i64 {
    time.as_millisecond()
}

fn timestamp(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or_default()
}
