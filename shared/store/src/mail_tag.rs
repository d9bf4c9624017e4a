//! The tag that identifies a mail in SES's events. Only this service can read it, and it uses only characters that SES
//! allows.

use jiff::Timestamp;

use crate::key::{self, Key};
use crate::sealed::SealingKey;

/// Length of the hashes in keys, in bytes.
const HASH: usize = 16;

/// A mail to one person, as identified in SES's events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRef {
    /// The key of the delivery.
    pub(crate) key: Key,
    /// The time at which the mail was started, which is unique among the mails to one person.
    pub(crate) begun: Timestamp,
}

impl MailRef {
    /// Returns the tag, in letters, digits, `_` and `-`, or `None` if the key is not a delivery's.
    pub(crate) fn seal(&self, key: &SealingKey) -> Option<String> {
        let invite = key::hash_of_partition(&self.key.pk)?;
        let person = self.key.sk.strip_prefix(key::DELIVERY)?;
        let mut bytes = [hex::decode(invite).ok()?, hex::decode(person).ok()?].concat();
        bytes.extend(self.begun.as_millisecond().to_be_bytes());
        key.seal(bytes)
    }

    /// Reads a tag. Returns `None` if it was not created with this key.
    pub(crate) fn open(key: &SealingKey, tag: &str) -> Option<Self> {
        let bytes = key.open(tag)?;
        let (invite, rest) = bytes.split_first_chunk::<HASH>()?;
        let (person, rest) = rest.split_first_chunk::<HASH>()?;
        let begun = i64::from_be_bytes(rest.try_into().ok()?);
        Some(Self {
            key: key::delivery_at(&hex::encode(invite), &hex::encode(person)),
            begun: Timestamp::from_millisecond(begun).ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::IndexSecret;

    fn secret() -> IndexSecret {
        IndexSecret::new("an index secret, of more than forty characters").unwrap()
    }

    fn mail() -> MailRef {
        MailRef { key: key::delivery_at(&"0f".repeat(HASH), &"a1".repeat(HASH)), begun: begun() }
    }

    fn begun() -> Timestamp {
        "2026-11-21T12:00:00.123Z".parse().unwrap()
    }

    #[test]
    fn a_tag_identifies_its_mail_and_is_always_the_same() {
        let tag = secret().seal_mail(&mail()).unwrap();
        assert_eq!(secret().open_mail(&tag), Some(mail()));
        // Computed by another implementation (Python's cryptography). Tags in SES's events outlive a release.
        assert_eq!(tag, "am_VWzoujpZrba-o0Pumig9Dsp6LBL982GiSqSunj5n33HkgvSHKLHn6FbNSAMpOvbf17JKNb0w");
    }

    #[test]
    fn a_tag_has_only_characters_that_ses_accepts() {
        for seconds in 0..200 {
            let begun = begun() + SignedDuration::from_secs(seconds);
            let tag = secret().seal_mail(&MailRef { begun, ..mail() }).unwrap();
            let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
            assert!(tag.len() <= 256 && tag.bytes().all(is_allowed), "{tag}");
        }
    }

    #[test]
    fn a_modified_tag_does_not_open() {
        let tag = secret().seal_mail(&mail()).unwrap();
        for place in 0..tag.len() {
            let mut changed = tag.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(secret().open_mail(&changed), None, "{changed}");
        }
        let shortened: String = tag.chars().skip(4).collect();
        for other in ["", "A", "é", &shortened, &format!("{tag}AAAA")] {
            assert_eq!(secret().open_mail(other), None, "{other}");
        }
    }

    #[test]
    fn a_tag_of_another_deployment_does_not_open() {
        let other = IndexSecret::new("another index secret of more than forty characters").unwrap();
        assert_eq!(other.open_mail(&secret().seal_mail(&mail()).unwrap()), None);
    }

    #[test]
    fn mails_to_one_person_have_unrelated_tags() {
        let later = MailRef { begun: begun() + SignedDuration::from_secs(1), ..mail() };
        let tags = [mail(), later].map(|mail| secret().seal_mail(&mail).unwrap());
        assert_ne!(tags[0].get(..8), tags[1].get(..8));
    }
}
