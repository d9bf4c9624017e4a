//! The deadline of an invocation.

use jiff::{SignedDuration, Timestamp};

/// Tells the two formats apart: no invocation lasts a year, and no clock is within a year of 1970.
const A_YEAR: SignedDuration = SignedDuration::from_hours(365 * 24);

/// Interprets the value of the runtime API's `Lambda-Runtime-Deadline-Ms` header.
///
/// Lambda sends the deadline in milliseconds since 1970; `cargo lambda watch` (1.9) sends the milliseconds that remain.
pub(crate) fn read(given: Timestamp, now: Timestamp) -> Timestamp {
    let since_1970 = given.as_duration();
    if since_1970 < A_YEAR { now.saturating_add(since_1970).unwrap_or(Timestamp::MAX) } else { given }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lambdas_deadline_is_returned_unchanged() {
        let now: Timestamp = "2026-11-05T10:00:00Z".parse().unwrap();
        let given: Timestamp = "2026-11-05T10:01:00Z".parse().unwrap();
        assert_eq!(read(given, now), given);
    }

    #[test]
    fn a_relative_deadline_is_added_to_the_current_time() {
        let now: Timestamp = "2026-11-05T10:00:00Z".parse().unwrap();
        let given = Timestamp::from_millisecond(600_000).unwrap();
        assert_eq!(read(given, now), "2026-11-05T10:10:00Z".parse().unwrap());
    }
}
