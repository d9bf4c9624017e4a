//! The mark in a guest's token that names an invitation to nobody who does not know its link.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::{GuestId, InviteId};

/// The mark of an invitation for one guest: HMAC-SHA-256 of the guest's id under the invitation's, the first 16 bytes.
///
/// Opening a link joins a guest without a question only where the token bears the mark of that link: a guest of one invitation
/// who is lured to another one is asked first. The id of an invitation has 96 random bits, so nobody finds it from the mark, and
/// the marks of two guests of one invitation have nothing in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkMark([u8; 16]);

/// A text that is no mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the base64url of 16 bytes")]
pub struct LinkMarkError;

impl LinkMark {
    /// Computes the mark of an invitation for a guest.
    #[must_use]
    pub fn new(invite: InviteId, guest: GuestId) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, invite.to_string().as_bytes());
        let tag = hmac::sign(&key, format!("guest {guest}").as_bytes());
        let mut mark = [0; 16];
        for (byte, of_tag) in mark.iter_mut().zip(tag.as_ref()) {
            *byte = *of_tag;
        }
        Self(mark)
    }
}

impl fmt::Display for LinkMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl FromStr for LinkMark {
    type Err = LinkMarkError;

    fn from_str(text: &str) -> Result<Self, LinkMarkError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| LinkMarkError)?;
        Ok(Self(bytes.try_into().map_err(|_| LinkMarkError)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(invite: u8, guest: u8) -> LinkMark {
        LinkMark::new(InviteId::from_bytes([invite; 12]), GuestId::from_bytes([guest; 12]))
    }

    #[test]
    fn every_invitation_and_every_guest_have_another_mark() {
        assert_eq!(mark(1, 2), mark(1, 2));
        assert_ne!(mark(1, 2), mark(2, 2));
        assert_ne!(mark(1, 2), mark(1, 1));
    }

    #[test]
    fn a_mark_is_read_as_it_is_written() {
        assert_eq!(mark(1, 2).to_string().parse(), Ok(mark(1, 2)));
        for wrong in ["", "AAAA", "AAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAA=", "é"] {
            assert_eq!(wrong.parse::<LinkMark>(), Err(LinkMarkError), "{wrong}");
        }
    }
}
