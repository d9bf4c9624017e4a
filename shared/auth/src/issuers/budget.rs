//! A limit on how often strangers make the introspection endpoint be asked.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// A token bucket: a burst at once, and a call more whenever its time has passed.
///
/// It keeps the time at which the bucket will be full (the generic cell rate algorithm), so nothing has to be counted up.
pub(super) struct Budget {
    /// The time for which one call counts.
    interval: SignedDuration,
    burst: i32,
    full: Mutex<Option<Timestamp>>,
}

impl Budget {
    /// Makes a full bucket.
    pub(super) fn new(per_minute: u32, burst: u32) -> Self {
        let interval = SignedDuration::from_mins(1) / i32::try_from(per_minute.max(1)).unwrap_or(i32::MAX);
        Self { interval, burst: i32::try_from(burst).unwrap_or(i32::MAX), full: Mutex::new(None) }
    }

    /// Takes a call out of the bucket.
    ///
    /// # Errors
    ///
    /// The time until there is one, if the bucket is empty.
    pub(super) fn take(&self, now: Timestamp) -> Result<(), SignedDuration> {
        let mut full = self.full.lock().unwrap_or_else(PoisonError::into_inner);
        let debt = full.map_or(SignedDuration::ZERO, |full| full.duration_since(now)).max(SignedDuration::ZERO);
        let after = debt + self.interval;
        let most = self.interval * self.burst;
        // After the clock was set back, the debt is from the future: it is forgotten.
        let after = if debt > most { self.interval } else { after };
        if after > most {
            return Err(after - most);
        }
        *full = now.saturating_add(after).ok();
        Ok(())
    }

    /// Puts a call back that was for no stranger.
    pub(super) fn give_back(&self) {
        let mut full = self.full.lock().unwrap_or_else(PoisonError::into_inner);
        *full = full.and_then(|full| full.saturating_sub(self.interval).ok());
    }
}
