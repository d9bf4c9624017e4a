//! What there is to say, to whom, and what comes of it.

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use spaces_model::{EmailAddress, InviteId, InviteLinks, InviteMode, ItipMethod, Role};

use crate::{Brand, Language};

/// An invitation as its invitees are told of it. The texts are as the client sent them.
#[derive(Debug, Clone, Copy)]
pub struct Invitation<'a> {
    /// Which invitation.
    pub invite_id: InviteId,
    /// The title of the space.
    pub space_title: &'a str,
    /// The description of the space, empty where it has none.
    pub description: &'a str,
    /// Who invites.
    pub inviter: Inviter<'a>,
    /// The organizer that the invitee's calendar has the meeting from; none for a meeting that is new to it.
    pub organizer: Option<&'a EmailAddress>,
    /// Into the space or into its meeting.
    pub mode: InviteMode,
    /// The link that joins, as people read it: https, percent-encoded, on our own host.
    pub link: &'a str,
    /// The link of the button: the same, with what front ends show before they know more.
    pub button: &'a str,
    /// When it begins.
    pub starts: Option<Timestamp>,
    /// When it ends; after `starts` where both are given.
    pub ends: Option<Timestamp>,
    /// The end of the invitation, where it is shown.
    pub expires: Option<Timestamp>,
}

impl<'a> Invitation<'a> {
    /// Takes the content of an invitation into this space, for mails and whoever sends them in our place.
    #[must_use]
    pub fn with_links(
        invitation: &'a spaces_model::Invitation,
        space: &'a spaces_model::Space,
        links: &'a InviteLinks,
    ) -> Self {
        Self { button: &links.with_info, ..Self::of(invitation, space, &links.plain) }
    }

    /// Takes the content of an invitation into this space, with one link for all purposes.
    #[must_use]
    pub fn of(invitation: &'a spaces_model::Invitation, space: &'a spaces_model::Space, link: &'a str) -> Self {
        Self {
            invite_id: invitation.id,
            space_title: space.title.as_str(),
            description: space.description.as_str(),
            inviter: Inviter {
                name: invitation.inviter.name.as_deref(),
                email: invitation.inviter.email.as_ref(),
                zone: invitation.inviter.zone.as_deref(),
            },
            organizer: None,
            mode: invitation.mode,
            link,
            button: link,
            starts: invitation.starts,
            ends: invitation.ends,
            expires: Some(invitation.expires),
        }
    }

    /// Returns the invitation by somebody who is known by name or not at all: for everybody who has the link.
    pub(crate) fn without_address(&self) -> Self {
        Self { inviter: Inviter { email: None, ..self.inviter }, ..*self }
    }

    /// Returns the address of the meeting's organizer: it never changes while a calendar has the meeting (RFC 5546 section
    /// 3.2.5), otherwise it is the inviter's, and our own where the inviter has none.
    #[must_use]
    pub fn organizer(&self, sender: &'a Sender) -> &'a EmailAddress {
        self.organizer.or(self.inviter.email).unwrap_or(&sender.address)
    }
}

/// Who invites, as far as known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Inviter<'a> {
    /// The name to show.
    pub name: Option<&'a str>,
    /// The address that replies go to.
    pub email: Option<&'a EmailAddress>,
    /// The time zone, a name of the IANA database. An unknown name counts as none.
    pub zone: Option<&'a str>,
}

/// One invitee whom we write to.
#[derive(Debug, Clone, Copy)]
pub struct Recipient<'a> {
    /// Where the mail goes.
    pub address: &'a EmailAddress,
    /// The name, of invitees that the directory knows.
    pub name: Option<&'a str>,
    /// What they are invited as.
    pub role: Role,
    /// True if they know the inviter: of their own domain, or with a space in common. Links of others are text.
    pub knows_inviter: bool,
    /// The URL by which they stop further mail: in this mail and nowhere else.
    pub stop: &'a str,
}

/// One message about an invitation: what it says, and its place among the others about it.
#[derive(Debug, Clone, Copy)]
pub struct Edition {
    /// The invitation or its cancellation.
    pub what: ItipMethod,
    /// The revision of the calendar entry: a calendar ignores an entry whose number is lower than that of the one it has.
    pub sequence: u32,
    /// The number of the mailing: a resend has the sequence of the first mail and a mailing of its own.
    pub mailing: u32,
    /// The time of the mailing.
    pub at: Timestamp,
}

/// Who we are when we send mail ourselves. From configuration.
#[derive(Debug, Clone)]
pub struct Sender {
    /// The address of `From`, verified with SES.
    pub address: EmailAddress,
    /// The product's name, colours, logo and ways to help.
    pub brand: Brand,
}

/// An invitation in words: the wire's `inviteContent`, its fields in this order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = InviteContent))]
pub struct Content {
    /// One line.
    pub subject: String,
    /// Plain text. The link is its last line; a cancellation has none.
    pub text: String,
    /// HTML: a whole document or a fragment, as the channel needs it.
    pub html: String,
    /// The language that it is written in.
    #[serde(serialize_with = "as_tag")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub language: Language,
}

// serde hands a reference to every field.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn as_tag<S: Serializer>(language: &Language, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(language.tag())
}
