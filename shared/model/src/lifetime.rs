//! Expiry of invitations.

use jiff::{SignedDuration, Timestamp};

use crate::{Gone, Invitation};

/// The configured lifetimes of invitations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// Time from creation to expiry, for an invitation without an end time.
    pub without_end: SignedDuration,
    /// Time from the end time to expiry, for an invitation that has one.
    pub after_end: SignedDuration,
    /// Maximum time from creation or the last update to expiry.
    pub longest: SignedDuration,
}

/// The status of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InviteStatus {
    /// It admits people.
    Open,
    /// It has expired.
    Expired,
    /// It was revoked.
    Revoked,
}

impl InviteStatus {
    /// Returns the status as the wire spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

impl Lifetime {
    /// Returns the time, to the millisecond, at which an invitation expires if it is created or updated at `made` and
    /// its meeting ends at `ends`.
    ///
    /// Saturates at the last millisecond that can be represented, so that no end time sent by a client overflows.
    #[must_use]
    pub fn expiry(&self, made: Timestamp, ends: Option<Timestamp>) -> Timestamp {
        let (from, span) = ends.map_or((made, self.without_end), |ends| (ends, self.after_end));
        let expiry = from.saturating_add(span).unwrap_or(Timestamp::MAX).min(self.latest(made));
        Timestamp::from_millisecond(expiry.as_millisecond()).unwrap_or(expiry)
    }

    /// Returns the time at which an invitation expires if it was created or last updated at `made` and is renewed at
    /// `now`.
    #[must_use]
    pub fn renewed(&self, made: Timestamp, ends: Option<Timestamp>, now: Timestamp) -> Timestamp {
        self.expiry(now, ends).min(self.latest(made))
    }

    fn latest(&self, made: Timestamp) -> Timestamp {
        made.saturating_add(self.longest).unwrap_or(Timestamp::MAX)
    }
}

impl Invitation {
    /// Returns the status of the invitation at `now`.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> InviteStatus {
        match self.check_open(now) {
            Ok(()) => InviteStatus::Open,
            Err(Gone::Expired) => InviteStatus::Expired,
            Err(Gone::Revoked) => InviteStatus::Revoked,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    const LIFETIME: Lifetime = Lifetime {
        without_end: SignedDuration::from_hours(30 * 24),
        after_end: SignedDuration::from_hours(24),
        longest: SignedDuration::from_hours(400 * 24),
    };

    #[test]
    fn an_invitation_expires_after_its_end_or_its_creation() {
        let made = at("2026-01-01T00:00:00Z");
        assert_eq!(LIFETIME.expiry(made, None), at("2026-01-31T00:00:00Z"));
        assert_eq!(LIFETIME.expiry(made, Some(at("2026-03-01T10:00:00Z"))), at("2026-03-02T10:00:00Z"));
    }

    #[test]
    fn no_invitation_outlives_the_longest_time() {
        let (made, latest) = (at("2026-01-01T00:00:00Z"), at("2027-02-05T00:00:00Z"));
        assert_eq!(LIFETIME.expiry(made, Some(at("2027-02-04T00:00:00Z"))), latest);
        assert_eq!(LIFETIME.expiry(made, Some(Timestamp::MAX)), latest);
        assert_eq!(LIFETIME.expiry(Timestamp::MAX, Some(Timestamp::MAX)).as_second(), Timestamp::MAX.as_second());
    }

    #[test]
    fn a_renewed_invitation_lives_as_long_as_a_new_one_and_not_past_the_longest_time() {
        let made = at("2026-01-01T00:00:00Z");
        assert_eq!(LIFETIME.renewed(made, None, at("2026-06-01T00:00:00Z")), at("2026-07-01T00:00:00Z"));
        assert_eq!(LIFETIME.renewed(made, None, at("2027-02-01T00:00:00Z")), at("2027-02-05T00:00:00Z"));
    }
}
