//! Authenticated callers.

use std::collections::BTreeSet;

use jiff::Timestamp;
use unic_langid::LanguageIdentifier;

use crate::{EmailAddress, GuestId, LinkMark, MemberId, ServiceAppId, UserId};

/// An authenticated caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// A person with an account.
    User(User),
    /// A person without an account, after anonymous login.
    Guest(Guest),
    /// A registered application.
    ServiceApp(ServiceApp),
}

impl Caller {
    /// Returns the id under which the caller is a member of spaces; for a service app, the id of its account.
    #[must_use]
    pub const fn member_id(&self) -> MemberId {
        match self {
            Self::User(user) => MemberId::User(user.id),
            Self::ServiceApp(app) => MemberId::User(app.account),
            Self::Guest(guest) => MemberId::Guest(guest.id),
        }
    }

    /// Returns the user in whose name the caller invites: for a service app, its account. `None` for a guest, who can't
    /// invite.
    #[must_use]
    pub fn into_user(self) -> Option<User> {
        match self {
            Self::User(user) => Some(user),
            Self::ServiceApp(app) => Some(User { email: Some(Email::Verified(app.email)), ..User::new(app.account) }),
            Self::Guest(_) => None,
        }
    }

    /// Returns the name that other members see.
    #[must_use]
    pub fn display_name(&self) -> &str {
        match self {
            Self::User(user) => user.display_name(),
            Self::ServiceApp(app) => app.id.as_str(),
            Self::Guest(guest) => &guest.display_name,
        }
    }

    /// Returns the address that the caller owns.
    #[must_use]
    pub fn address(&self) -> Option<&EmailAddress> {
        match self {
            Self::User(user) => user.email.as_ref().and_then(Email::verified),
            Self::ServiceApp(app) => Some(&app.email),
            Self::Guest(_) => None,
        }
    }
}

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The user's id.
    pub id: UserId,
    /// The name to show to others. Never an e-mail address.
    pub name: Option<String>,
    /// The address, proven or not.
    pub email: Option<Email>,
    /// The language they read.
    pub language: Option<LanguageIdentifier>,
    /// Their time zone, a name of the IANA database.
    pub zone: Option<String>,
    /// The issuer of the token; none for a user who is not known from a token.
    pub issuer: Option<String>,
    /// The organisation that the issuer says they belong to.
    pub organisation: Option<String>,
}

impl User {
    /// Creates a user of whom only the id is known.
    #[must_use]
    pub const fn new(id: UserId) -> Self {
        Self { id, name: None, email: None, language: None, zone: None, issuer: None, organisation: None }
    }

    /// The name shown for a user without a name.
    pub const NAMELESS: &str = "User";

    /// Returns the name that other members see: [`NAMELESS`](Self::NAMELESS) if none is known.
    #[must_use]
    pub fn display_name(&self) -> &str {
        self.name.as_deref().unwrap_or(Self::NAMELESS)
    }
}

/// An address that a token or the directory gives for a user.
///
/// A token alone never verifies an address, because it may be older than the proof of the address's present owner. Only
/// the directory turns an address into [`Email::Verified`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Email {
    /// The directory says that the user owns this address now. Roles may be based on it.
    Verified(EmailAddress),
    /// An issuer that vouches for the address's domain says that the address is proven to be the user's.
    Proven {
        /// The address.
        address: EmailAddress,
        /// The time of the proof: the token's `auth_time`, else `iat`, in whole seconds. None if the token has neither.
        at: Option<Timestamp>,
    },
    /// The issuer says explicitly that the address is not proven to be the user's.
    Disproven {
        /// The address.
        address: EmailAddress,
        /// The time of the statement, taken from the same claims as that of a proof.
        at: Option<Timestamp>,
    },
    /// The address is not proven. Anybody could have typed it, so no decision may be based on it.
    Unverified(EmailAddress),
}

impl Email {
    /// Returns the address if the user owns it.
    #[must_use]
    pub const fn verified(&self) -> Option<&EmailAddress> {
        match self {
            Self::Verified(address) => Some(address),
            Self::Proven { .. } | Self::Disproven { .. } | Self::Unverified(_) => None,
        }
    }

    /// Returns the address, whether or not it is proven.
    #[must_use]
    pub const fn address(&self) -> &EmailAddress {
        match self {
            Self::Verified(address)
            | Self::Proven { address, .. }
            | Self::Disproven { address, .. }
            | Self::Unverified(address) => address,
        }
    }
}

/// A person without an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// The guest's id, valid as long as the guest token.
    pub id: GuestId,
    /// The name that the guest gave.
    pub display_name: String,
    /// The mark of the invitation whose form the guest used; none after anonymous login through the API.
    pub came_by: Option<LinkMark>,
}

/// A registered application and the account that it acts with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceApp {
    /// The application's id.
    pub id: ServiceAppId,
    /// The user id of its service account.
    pub account: UserId,
    /// The address of its service account, vouched for by the operator.
    pub email: EmailAddress,
    /// The scopes that the token asks for and the registration allows.
    pub scopes: BTreeSet<String>,
    /// Maximum number of people that it may mail within 24 hours.
    pub mails: u32,
}
