//! Back-off: how long a message sleeps when SES does not accept a mail.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// The reason why SES does not accept a mail at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// The account exceeds its maximum send rate.
    Rate,
    /// The account has used up its 24-hour sending quota.
    DailyQuota,
    /// The account is paused or suspended, the sender is not verified, or the role does not permit the call. An
    /// operator has to fix it.
    Stopped,
    /// SES did not respond, or responded that it failed.
    Unavailable,
}

impl Obstacle {
    /// Returns the minimum and maximum sleep, in seconds.
    const fn bounds(self) -> (u64, u64) {
        match self {
            Self::Rate | Self::Unavailable => (30, 120),
            Self::DailyQuota => (15 * 60, 30 * 60),
            Self::Stopped => (5 * 60, 15 * 60),
        }
    }

    /// Returns a random duration between the bounds, so that messages rejected together are not retried together.
    pub(crate) fn sleep(self, random: [u8; 2]) -> Duration {
        let (shortest, longest) = self.bounds();
        let spread = (longest - shortest) * u64::from(u16::from_be_bytes(random)) / u64::from(u16::MAX);
        Duration::from_secs(shortest + spread)
    }

    /// Returns whether the obstacle concerns the account rather than the mail. Such an obstacle uses up no attempt,
    /// because it may last for days and clear without any change to the mail.
    pub(crate) const fn concerns_account(self) -> bool {
        matches!(self, Self::Rate | Self::DailyQuota | Self::Stopped)
    }

    /// Returns how long a message sleeps after an attempt, counted from 1.
    ///
    /// Attempts count only if SES fails or does not respond. The interval doubles up to 32 times the first, so 20
    /// attempts take about ten hours.
    pub(crate) fn sleep_after(self, attempt: u32, random: [u8; 2]) -> Duration {
        /// The number of times the interval doubles.
        const DOUBLES: u32 = 5;
        let sleep = self.sleep(random);
        match self {
            Self::Unavailable => sleep * (1 << attempt.saturating_sub(1).min(DOUBLES)),
            Self::Rate | Self::DailyQuota | Self::Stopped => sleep,
        }
    }

    /// Returns whether the obstacle stops every mail of the account.
    pub(crate) const fn stops_all_mail(self) -> bool {
        matches!(self, Self::DailyQuota | Self::Stopped)
    }
}

/// A circuit breaker that opens while SES accepts no mail of the account, so that messages sleep without a call.
#[derive(Default)]
pub(crate) struct SesBreaker(Mutex<Option<(Timestamp, Obstacle)>>);

impl SesBreaker {
    /// Opens the breaker for a duration.
    pub(crate) fn open(&self, obstacle: Obstacle, now: Timestamp, rest: Duration) {
        let until = SignedDuration::try_from(rest).ok().and_then(|rest| now.checked_add(rest).ok());
        *self.lock() = until.map(|until| (until, obstacle));
    }

    /// Returns the obstacle while the breaker is open.
    pub(crate) fn obstacle(&self, now: Timestamp) -> Option<Obstacle> {
        self.lock().filter(|(until, _)| now < *until).map(|(_, obstacle)| obstacle)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(Timestamp, Obstacle)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sleeps_are_within_their_bounds() {
        for (obstacle, shortest, longest) in [
            (Obstacle::Rate, 30, 120),
            (Obstacle::Unavailable, 30, 120),
            (Obstacle::DailyQuota, 900, 1_800),
            (Obstacle::Stopped, 300, 900),
        ] {
            assert_eq!(obstacle.sleep([0, 0]).as_secs(), shortest);
            assert_eq!(obstacle.sleep([255, 255]).as_secs(), longest);
        }
    }

    #[test]
    fn counted_attempts_back_off_exponentially() {
        let seconds = |obstacle: Obstacle, attempt| obstacle.sleep_after(attempt, [0, 0]).as_secs();
        let unavailable: Vec<u64> = (1..=8).map(|attempt| seconds(Obstacle::Unavailable, attempt)).collect();
        assert_eq!(unavailable, [30, 60, 120, 240, 480, 960, 960, 960]);
        assert_eq!(seconds(Obstacle::Stopped, 9), 300);
    }

    #[test]
    fn the_breaker_closes_by_itself() {
        let breaker = SesBreaker::default();
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        assert_eq!(breaker.obstacle(now), None);
        breaker.open(Obstacle::DailyQuota, now, Duration::from_mins(15));
        assert_eq!(breaker.obstacle(now), Some(Obstacle::DailyQuota));
        assert_eq!(breaker.obstacle(now + SignedDuration::from_mins(15)), None);
    }
}
