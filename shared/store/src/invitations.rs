//! Invitations.

mod change;
mod list;
mod open;

pub use change::InvitationChange;
pub use list::{DeliveryCounts, InvitationPage};
pub use open::{OpenInvitation, OpenInvitationPage};

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use spaces_model::{
    Channel, Description, EmailAddress, Founding, Invitation, InviteId, InviteMode, Invitee, InviteeTarget, Inviter,
    KEPT_AFTER_EXPIRY, MailKind, Mailing, Role, ServiceAppId, SpaceId, Title, UserId,
};
use unic_langid::LanguageIdentifier;

use crate::item::{self, Attributes, Marking};
use crate::time::Time;
use crate::{Store, StoreError, key};

#[derive(Serialize, Deserialize)]
struct InvitationItem {
    id: InviteId,
    space: SpaceId,
    #[serde(skip_serializing_if = "Option::is_none")]
    founds: Option<FoundingItem>,
    invitees: Vec<InviteeItem>,
    mode: InviteMode,
    channel: Channel,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<LanguageTag>,
    #[serde(skip_serializing_if = "Option::is_none")]
    starts: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ends: Option<Time>,
    inviter: UserId,
    #[serde(skip_serializing_if = "Option::is_none")]
    inviter_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inviter_email: Option<EmailAddress>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inviter_zone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acted_by: Option<ServiceAppId>,
    /// `None` if the creator is the inviter.
    #[serde(skip_serializing_if = "Option::is_none")]
    creator: Option<UserId>,
    created: Time,
    /// `None` if the invitation was never updated.
    #[serde(skip_serializing_if = "Option::is_none")]
    updated: Option<Time>,
    expires: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked: Option<Time>,
    version: u32,
    sequence: u32,
    revised: u32,
    mailing: MailingItem,
    request_hash: String,
    /// The time to live, in seconds since 1970.
    expires_at: i64,
}

#[derive(Serialize, Deserialize)]
struct FoundingItem {
    title: Title,
    description: Description,
    creator: UserId,
    creator_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    acted_by: Option<ServiceAppId>,
    member_only: bool,
}

#[derive(Serialize, Deserialize)]
struct MailingItem {
    number: u32,
    kind: MailKind,
}

#[derive(Serialize, Deserialize)]
struct InviteeItem {
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<EmailAddress>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserId>,
    role: Role,
}

/// A language as stored in an attribute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct LanguageTag(pub(crate) LanguageIdentifier);

impl TryFrom<String> for LanguageTag {
    type Error = unic_langid::LanguageIdentifierError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self)
    }
}

impl From<LanguageTag> for String {
    fn from(tag: LanguageTag) -> Self {
        tag.0.to_string()
    }
}

impl Store {
    /// Reads the invitation with this id.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn invitation(&self, id: InviteId) -> Result<Option<Invitation>, StoreError> {
        self.get(key::invitation(id)).await?.map(read_invitation).transpose()
    }

    /// Revokes an invitation, if it exists. A revoked invitation stays as it is.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn revoke_invitation(&self, id: InviteId, now: Timestamp) -> Result<Marking, StoreError> {
        let update = self
            .update(key::invitation(id))
            .update_expression(
                "SET #revoked = :now, #sequence = #sequence + :one, \
                 #mailing.#number = #mailing.#number + :one, #mailing.#kind = :cancel",
            )
            .expression_attribute_names("#revoked", "revoked")
            .expression_attribute_names("#sequence", "sequence")
            .expression_attribute_names("#mailing", "mailing")
            .expression_attribute_names("#number", "number")
            .expression_attribute_names("#kind", "kind")
            // Without the condition, a mistyped id would create an unreadable item.
            .condition_expression("attribute_exists(pk) AND attribute_not_exists(#revoked)")
            .expression_attribute_values(":now", Time(now).into())
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .expression_attribute_values(":cancel", item::value("invitation", &MailKind::Cancel)?);
        item::guarded(update).await.map(Marking::from)
    }
}

/// Reads the invitation in an image of a stream record.
///
/// # Errors
///
/// [`StoreError::Corrupt`] if the image is not an invitation.
pub fn invitation_of_image(image: serde_dynamo::Item) -> Result<Invitation, StoreError> {
    let item = serde_dynamo::from_item(image).map_err(|error| StoreError::corrupt("invitation", error))?;
    invitation_of(item)
}

/// Returns the time after which DynamoDB may delete the items of this invitation, in seconds since 1970. It is never
/// before the end of the meeting.
pub(crate) fn expires_at(invitation: &Invitation) -> i64 {
    let Invitation { expires, starts, ends, .. } = invitation;
    let last = [*starts, *ends].into_iter().flatten().fold(*expires, Timestamp::max);
    last.saturating_add(KEPT_AFTER_EXPIRY).unwrap_or(Timestamp::MAX).as_second()
}

pub(crate) fn write_invitation(invitation: &Invitation) -> Result<Attributes, StoreError> {
    let inviter = invitation.inviter.clone();
    let item = InvitationItem {
        id: invitation.id,
        space: invitation.space,
        founds: invitation.founds.clone().map(write_founding),
        invitees: invitation.invitees.iter().map(write_invitee).collect(),
        mode: invitation.mode,
        channel: invitation.channel,
        language: invitation.language.clone().map(LanguageTag),
        starts: invitation.starts.map(Time),
        ends: invitation.ends.map(Time),
        inviter: inviter.id,
        inviter_name: inviter.name,
        inviter_email: inviter.email,
        inviter_zone: inviter.zone,
        acted_by: invitation.acted_by.clone(),
        creator: (invitation.creator != inviter.id).then_some(invitation.creator),
        created: Time(invitation.created),
        updated: (invitation.updated != invitation.created).then_some(Time(invitation.updated)),
        expires: Time(invitation.expires),
        revoked: invitation.revoked.map(Time),
        version: invitation.version,
        sequence: invitation.sequence,
        revised: invitation.revised,
        mailing: MailingItem { number: invitation.mailing.number, kind: invitation.mailing.kind },
        request_hash: STANDARD.encode(invitation.request_hash),
        expires_at: expires_at(invitation),
    };
    let mut item = item::write("invitation", key::invitation(invitation.id), &item)?;
    item.extend(key::gsi2(key::by_space(invitation.space, invitation.created, invitation.id)));
    Ok(item)
}

pub(crate) fn read_invitation(attributes: Attributes) -> Result<Invitation, StoreError> {
    invitation_of(item::read("invitation", attributes)?)
}

fn write_founding(founding: Founding) -> FoundingItem {
    let Founding { title, description, creator, creator_name, acted_by, member_only } = founding;
    FoundingItem { title, description, creator, creator_name, acted_by, member_only }
}

fn read_founding(item: FoundingItem) -> Founding {
    let FoundingItem { title, description, creator, creator_name, acted_by, member_only } = item;
    Founding { title, description, creator, creator_name, acted_by, member_only }
}

fn write_invitee(invitee: &Invitee) -> InviteeItem {
    let (email, user) = write_target(&invitee.target);
    InviteeItem { email, user, role: invitee.role }
}

fn read_invitee(item: InviteeItem) -> Result<Invitee, StoreError> {
    let target = read_target(item.email, item.user)
        .ok_or_else(|| StoreError::corrupt("invitation", "an invitee must have either an email or a user"))?;
    Ok(Invitee { target, role: item.role })
}

/// Returns the attributes that name an invitee: an address or a user id.
pub(crate) fn write_target(target: &InviteeTarget) -> (Option<EmailAddress>, Option<UserId>) {
    match target {
        InviteeTarget::Email(address) => (Some(address.clone()), None),
        InviteeTarget::User(id) => (None, Some(*id)),
    }
}

pub(crate) fn read_target(email: Option<EmailAddress>, user: Option<UserId>) -> Option<InviteeTarget> {
    match (email, user) {
        (Some(address), None) => Some(InviteeTarget::Email(address)),
        (None, Some(id)) => Some(InviteeTarget::User(id)),
        _ => None,
    }
}

fn invitation_of(item: InvitationItem) -> Result<Invitation, StoreError> {
    let request_hash = STANDARD.decode(&item.request_hash).ok().and_then(|hash| hash.try_into().ok());
    Ok(Invitation {
        id: item.id,
        space: item.space,
        founds: item.founds.map(read_founding),
        invitees: item.invitees.into_iter().map(read_invitee).collect::<Result<_, _>>()?,
        mode: item.mode,
        channel: item.channel,
        language: item.language.map(|tag| tag.0),
        starts: item.starts.map(|Time(at)| at),
        ends: item.ends.map(|Time(at)| at),
        inviter: Inviter {
            id: item.inviter,
            name: item.inviter_name,
            email: item.inviter_email,
            zone: item.inviter_zone,
        },
        acted_by: item.acted_by,
        creator: item.creator.unwrap_or(item.inviter),
        created: item.created.0,
        updated: item.updated.unwrap_or(item.created).0,
        expires: item.expires.0,
        revoked: item.revoked.map(|Time(at)| at),
        version: item.version,
        sequence: item.sequence,
        revised: item.revised,
        mailing: Mailing { number: item.mailing.number, kind: item.mailing.kind },
        request_hash: request_hash
            .ok_or_else(|| StoreError::corrupt("invitation", "its request_hash is not a SHA-256 digest in base64"))?,
    })
}
