//! Decides when a function's outage is logged.

use std::sync::atomic::{AtomicU32, Ordering};

/// Number of failed attempts before an outage is logged, and between two log lines. Functions start within seconds
/// after their mappings, so short outages are normal.
const LOGGED_EVERY: u32 = 20;

/// Number of failed attempts since the function was last reached.
#[derive(Debug, Default)]
pub(super) struct Outage(AtomicU32);

impl Outage {
    /// Counts a failed attempt. Returns whether to log the outage now.
    pub(super) fn record_failure(&self) -> bool {
        (self.0.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(LOGGED_EVERY)
    }

    pub(super) fn record_success(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_is_logged_every_twenty_attempts() {
        let outage = Outage::default();
        let logged = |tries: usize| (0..tries).filter(|_| outage.record_failure()).count();
        assert_eq!(logged(19), 0);
        outage.record_success();
        assert_eq!((logged(19), logged(1), logged(19), logged(1)), (0, 1, 0, 1));
    }
}
