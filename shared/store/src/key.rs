//! The keys of the table's items.

use aws_sdk_dynamodb::types::AttributeValue;
use spaces_model::{EmailAddress, InviteId, InviteeTarget, MemberId, ServiceAppId, SpaceId, UserId};

use crate::item::Attributes;

/// The index that finds users by address.
pub(crate) const BY_EMAIL: &str = "gsi1";
/// The sort keys of the members of a space begin with this.
pub(crate) const MEMBER: &str = "MEMBER#";
/// The sort keys of the deliveries of an invitation begin with this.
pub(crate) const DELIVERY: &str = "DELIVERY#";
/// The sort key of an invitation.
pub(crate) const INVITE: &str = "INVITE";
/// The sort key of a space. It sorts after all its members.
pub(crate) const SPACE: &str = "SPACE";

/// The primary key of an item.
pub(crate) struct Key {
    pub(crate) pk: String,
    pub(crate) sk: String,
}

impl Key {
    fn new(pk: String, sk: impl Into<String>) -> Self {
        Self { pk, sk: sk.into() }
    }

    pub(crate) fn attributes(self) -> Attributes {
        let Self { pk, sk } = self;
        Attributes::from([("pk".to_owned(), AttributeValue::S(pk)), ("sk".to_owned(), AttributeValue::S(sk))])
    }
}

pub(crate) fn space_partition(space: SpaceId) -> String {
    format!("SPACE#{space}")
}

pub(crate) fn space(space: SpaceId) -> Key {
    Key::new(space_partition(space), SPACE)
}

pub(crate) fn member(space: SpaceId, member: MemberId) -> Key {
    Key::new(space_partition(space), format!("{MEMBER}{}#{member}", member.kind()))
}

pub(crate) fn invitation_partition(invite: InviteId) -> String {
    format!("{INVITE}#{invite}")
}

/// The invitation whose items have this partition key.
pub(crate) fn invitation_of_partition(pk: &str) -> Option<InviteId> {
    pk.strip_prefix(INVITE)?.strip_prefix('#')?.parse().ok()
}

pub(crate) fn invitation(invite: InviteId) -> Key {
    Key::new(invitation_partition(invite), INVITE)
}

pub(crate) fn delivery(invite: InviteId, invitee: &InviteeTarget) -> Key {
    let invitee = match invitee {
        InviteeTarget::Email(address) => address.canonical(),
        InviteeTarget::User(id) => id.to_string(),
    };
    Key::new(invitation_partition(invite), format!("{DELIVERY}{invitee}"))
}

pub(crate) fn user(user: UserId) -> Key {
    Key::new(format!("USER#{user}"), "USER")
}

pub(crate) fn email(address: &EmailAddress) -> String {
    format!("EMAIL#{}", address.canonical())
}

pub(crate) fn service_app(app: &ServiceAppId) -> Key {
    Key::new(format!("SERVICE_APP#{app}"), "SERVICE_APP")
}

pub(crate) fn warm_up() -> Key {
    Key::new("WARM_UP".to_owned(), "WARM_UP")
}
