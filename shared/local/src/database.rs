//! SQLite databases that outlive the process.

use std::path::Path;

use rusqlite::Connection;

/// Opens the database at `path`, which is created if it is not there.
///
/// Committed transactions outlive the process, however it ends; only a crash of the machine itself can lose the last
/// changes (write-ahead log, synchronized at checkpoints).
pub(crate) fn open(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    Ok(connection)
}
