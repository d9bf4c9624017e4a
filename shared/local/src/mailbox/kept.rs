//! The messages, in memory and, if asked for, as files; and what the mailbox was told to refuse.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::message::Message;
use crate::LocalError;

/// Mail to this domain is always rejected, so that the failure path can be seen without a switch.
const BOUNCING_DOMAIN: &str = "bounce.test";

#[derive(Debug)]
pub(super) struct Kept {
    directory: Option<PathBuf>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Oldest first.
    messages: Vec<Message>,
    last_number: u64,
    refused: Vec<String>,
    to_throttle: usize,
}

impl Kept {
    pub(super) fn in_memory() -> Self {
        Self { directory: None, state: Mutex::default() }
    }

    pub(super) fn in_directory(directory: PathBuf) -> Result<Self, LocalError> {
        fs::create_dir_all(&directory).map_err(LocalError::file(&directory))?;
        let mut messages = Vec::new();
        for entry in fs::read_dir(&directory).map_err(LocalError::file(&directory))? {
            let path = entry.map_err(LocalError::file(&directory))?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                messages.push(read(&path)?);
            }
        }
        // Numbered ids of one width: their order is the order of arrival.
        messages.sort_by(|a, b| a.id.cmp(&b.id));
        let last_number = messages.last().and_then(|message| number_of(&message.id)).unwrap_or(0);
        let state = State { messages, last_number, ..State::default() };
        Ok(Self { directory: Some(directory), state: Mutex::new(state) })
    }

    /// Keeps `message` and says under which id.
    pub(super) fn add(&self, mut message: Message) -> Result<String, LocalError> {
        let mut state = self.lock();
        let number = state.last_number + 1;
        message.id = id_of(number);
        if let Some(directory) = &self.directory {
            let path = file_of(directory, &message.id);
            let json = serde_json::to_vec(&message).map_err(std::io::Error::from);
            json.and_then(|json| fs::write(&path, json)).map_err(LocalError::file(&path))?;
        }
        state.last_number = number;
        let id = message.id.clone();
        state.messages.push(message);
        Ok(id)
    }

    /// Newest first.
    pub(super) fn messages(&self) -> Vec<Message> {
        self.lock().messages.iter().rev().cloned().collect()
    }

    pub(super) fn message(&self, id: &str) -> Option<Message> {
        self.lock().messages.iter().find(|message| message.id == id).cloned()
    }

    pub(super) fn clear(&self) -> Result<(), LocalError> {
        let mut state = self.lock();
        for message in std::mem::take(&mut state.messages) {
            if let Some(directory) = &self.directory {
                let path = file_of(directory, &message.id);
                fs::remove_file(&path).map_err(LocalError::file(&path))?;
            }
        }
        Ok(())
    }

    pub(super) fn throttle(&self, calls: usize) {
        self.lock().to_throttle = calls;
    }

    pub(super) fn to_throttle(&self) -> usize {
        self.lock().to_throttle
    }

    /// Whether this call is one to throttle; counts it if so.
    pub(super) fn is_throttling(&self) -> bool {
        let mut state = self.lock();
        let left = state.to_throttle.checked_sub(1);
        state.to_throttle = left.unwrap_or(0);
        left.is_some()
    }

    pub(super) fn refuse(&self, recipient: String) {
        self.lock().refused.push(recipient);
    }

    pub(super) fn refuses(&self, address: &str) -> bool {
        let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
        let matches = |refused: &str| refused.eq_ignore_ascii_case(address) || refused.eq_ignore_ascii_case(domain);
        matches(BOUNCING_DOMAIN) || self.lock().refused.iter().any(|refused| matches(refused))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(path: &Path) -> Result<Message, LocalError> {
    let bytes = fs::read(path).map_err(LocalError::file(path))?;
    serde_json::from_slice(&bytes).map_err(std::io::Error::from).map_err(LocalError::file(path))
}

/// SES's ids have such a shape, and like them these sort by time.
fn id_of(number: u64) -> String {
    format!("{number:016x}-local-000000")
}

fn number_of(id: &str) -> Option<u64> {
    u64::from_str_radix(id.split_once('-')?.0, 16).ok()
}

fn file_of(directory: &Path, id: &str) -> PathBuf {
    directory.join(id).with_extension("json")
}
