//! Companies: groups of people in one organisation of an issuer, or with addresses at one domain that the operator has
//! declared a company.

use serde::{Deserialize, Serialize};
use spaces_model::{Email, EmailAddress, User};

use crate::Store;

/// The company of a user, as a keyed hash. Only [`Store::company_of`] creates one, from proven facts about a user.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Company(String);

impl Company {
    /// Returns the hash used in keys.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Store {
    /// Returns the company of a user: the organisation at their issuer if both are known, or else the domain of their
    /// verified address if the operator has declared it a company.
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
