//! A limit on the introspection requests that unknown tokens cause.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// A token bucket that allows a burst at once and then one call per interval.
///
/// It stores the time at which the bucket will be full (the generic cell rate algorithm), so nothing has to refill it.
pub(super) struct Budget {
    /// Time in which the bucket refills by one call.
    interval: SignedDuration,
    burst: i32,
    full: Mutex<Option<Timestamp>>,
}

impl Budget {
    /// Creates a full bucket.
    pub(super) fn new(per_minute: u32, burst: u32) -> Self {
        let interval = SignedDuration::from_mins(1) / i32::try_from(per_minute.max(1)).unwrap_or(i32::MAX);
        Self { interval, burst: i32::try_from(burst).unwrap_or(i32::MAX), full: Mutex::new(None) }
    }

    /// Takes a call out of the bucket.
    ///
    /// # Errors
    ///
    /// The time until the bucket has a call again, if it is empty.
    pub(super) fn take(&self, now: Timestamp) -> Result<(), SignedDuration> {
        let mut full = self.full.lock().unwrap_or_else(PoisonError::into_inner);
        let debt = full.map_or(SignedDuration::ZERO, |full| full.duration_since(now)).max(SignedDuration::ZERO);
        let after = debt + self.interval;
        let most = self.interval * self.burst;
        // A larger debt is left from before the clock was set back, and is dropped.
        let after = if debt > most { self.interval } else { after };
        if after > most {
            return Err(after - most);
        }
        *full = now.saturating_add(after).ok();
        Ok(())
    }

    /// Returns a call to the bucket, because it was not made or its token is active.
    pub(super) fn refund(&self) {
        let mut full = self.full.lock().unwrap_or_else(PoisonError::into_inner);
        *full = full.and_then(|full| full.saturating_sub(self.interval).ok());
    }
}
