//! Stores the newest events in SQLite.

use std::path::Path;

use rusqlite::{Connection, named_params};
use serde_json::Value;

use super::BusEvent;
use crate::database;

/// Maximum number of stored events. A mail publishes two or three, and they are stored only for inspection.
const MAX_EVENTS: usize = 10_000;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS events (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        event TEXT NOT NULL
    );
    CREATE INDEX IF NOT EXISTS by_message ON events (json_extract(event, '$.detail.mail.messageId'));
";

#[derive(Debug)]
pub(super) struct EventStore {
    connection: Connection,
    capacity: usize,
}

impl EventStore {
    pub(super) fn in_memory() -> rusqlite::Result<Self> {
        Self::of(Connection::open_in_memory()?)
    }

    pub(super) fn in_file(path: &Path) -> rusqlite::Result<Self> {
        Self::of(database::open(path)?)
    }

    fn of(connection: Connection) -> rusqlite::Result<Self> {
        connection.execute_batch(SCHEMA)?;
        Ok(Self { connection, capacity: MAX_EVENTS })
    }

    /// Stores `events` in this order, all or none, and deletes the oldest events beyond the capacity.
    pub(super) fn publish(&mut self, events: &[BusEvent]) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction()?;
        for event in events {
            let json = serde_json::to_string(event).unwrap_or_default();
            transaction.prepare_cached("INSERT INTO events (id, event) VALUES (?, ?)")?.execute((&event.id, json))?;
        }
        transaction
            .prepare_cached("DELETE FROM events WHERE number <= (SELECT max(number) FROM events) - ?")?
            .execute([self.capacity])?;
        transaction.commit()
    }

    /// Returns the newest `limit` events, newest first, that are older than the event `before`; none if that event is
    /// not stored.
    pub(super) fn newest(&self, limit: usize, before: Option<&str>) -> rusqlite::Result<Vec<Value>> {
        let mut select = self.connection.prepare_cached(
            "SELECT event FROM events
             WHERE :before IS NULL OR number < (SELECT number FROM events WHERE id = :before)
             ORDER BY number DESC LIMIT :limit",
        )?;
        let read = |text: String| serde_json::from_str(&text).unwrap_or_default();
        let events =
            select.query_map(named_params! { ":before": before, ":limit": limit }, |row| row.get(0).map(read))?;
        events.collect()
    }

    /// Returns SES's events of the mail with this id, oldest first.
    pub(super) fn of_message(&self, id: &str) -> rusqlite::Result<Vec<Value>> {
        let mut select = self.connection.prepare_cached(
            "SELECT event FROM events WHERE json_extract(event, '$.detail.mail.messageId') = ? ORDER BY number",
        )?;
        let read = |text: String| serde_json::from_str(&text).unwrap_or_default();
        select.query_map([id], |row| row.get(0).map(read))?.collect()
    }

    pub(super) fn clear(&self) -> rusqlite::Result<()> {
        self.connection.execute("DELETE FROM events", []).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(number: usize) -> BusEvent {
        BusEvent::new("test", "Numbered", json!({ "number": number }), "2026-11-05T10:00:00Z".parse().unwrap()).unwrap()
    }

    fn numbers(store: &EventStore) -> Vec<i64> {
        store.newest(100, None).unwrap().iter().map(|event| event["detail"]["number"].as_i64().unwrap()).collect()
    }

    #[test]
    fn the_oldest_events_beyond_the_capacity_are_deleted() {
        let mut store = EventStore { capacity: 3, ..EventStore::in_memory().unwrap() };
        store.publish(&[event(1), event(2)]).unwrap();
        assert_eq!(numbers(&store), [2, 1]);
        store.publish(&[event(3), event(4), event(5)]).unwrap();
        assert_eq!(numbers(&store), [5, 4, 3]);
    }

    #[test]
    fn all_events_of_a_call_are_stored_or_none() {
        let mut store = EventStore::in_memory().unwrap();
        let (first, second) = (event(1), event(2));
        store.publish(std::slice::from_ref(&second)).unwrap();
        store.publish(&[first, second]).unwrap_err();
        assert_eq!(numbers(&store), [2]);
    }
}
