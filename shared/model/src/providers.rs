//! Domains of public mail providers, at which anybody can have an address.

/// The domains in punycode and lower case, sorted, each followed by a line feed. Written by `cargo xtask providers`.
const DOMAINS: &str = include_str!("../data/public-mail-providers.txt");

/// Returns whether a domain belongs to a public mail provider, so that its users have nothing in common but the
/// provider. Pass it in punycode and lower case, as [`EmailAddress::domain`](crate::EmailAddress::domain) returns it.
///
/// Subdomains count as different domains. Domains reserved by RFC 2606 and RFC 6761 are never a provider's.
#[must_use]
pub fn is_public_mail_provider(domain: &str) -> bool {
    let mut lines = DOMAINS;
    loop {
        let middle = lines.as_bytes().get(..lines.len() / 2).unwrap_or_default();
        let start = middle.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let Some((before, from)) = lines.split_at_checked(start) else { return false };
        let Some((line, after)) = from.split_once('\n') else { return false };
        match domain.cmp(line) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => lines = before,
            std::cmp::Ordering::Greater => lines = after,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EmailAddress;

    #[test]
    fn every_domain_of_the_list_is_found_as_addresses_spell_it() {
        let mut last = "";
        for domain in DOMAINS.lines() {
            assert!(last < domain, "{domain} is not sorted");
            last = domain;
            let address: EmailAddress = format!("a@{domain}").parse().unwrap();
            assert_eq!(address.domain(), domain);
            assert!(is_public_mail_provider(domain), "{domain}");
        }
        assert!(DOMAINS.ends_with('\n'));
        for known in ["gmail.com", "gmx.de", "outlook.com", "yahoo.co.jp"] {
            assert!(is_public_mail_provider(known), "{known}");
        }
    }

    #[test]
    fn other_domains_and_parts_of_domains_are_not_providers() {
        for other in ["", "\n", "0", "zzzz.zz", "mail", "gmail.co", "gmail.com\ngmx.de", "a.gmail.com", "avaya.com"] {
            assert!(!is_public_mail_provider(other), "{other:?}");
        }
    }

    #[test]
    fn no_reserved_domain_is_listed() {
        let reserved = ["example", "invalid", "localhost", "test", "example.com", "example.net", "example.org"];
        let is_reserved =
            |domain: &str| reserved.iter().any(|name| format!(".{domain}").ends_with(&format!(".{name}")));
        assert!(is_reserved("mail.example.com") && is_reserved("partner.test") && !is_reserved("test.com"));
        assert_eq!(DOMAINS.lines().find(|domain| is_reserved(domain)), None);
    }
}
