//! A limit on the rate of one caller's requests.
//!
//! Each instance of a function counts separately, so this is not a quota: it stops a client in a loop before thousands
//! of mails are sent. API Gateway's throttling limits the service as a whole.

use jiff::{SignedDuration, Timestamp};
use spaces_auth::TtlCache;

/// A rate limit by the generic cell rate algorithm: a caller's requests are due one interval apart, and a burst of one
/// minute's worth may come early.
pub struct RateLimit {
    interval: SignedDuration,
    due: TtlCache<String, Timestamp>,
}

const BURST: SignedDuration = SignedDuration::from_mins(1);

/// Maximum number of callers counted at once.
const CALLERS: usize = 1_000;

impl RateLimit {
    /// Creates a limit of this many requests a minute; 0 means no limit.
    #[must_use]
    pub fn per_minute(requests: u32) -> Self {
        let interval = SignedDuration::from_mins(1).checked_div(i32::try_from(requests).unwrap_or(i32::MAX));
        Self { interval: interval.unwrap_or(SignedDuration::ZERO), due: TtlCache::new(BURST * 2, CALLERS) }
    }

    /// Counts a request of this caller.
    ///
    /// # Errors
    ///
    /// The number of seconds to wait, if the request comes too early.
    pub fn count(&self, caller: &str, now: Timestamp) -> Result<(), u32> {
        let due = self.due.get(caller, now).map_or(now, |due| due.max(now));
        let next = due.saturating_add(self.interval).unwrap_or(Timestamp::MAX);
        let early = next.duration_since(now) - BURST;
        if early > SignedDuration::ZERO {
            return Err(u32::try_from(early.as_secs() + 1).unwrap_or(u32::MAX));
        }
        self.due.put(caller.to_owned(), next, now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millisecond: i64) -> Timestamp {
        Timestamp::from_millisecond(1_700_000_000_000 + millisecond).unwrap()
    }

    #[test]
    fn a_minutes_worth_may_come_at_once_and_then_the_caller_waits() {
        let limit = RateLimit::per_minute(3);
        assert_eq!((1..=3).map(|_| limit.count("a", at(0))).collect::<Vec<_>>(), [Ok(()), Ok(()), Ok(())]);
        assert_eq!(limit.count("a", at(0)), Err(21));
        assert_eq!(limit.count("b", at(0)), Ok(()));
        assert_eq!(limit.count("a", at(20_000)), Ok(()));
        assert_eq!(limit.count("a", at(20_001)), Err(20));
    }

    #[test]
    fn zero_is_no_limit() {
        let limit = RateLimit::per_minute(0);
        assert!((0..10_000).all(|_| limit.count("a", at(0)).is_ok()));
    }
}
