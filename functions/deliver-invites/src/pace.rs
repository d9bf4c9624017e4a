//! Keeping below the rate at which SES takes mail.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Lets one mail start per interval. Over the account's rate SES throttles, and retries cost more than waiting.
pub(crate) struct Pace {
    interval: Duration,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    pub(crate) fn per_second(mails: u32) -> Self {
        Self { interval: Duration::from_secs(1) / mails.max(1), next: Mutex::new(None) }
    }

    /// Waits for the next start.
    pub(crate) async fn wait(&self) {
        let now = Instant::now();
        let start = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let start = next.map_or(now, |next| next.max(now));
            *next = Some(start + self.interval);
            start
        };
        if start > now {
            sleep_until(start).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn mails_start_one_interval_apart() {
        let pace = Pace::per_second(10);
        let started = Instant::now();
        for _ in 0..11 {
            pace.wait().await;
        }
        assert_eq!(started.elapsed(), Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn time_that_passed_unused_is_not_caught_up() {
        let pace = Pace::per_second(10);
        pace.wait().await;
        tokio::time::advance(Duration::from_mins(1)).await;
        let started = Instant::now();
        pace.wait().await;
        pace.wait().await;
        assert_eq!(started.elapsed(), Duration::from_millis(100));
    }
}
