//! The entries of a member's list of spaces.

use jiff::Timestamp;

use crate::{MemberId, SpaceKind};

/// Maximum number of earlier uses that are stored. They keep the order of a member's list of spaces stable while the
/// member pages through it and uses the spaces, for at least this many hours minus one.
const MAX_BEFORE: usize = 3;

const SECONDS_PER_HOUR: i64 = 3_600;

/// A membership's entry in the list of the member's spaces. It has everything that the list is ordered and filtered by,
/// so the spaces need not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The kind of the space.
    pub kind: SpaceKind,
    /// The other member of a direct space.
    pub with: Option<MemberId>,
    /// The time of the last use. Only the first use in a clock hour counts.
    pub used: Timestamp,
    /// The times of earlier uses, latest first.
    pub used_before: Vec<Timestamp>,
    /// True if the member has pinned the space.
    pub is_pinned: bool,
}

impl Card {
    /// Creates the card of a member who joins a space now.
    #[must_use]
    pub const fn new(kind: SpaceKind, now: Timestamp) -> Self {
        Self { kind, with: None, used: now, used_before: Vec::new(), is_pinned: false }
    }

    /// Creates the card of a member of a direct space with the member `with`.
    #[must_use]
    pub fn direct(with: MemberId, now: Timestamp) -> Self {
        Self { with: Some(with), ..Self::new(SpaceKind::Direct, now) }
    }

    /// Returns the card after a use of the space at `now`; none if the clock hour already has one.
    #[must_use]
    pub fn used_at(&self, now: Timestamp) -> Option<Self> {
        if hour_of(now) <= hour_of(self.used) {
            return None;
        }
        let before = [self.used].into_iter().chain(self.used_before.iter().copied());
        Some(Self { used: now, used_before: before.take(MAX_BEFORE).collect(), ..self.clone() })
    }

    /// Returns the last use at or before a time; none if all uses that are kept are later.
    #[must_use]
    pub fn last_use_by(&self, time: Timestamp) -> Option<Timestamp> {
        [self.used].into_iter().chain(self.used_before.iter().copied()).find(|used| *used <= time)
    }
}

/// Returns the start of the clock hour that contains a time.
#[must_use]
pub fn hour_of(time: Timestamp) -> Timestamp {
    let hour = time.as_second().div_euclid(SECONDS_PER_HOUR) * SECONDS_PER_HOUR;
    Timestamp::from_second(hour).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(time: &str) -> Timestamp {
        format!("2026-11-21T{time}Z").parse().unwrap()
    }

    #[test]
    fn the_first_use_of_an_hour_counts() {
        let card = Card::new(SpaceKind::Group, at("12:30:00"));
        assert_eq!(card.used_at(at("12:59:59.999")), None);
        let used = card.used_at(at("13:00:00")).unwrap();
        assert_eq!((used.used, used.used_before.as_slice()), (at("13:00:00"), [at("12:30:00")].as_slice()));
        // Another instance's clock may be behind.
        assert_eq!(used.used_at(at("12:59:59")), None);
    }

    #[test]
    fn the_last_use_before_a_time_is_known_after_three_later_uses() {
        let mut card = Card::new(SpaceKind::Group, at("12:30:00"));
        for time in ["13:10:00", "14:10:00", "15:10:00"] {
            card = card.used_at(at(time)).unwrap();
            assert_eq!(card.last_use_by(at("13:00:00")), Some(at("12:30:00")));
        }
        assert_eq!(card.last_use_by(at("15:00:00")), Some(at("14:10:00")));
        assert_eq!(card.used_at(at("16:10:00")).unwrap().last_use_by(at("13:00:00")), None);
    }
}
