//! API Gateway's throttling.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::template::ThrottleDefinition;

/// A token bucket. It begins full.
///
/// AWS documents the algorithm, not what a bucket belongs to: here the routes without settings of their own share one, and each
/// other route has its own.
#[derive(Debug)]
pub(super) struct TokenBucket {
    rate: f64,
    burst: f64,
    /// The tokens, and when they were counted.
    level: Mutex<Option<(f64, Instant)>>,
}

impl TokenBucket {
    #[expect(clippy::cast_precision_loss, reason = "limits are far below 2^52")]
    pub(super) fn new(ThrottleDefinition { rate, burst }: ThrottleDefinition) -> Self {
        Self { rate: rate as f64, burst: burst as f64, level: Mutex::new(None) }
    }

    /// Takes a token. Returns whether there was one.
    pub(super) fn take(&self, now: Instant) -> bool {
        let mut level = self.level.lock().unwrap_or_else(PoisonError::into_inner);
        let tokens = level.map_or(self.burst, |(tokens, then)| {
            let added = self.rate * now.saturating_duration_since(then).as_secs_f64();
            self.burst.min(tokens + added)
        });
        let taken = tokens >= 1.0;
        *level = Some((if taken { tokens - 1.0 } else { tokens }, now));
        taken
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

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
