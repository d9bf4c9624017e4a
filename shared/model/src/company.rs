//! Companies by the domain of an address.

use std::collections::BTreeSet;
use std::str::FromStr;

use crate::{EmailAddress, is_public_mail_provider};

/// The domains whose addresses make their owners colleagues.
///
/// By default there are none: two people with addresses at one domain may have nothing in common but a provider.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CompanyDomains {
    /// Every domain but those of public mail providers, besides those that are listed.
    all: bool,
    domains: BTreeSet<String>,
}

/// The error of a domain that no address can have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} must be a domain or *")]
pub struct CompanyDomainError(String);

impl CompanyDomains {
    /// Returns whether an address at this domain has a company. A subdomain is another domain.
    #[must_use]
    pub fn covers(&self, address: &EmailAddress) -> bool {
        let domain = address.domain();
        self.domains.contains(domain) || (self.all && !is_public_mail_provider(domain))
    }
}

/// Reads a list with commas: domains in any script, and `*` for every domain but those of public mail providers.
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
    fn a_listed_domain_is_one_in_any_spelling_and_its_subdomains_are_not() {
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
    fn an_entry_that_is_no_domain_is_refused() {
        for wrong in ["a@acme.example", "*.example.com", "acme.example;other.example", "https://acme.example"] {
            assert_eq!(wrong.parse::<CompanyDomains>(), Err(CompanyDomainError(wrong.to_owned())));
        }
    }
}
