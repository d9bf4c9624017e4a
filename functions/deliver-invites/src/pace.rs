//! Pacing below the account's maximum send rate.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Lets one mail start per interval. Above the account's rate SES throttles, and retries cost more than waiting.
#[derive(Default)]
pub(crate) struct Pacer {
    next: Mutex<Option<Instant>>,
}

impl Pacer {
    /// Waits for the next slot at `per_second` mails a second. Returns `false` immediately, without taking the slot, if
    /// it is at least `at_most` away.
    pub(crate) async fn wait(&self, per_second: f64, at_most: Duration) -> bool {
        let interval = Duration::try_from_secs_f64(per_second.recip()).unwrap_or_default();
        let now = Instant::now();
        let start = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let start = next.map_or(now, |next| next.max(now));
            if start >= now + at_most {
                return false;
            }
            *next = Some(start + interval);
            start
        };
        if start > now {
            sleep_until(start).await;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn mails_start_one_interval_apart() {
        let pace = Pacer::default();
        let started = Instant::now();
        for _ in 0..11 {
            assert!(pace.wait(10.0, Duration::from_mins(1)).await);
        }
        assert_eq!(started.elapsed(), Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_slot_that_is_too_far_away_is_not_taken() {
        let pace = Pacer::default();
        assert!(pace.wait(0.1, Duration::from_secs(5)).await);
        let started = Instant::now();
        assert!(!pace.wait(0.1, Duration::from_secs(5)).await);
        assert_eq!(started.elapsed(), Duration::ZERO);
        assert!(pace.wait(0.1, Duration::from_secs(11)).await);
        assert_eq!(started.elapsed(), Duration::from_secs(10));
    }

    #[tokio::test(start_paused = true)]
    async fn idle_time_does_not_accumulate() {
        let pace = Pacer::default();
        assert!(pace.wait(10.0, Duration::from_mins(1)).await);
        tokio::time::advance(Duration::from_mins(1)).await;
        let started = Instant::now();
        assert!(pace.wait(10.0, Duration::from_mins(1)).await);
        assert!(pace.wait(10.0, Duration::from_mins(1)).await);
        assert_eq!(started.elapsed(), Duration::from_millis(100));
    }
}
