//! Companies: people of one organisation of an issuer, or with addresses at one domain that the operator calls a company.

use serde::{Deserialize, Serialize};
use spaces_model::{Email, EmailAddress, User};

use crate::Store;

/// A company that somebody is of: a keyed hash. [`Store::company_of`] alone makes one, from what is proven about a user.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Company(String);

impl Company {
    /// Returns the hash, as it stands in keys.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Store {
    /// Returns the company that a user is of: their issuer's organisation where both are known, else the domain of their
    /// verified address where that is a company.
    #[must_use]
    pub fn company_of(&self, user: &User) -> Option<Company> {
        let address = user.email.as_ref().and_then(Email::verified);
        self.company(user.issuer.as_deref(), user.organisation.as_deref(), address)
    }

    pub(crate) fn company(
        &self,
        issuer: Option<&str>,
        organisation: Option<&str>,
        address: Option<&EmailAddress>,
    ) -> Option<Company> {
        if let (Some(issuer), Some(organisation)) = (issuer, organisation) {
            return Some(Company(self.secret.company(&["organisation", issuer, organisation])));
        }
        let address = address.filter(|address| self.company_domains.as_ref().is_some_and(|all| all.covers(address)))?;
        Some(Company(self.secret.company(&["domain", address.domain()])))
    }
}
