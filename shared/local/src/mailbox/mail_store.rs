//! Stores the messages in memory and, optionally, as files.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::account::SesAccount;
use super::message::MailboxMessage;
use super::search::Search;
use super::simulator;
use crate::LocalError;
use crate::events::Events;

/// The stored messages, the account that sends them, and the published events.
#[derive(Debug)]
pub(super) struct MailStore {
    directory: Option<PathBuf>,
    state: Mutex<MailboxState>,
    pub(super) account: SesAccount,
    /// The events of SES and of other publishers.
    pub(super) events: Events,
}

#[derive(Debug, Default)]
struct MailboxState {
    /// The messages, oldest first. They are shared, so that listing them copies no bodies.
    messages: Vec<Arc<MailboxMessage>>,
    last_number: u64,
}

impl MailStore {
    pub(super) fn in_memory() -> Result<Self, LocalError> {
        let events = Events::in_memory()?;
        Ok(Self { directory: None, state: Mutex::default(), account: SesAccount::default(), events })
    }

    pub(super) fn in_directory(directory: PathBuf, now: Timestamp) -> Result<Self, LocalError> {
        fs::create_dir_all(&directory).map_err(LocalError::file(&directory))?;
        let mut messages = Vec::new();
        for entry in fs::read_dir(&directory).map_err(LocalError::file(&directory))? {
            let path = entry.map_err(LocalError::file(&directory))?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                messages.push(Arc::new(read(&path)?));
            }
        }
        // The ids have a fixed width and increase, so their order is the order of arrival.
        messages.sort_by(|a: &Arc<MailboxMessage>, b| a.id.cmp(&b.id));
        let last_number = messages.last().and_then(|message| number_of(&message.id)).unwrap_or(0);
        // Do not reuse the ids of deleted messages, which events still name.
        let last_number = last_number.max(now.as_millisecond().unsigned_abs());
        let state = Mutex::new(MailboxState { messages, last_number });
        let events = Events::in_file(&directory.join("events.db"))?;
        Ok(Self { directory: Some(directory), state, account: SesAccount::default(), events })
    }

    /// Stores `message`, publishes its events, and returns its id.
    pub(super) fn add(&self, mut message: MailboxMessage, now: Timestamp) -> Result<String, LocalError> {
        let mut state = self.lock();
        let number = state.last_number + 1;
        message.id = id_of(number);
        if let Some(directory) = &self.directory {
            let path = file_of(directory, &message.id);
            let json = serde_json::to_vec(&message).map_err(std::io::Error::from).map_err(LocalError::file(&path))?;
            // Write a new file and rename it, so that the file always holds a whole message.
            let beside = path.with_extension("new");
            fs::write(&beside, json).map_err(LocalError::file(&beside))?;
            fs::rename(&beside, &path).map_err(LocalError::file(&path))?;
        }
        state.last_number = number;
        let id = message.id.clone();
        let events = simulator::events(&message, now);
        state.messages.push(Arc::new(message));
        // Publish only after the message is stored, so that no event names a missing message, even if the process is
        // killed in between.
        self.events.publish(&events.map_err(|_| LocalError::Random)?)?;
        Ok(id)
    }

    /// Returns all messages, newest first.
    pub(super) fn messages(&self) -> Vec<Arc<MailboxMessage>> {
        self.lock().messages.iter().rev().cloned().collect()
    }

    /// Returns the messages to `address`, newest first. Case is ignored.
    pub(super) fn messages_to(&self, address: &str) -> Vec<Arc<MailboxMessage>> {
        let is_to = |message: &&Arc<MailboxMessage>| message.to.iter().any(|to| to.eq_ignore_ascii_case(address));
        self.lock().messages.iter().rev().filter(is_to).cloned().collect()
    }

    /// Returns the messages that match a search, newest first.
    pub(super) fn found(&self, search: &Search) -> Vec<Arc<MailboxMessage>> {
        self.lock().messages.iter().rev().filter(|message| search.finds(message)).cloned().collect()
    }

    pub(super) fn message(&self, id: &str) -> Option<Arc<MailboxMessage>> {
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

    /// Returns the number of recipients in the 24 hours before `now`, without those of deleted messages.
    pub(super) fn sent_last_24_hours(&self, now: Timestamp) -> u64 {
        let is_recent = |message: &&Arc<MailboxMessage>| {
            let received = message.received.parse::<Timestamp>();
            received.is_ok_and(|received| now.duration_since(received) < SignedDuration::from_hours(24))
        };
        // The messages are sorted by age, so the recent ones are at the end.
        self.lock().messages.iter().rev().take_while(is_recent).map(|message| message.to.len() as u64).sum()
    }

    fn lock(&self) -> MutexGuard<'_, MailboxState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(path: &Path) -> Result<MailboxMessage, LocalError> {
    let bytes = fs::read(path).map_err(LocalError::file(path))?;
    serde_json::from_slice(&bytes).map_err(std::io::Error::from).map_err(LocalError::file(path))
}

/// Returns an id of the same shape as those of SES; like them, these sort by time.
fn id_of(number: u64) -> String {
    format!("{number:016x}-local-000000")
}

fn number_of(id: &str) -> Option<u64> {
    u64::from_str_radix(id.split_once('-')?.0, 16).ok()
}

fn file_of(directory: &Path, id: &str) -> PathBuf {
    directory.join(id).with_extension("json")
}
