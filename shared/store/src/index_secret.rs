//! Keyed hashes: they replace addresses in keys, and give a repeated request the same ids.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use spaces_model::{EmailAddress, InviteeTarget, MemberId, PinHash, RootSecret, SecretError, SpaceId, UserId};

use crate::sealed::SealingKey;
use crate::{InvitationRef, MailRef, PersonRef};

/// The purposes of the derived keys (HKDF's `info`). Changing one makes everything that was stored under it
/// unreachable.
const ADDRESSES: &str = "address in a key of the table, HMAC-SHA-256";
const COMPANIES: &str = "company in the table, HMAC-SHA-256";
const PINS: &str = "PIN of a space in the table, HMAC-SHA-256";
const SOURCES: &str = "source address in a key of the table, HMAC-SHA-256";
const IDS: &str = "id of a repeatable request, HMAC-SHA-256";
const REPORTERS: &str = "reporter of an invitation in a key of the table, HMAC-SHA-256";
const AUDIT: &str = "person in the audit log, HMAC-SHA-256";
const EVENTS: &str = "name in an event, HMAC-SHA-256";
const STOPS: &str = "token that stops mail, AES-256-GCM-SIV";
const MAILS: &str = "mail in a tag of SES, AES-256-GCM-SIV";
const ORIGINS: &str = "sender and receiver in a tag of SES, AES-256-GCM-SIV";

/// The secret from which the table's keys are derived. Unlike the signing secret, it is never rotated: items stored
/// under its hashes could no longer be found.
#[derive(Clone)]
pub struct IndexSecret(Arc<Keys>);

struct Keys {
    addresses: hmac::Key,
    companies: hmac::Key,
    pins: hmac::Key,
    sources: hmac::Key,
    ids: hmac::Key,
    reporters: hmac::Key,
    audit: hmac::Key,
    events: hmac::Key,
    stops: SealingKey,
    mails: SealingKey,
    origins: SealingKey,
}

impl IndexSecret {
    /// Derives all keys from a secret.
    ///
    /// # Errors
    ///
    /// [`SecretError::TooShort`] for fewer than 40 characters.
    pub fn new(text: &str) -> Result<Self, SecretError> {
        let secret = RootSecret::new(text)?;
        let key = |purpose| Ok::<_, SecretError>(hmac::Key::new(hmac::HMAC_SHA256, &secret.key(purpose)?));
        Ok(Self(Arc::new(Keys {
            addresses: key(ADDRESSES)?,
            companies: key(COMPANIES)?,
            pins: key(PINS)?,
            sources: key(SOURCES)?,
            ids: key(IDS)?,
            reporters: key(REPORTERS)?,
            audit: key(AUDIT)?,
            events: key(EVENTS)?,
            stops: SealingKey::new(&secret.key(STOPS)?)?,
            mails: SealingKey::new(&secret.key(MAILS)?)?,
            origins: SealingKey::new(&secret.key(ORIGINS)?)?,
        })))
    }

    /// Returns the 96 bits of an id that only this deployment can compute and that is always the same for the same
    /// parts.
    #[must_use]
    pub fn id(&self, parts: &[&str]) -> [u8; 12] {
        first_bytes(&self.0.ids, parts)
    }

    /// Returns the id of the direct space of two people, in either order.
    #[must_use]
    pub fn direct_space(&self, one: MemberId, other: MemberId) -> SpaceId {
        let [first, second] = if one <= other { [one, other] } else { [other, one] };
        let (one, other) = (first.to_string(), second.to_string());
        SpaceId::from_bytes(self.id(&["direct space", first.kind(), &one, second.kind(), &other]))
    }

    /// Returns the id of a user's meeting room.
    #[must_use]
    pub fn meeting_room(&self, owner: UserId) -> SpaceId {
        SpaceId::from_bytes(self.id(&["meeting room", &owner.to_string()]))
    }

    /// Returns the hash of a space's PIN.
    #[must_use]
    pub fn pin(&self, space: SpaceId, pin: &str) -> PinHash {
        PinHash::from_bytes(first_bytes(&self.0.pins, &[&space.to_string(), pin]))
    }

    /// Returns whether `text` is the PIN with this hash, in constant time.
    #[must_use]
    pub fn is_pin(&self, space: SpaceId, text: &str, pin: &PinHash) -> bool {
        verify_slices_are_equal(self.pin(space, text).as_bytes(), pin.as_bytes()).is_ok()
    }

    /// Returns the name of an invitation in events, which is not usable as a link.
    #[must_use]
    pub fn invite_ref(&self, invite: &InvitationRef) -> String {
        self.event_name(&["invitation", &invite.0])
    }

    /// Returns the name of an invitee in events. The same person has different names in different invitations.
    #[must_use]
    pub fn invitee_ref(&self, invite: &InvitationRef, person: &PersonRef) -> String {
        self.event_name(&["invitee", &invite.0, &person.0])
    }

    /// Returns the id of an event, the same for the same type, subject and sequence.
    #[must_use]
    pub fn event_id(&self, detail_type: &str, subject: &str, sequence: u64) -> String {
        self.event_name(&["event", detail_type, subject, &sequence.to_string()])
    }

    fn event_name(&self, parts: &[&str]) -> String {
        hex::encode(first_bytes::<16>(&self.0.events, parts))
    }

    /// Returns the tag of a mail, or `None` if its key is not a delivery's.
    pub(crate) fn seal_mail(&self, mail: &MailRef) -> Option<String> {
        mail.seal(&self.0.mails)
    }

    /// Returns the mail of a tag, or `None` if this deployment did not create the tag.
    pub(crate) fn open_mail(&self, tag: &str) -> Option<MailRef> {
        MailRef::open(&self.0.mails, tag)
    }

    /// Returns the hash of the network from which a request comes: an IPv4 address, or the first 64 bits of an IPv6
    /// address, because a subscriber gets all of them (RFC 6177 section 2).
    pub(crate) fn source(&self, address: Option<IpAddr>) -> String {
        let network = match address.map(|address| address.to_canonical()) {
            Some(IpAddr::V4(address)) => address.to_string(),
            Some(IpAddr::V6(address)) => std::net::Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).to_string(),
            None => String::new(),
        };
        hex::encode(first_bytes::<16>(&self.0.sources, &[&network]))
    }

    /// Returns the hash of an address in its canonical form: in punycode and lower case.
    pub(crate) fn address(&self, address: &EmailAddress) -> String {
        hex::encode(first_bytes::<16>(&self.0.addresses, &["email", &address.canonical()]))
    }

    /// Returns the hash of a company, from its kind and its identifiers.
    pub(crate) fn company(&self, parts: &[&str]) -> String {
        hex::encode(first_bytes::<16>(&self.0.companies, parts))
    }

    /// Returns the hash of a person who reports an invitation on a day. Different days and invitations give different
    /// hashes.
    pub(crate) fn reporter(&self, parts: &[&str]) -> String {
        hex::encode(first_bytes::<16>(&self.0.reporters, parts))
    }

    /// Returns the name of a member in the audit log. It never changes, and the audit log alone uses this hash.
    #[must_use]
    pub fn audit_member(&self, member: MemberId) -> String {
        self.audited(&[member.kind(), &member.to_string()])
    }

    /// Returns the name of an address in the audit log.
    #[must_use]
    pub fn audit_address(&self, address: &EmailAddress) -> String {
        self.audited(&["address", &address.canonical()])
    }

    /// Returns the name of an operator in the audit log.
    #[must_use]
    pub fn audit_operator(&self, operator: &str) -> String {
        self.audited(&["operator", operator])
    }

    fn audited(&self, parts: &[&str]) -> String {
        hex::encode(first_bytes::<16>(&self.0.audit, parts))
    }

    /// Returns the key of the tags that name sender and receiver.
    pub(crate) fn origins(&self) -> &SealingKey {
        &self.0.origins
    }

    /// Returns the key of the tokens that stop mail.
    pub(crate) fn stops(&self) -> &SealingKey {
        &self.0.stops
    }

    /// Returns the hash of an invitee's address or user id.
    pub(crate) fn invitee(&self, target: &InviteeTarget) -> String {
        match target {
            InviteeTarget::Email(address) => self.address(address),
            InviteeTarget::User(id) => hex::encode(first_bytes::<16>(&self.0.addresses, &["user", &id.to_string()])),
        }
    }
}

/// Hides the secret.
impl fmt::Debug for IndexSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("IndexSecret").finish_non_exhaustive()
    }
}

/// Returns the first bytes of the HMAC of all parts. Each part is preceded by its length, so that different lists of
/// parts never have the same bytes.
fn first_bytes<const N: usize>(key: &hmac::Key, parts: &[&str]) -> [u8; N] {
    let mut context = hmac::Context::with_key(key);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    let mut bytes = [0; N];
    for (byte, tag) in bytes.iter_mut().zip(context.sign().as_ref()) {
        *byte = *tag;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use spaces_model::GuestId;

    use super::*;

    fn secret() -> IndexSecret {
        IndexSecret::new("an index secret, of more than forty characters").unwrap()
    }

    #[test]
    fn equal_parts_give_equal_ids_and_different_parts_different_ids() {
        let secret = secret();
        assert_eq!(secret.id(&["space", "a", "b"]), secret.id(&["space", "a", "b"]));
        let parts: [&[&str]; 5] =
            [&["space", "a", "b"], &["invite", "a", "b"], &["space", "ab", ""], &["space", "", "ab"], &["space", "ab"]];
        let ids: BTreeSet<_> = parts.iter().map(|parts| secret.id(parts)).collect();
        assert_eq!(ids.len(), parts.len());
    }

    #[test]
    fn two_people_have_one_direct_space_that_no_other_two_share() {
        let secret = secret();
        let user = |number| MemberId::User(UserId::from_bytes([number; 12]));
        let guest = |number| MemberId::Guest(GuestId::from_bytes([number; 12]));
        assert_eq!(secret.direct_space(user(1), user(2)), secret.direct_space(user(2), user(1)));
        assert_eq!(secret.direct_space(user(1), guest(1)), secret.direct_space(guest(1), user(1)));
        let pairs = [(user(1), user(2)), (user(1), user(3)), (user(1), guest(2)), (guest(1), user(2))];
        let ids: BTreeSet<_> = pairs.into_iter().map(|(one, other)| secret.direct_space(one, other)).collect();
        assert_eq!(ids.len(), pairs.len());
        assert!(!ids.contains(&secret.meeting_room(UserId::from_bytes([1; 12]))));
    }

    #[test]
    fn hashes_match_rfc_5869_and_rfc_2104() {
        // Computed by another implementation (Python's hmac). A change here makes all stored items unreachable.
        assert_eq!(hex::encode(secret().id(&["space", "user:1", "", "create", "key"])), "1b67773788e259fda1ad7825");
        assert_eq!(secret().address(&"ana@example.com".parse().unwrap()), "a480cf2155106d553de791c4dbfeff22");
    }

    #[test]
    fn all_spellings_of_an_address_have_one_hash() {
        let address = |text: &str| secret().address(&text.parse().unwrap());
        assert_eq!(address("Han@BÜCHER.example"), address("han@xn--bcher-kva.example"));
        assert_ne!(address("han@example.com"), address("leia@example.com"));
    }

    #[test]
    fn a_pin_is_valid_only_in_its_space() {
        let (space, other) = (SpaceId::from_bytes([1; 12]), SpaceId::from_bytes([2; 12]));
        let pin = secret().pin(space, "0000");
        assert!(secret().is_pin(space, "0000", &pin));
        assert!(!secret().is_pin(space, "0001", &pin) && !secret().is_pin(other, "0000", &pin));
    }

    #[test]
    fn a_network_is_an_ipv4_address_or_64_bits_of_an_ipv6_address() {
        let source = |text: &str| secret().source(Some(text.parse().unwrap()));
        assert_eq!(source("2001:db8:0:1::1"), source("2001:db8:0:1:ffff:ffff:ffff:ffff"));
        assert_ne!(source("2001:db8:0:1::1"), source("2001:db8:0:2::1"));
        assert_eq!(source("203.0.113.7"), source("::ffff:203.0.113.7"));
        assert_ne!(source("203.0.113.7"), source("203.0.113.8"));
    }

    #[test]
    fn an_address_and_a_user_id_never_share_a_hash() {
        let id = UserId::from_bytes([1; 12]);
        assert_ne!(secret().invitee(&InviteeTarget::User(id)), secret().address(&format!("{id}@b.c").parse().unwrap()));
    }
}
