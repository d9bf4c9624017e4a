//! Queries and updates of the rows of one queue.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, named_params};

use super::{QueueCounts, millis, timestamp};
use crate::queues::error::SqsError;
use crate::queues::fairness::MessageGroup;
use crate::queues::message::{QueuedMessage, Receipt, ReceivedMessage};

/// The groups whose messages to select.
#[derive(Debug, Clone, Copy)]
pub(super) enum GroupFilter<'a> {
    /// Messages of this group.
    Only(&'a String),
    /// Messages of all groups except these, and messages without a group.
    Except(&'a [String]),
}

/// Returns the numbers of the oldest messages that can be received.
pub(super) fn waiting(
    transaction: &Transaction<'_>,
    queue: &str,
    wanted: GroupFilter<'_>,
    max: usize,
    now: Timestamp,
) -> Result<Vec<i64>, SqsError> {
    let (condition, names) = match wanted {
        GroupFilter::Only(group) => ("IN", std::slice::from_ref(group)),
        GroupFilter::Except(groups) => ("IS NULL OR message_group NOT IN", groups),
    };
    let sql = format!(
        "SELECT number FROM messages WHERE queue = :queue AND hidden_until <= :now
             AND (message_group {condition} (SELECT value FROM json_each(:names)))
         ORDER BY sent, number LIMIT :max"
    );
    let names = serde_json::to_string(names).unwrap_or_default();
    let parameters = named_params! { ":queue": queue, ":now": millis(now), ":names": names, ":max": max };
    let mut select = transaction.prepare_cached(&sql)?;
    Ok(select.query_map(parameters, |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Returns the processing of a message whose visibility timeout has ended: its group, start and end.
pub(super) fn timed_out(
    transaction: &Transaction<'_>,
    number: i64,
) -> Result<Option<(Option<String>, Timestamp, Timestamp)>, SqsError> {
    let read = |row: &Row<'_>| Ok((row.get(0)?, timestamp(row.get(1)?), timestamp(row.get(2)?)));
    let mut select = transaction.prepare_cached(
        "SELECT message_group, processing_since, hidden_until FROM messages
         WHERE number = ? AND processing_since IS NOT NULL",
    )?;
    Ok(select.query_row([number], read).optional()?)
}

/// Counts a receive and hides the message.
pub(super) fn receive(
    transaction: &Transaction<'_>,
    number: i64,
    hidden_until: Timestamp,
    now: Timestamp,
) -> Result<ReceivedMessage, SqsError> {
    let mut update = transaction.prepare_cached(
        "UPDATE messages SET receive_count = receive_count + 1, hidden_until = :until, processing_since = :now,
             first_received = coalesce(first_received, :now)
         WHERE number = :number
         RETURNING id, queue, body, attributes, message_group, sent, first_received, receive_count, dead_letter_source",
    )?;
    let parameters = named_params! { ":until": millis(hidden_until), ":now": millis(now), ":number": number };
    Ok(update.query_row(parameters, |row| {
        let (id, queue, receive_count): (String, String, u32) = (row.get(0)?, row.get(1)?, row.get(7)?);
        Ok(ReceivedMessage {
            receipt: Receipt::handle(&queue, &id, receive_count),
            id,
            body: row.get(2)?,
            attributes: serde_json::from_str(&row.get::<_, String>(3)?).unwrap_or_default(),
            group: row.get(4)?,
            sent: timestamp(row.get(5)?),
            first_receive: timestamp(row.get(6)?),
            receive_count,
            dead_letter_source: row.get(8)?,
        })
    })?)
}

/// Returns the message groups that have a message in the queue.
pub(super) fn groups(
    transaction: &Transaction<'_>,
    queue: &str,
    now: Timestamp,
) -> Result<Vec<MessageGroup>, SqsError> {
    let mut select = transaction.prepare_cached(
        "SELECT message_group, sum(hidden_until <= :now), sum(hidden_until > :now AND receive_count > 0), max(sent)
         FROM messages WHERE queue = :queue AND message_group IS NOT NULL GROUP BY message_group",
    )?;
    let read = |row: &Row<'_>| {
        Ok(MessageGroup {
            name: row.get(0)?,
            waiting: row.get(1)?,
            in_flight: row.get(2)?,
            last_sent: timestamp(row.get(3)?),
        })
    };
    let parameters = named_params! { ":queue": queue, ":now": millis(now) };
    Ok(select.query_map(parameters, read)?.collect::<Result<_, _>>()?)
}

pub(super) fn counts(transaction: &Transaction<'_>, queue: &str, now: Timestamp) -> Result<QueueCounts, SqsError> {
    let mut select = transaction.prepare_cached(
        "SELECT coalesce(sum(hidden_until <= :now), 0), coalesce(sum(hidden_until > :now AND receive_count > 0), 0),
             coalesce(sum(hidden_until > :now AND receive_count = 0), 0)
         FROM messages WHERE queue = :queue",
    )?;
    let read = |row: &Row<'_>| Ok(QueueCounts { visible: row.get(0)?, in_flight: row.get(1)?, delayed: row.get(2)? });
    Ok(select.query_row(named_params! { ":queue": queue, ":now": millis(now) }, read)?)
}

/// Returns all messages of the queue, oldest first.
pub(super) fn messages(
    transaction: &Transaction<'_>,
    queue: &str,
    now: Timestamp,
) -> Result<Vec<QueuedMessage>, SqsError> {
    let mut select = transaction.prepare_cached(
        "SELECT id, body, message_group, receive_count, hidden_until FROM messages WHERE queue = ? ORDER BY sent, number",
    )?;
    let read = |row: &Row<'_>| {
        let hidden_for = timestamp(row.get(4)?).duration_since(now);
        Ok(QueuedMessage {
            id: row.get(0)?,
            body: row.get(1)?,
            group: row.get(2)?,
            receive_count: row.get(3)?,
            hidden_for: Duration::try_from(hidden_for).unwrap_or_default(),
        })
    };
    Ok(select.query_map([queue], read)?.collect::<Result<_, _>>()?)
}
