//! Who is calling, as far as it is proven.

use std::collections::BTreeSet;

use unic_langid::LanguageIdentifier;

use crate::{EmailAddress, GuestId, ServiceAppId, UserId};

/// An authenticated caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// A person with an account.
    User(User),
    /// A person without one, after anonymous login.
    Guest(Guest),
    /// A registered application.
    ServiceApp(ServiceApp),
}

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Who it is.
    pub id: UserId,
    /// The name to show to others.
    pub name: Option<String>,
    /// The address, and whether it is proven to be theirs.
    pub email: Option<Email>,
    /// The language they read.
    pub language: Option<LanguageIdentifier>,
    /// Their time zone, a name of the IANA database.
    pub zone: Option<String>,
}

impl User {
    /// The name that other members see: "User" where none is known.
    #[must_use]
    pub fn display_name(&self) -> &str {
        self.name.as_deref().unwrap_or("User")
    }
}

/// An address that a token or the directory gives for a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Email {
    /// The issuer says that it has proven this address to be the user's.
    Verified(EmailAddress),
    /// Anybody could have typed it: nothing may be decided from it.
    Unverified(EmailAddress),
}

impl Email {
    /// The address if it is proven to be the user's.
    #[must_use]
    pub fn verified(&self) -> Option<&EmailAddress> {
        match self {
            Self::Verified(address) => Some(address),
            Self::Unverified(_) => None,
        }
    }
}

/// A person without an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// Who it is, for as long as the guest token lives.
    pub id: GuestId,
    /// The name they gave.
    pub display_name: String,
}

/// A registered application and the account that it acts with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceApp {
    /// Which application.
    pub id: ServiceAppId,
    /// The user id of its service account.
    pub account: UserId,
    /// The address of its service account, vouched for by the operator.
    pub email: EmailAddress,
    /// The scopes that the token asks for and the registration allows.
    pub scopes: BTreeSet<String>,
}
