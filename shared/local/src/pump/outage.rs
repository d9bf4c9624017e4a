//! Outages of a function that are worth telling.

use std::sync::atomic::{AtomicU32, Ordering};

/// Tries in vain before an outage is told, and between two tellings. Functions come up after their mappings, in seconds.
const TOLD_AFTER: u32 = 20;

/// How often a function could not be reached since it was last reached.
#[derive(Debug, Default)]
pub(super) struct Outage(AtomicU32);

impl Outage {
    /// Counts a try in vain. Returns whether it is time to tell.
    pub(super) fn lasts(&self) -> bool {
        (self.0.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(TOLD_AFTER)
    }

    pub(super) fn ends(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_outage_is_not_told_and_a_long_one_now_and_then() {
        let outage = Outage::default();
        let told = |tries: usize| (0..tries).filter(|_| outage.lasts()).count();
        assert_eq!(told(19), 0);
        outage.ends();
        assert_eq!((told(19), told(1), told(19), told(1)), (0, 1, 0, 1));
    }
}
