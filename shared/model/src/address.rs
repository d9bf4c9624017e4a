//! E-mail addresses as people type them, as SES takes them and as they are compared.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use email_address::Options;
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use serde::{Deserialize, Serialize};

/// The longest address that SMTP carries: a path of 256 octets (RFC 5321 section 4.5.3.1.3) less its angle brackets.
const MAX_OCTETS: usize = 254;

/// An RFC 5321 address with an ASCII local part and a domain in any script.
///
/// It is kept as it was typed and compared by [`EmailAddress::canonical`]: `Eq` and `Hash` do the same.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress {
    typed: String,
    local_len: usize,
    ascii_domain: String,
}

/// Why a text is not an address that we can write to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not the syntax of RFC 5321, with a display name or comment, or with an IP literal for a domain.
    #[error("must be an e-mail address like name@example.com")]
    Syntax,
    /// The local part is not ASCII: SES delivers to no such address.
    #[error("must have only ASCII characters before the @")]
    LocalPartNotAscii,
    /// The domain cannot be written in punycode (UTS 46).
    #[error("must have a valid domain after the @")]
    Domain,
    /// Longer than 254 octets as typed or in punycode.
    #[error("must be no longer than 254 octets")]
    TooLong,
}

impl EmailAddress {
    /// The address as it was typed.
    #[must_use]
    pub fn as_typed(&self) -> &str {
        &self.typed
    }

    /// The address as a mail server takes it: the local part as typed, the domain in punycode.
    #[must_use]
    pub fn to_ascii(&self) -> String {
        [self.local_part(), "@", &self.ascii_domain].concat()
    }

    /// The address as it is compared: in punycode and lower case.
    #[must_use]
    pub fn canonical(&self) -> String {
        // The domain is in lower case already.
        let mut address = self.to_ascii();
        address.make_ascii_lowercase();
        address
    }

    /// The domain as it is compared: in punycode and lower case.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.ascii_domain
    }

    /// The address for a log: the first character, then the domain.
    #[must_use]
    pub fn masked(&self) -> String {
        let first: String = self.typed.chars().take(1).collect();
        format!("{first}***@{}", self.ascii_domain)
    }

    pub(crate) fn local_part(&self) -> &str {
        self.typed.get(..self.local_len).unwrap_or_default()
    }
}

impl FromStr for EmailAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if text.len() > MAX_OCTETS {
            return Err(AddressError::TooLong);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(AddressError::Syntax)?;
        if !local.is_ascii() {
            return Err(AddressError::LocalPartNotAscii);
        }
        let ascii_domain = Uts46::new()
            .to_ascii(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::Check, DnsLength::Verify)
            .map_err(|_| AddressError::Domain)?;
        if local.len() + 1 + ascii_domain.len() > MAX_OCTETS {
            return Err(AddressError::TooLong);
        }
        let options = Options::default().without_display_text().without_domain_literal();
        let ascii =
            if ascii_domain == domain { Cow::Borrowed(text) } else { [local, "@", &ascii_domain].concat().into() };
        email_address::EmailAddress::parse_with_options(&ascii, options).map_err(|_| AddressError::Syntax)?;
        Ok(Self { typed: text.to_owned(), local_len: local.len(), ascii_domain: ascii_domain.into_owned() })
    }
}

impl PartialEq for EmailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.ascii_domain == other.ascii_domain && self.local_part().eq_ignore_ascii_case(other.local_part())
    }
}

impl Eq for EmailAddress {}

impl Hash for EmailAddress {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for byte in self.local_part().bytes() {
            state.write_u8(byte.to_ascii_lowercase());
        }
        self.ascii_domain.hash(state);
    }
}

/// Masked: a `Debug` output may end up in a log.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmailAddress({})", self.masked())
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        text.parse()
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.typed
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address(text: &str) -> EmailAddress {
        text.parse().unwrap_or_else(|error| panic!("{text:?}: {error}"))
    }

    #[test]
    fn an_address_is_kept_as_typed_and_compared_in_punycode_and_lower_case() {
        let typed = address("Han@BÜCHER.example");
        assert_eq!(typed.as_typed(), "Han@BÜCHER.example");
        assert_eq!(typed.to_ascii(), "Han@xn--bcher-kva.example");
        assert_eq!(typed.canonical(), "han@xn--bcher-kva.example");
        assert_eq!(typed, address("han@bücher.EXAMPLE"));
        assert_ne!(typed, address("han@bucher.example"));
    }

    #[test]
    fn what_smtp_allows_is_an_address() {
        for right in [
            "a@b.c",
            "first.last+tag@example.co.uk",
            "o'brien@example.com",
            "\"quoted local\"@example.com",
            "\"a@b\"@example.com",
            "user@localhost",
            "user@例え.テスト",
            "user@xn--bcher-kva.example",
        ] {
            assert!(right.parse::<EmailAddress>().is_ok(), "{right:?}: {:?}", right.parse::<EmailAddress>());
        }
    }

    #[test]
    fn what_could_reach_a_header_or_nobody_is_refused() {
        for wrong in [
            "",
            "plain",
            "@example.com",
            "a@",
            "a b@example.com",
            "a@b@example.com",
            "Han <han@example.com>",
            "han@example.com\r\nBcc: x@y.z",
            "han\n@example.com",
            "han@exam\0ple.com",
            "han@[127.0.0.1]",
            "han@exa mple.com",
            "han@-example.com",
            "han@example..com",
            "han@example.com.",
            ".han@example.com",
            "han.@example.com",
            "\"ha\r\nn\"@example.com",
            "han@ex_ample.com",
            "han@example.com,eve@example.com",
        ] {
            assert!(wrong.parse::<EmailAddress>().is_err(), "{wrong:?}: {:?}", wrong.parse::<EmailAddress>());
        }
    }

    #[test]
    fn a_local_part_outside_ascii_is_named_as_the_fault() {
        assert_eq!("jürgen@example.com".parse::<EmailAddress>(), Err(AddressError::LocalPartNotAscii));
    }

    #[test]
    fn an_address_over_254_octets_is_too_long() {
        let domain = ["d".repeat(60), "e".repeat(60), "f".repeat(60), "g".repeat(7)].join(".");
        let longest = format!("{}@{domain}", "a".repeat(63));
        assert_eq!(longest.len(), 254);
        assert!(longest.parse::<EmailAddress>().is_ok());
        assert_eq!(format!("a{longest}").parse::<EmailAddress>(), Err(AddressError::TooLong));
    }

    #[test]
    fn a_log_shows_no_address() {
        assert_eq!(address("han42@avaya.com").masked(), "h***@avaya.com");
        assert_eq!(format!("{:?}", address("han42@avaya.com")), "EmailAddress(h***@avaya.com)");
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in "\\PC*") {
            let _ = text.parse::<EmailAddress>();
        }

        #[test]
        fn an_address_is_ascii_without_controls_and_stays_itself(
            text in "[a-zA-Z0-9.+_\"' -]{1,12}@[a-zA-Z0-9.äßü例-]{1,16}",
        ) {
            if let Ok(address) = text.parse::<EmailAddress>() {
                let ascii = address.to_ascii();
                prop_assert!(ascii.bytes().all(|byte| (b' '..0x7f).contains(&byte)), "{ascii:?}");
                prop_assert_eq!(&ascii.parse::<EmailAddress>().unwrap(), &address);
                prop_assert_eq!(address.canonical(), address.canonical().to_ascii_lowercase());
                prop_assert_eq!(address.as_typed(), text);
            }
        }
    }
}
