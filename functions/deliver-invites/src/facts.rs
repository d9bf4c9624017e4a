//! The state of an invitation, its space and its people that decides about mails.

use std::collections::HashMap;

use spaces_content::InvitationView;
use spaces_model::{
    Email, EmailAddress, Invitation, InviteLinks, InviteeTarget, MailSender, Space, SpaceStatus, User, UserId,
};
use spaces_store::Delivery;

use crate::strangers::Acquainted;

/// The state of an invitation that its mails depend on.
pub(crate) struct Facts {
    pub(crate) invitation: Invitation,
    pub(crate) space: Space,
    pub(crate) links: InviteLinks,
    pub(crate) users: HashMap<UserId, User>,
    /// The party that the mails count against.
    pub(crate) sender: MailSender,
    /// True if the operator has blocked the inviter, or complaints have stopped their mail. Nobody is invited in their
    /// name.
    pub(crate) is_blocked: bool,
    /// The people of the message who share a space with the inviter.
    pub(crate) acquainted: Acquainted,
}

impl Facts {
    /// Returns the content of a mail to a person. A meeting that they already have keeps its organizer.
    pub(crate) fn content<'a>(&'a self, delivery: &'a Delivery) -> InvitationView<'a> {
        let meeting = delivery.known.meeting.as_ref();
        let organizer = meeting.and_then(|meeting| meeting.organizer.as_ref());
        let content = InvitationView::with_links(&self.invitation, &self.space, &self.links);
        InvitationView { organizer, ..content }
    }

    /// Returns whether the invitation names this target.
    pub(crate) fn lists(&self, target: &InviteeTarget) -> bool {
        self.invitation.invitees.iter().any(|invitee| invitee.target == *target)
    }

    /// Returns whether the invitation names the person.
    pub(crate) fn is_listed(&self, delivery: &Delivery) -> bool {
        self.lists(&delivery.invitee.target)
    }

    /// Returns whether the invitation is revoked or its space deleted.
    pub(crate) fn is_over(&self) -> bool {
        self.invitation.revoked.is_some() || self.space.status == SpaceStatus::Deleted
    }

    /// Returns whether the person is invited, with or without meeting times.
    pub(crate) fn is_invited(&self, delivery: &Delivery) -> bool {
        self.is_listed(delivery) && !self.is_over()
    }

    /// Returns the mail's address and the directory's entry for the person, or `None` if no address is known.
    pub(crate) fn recipient<'a>(&'a self, delivery: &'a Delivery) -> Option<(&'a EmailAddress, Option<&'a User>)> {
        match &delivery.invitee.target {
            InviteeTarget::Email(address) => Some((address, None)),
            InviteeTarget::User(id) => {
                let user = self.users.get(id)?;
                Some((user.email.as_ref().and_then(Email::verified)?, Some(user)))
            }
        }
    }
}
