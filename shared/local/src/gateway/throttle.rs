//! Throttles requests as API Gateway does.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::template::ThrottleDefinition;

/// A token bucket that starts full.
///
/// AWS documents the algorithm, but not the scope of a bucket. Here, routes without settings of their own share one
/// bucket, and each other route has its own.
#[derive(Debug)]
pub(super) struct TokenBucket {
    /// Time until one token is refilled.
    interval: Duration,
    /// Time until an empty bucket is full.
    refill: Duration,
    /// Time at which the bucket is full again.
    full_at: Mutex<Option<Instant>>,
}

impl TokenBucket {
    pub(super) fn new(ThrottleDefinition { rate, burst }: ThrottleDefinition) -> Self {
        let size = |limit: u64| u32::try_from(limit).unwrap_or(u32::MAX).max(1);
        let interval = Duration::from_secs(1) / size(rate);
        Self { interval, refill: interval.saturating_mul(size(burst)), full_at: Mutex::new(None) }
    }

    /// Takes a token; returns whether there was one.
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
    fn a_burst_passes_at_once_and_then_the_rate_applies() {
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
