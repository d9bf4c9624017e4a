//! Marks in guest tokens that identify an invitation only to those who know its link.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::{GuestId, InviteId};

/// The mark of an invitation for one guest: the first 16 bytes of HMAC-SHA-256 over the guest's id, with the
/// invitation's id as the key.
///
/// A guest who opens a link joins without confirmation only if their token has the mark of that link: a guest of one
/// invitation who is lured to another is asked first. The id of an invitation has 96 random bits, so it can't be
/// recovered from the mark, and the marks of two guests of one invitation can't be linked to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkMark([u8; 16]);

/// The error for a string that is not a mark.
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
    fn marks_differ_between_invitations_and_between_guests() {
        assert_eq!(mark(1, 2), mark(1, 2));
        assert_ne!(mark(1, 2), mark(2, 2));
        assert_ne!(mark(1, 2), mark(1, 1));
    }

    #[test]
    fn a_mark_is_parsed_back_from_its_text() {
        assert_eq!(mark(1, 2).to_string().parse(), Ok(mark(1, 2)));
        for wrong in ["", "AAAA", "AAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAA=", "é"] {
            assert_eq!(wrong.parse::<LinkMark>(), Err(LinkMarkError), "{wrong}");
        }
    }
}
