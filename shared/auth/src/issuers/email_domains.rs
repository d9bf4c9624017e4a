//! The domains whose addresses an issuer vouches for.

use std::collections::BTreeSet;

use spaces_model::EmailAddress;

use super::fields::{AuthConfigError, ConfigFields};

/// The name of the field.
const FIELD: &str = "email_domains";

/// The value that stands for every domain that no other issuer names.
const ALL: &str = "*";

/// The domains whose addresses an issuer vouches for, in the form used for comparison: punycode and lower case.
#[derive(Debug, Clone)]
pub(super) enum EmailDomains {
    /// Only these domains. Subdomains count as different domains.
    Listed(BTreeSet<String>),
    /// All domains except these, which other issuers name.
    AllBut(BTreeSet<String>),
}

impl EmailDomains {
    /// Parses the field: `*`, a domain or a list of domains. An issuer without it vouches for no address.
    pub(super) fn from_fields(fields: &mut ConfigFields) -> Result<Self, AuthConfigError> {
        let texts = fields.texts(FIELD)?.unwrap_or_default();
        if texts == [ALL] {
            return Ok(Self::AllBut(BTreeSet::new()));
        }
        let domains: Option<_> = texts.iter().map(|text| canonical(text)).collect();
        domains.map(Self::Listed).ok_or_else(|| fields.error(FIELD, "must be \"*\" alone or a list of domains"))
    }

    /// Returns whether the issuer vouches for addresses at this domain, which is in punycode and lower case.
    pub(super) fn contains(&self, domain: &str) -> bool {
        match self {
            Self::Listed(domains) => domains.contains(domain),
            Self::AllBut(others) => !others.contains(domain),
        }
    }

    /// Excludes domains that another issuer names.
    fn exclude(&mut self, domains: &BTreeSet<String>) {
        if let Self::AllBut(others) = self {
            others.extend(domains.iter().cloned());
        }
    }

    fn listed(&self) -> Option<&BTreeSet<String>> {
        match self {
            Self::Listed(domains) => Some(domains),
            Self::AllBut(_) => None,
        }
    }
}

/// Excludes from `*` the domains that other issuers name. An issuer may appear twice, once for its JWTs and once for
/// introspection.
///
/// # Errors
///
/// [`AuthConfigError::Both`] if two issuers name the same domain, or if two have `*`.
pub(super) fn divide(issuers: &mut [(&str, &mut EmailDomains)]) -> Result<(), AuthConfigError> {
    let named: Vec<(String, Option<BTreeSet<String>>)> =
        issuers.iter().map(|(iss, domains)| ((*iss).to_owned(), domains.listed().cloned())).collect();
    for (place, (iss, domains)) in issuers.iter_mut().enumerate() {
        for (other, listed) in named.iter().take(place).filter(|(other, _)| other != iss) {
            let common = match (domains.listed(), listed) {
                (None, None) => Some(ALL.to_owned()),
                (Some(one), Some(two)) => one.intersection(two).next().cloned(),
                _ => None,
            };
            if let Some(value) = common {
                return Err(AuthConfigError::both(FIELD, other, iss, value));
            }
        }
        for (_, listed) in named.iter().filter(|(other, _)| other != iss) {
            domains.exclude(listed.as_ref().unwrap_or(&BTreeSet::new()));
        }
    }
    Ok(())
}

/// Returns a domain in punycode and lower case, by the rules for the domain of an address.
fn canonical(domain: &str) -> Option<String> {
    let address: EmailAddress = format!("postmaster@{domain}").parse().ok()?;
    Some(address.domain().to_owned())
}
