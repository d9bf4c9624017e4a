//! Companies, identified by the domain of an address.

use std::collections::BTreeSet;
use std::str::FromStr;

use crate::{EmailAddress, is_public_mail_provider};

/// The domains whose users count as colleagues.
///
/// Empty by default, because two people with addresses at one domain may have nothing in common but a mail provider.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CompanyDomains {
    /// True if all domains except those of public mail providers count, in addition to the listed ones.
    all: bool,
    domains: BTreeSet<String>,
}

/// The error for an entry that is neither a domain nor `*`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} must be a domain or *")]
pub struct CompanyDomainError(String);

impl CompanyDomains {
    /// Returns whether the domain of an address identifies a company. Subdomains count as different domains.
    #[must_use]
    pub fn covers(&self, address: &EmailAddress) -> bool {
        let domain = address.domain();
        self.domains.contains(domain) || (self.all && !is_public_mail_provider(domain))
    }
}

/// Parses a comma-separated list of domains in any script. `*` stands for all domains except those of public mail
/// providers.
impl FromStr for CompanyDomains {
    type Err = CompanyDomainError;

    fn from_str(text: &str) -> Result<Self, CompanyDomainError> {
        let mut read = Self::default();
        for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            if entry == "*" {
                read.all = true;
            } else {
                let address = format!("a@{entry}").parse::<EmailAddress>();
                let address = address.map_err(|_| CompanyDomainError(entry.to_owned()))?;
                read.domains.insert(address.domain().to_owned());
            }
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(domains: &str, address: &str) -> bool {
        domains.parse::<CompanyDomains>().unwrap().covers(&address.parse().unwrap())
    }

    #[test]
    fn without_a_list_no_domain_is_a_company() {
        assert!(!covers("", "ana@acme.example"));
        assert!(!covers(" , ", "ana@acme.example"));
    }

    #[test]
    fn a_listed_domain_is_a_company_in_any_spelling_but_its_subdomains_are_not() {
        assert!(covers("other.example, BÜCHER.example", "ana@xn--bcher-kva.EXAMPLE"));
        assert!(!covers("acme.example", "ana@mail.acme.example"));
        assert!(!covers("acme.example", "ana@notacme.example"));
    }

    #[test]
    fn the_asterisk_covers_every_domain_but_those_of_public_mail_providers() {
        assert!(covers("*", "ana@acme.example"));
        assert!(covers("*", "ana@example.com"));
        assert!(!covers("*", "ana@gmail.com"));
        assert!(covers("*,gmail.com", "ana@gmail.com"));
    }

    #[test]
    fn an_entry_that_is_not_a_domain_is_rejected() {
        for wrong in ["a@acme.example", "*.example.com", "acme.example;other.example", "https://acme.example"] {
            assert_eq!(wrong.parse::<CompanyDomains>(), Err(CompanyDomainError(wrong.to_owned())));
        }
    }
}
