//! The party whose mails an invitation's are: for its limits, for complaints, and for fairness between senders.

use std::fmt;

use crate::{Caller, Invitation, ServiceAppId, UserId};

/// A sender of mails. What a service app does in the name of a user counts for the app, and never for the user.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum MailSender {
    /// A person.
    User(UserId),
    /// A service app, whoever it acts for.
    App(ServiceAppId),
}

impl MailSender {
    /// Returns the sender as which a caller invites; none for a guest, who invites nobody.
    #[must_use]
    pub fn of(caller: &Caller) -> Option<Self> {
        match caller {
            Caller::User(user) => Some(Self::User(user.id)),
            Caller::ServiceApp(app) => Some(Self::App(app.id.clone())),
            Caller::Guest(_) => None,
        }
    }
}

/// Writes the id. A service app may be registered under an id that looks like a user's.
impl fmt::Display for MailSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => id.fmt(f),
            Self::App(id) => id.fmt(f),
        }
    }
}

impl Invitation {
    /// Returns the sender of its mails: the service app that made or updated it last, else its inviter.
    #[must_use]
    pub fn sender(&self) -> MailSender {
        match &self.acted_by {
            Some(app) => MailSender::App(app.clone()),
            None => MailSender::User(self.inviter.id),
        }
    }
}
