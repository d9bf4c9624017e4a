//! Senders of mails, to whom limits, complaints and fairness apply.

use std::fmt;

use crate::{Caller, Invitation, ServiceAppId, UserId};

/// A sender of mails. Mails that a service app causes in the name of a user count against the app, never against the
/// user.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum MailSender {
    /// A person.
    User(UserId),
    /// A service app, regardless of the user for whom it acts.
    App(ServiceAppId),
}

impl MailSender {
    /// Returns the sender of a caller's invitations; none for a guest, who can't invite.
    #[must_use]
    pub fn of(caller: &Caller) -> Option<Self> {
        match caller {
            Caller::User(user) => Some(Self::User(user.id)),
            Caller::ServiceApp(app) => Some(Self::App(app.id.clone())),
            Caller::Guest(_) => None,
        }
    }
}

/// Writes the id alone, which is not unique: a service app may be registered under an id that looks like a user's.
impl fmt::Display for MailSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => id.fmt(f),
            Self::App(id) => id.fmt(f),
        }
    }
}

impl Invitation {
    /// Returns the sender of the invitation's mails: the service app that created or last updated it, else its inviter.
    #[must_use]
    pub fn sender(&self) -> MailSender {
        match &self.acted_by {
            Some(app) => MailSender::App(app.clone()),
            None => MailSender::User(self.inviter.id),
        }
    }
}
