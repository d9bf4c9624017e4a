//! The tag that identifies the sender and the receiver of a mail in SES's complaints. Only this service can read it.
//!
//! An invitation may have a different inviter by the time somebody complains, so the mail itself names its sender.

use spaces_model::{EmailAddress, MailSender, UserId};

use crate::sealed::SealingKey;
use crate::{AddressRef, Store};

/// Length of an address's hash in bytes.
const HASH: usize = 16;
/// The kinds of senders in a tag.
const USER: u8 = 1;
const APP: u8 = 2;

/// The sender and the receiver of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailOrigin {
    /// The sender.
    pub sender: MailSender,
    /// The address that the mail went to.
    pub receiver: AddressRef,
}

impl MailOrigin {
    fn seal(&self, key: &SealingKey) -> Option<String> {
        let mut bytes = hex::decode(&self.receiver.0).ok()?;
        match &self.sender {
            MailSender::User(id) => {
                bytes.push(USER);
                bytes.extend(hex::decode(id.to_string()).ok()?);
            }
            MailSender::App(id) => {
                bytes.push(APP);
                bytes.extend(id.as_str().bytes());
            }
        }
        key.seal(bytes)
    }

    fn open(key: &SealingKey, tag: &str) -> Option<Self> {
        let bytes = key.open(tag)?;
        let (receiver, rest) = bytes.split_first_chunk::<HASH>()?;
        let sender = match rest.split_first()? {
            (&USER, id) => MailSender::User(UserId::from_bytes(id.try_into().ok()?)),
            (&APP, id) => MailSender::App(std::str::from_utf8(id).ok()?.parse().ok()?),
            _ => return None,
        };
        Some(Self { sender, receiver: AddressRef(hex::encode(receiver)) })
    }
}

impl Store {
    /// Returns the tag of a mail from this sender to this address: at most 256 letters, digits, `_` and `-`.
    #[must_use]
    pub fn origin_tag(&self, sender: &MailSender, receiver: &EmailAddress) -> Option<String> {
        let origin = MailOrigin { sender: sender.clone(), receiver: self.address_ref(receiver) };
        origin.seal(self.secret.origins())
    }

    /// Reads a tag. Returns `None` if this deployment did not create it.
    #[must_use]
    pub fn origin_of_tag(&self, tag: &str) -> Option<MailOrigin> {
        MailOrigin::open(self.secret.origins(), tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::IndexSecret;

    fn origins() -> [MailOrigin; 2] {
        let receiver = AddressRef("a1".repeat(HASH));
        let app = MailSender::App("x".repeat(128).parse().unwrap());
        let user = MailSender::User(UserId::from_bytes([7; 12]));
        [user, app].map(|sender| MailOrigin { sender, receiver: receiver.clone() })
    }

    #[test]
    fn a_tag_names_sender_and_receiver_in_characters_that_ses_accepts() {
        let secret = IndexSecret::new("an index secret, of more than forty characters").unwrap();
        for origin in origins() {
            let tag = origin.seal(secret.origins()).unwrap();
            let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
            assert!(tag.len() <= 256 && tag.bytes().all(is_allowed), "{tag}");
            assert_eq!(MailOrigin::open(secret.origins(), &tag), Some(origin));
        }
    }

    #[test]
    fn a_tag_that_is_modified_or_from_another_deployment_or_purpose_does_not_open() {
        let [secret, other] =
            ["an index secret, of more than forty characters", "another one of more than forty characters"]
                .map(|text| IndexSecret::new(text).unwrap());
        let [origin, _] = origins();
        let tag = origin.seal(secret.origins()).unwrap();
        assert_eq!(MailOrigin::open(other.origins(), &tag), None);
        assert_eq!(MailOrigin::open(secret.stops(), &tag), None);
        for place in 0..tag.len() {
            let mut changed = tag.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            assert_eq!(MailOrigin::open(secret.origins(), &String::from_utf8(changed).unwrap()), None);
        }
    }
}
