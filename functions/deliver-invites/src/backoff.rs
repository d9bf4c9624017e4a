//! Sleep durations for mails that SES does not take now.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// A reason for which SES does not take a mail now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// More mails a second than the account may send.
    Rate,
    /// More mails within 24 hours than the account may send.
    DailyQuota,
    /// The account is paused or suspended, the sender is not verified, or the role does not allow it. An operator has to act.
    Stopped,
    /// SES did not answer, or answered that it has failed.
    Unavailable,
}

impl Obstacle {
    /// Returns the shortest and the longest sleep, in seconds.
    const fn bounds(self) -> (u64, u64) {
        match self {
            Self::Rate | Self::Unavailable => (30, 120),
            Self::DailyQuota => (15 * 60, 30 * 60),
            Self::Stopped => (5 * 60, 15 * 60),
        }
    }

    /// Returns how long a message sleeps: at a random place between the bounds, so that messages that were refused together do
    /// not come again together.
    pub(crate) fn sleep(self, random: [u8; 2]) -> Duration {
        let (shortest, longest) = self.bounds();
        let spread = (longest - shortest) * u64::from(u16::from_be_bytes(random)) / u64::from(u16::MAX);
        Duration::from_secs(shortest + spread)
    }

    /// Returns whether SES has said something about the account, and nothing about the mail. That uses up no attempt: it may last
    /// for days, and end without a change to the mail.
    pub(crate) const fn is_of_the_account(self) -> bool {
        matches!(self, Self::Rate | Self::DailyQuota | Self::Stopped)
    }

    /// Returns how long a message sleeps after this attempt of a mail, from 1. Attempts are counted while SES fails or does not
    /// answer, and are made at longer and longer intervals, up to 32 times the first: 20 of them take some ten hours.
    pub(crate) fn sleep_after(self, attempt: u32, random: [u8; 2]) -> Duration {
        /// The number of times that the interval doubles.
        const DOUBLES: u32 = 5;
        let sleep = self.sleep(random);
        match self {
            Self::Unavailable => sleep * (1 << attempt.saturating_sub(1).min(DOUBLES)),
            Self::Rate | Self::DailyQuota | Self::Stopped => sleep,
        }
    }

    /// Returns whether it stops every mail of the account.
    pub(crate) const fn concerns_all(self) -> bool {
        matches!(self, Self::DailyQuota | Self::Stopped)
    }
}

/// Remembers that SES takes no mail of the account, so that messages sleep without a call.
#[derive(Default)]
pub(crate) struct Breaker(Mutex<Option<(Timestamp, Obstacle)>>);

impl Breaker {
    /// Opens the breaker for a duration.
    pub(crate) fn open(&self, obstacle: Obstacle, now: Timestamp, rest: Duration) {
        let until = SignedDuration::try_from(rest).ok().and_then(|rest| now.checked_add(rest).ok());
        *self.lock() = until.map(|until| (until, obstacle));
    }

    /// Returns what SES has said, while the breaker is open.
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
    fn attempts_that_count_are_made_at_longer_and_longer_intervals() {
        let seconds = |obstacle: Obstacle, attempt| obstacle.sleep_after(attempt, [0, 0]).as_secs();
        let unavailable: Vec<u64> = (1..=8).map(|attempt| seconds(Obstacle::Unavailable, attempt)).collect();
        assert_eq!(unavailable, [30, 60, 120, 240, 480, 960, 960, 960]);
        assert_eq!(seconds(Obstacle::Stopped, 9), 300);
    }

    #[test]
    fn the_breaker_closes_by_itself() {
        let breaker = Breaker::default();
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        assert_eq!(breaker.obstacle(now), None);
        breaker.open(Obstacle::DailyQuota, now, Duration::from_mins(15));
        assert_eq!(breaker.obstacle(now), Some(Obstacle::DailyQuota));
        assert_eq!(breaker.obstacle(now + SignedDuration::from_mins(15)), None);
    }
}
