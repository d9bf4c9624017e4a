//! API Gateway's throttling.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::template::ThrottleDefinition;

/// A token bucket. It begins full.
///
/// AWS documents the algorithm, not what a bucket belongs to: here the routes without settings of their own share one, and each
/// other route has its own.
#[derive(Debug)]
pub(super) struct TokenBucket {
    /// For one token to come back.
    interval: Duration,
    /// For all of them.
    refill: Duration,
    /// The time when it is full again.
    full_at: Mutex<Option<Instant>>,
}

impl TokenBucket {
    pub(super) fn new(ThrottleDefinition { rate, burst }: ThrottleDefinition) -> Self {
        let size = |limit: u64| u32::try_from(limit).unwrap_or(u32::MAX).max(1);
        let interval = Duration::from_secs(1) / size(rate);
        Self { interval, refill: interval.saturating_mul(size(burst)), full_at: Mutex::new(None) }
    }

    /// Takes a token. Returns whether there was one.
    pub(super) fn take(&self, now: Instant) -> bool {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let then = full_at.map_or(now, |full_at| full_at.max(now)) + self.interval;
        let taken = then.duration_since(now) <= self.refill;
        if taken {
            *full_at = Some(then);
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_at_once_and_the_rate_after_it() {
        let bucket = TokenBucket::new(ThrottleDefinition { rate: 10, burst: 3 });
        let start = Instant::now();
        let taken = |at: u64, tries: usize| {
            let now = start + Duration::from_millis(at);
            (0..tries).filter(|_| bucket.take(now)).count()
        };
        assert_eq!(taken(0, 5), 3);
        assert_eq!(taken(90, 5), 0);
        assert_eq!(taken(100, 5), 1);
        assert_eq!(taken(310, 5), 2);
        assert_eq!(taken(10_000, 5), 3);
    }
}
