//! Failures on demand, and the record of calls.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The number of requests, or of entries of batches, that are to fail in each way.
#[derive(Debug, Default)]
pub(crate) struct Switches {
    pub(crate) throttled: Countdown,
    pub(crate) silent: Countdown,
    pub(crate) failed_entries: Countdown,
    calls: Mutex<Vec<String>>,
    visibility_timeouts: Mutex<Vec<Duration>>,
}

/// A counter that counts down to zero.
#[derive(Debug, Default)]
pub(crate) struct Countdown(AtomicUsize);

impl Countdown {
    pub(crate) fn set(&self, count: usize) {
        self.0.store(count, Ordering::SeqCst);
    }

    /// Decrements the counter; returns whether it was above zero.
    pub(crate) fn take(&self) -> bool {
        self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
    }
}

impl Switches {
    pub(crate) fn note(&self, operation: &str) {
        lock(&self.calls).push(operation.to_owned());
    }

    pub(crate) fn note_visibility_timeout(&self, timeout: Duration) {
        lock(&self.visibility_timeouts).push(timeout);
    }

    pub(crate) fn calls(&self) -> Vec<String> {
        lock(&self.calls).clone()
    }

    pub(crate) fn visibility_timeouts(&self) -> Vec<Duration> {
        lock(&self.visibility_timeouts).clone()
    }

    pub(crate) fn forget_calls(&self) {
        lock(&self.calls).clear();
        lock(&self.visibility_timeouts).clear();
    }
}

fn lock<T>(noted: &Mutex<T>) -> MutexGuard<'_, T> {
    noted.lock().unwrap_or_else(PoisonError::into_inner)
}
