//! Persistent SQLite databases.

use std::path::Path;

use rusqlite::Connection;

/// Opens the database at `path`, creating it if it does not exist.
///
/// Committed transactions survive any end of the process; only a crash of the machine can lose the latest changes
/// (write-ahead log, synchronized at checkpoints).
pub(crate) fn open(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    Ok(connection)
}
