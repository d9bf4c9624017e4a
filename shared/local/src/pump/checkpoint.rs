//! The position in the stream, in a file that stays intact if the process is killed at any moment.

use std::fs;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::LocalError;

#[derive(Debug)]
pub(super) struct Checkpoint {
    path: PathBuf,
    position: Option<String>,
}

impl Checkpoint {
    pub(super) fn open(path: PathBuf) -> Result<Self, LocalError> {
        let position = match fs::read_to_string(&path) {
            Ok(position) => Some(position),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(LocalError::file(path)(error)),
        };
        Ok(Self { path, position })
    }

    /// Returns the sequence number of the last record that was delivered or given up.
    pub(super) fn position(&self) -> Option<&str> {
        self.position.as_deref()
    }

    pub(super) fn advance(&mut self, sequence_number: &str) -> Result<(), LocalError> {
        // Write a new file and rename it, so that the file always holds a whole number.
        let beside = self.path.with_extension("new");
        fs::write(&beside, sequence_number).map_err(LocalError::file(&beside))?;
        fs::rename(&beside, &self.path).map_err(LocalError::file(&self.path))?;
        self.position = Some(sequence_number.to_owned());
        Ok(())
    }
}

/// Appends a line to the file at `path` and syncs it to disk.
pub(super) fn append_line(path: &Path, line: &str) -> Result<(), LocalError> {
    let open = OpenOptions::new().create(true).append(true).open(path);
    let write = |mut file: File| writeln!(file, "{line}").and_then(|()| file.sync_all());
    open.and_then(write).map_err(LocalError::file(path))
}
