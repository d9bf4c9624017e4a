//! Failures on demand, and the names of the operations asked for.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many requests, or entries of batches, fail in which way.
#[derive(Debug, Default)]
pub(super) struct Switches {
    pub(super) throttled: Countdown,
    pub(super) silent: Countdown,
    pub(super) failed_entries: Countdown,
    calls: Mutex<Vec<String>>,
}

/// A number that is counted down to zero.
#[derive(Debug, Default)]
pub(super) struct Countdown(AtomicUsize);

impl Countdown {
    pub(super) fn set(&self, count: usize) {
        self.0.store(count, Ordering::SeqCst);
    }

    /// Counts one down; returns whether there was one.
    pub(super) fn take(&self) -> bool {
        self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
    }
}

impl Switches {
    pub(super) fn note(&self, operation: &str) {
        self.lock().push(operation.to_owned());
    }

    pub(super) fn calls(&self) -> Vec<String> {
        self.lock().clone()
    }

    pub(super) fn forget_calls(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, Vec<String>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
