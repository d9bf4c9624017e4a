//! The input and output of this crate: invitations, recipients, senders and the resulting content.

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use spaces_model::{EmailAddress, InviteId, InviteLinks, InviteMode, ItipMethod, Role};

use crate::{Brand, Language};

/// An invitation as its invitees see it. Its texts come from clients and are not sanitized yet.
#[derive(Debug, Clone, Copy)]
pub struct InvitationView<'a> {
    /// The id of the invitation.
    pub invite_id: InviteId,
    /// The title of the space.
    pub space_title: &'a str,
    /// The description of the space; empty if it has none.
    pub description: &'a str,
    /// The person who invites.
    pub inviter: InviterView<'a>,
    /// The organizer that the invitee's calendar already has for this meeting, or `None` if the meeting is new to it.
    pub organizer: Option<&'a EmailAddress>,
    /// The target of the invitation: the space or its meeting.
    pub mode: InviteMode,
    /// The link to join, as people read it: `https`, percent-encoded, on our own host.
    pub link: &'a str,
    /// The link of the button: the same link with `inviteInfo`, which front ends show until they have loaded the
    /// invitation.
    pub button: &'a str,
    /// The start of the meeting.
    pub starts: Option<Timestamp>,
    /// The end of the meeting; later than `starts` if both are given.
    pub ends: Option<Timestamp>,
    /// The time when the invitation expires, if the document shows it.
    pub expires: Option<Timestamp>,
}

impl<'a> InvitationView<'a> {
    /// Creates the view of an invitation for mails, with separate links for reading and for the button.
    #[must_use]
    pub fn with_links(
        invitation: &'a spaces_model::Invitation,
        space: &'a spaces_model::Space,
        links: &'a InviteLinks,
    ) -> Self {
        Self { button: &links.with_info, ..Self::of(invitation, space, &links.plain) }
    }

    /// Creates the view of an invitation with one link for both purposes.
    #[must_use]
    pub fn of(invitation: &'a spaces_model::Invitation, space: &'a spaces_model::Space, link: &'a str) -> Self {
        Self {
            invite_id: invitation.id,
            space_title: space.title.as_str(),
            description: space.description.as_str(),
            inviter: InviterView {
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

    /// Returns the invitation without the inviter's address, for anybody who has the link.
    pub(crate) fn without_address(&self) -> Self {
        Self { inviter: InviterView { email: None, ..self.inviter }, ..*self }
    }

    /// Returns the address of the meeting's organizer. It never changes once a calendar has the meeting (RFC 5546
    /// section 3.2.5). For a new meeting it is the inviter's address, or our own if the inviter has none.
    #[must_use]
    pub fn organizer(&self, sender: &'a Sender) -> &'a EmailAddress {
        self.organizer.or(self.inviter.email).unwrap_or(&sender.address)
    }
}

/// The inviter as the invitation shows them. All of it is optional.
#[derive(Debug, Clone, Copy, Default)]
pub struct InviterView<'a> {
    /// The name that is shown.
    pub name: Option<&'a str>,
    /// The address that replies go to.
    pub email: Option<&'a EmailAddress>,
    /// The IANA name of the time zone. An unknown name is ignored.
    pub zone: Option<&'a str>,
}

/// An invitee to whom we send a mail.
#[derive(Debug, Clone, Copy)]
pub struct MailRecipient<'a> {
    /// The address that the mail is sent to.
    pub address: &'a EmailAddress,
    /// The invitee's name, if the directory has it.
    pub name: Option<&'a str>,
    /// The role that the invitation grants.
    pub role: Role,
    /// True if the recipient knows the inviter: they share a domain or a space. Otherwise links in the description are
    /// shown as text.
    pub knows_inviter: bool,
    /// The URL at which the recipient stops further mail. It appears in this mail and nowhere else.
    pub stop: &'a str,
}

/// The kind of a message about an invitation, and its position among all messages about it.
#[derive(Debug, Clone, Copy)]
pub struct Edition {
    /// The invitation or its cancellation.
    pub what: ItipMethod,
    /// The revision of the calendar entry. A calendar ignores an entry with a lower number than the one it has.
    pub sequence: u32,
    /// The number of the mailing. A resend has the sequence of the first mail but a mailing number of its own.
    pub mailing: u32,
    /// The time of the mailing.
    pub at: Timestamp,
}

/// The sender of the mails that we send ourselves, read from configuration.
#[derive(Debug, Clone)]
pub struct Sender {
    /// The `From` address, verified with SES.
    pub address: EmailAddress,
    /// The product's name, colours, logo and help links.
    pub brand: Brand,
}

/// The texts of an invitation: `inviteContent` on the wire, with its fields in this order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = InviteContent))]
pub struct Content {
    /// The subject, on one line.
    pub subject: String,
    /// The plain text. Its last line is the link; a cancellation has none.
    pub text: String,
    /// The HTML: a whole document or a fragment, depending on the channel.
    pub html: String,
    /// The language of the texts.
    #[serde(serialize_with = "as_tag")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub language: Language,
}

// serde passes every field by reference.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn as_tag<S: Serializer>(language: &Language, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(language.tag())
}
