//! E-mail addresses as people type them, as SES takes them and as they are compared.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use serde::{Deserialize, Serialize};

use crate::shown::is_invisible;

/// The longest address that SMTP carries: a path of 256 octets (RFC 5321 section 4.5.3.1.3) less its angle brackets.
const MAX_OCTETS: usize = 254;

/// The longest local part (RFC 5321 section 4.5.3.1.1).
const MAX_LOCAL_OCTETS: usize = 64;

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
    /// Not the syntax of RFC 5321.
    #[error("must be an e-mail address like name@example.com")]
    Syntax,
    /// An address with something around it: a display name, `mailto:`, punctuation, another address.
    #[error("must be the address alone, like name@example.com: no name, no brackets, no mailto:, no other address")]
    NotAlone,
    /// A character that nobody sees, or a control character, within the address. It is not removed: the address without it may be
    /// somebody else's.
    #[error("must not contain the invisible character U+{:04X}: type the address instead of pasting it", u32::from(*.0))]
    Invisible(char),
    /// A character that only looks like the sign.
    #[error("must have the plain sign @ (U+0040), not U+{:04X}", u32::from(*.0))]
    Sign(char),
    /// The local part is not ASCII: SES delivers to no such address.
    #[error("must have only ASCII characters before the @")]
    LocalPartNotAscii,
    /// The local part is longer than 64 octets.
    #[error("must have at most 64 characters before the @")]
    LocalPartTooLong,
    /// The domain cannot be written in punycode (UTS 46), as an IP literal can't.
    #[error("must have a valid domain after the @")]
    Domain,
    /// The domain has one label, or the last one is a number: it is no name of the public DNS.
    #[error("must have a full domain after the @, like example.com")]
    NotFullDomain,
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

    /// The part before the `@`, as typed.
    #[must_use]
    pub fn local_part(&self) -> &str {
        self.typed.get(..self.local_len).unwrap_or_default()
    }

    /// The address for a log: the first character, then the domain.
    #[must_use]
    pub fn masked(&self) -> String {
        let first: String = self.typed.chars().take(1).collect();
        format!("{first}***@{}", self.ascii_domain)
    }

    /// Reads an address by the syntax alone: without a look at what is around it or invisible, or at the domain's labels.
    fn parse(text: &str) -> Result<Self, AddressError> {
        if text.len() > MAX_OCTETS {
            return Err(AddressError::TooLong);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(AddressError::Syntax)?;
        if !local.is_ascii() {
            return Err(AddressError::LocalPartNotAscii);
        }
        if !is_dot_string(local) && !is_quoted_string(local) {
            return Err(AddressError::Syntax);
        }
        if local.len() > MAX_LOCAL_OCTETS {
            return Err(AddressError::LocalPartTooLong);
        }
        // UTS 46 would refuse two hyphens in the third and fourth place, where real names have them.
        let ascii_domain = Uts46::new()
            .to_ascii(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify)
            .map_err(|_| AddressError::Domain)?;
        if local.len() + 1 + ascii_domain.len() > MAX_OCTETS {
            return Err(AddressError::TooLong);
        }
        Ok(Self { typed: text.to_owned(), local_len: local.len(), ascii_domain: ascii_domain.into_owned() })
    }
}

impl FromStr for EmailAddress {
    type Err = AddressError;

    /// Reads an address as a person has typed or pasted it: white space and invisible characters around it are dropped.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let text = text.trim_matches(|character: char| character.is_whitespace() || is_invisible(character));
        match Self::parse(text) {
            Ok(address) => {
                // UTS 46 removes invisible characters from domains. The joiners belong to the spelling of some, and it checks where
                // they stand (RFC 5892 appendix A).
                let hidden = text.chars().find(|&character| is_hidden(character) && !matches!(character, ZWNJ | ZWJ));
                hidden.map_or(Ok(()), |hidden| Err(AddressError::Invisible(hidden)))?;
                check_labels(&address.ascii_domain)?;
                Ok(address)
            }
            Err(AddressError::TooLong) => Err(AddressError::TooLong),
            Err(error) => Err(explain(text).unwrap_or(error)),
        }
    }
}

/// Zero width non-joiner.
const ZWNJ: char = '\u{200c}';
/// Zero width joiner.
const ZWJ: char = '\u{200d}';

/// Returns whether a character can't be seen within an address: an invisible one, white space other than a blank, a control.
fn is_hidden(character: char) -> bool {
    is_invisible(character) || character.is_control() || (character.is_whitespace() && character != ' ')
}

/// Returns whether a text is a `Dot-string` (RFC 5321 section 4.1.2).
fn is_dot_string(text: &str) -> bool {
    let is_atext = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    text.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atext))
}

/// Returns whether a text is a `Quoted-string` (RFC 5321 section 4.1.2): `qtextSMTP` and `quoted-pairSMTP` between quotation marks.
fn is_quoted_string(text: &str) -> bool {
    let Some(quoted) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) else { return false };
    let mut bytes = quoted.bytes();
    while let Some(byte) = bytes.next() {
        let literal = if byte == b'\\' { bytes.next() } else { Some(byte).filter(|byte| *byte != b'"') };
        if !literal.is_some_and(|byte| (b' '..=b'~').contains(&byte)) {
            return false;
        }
    }
    text.len() > 1
}

/// Checks that a domain in punycode has two labels, and that the last is no number: that would be an IPv4 address, as in the URL
/// standard's *ends in a number checker*.
fn check_labels(domain: &str) -> Result<(), AddressError> {
    let Some((_, last)) = domain.rsplit_once('.') else { return Err(AddressError::NotFullDomain) };
    let is_number = match last.strip_prefix("0x") {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => last.bytes().all(|byte| byte.is_ascii_digit()),
    };
    if is_number { Err(AddressError::NotFullDomain) } else { Ok(()) }
}

/// Returns what a person should know about a text that is no address, where the syntax alone does not say it.
fn explain(text: &str) -> Option<AddressError> {
    const MAILTO: &str = "mailto:";
    let is_mailto = text.get(..MAILTO.len()).is_some_and(|start| start.eq_ignore_ascii_case(MAILTO));
    let has_several = text.matches('@').count() > 1 && text.contains(char::is_whitespace);
    if is_mailto || has_several || text.contains(['<', '>', ',', ';', '，', '、', '；']) {
        return Some(AddressError::NotAlone);
    }
    if let Some(hidden) = text.chars().find(|&character| is_hidden(character)) {
        return Some(AddressError::Invisible(hidden));
    }
    text.chars().find(|character| matches!(character, '\u{ff20}' | '\u{fe6b}')).map(AddressError::Sign)
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

    /// Reads an address that is stored. Earlier releases took some that nobody can write now, like `ana@localhost`.
    fn try_from(text: String) -> Result<Self, AddressError> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.typed
    }
}

#[cfg(test)]
mod tests;
