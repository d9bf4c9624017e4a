//! The answer, the same for the request that creates and for its repeats.

use serde::Serialize;
use spaces_content::{Content, Language, client_mail, outlook_item};
use spaces_model::{Channel, Invitation, InviteeTarget, PublicUrl, format_time};

/// The body of the answer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer<'a> {
    data: [Entry<'a>; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    invite_content: Option<Content>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    topic_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_date_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date_time: Option<String>,
    #[serde(rename = "_id")]
    id: String,
    invitees: Vec<InviteeEntry<'a>>,
    created: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InviteeEntry<'a> {
    invitee_type: &'static str,
    invitee: std::borrow::Cow<'a, str>,
    role: &'static str,
}

impl<'a> Answer<'a> {
    /// What to answer for this invitation.
    pub(crate) fn of(invitation: &'a Invitation, public_url: &PublicUrl) -> Self {
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
        Self { data: [entry], invite_content: content(invitation, public_url) }
    }
}

/// What the client sends in our place, for the channels where it does.
fn content(invitation: &Invitation, public_url: &PublicUrl) -> Option<Content> {
    let write = match invitation.channel {
        Channel::Server => return None,
        Channel::Client => client_mail,
        Channel::Outlook => outlook_item,
    };
    let language = invitation.language.as_ref().map_or(Language::DEFAULT, Language::choose);
    let link = invitation.link(public_url);
    Some(write(&spaces_content::Invitation::of(invitation, &link), language))
}
