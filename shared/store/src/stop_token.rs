//! The token of `/mail/stop/{token}`, which lets the receiver of a mail stop further mail. It does not reveal the
//! address.
//!
//! It is encrypted with a key from the index secret, which is never rotated, so it works for its whole lifetime.

use jiff::{SignedDuration, Timestamp};
use spaces_model::{EmailAddress, Invitation, SpaceId, UserId};

use crate::mail_stops::AddressRef;
use crate::sealed::SealingKey;
use crate::{InvitationRef, Store};

/// Lifetime of a token: two years, plus the rest of the day on which it was made.
const LIFETIME: SignedDuration = SignedDuration::from_hours(732 * 24);

const DAY: i64 = 86_400;

/// Numbers of hexadecimal digits in the parts of a token.
const HASH_DIGITS: usize = 32;
const ID_DIGITS: usize = 24;

/// The contents of a token: the mail it was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopToken {
    /// The address that the mail was sent to.
    pub address: AddressRef,
    /// The person in whose name it was sent.
    pub inviter: UserId,
    /// The invitation.
    pub invite: InvitationRef,
    /// The space.
    pub space: SpaceId,
    /// Number of days from the Unix epoch to the day on which the mail was sent.
    day: u32,
}

impl StopToken {
    pub(crate) fn seal(&self, key: &SealingKey) -> Option<String> {
        let Self { address, inviter, invite, space, day } = self;
        let digits = format!("{}{inviter}{}{space}{day:08x}", address.0, invite.0);
        key.seal(hex::decode(digits).ok()?)
    }

    pub(crate) fn open(key: &SealingKey, text: &str, now: Timestamp) -> Option<Self> {
        let digits = hex::encode(key.open(text)?);
        let (address, rest) = digits.split_at_checked(HASH_DIGITS)?;
        let (inviter, rest) = rest.split_at_checked(ID_DIGITS)?;
        let (invite, rest) = rest.split_at_checked(HASH_DIGITS)?;
        let (space, day) = rest.split_at_checked(ID_DIGITS)?;
        let token = Self {
            address: AddressRef(address.to_owned()),
            inviter: inviter.parse().ok()?,
            invite: InvitationRef(invite.to_owned()),
            space: space.parse().ok()?,
            day: u32::from_str_radix(day, 16).ok()?,
        };
        let made = Timestamp::from_second(i64::from(token.day) * DAY).ok()?;
        (now.duration_since(made) < LIFETIME).then_some(token)
    }
}

impl Store {
    /// Returns the token for a mail about an invitation to an address. It contains the day of the mail rather than the
    /// time, so that all mails of one day have the same token and a repeated mail is identical.
    #[must_use]
    pub fn stop_token(&self, address: &EmailAddress, invitation: &Invitation, at: Timestamp) -> Option<String> {
        let token = StopToken {
            address: self.address_ref(address),
            inviter: invitation.inviter.id,
            invite: InvitationRef::of(invitation),
            space: invitation.space,
            day: u32::try_from(at.as_second().div_euclid(DAY)).ok()?,
        };
        token.seal(self.secret.stops())
    }

    /// Reads a token. Returns `None` if this deployment did not create it or if it has expired.
    #[must_use]
    pub fn open_stop_token(&self, text: &str, now: Timestamp) -> Option<StopToken> {
        StopToken::open(self.secret.stops(), text, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::IndexSecret;

    fn secret() -> IndexSecret {
        IndexSecret::new("an index secret, of more than forty characters").unwrap()
    }

    fn token() -> StopToken {
        StopToken {
            address: AddressRef("0f".repeat(16)),
            inviter: UserId::from_bytes([1; 12]),
            invite: InvitationRef("a1".repeat(16)),
            space: SpaceId::from_bytes([2; 12]),
            day: 20_778,
        }
    }

    fn at(time: &str) -> Timestamp {
        time.parse().unwrap()
    }

    #[test]
    fn a_token_works_for_two_years() {
        let text = token().seal(secret().stops()).unwrap();
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)), "{text}");
        let open = |now| StopToken::open(secret().stops(), &text, at(now));
        // Day 20,778 is 2026-11-21.
        assert_eq!(open("2026-11-21T00:00:00Z"), Some(token()));
        assert_eq!(open("2028-11-21T23:59:59Z"), Some(token()));
        assert_eq!(open("2028-11-22T00:00:00Z"), None);
    }

    #[test]
    fn a_token_stays_valid_across_releases() {
        // Mails with this token have been sent: a change here breaks their links.
        let text = token().seal(secret().stops()).unwrap();
        assert_eq!(
            text,
            "LnqsjILtzcSDphg3YVJxbIin1JO2Nmu5jZGh-IDtHA5oxLCJRl7FT4yg4YD-BEQ__LkuWn0e4STxNb1zTCtGprgoApnZQQetsLQOhQ"
        );
    }

    #[test]
    fn modified_tokens_and_tokens_of_another_deployment_do_not_open() {
        let now = at("2026-11-21T00:00:00Z");
        let text = token().seal(secret().stops()).unwrap();
        for place in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(StopToken::open(secret().stops(), &changed, now), None, "{changed}");
        }
        for other in ["", "A", "é", text.split_at(text.len() - 4).0, &format!("{text}AAAA"), &format!("{text}=")] {
            assert_eq!(StopToken::open(secret().stops(), other, now), None, "{other}");
        }
        let elsewhere = IndexSecret::new("another index secret of more than forty characters").unwrap();
        assert_eq!(StopToken::open(elsewhere.stops(), &text, now), None);
    }
}
