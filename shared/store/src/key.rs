//! The keys of the table's items.
//!
//! No key contains an address or an invitation id, because keys appear in logs, metrics and consoles. Addresses are
//! keyed hashes, and an invitation's partition is a hash of its id. Only people's names, and the words under which
//! colleagues find them (including those of an address's local part), are stored in plain text. They are deleted when
//! they are outdated.

use aws_lc_rs::digest;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use spaces_model::{
    InviteId, InviteeTarget, MailSender, MemberId, ServiceAppId, SpaceId, UserId, hour_of, listed_name,
};

use crate::item::Attributes;
use crate::time::Time;
use crate::{Company, IndexSecret};

/// Prefix of the sort keys of a space's members.
pub(crate) const MEMBER: &str = "MEMBER#";
/// Prefix of the sort keys of the members who are users.
pub(crate) const USER_MEMBER: &str = "MEMBER#userId#";
/// Prefix of the sort keys of an invitation's deliveries.
pub(crate) const DELIVERY: &str = "TO#";
/// Prefix of the partition keys of a company's words.
pub(crate) const COMPANY: &str = "COMPANY#";
/// Prefix of the sort keys of the complaints about a sender's mails.
pub(crate) const COMPLAINT: &str = "FROM#";
/// Prefix of the partition and sort keys of reports.
pub(crate) const REPORT: &str = "REPORT#";
/// Prefix of the sort keys of the rows that list a company's people. No word begins with it.
pub(crate) const LISTED: &str = "#";
/// The sort key of an invitation.
pub(crate) const INVITE: &str = "INVITE";
/// The sort key of a space.
pub(crate) const SPACE: &str = "SPACE";
/// The sort key of a user, and of an address's owner.
pub(crate) const USER: &str = "USER";

/// Number of partitions for the words and the list of a company: searching a large company, or importing it at once,
/// needs more throughput than one partition provides. A search reads all of them.
pub(crate) const BUCKETS: u8 = 4;

/// The primary key of an item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    pub(crate) pk: String,
    pub(crate) sk: String,
}

impl Key {
    pub(crate) fn new(pk: String, sk: impl Into<String>) -> Self {
        Self { pk, sk: sk.into() }
    }

    pub(crate) fn attributes(self) -> Attributes {
        pair(["pk", "sk"], [self.pk, self.sk])
    }
}

/// Returns the key of an item in the index `gsi1`: the items of an address or a user.
pub(crate) fn by_target(secret: &IndexSecret, target: &InviteeTarget, created: Timestamp, id: InviteId) -> [String; 2] {
    [target_partition(secret, target), format!("{}#{}", String::from(Time(created)), hash(id))]
}

/// Returns the partition of an address or a user in the index `gsi1`.
pub(crate) fn target_partition(secret: &IndexSecret, target: &InviteeTarget) -> String {
    match target {
        InviteeTarget::Email(address) => format!("ADDRESS#{}", secret.address(address)),
        InviteeTarget::User(id) => user_partition(*id),
    }
}

/// Returns the key of an invitation in the index `gsi2`: the invitations of a space, by age.
pub(crate) fn by_space(space: SpaceId, created: Timestamp, id: InviteId) -> [String; 2] {
    [space_partition(space), format!("{INVITE}#{}#{}", String::from(Time(created)), hash(id))]
}

/// Returns the clock hour of a time, as text.
pub(crate) fn hour(time: Timestamp) -> String {
    Time(hour_of(time)).into()
}

/// Returns the key of a membership in the index `gsi2`: the spaces of a person, by the hour of their last use.
pub(crate) fn by_member(member: MemberId, used: Timestamp, space: SpaceId) -> [String; 2] {
    [member_partition(member), format!("{SPACE}#{}#{space}", hour(used))]
}

/// Returns the partition of a person's spaces in the index `gsi2`.
pub(crate) fn member_partition(member: MemberId) -> String {
    match member {
        MemberId::User(id) => user_partition(id),
        MemberId::Guest(id) => format!("GUEST#{id}"),
    }
}

/// Returns the attributes of a key in `gsi1`.
pub(crate) fn gsi1(key: [String; 2]) -> Attributes {
    pair(["gsi1pk", "gsi1sk"], key)
}

/// Returns the attributes of a key in `gsi2`.
pub(crate) fn gsi2(key: [String; 2]) -> Attributes {
    pair(["gsi2pk", "gsi2sk"], key)
}

pub(crate) fn space_partition(space: SpaceId) -> String {
    format!("{SPACE}#{space}")
}

pub(crate) fn space(space: SpaceId) -> Key {
    Key::new(space_partition(space), SPACE)
}

pub(crate) fn member(space: SpaceId, member: MemberId) -> Key {
    Key::new(space_partition(space), format!("{MEMBER}{}#{member}", member.kind()))
}

/// Returns a key under which no membership exists, made from the hash of an address.
pub(crate) fn no_member(space: SpaceId, hash: &str) -> Key {
    Key::new(space_partition(space), format!("{MEMBER}userId#{hash}"))
}

pub(crate) fn invitation_partition(invite: InviteId) -> String {
    format!("{INVITE}#{}", hash(invite))
}

/// Returns the space of a partition key.
pub(crate) fn space_of_partition(pk: &str) -> Option<SpaceId> {
    pk.strip_prefix(SPACE)?.strip_prefix('#')?.parse().ok()
}

/// Returns the hash in the partition key of an invitation.
pub(crate) fn hash_of_partition(pk: &str) -> Option<&str> {
    pk.strip_prefix(INVITE)?.strip_prefix('#')
}

pub(crate) fn invitation(invite: InviteId) -> Key {
    invitation_at(&hash(invite))
}

pub(crate) fn invitation_at(hash: &str) -> Key {
    Key::new(format!("{INVITE}#{hash}"), INVITE)
}

pub(crate) fn delivery(secret: &IndexSecret, invite: InviteId, target: &InviteeTarget) -> Key {
    delivery_at(&hash(invite), &secret.invitee(target))
}

pub(crate) fn delivery_at(invite: &str, person: &str) -> Key {
    Key::new(format!("{INVITE}#{invite}"), format!("{DELIVERY}{person}"))
}

/// Returns the key of a sender's mail count. The key of a service app never equals that of a user, whatever its id.
pub(crate) fn mail_limit(sender: &MailSender) -> Key {
    Key::new(format!("LIMIT#MAILS#{}", sender_key(sender)), "LIMIT")
}

/// Returns the key of the count of mails about a space.
pub(crate) fn space_mail_limit(space: SpaceId) -> Key {
    Key::new(format!("LIMIT#SPACE_MAILS#{space}"), "LIMIT")
}

/// Returns the key of the count of mails about a space that a member causes.
pub(crate) fn member_mail_limit(space: SpaceId, member: UserId) -> Key {
    Key::new(format!("LIMIT#MEMBER_MAILS#{space}#{member}"), "LIMIT")
}

/// Returns the partition of the complaints about a sender's mails.
pub(crate) fn complaint_partition(sender: &MailSender) -> String {
    format!("COMPLAINTS#{}", sender_key(sender))
}

/// Returns the key of a receiver's complaint.
pub(crate) fn complaint(sender: &MailSender, receiver: &str) -> Key {
    Key::new(complaint_partition(sender), format!("{COMPLAINT}{receiver}"))
}

/// Returns the name of a sender in keys and items.
pub(crate) fn sender_key(sender: &MailSender) -> String {
    match sender {
        MailSender::User(id) => id.to_string(),
        MailSender::App(id) => format!("APP#{id}"),
    }
}

pub(crate) fn limit(axis: &str, by: &str) -> Key {
    Key::new(format!("LIMIT#{axis}#{by}"), "LIMIT")
}

pub(crate) fn user(user: UserId) -> Key {
    Key::new(user_partition(user), USER)
}

/// Returns a key under which no user exists, made from the hash of an address.
pub(crate) fn nobody(hash: &str) -> Key {
    Key::new(format!("{USER}#{hash}"), USER)
}

pub(crate) fn address(hash: &str) -> Key {
    Key::new(format!("ADDRESS#{hash}"), USER)
}

pub(crate) fn mail(address: &str) -> Key {
    Key::new(format!("ADDRESS#{address}"), "MAIL")
}

/// Returns the partition of the reports of a month (`2026-11`).
pub(crate) fn report_partition(month: &str) -> String {
    format!("{REPORT}{month}")
}

/// Returns the key of a report. There is one per reporter, invitation and day (`2026-11-21`).
pub(crate) fn report(day: &str, reporter: &str) -> Key {
    Key::new(report_partition(day.get(..7).unwrap_or(day)), format!("{REPORT}{day}#{reporter}"))
}

/// Returns the key of a word under which a user is found.
pub(crate) fn word(company: &Company, word: &str, user: UserId) -> Key {
    Key::new(bucket(company, bucket_of(word)), format!("{word}#{user}"))
}

/// Returns the key of a user in the list of their company.
pub(crate) fn listed(company: &Company, name: &str, user: UserId) -> Key {
    Key::new(bucket(company, bucket_of(&user.to_string())), format!("{LISTED}{}#{user}", listed_name(name)))
}

/// Returns the partition of a company's people with this number, less than [`BUCKETS`].
pub(crate) fn bucket(company: &Company, number: u8) -> String {
    format!("{COMPANY}{}#{number}", company.as_str())
}

fn bucket_of(text: &str) -> u8 {
    let digest = digest::digest(&digest::SHA256, text.as_bytes());
    digest.as_ref().first().copied().unwrap_or_default() % BUCKETS
}

pub(crate) fn service_app(app: &ServiceAppId) -> Key {
    Key::new(format!("SERVICE_APP#{app}"), "SERVICE_APP")
}

pub(crate) fn warm_up() -> Key {
    Key::new("WARM_UP".to_owned(), "WARM_UP")
}

/// Returns the user of a partition key.
pub(crate) fn user_of_partition(pk: &str) -> Option<UserId> {
    pk.strip_prefix(USER)?.strip_prefix('#')?.parse().ok()
}

/// Returns the hash of the person in a delivery's sort key.
pub(crate) fn person_of_delivery(sk: &str) -> Option<&str> {
    sk.strip_prefix(DELIVERY)
}

/// Returns the user in a membership's sort key, or `None` for guests and for other items.
pub(crate) fn user_of_member(sk: &str) -> Option<UserId> {
    sk.strip_prefix(MEMBER)?.strip_prefix("userId#")?.parse().ok()
}

fn user_partition(user: UserId) -> String {
    format!("{USER}#{user}")
}

/// Returns the first 16 bytes of the SHA-256 digest of an invitation's id, so that a leaked key is not a link. The hash
/// needs no secret: an id has 96 random bits, too many to try.
pub(crate) fn hash(invite: InviteId) -> String {
    let digest = digest::digest(&digest::SHA256, invite.to_string().as_bytes());
    hex::encode(digest.as_ref().get(..16).unwrap_or_default())
}

fn pair(names: [&str; 2], values: [String; 2]) -> Attributes {
    names.into_iter().map(str::to_owned).zip(values.map(AttributeValue::S)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitations_partition_does_not_reveal_its_id() {
        let id: InviteId = "000000000000000000000001".parse().unwrap();
        // printf 000000000000000000000001 | sha256sum
        assert_eq!(invitation(id).pk, "INVITE#dd6eda34d13e0eb25636eb5642192e8d");
    }

    #[test]
    fn the_last_use_of_a_space_is_indexed_by_the_hour() {
        let key = by_member(
            MemberId::User(UserId::from_bytes([1; 12])),
            "2026-11-21T12:59:59.999Z".parse().unwrap(),
            SpaceId::from_bytes([2; 12]),
        );
        assert_eq!(key, ["USER#010101010101010101010101", "SPACE#2026-11-21T12:00:00.000Z#020202020202020202020202"]);
    }
}
