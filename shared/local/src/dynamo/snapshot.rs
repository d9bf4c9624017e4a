//! Snapshots of the table.

use dynoxide::{Database, Item};
use serde_json::json;

use super::{TABLE_NAME, all_items, request};
use crate::LocalError;

/// All items of the table at one moment.
#[derive(Clone)]
pub struct Snapshot(Vec<Item>);

impl Snapshot {
    pub(super) fn of(database: &Database) -> Result<Self, LocalError> {
        all_items(database).map(Self)
    }

    /// Writes and deletes only the items that differ, so that the stream records no other change.
    pub(super) fn restore(&self, database: &Database) -> Result<(), LocalError> {
        let present = all_items(database)?;
        for item in present.iter().filter(|item| !self.0.iter().any(|kept| is_same_key(kept, item))) {
            let key = json!({ "pk": item.get("pk"), "sk": item.get("sk") });
            database.delete_item(request(json!({ "TableName": TABLE_NAME, "Key": key }))?)?;
        }
        for item in self.0.iter().filter(|item| !present.contains(item)) {
            database.put_item(request(json!({ "TableName": TABLE_NAME, "Item": item }))?)?;
        }
        Ok(())
    }
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Snapshot({} items)", self.0.len())
    }
}

fn is_same_key(one: &Item, other: &Item) -> bool {
    ["pk", "sk"].iter().all(|key| one.get(*key) == other.get(*key))
}
