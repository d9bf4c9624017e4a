//! Outages of a function that are long enough to be logged.

use std::sync::atomic::{AtomicU32, Ordering};

/// Failed tries before an outage is logged, and between two log lines. Functions start after their mappings, within seconds.
const LOGGED_EVERY: u32 = 20;

/// The number of failed tries since a function was last reached.
#[derive(Debug, Default)]
pub(super) struct Outage(AtomicU32);

impl Outage {
    /// Counts a failed try. Returns whether the outage is to be logged now.
    pub(super) fn lasts(&self) -> bool {
        (self.0.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(LOGGED_EVERY)
    }

    pub(super) fn ends(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_outage_is_not_logged_and_a_long_one_every_twenty_tries() {
        let outage = Outage::default();
        let logged = |tries: usize| (0..tries).filter(|_| outage.lasts()).count();
        assert_eq!(logged(19), 0);
        outage.ends();
        assert_eq!((logged(19), logged(1), logged(19), logged(1)), (0, 1, 0, 1));
    }
}
