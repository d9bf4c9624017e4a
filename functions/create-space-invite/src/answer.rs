//! The answer, the same for the request that creates and for its repeats.

use serde::Serialize;
use spaces_content::{Content, Language, client_mail, outlook_item};
use spaces_model::{Channel, Invitation, InviteeTarget, PublicUrl, Space, format_time};

/// What was created, and what the client is to send.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Created))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer<'a> {
    /// The invitation; one, however many invitees it has.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Entry>, min_items = 1, max_items = 1))]
    data: [Entry<'a>; 1],
    /// With the channels `client` and `outlook`, and only with these.
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    invite_content: Option<Content>,
}

/// An invitation.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CreatedInvitation))]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    /// The space's id.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{24}$"))]
    topic_id: String,
    /// As asked for, in UTC; there only if it was given.
    #[cfg_attr(feature = "openapi", schema(format = DateTime, nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    start_date_time: Option<String>,
    /// As asked for, in UTC; there only if it was given.
    #[cfg_attr(feature = "openapi", schema(format = DateTime, nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date_time: Option<String>,
    /// The invitation's id. It is as good as the link: treat it as a secret.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{24}$"))]
    #[serde(rename = "_id")]
    id: String,
    /// Each invitee once.
    #[cfg_attr(feature = "openapi", schema(max_items = 1_000))]
    invitees: Vec<InviteeEntry<'a>>,
    /// When it was created, in UTC.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    created: String,
}

/// Somebody who is invited.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CreatedInvitee))]
#[serde(rename_all = "camelCase")]
struct InviteeEntry<'a> {
    /// What `invitee` is.
    #[cfg_attr(feature = "openapi", schema(pattern = "^(email|userId)$"))]
    invitee_type: &'static str,
    /// The address as it was typed, or the user's id.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    invitee: std::borrow::Cow<'a, str>,
    /// What they may do in the space.
    #[cfg_attr(feature = "openapi", schema(value_type = spaces_model::Role))]
    role: &'static str,
}

impl<'a> Answer<'a> {
    /// Makes the answer for an invitation to this space.
    pub(crate) fn of(invitation: &'a Invitation, space: &Space, public_url: &PublicUrl) -> Self {
        let invitees = invitation.invitees.iter().map(|invitee| {
            let (invitee_type, name) = match &invitee.target {
                InviteeTarget::Email(address) => ("email", address.as_typed().into()),
                InviteeTarget::User(id) => ("userId", id.to_string().into()),
            };
            InviteeEntry { invitee_type, invitee: name, role: invitee.role.as_str() }
        });
        let entry = Entry {
            topic_id: invitation.space.to_string(),
            start_date_time: invitation.starts.map(format_time),
            end_date_time: invitation.ends.map(format_time),
            id: invitation.id.to_string(),
            invitees: invitees.collect(),
            created: format_time(invitation.created),
        };
        Self { data: [entry], invite_content: content(invitation, space, public_url) }
    }
}

/// What the client sends in our place, for the channels where it does.
fn content(invitation: &Invitation, space: &Space, public_url: &PublicUrl) -> Option<Content> {
    let write = match invitation.channel {
        Channel::Server => return None,
        Channel::Client => client_mail,
        Channel::Outlook => outlook_item,
    };
    let language = invitation.language.as_ref().map_or(Language::DEFAULT, Language::choose);
    let links = invitation.links(public_url, &space.title);
    Some(write(&spaces_content::Invitation::with_links(invitation, space, &links), language))
}
