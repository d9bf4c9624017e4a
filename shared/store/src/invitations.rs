//! Invitations: written once, never changed by us.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use spaces_model::{
    Channel, Description, EmailAddress, Invitation, InviteId, InviteMode, Invitee, InviteeTarget, Inviter, Role,
    ServiceAppId, SpaceId, Title, UserId,
};
use unic_langid::LanguageIdentifier;

use crate::item::{self, Attributes};
use crate::{Store, StoreError, key};

/// How long an expired invitation is kept, so that its link says "expired" and not "unknown".
const KEPT_AFTER_EXPIRY: SignedDuration = SignedDuration::from_hours(30 * 24);

#[derive(Serialize, Deserialize)]
struct InvitationItem {
    id: InviteId,
    space: SpaceId,
    title: Title,
    description: Description,
    invitees: Vec<InviteeItem>,
    mode: InviteMode,
    channel: Channel,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<LanguageTag>,
    #[serde(skip_serializing_if = "Option::is_none")]
    starts: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ends: Option<Timestamp>,
    inviter: UserId,
    #[serde(skip_serializing_if = "Option::is_none")]
    inviter_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inviter_email: Option<EmailAddress>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inviter_zone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acted_by: Option<ServiceAppId>,
    created: Timestamp,
    expires: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked: Option<Timestamp>,
    request_hash: String,
    /// TTL, in seconds since 1970.
    expires_at: i64,
}

#[derive(Serialize, Deserialize)]
struct InviteeItem {
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<EmailAddress>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserId>,
    role: Role,
}

/// A language as an attribute.
#[derive(Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[derive(Clone)]
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
    /// The invitation with this id.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn invitation(&self, id: InviteId) -> Result<Option<Invitation>, StoreError> {
        self.get(key::invitation(id)).await?.map(read_invitation).transpose()
    }
}

/// The invitation in the new image of a stream record.
///
/// # Errors
///
/// [`StoreError::Corrupt`] if the image is no invitation.
pub fn invitation_of_image(image: serde_dynamo::Item) -> Result<Invitation, StoreError> {
    let item = serde_dynamo::from_item(image).map_err(|error| StoreError::corrupt("invitation", error))?;
    invitation_of(item)
}

/// When DynamoDB may delete what belongs to this invitation, in seconds since 1970.
pub(crate) fn expires_at(invitation: &Invitation) -> i64 {
    invitation.expires.saturating_add(KEPT_AFTER_EXPIRY).unwrap_or(Timestamp::MAX).as_second()
}

pub(crate) fn write_invitation(invitation: &Invitation) -> Result<Attributes, StoreError> {
    let inviter = invitation.inviter.clone();
    let item = InvitationItem {
        id: invitation.id,
        space: invitation.space,
        title: invitation.title.clone(),
        description: invitation.description.clone(),
        invitees: invitation.invitees.iter().map(write_invitee).collect(),
        mode: invitation.mode,
        channel: invitation.channel,
        language: invitation.language.clone().map(LanguageTag),
        starts: invitation.starts,
        ends: invitation.ends,
        inviter: inviter.id,
        inviter_name: inviter.name,
        inviter_email: inviter.email,
        inviter_zone: inviter.zone,
        acted_by: invitation.acted_by.clone(),
        created: invitation.created,
        expires: invitation.expires,
        revoked: invitation.revoked,
        request_hash: STANDARD.encode(invitation.request_hash),
        expires_at: expires_at(invitation),
    };
    item::write("invitation", key::invitation(invitation.id), &item)
}

pub(crate) fn read_invitation(attributes: Attributes) -> Result<Invitation, StoreError> {
    invitation_of(item::read("invitation", attributes)?)
}

fn write_invitee(invitee: &Invitee) -> InviteeItem {
    let (email, user) = match &invitee.target {
        InviteeTarget::Email(address) => (Some(address.clone()), None),
        InviteeTarget::User(id) => (None, Some(*id)),
    };
    InviteeItem { email, user, role: invitee.role }
}

fn read_invitee(item: InviteeItem) -> Result<Invitee, StoreError> {
    let target = match (item.email, item.user) {
        (Some(address), None) => InviteeTarget::Email(address),
        (None, Some(id)) => InviteeTarget::User(id),
        _ => return Err(StoreError::corrupt("invitation", "an invitee must have either an email or a user")),
    };
    Ok(Invitee { target, role: item.role })
}

fn invitation_of(item: InvitationItem) -> Result<Invitation, StoreError> {
    let request_hash = STANDARD.decode(&item.request_hash).ok().and_then(|hash| hash.try_into().ok());
    Ok(Invitation {
        id: item.id,
        space: item.space,
        title: item.title,
        description: item.description,
        invitees: item.invitees.into_iter().map(read_invitee).collect::<Result<_, _>>()?,
        mode: item.mode,
        channel: item.channel,
        language: item.language.map(|tag| tag.0),
        starts: item.starts,
        ends: item.ends,
        inviter: Inviter {
            id: item.inviter,
            name: item.inviter_name,
            email: item.inviter_email,
            zone: item.inviter_zone,
        },
        acted_by: item.acted_by,
        created: item.created,
        expires: item.expires,
        revoked: item.revoked,
        request_hash: request_hash
            .ok_or_else(|| StoreError::corrupt("invitation", "its request_hash is no SHA-256 in base64"))?,
    })
}
