//! E-mail addresses: as typed, as SES accepts them, and as they are compared.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use serde::{Deserialize, Serialize};

use crate::shown::is_invisible;

/// Maximum length of an address in octets: a path of 256 octets (RFC 5321 section 4.5.3.1.3) without its angle
/// brackets.
const MAX_OCTETS: usize = 254;

/// Maximum length of a local part in octets (RFC 5321 section 4.5.3.1.1).
const MAX_LOCAL_OCTETS: usize = 64;

/// An RFC 5321 address with an ASCII local part and a domain in any script.
///
/// The address is kept as typed. `Eq` and `Hash` use its [canonical form](Self::canonical).
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress {
    typed: String,
    local_len: usize,
    ascii_domain: String,
}

/// The reason why a string is rejected as an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// The text does not have the syntax of RFC 5321.
    #[error("must be an e-mail address like name@example.com")]
    Syntax,
    /// The address is surrounded by something else: a display name, `mailto:`, punctuation, or another address.
    #[error("must be the address alone, like name@example.com: no name, no brackets, no mailto:, no other address")]
    NotAlone,
    /// The address contains an invisible or control character. It is not removed, because the address without it may be
    /// somebody else's.
    #[error("must not contain the invisible character U+{:04X}: type the address instead of pasting it", u32::from(*.0))]
    Invisible(char),
    /// The address has a character that only looks like the `@` sign.
    #[error("must use the plain @ sign (U+0040), not U+{:04X}", u32::from(*.0))]
    Sign(char),
    /// The local part is not ASCII. SES does not deliver to such addresses.
    #[error("must have only ASCII characters before the @")]
    LocalPartNotAscii,
    /// The local part is longer than 64 octets.
    #[error("must have at most 64 characters before the @")]
    LocalPartTooLong,
    /// The domain is an IP literal or invalid under UTS 46.
    #[error("must have a valid domain after the @")]
    Domain,
    /// The domain has only one label or ends in a number, so it is not a name in the public DNS.
    #[error("must have a full domain after the @, like example.com")]
    NotFullDomain,
    /// The address is longer than 254 octets, as typed or in punycode.
    #[error("must be no longer than 254 octets")]
    TooLong,
}

impl EmailAddress {
    /// Returns the address as typed.
    #[must_use]
    pub fn as_typed(&self) -> &str {
        &self.typed
    }

    /// Returns the address as mail servers accept it: the local part as typed, the domain in punycode.
    #[must_use]
    pub fn to_ascii(&self) -> String {
        [self.local_part(), "@", &self.ascii_domain].concat()
    }

    /// Returns the address in the form used for comparison: punycode and lower case.
    #[must_use]
    pub fn canonical(&self) -> String {
        // The domain is already in lower case.
        let mut address = self.to_ascii();
        address.make_ascii_lowercase();
        address
    }

    /// Returns the domain in the form used for comparison: punycode and lower case.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.ascii_domain
    }

    /// Returns the part before the `@`, as typed.
    #[must_use]
    pub fn local_part(&self) -> &str {
        self.typed.get(..self.local_len).unwrap_or_default()
    }

    /// Returns the address masked for a log: its first character, `***`, and the domain.
    #[must_use]
    pub fn masked(&self) -> String {
        let first: String = self.typed.chars().take(1).collect();
        format!("{first}***@{}", self.ascii_domain)
    }

    /// Parses an address by syntax alone. Surrounding text, invisible characters and the domain's labels are not
    /// checked.
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
        // The stricter check would reject hyphens in the third and fourth position, which real domains have.
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

    /// Parses an address as typed or pasted by a person. White space and invisible characters around it are dropped.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let text = text.trim_matches(|character: char| character.is_whitespace() || is_invisible(character));
        match Self::parse(text) {
            Ok(address) => {
                // UTS 46 removes invisible characters from domains. Joiners are exempt: some domains are spelled with
                // them, and UTS 46 checks their position (RFC 5892 appendix A).
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

/// Returns whether a character can't be seen within an address: an invisible or control character, or white space other
/// than a space.
fn is_hidden(character: char) -> bool {
    is_invisible(character) || character.is_control() || (character.is_whitespace() && character != ' ')
}

/// Returns whether a string is a `Dot-string` (RFC 5321 section 4.1.2).
fn is_dot_string(text: &str) -> bool {
    let is_atext = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    text.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atext))
}

/// Returns whether a string is a `Quoted-string` (RFC 5321 section 4.1.2): `qtextSMTP` and `quoted-pairSMTP` between
/// quotation marks.
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

/// Checks that a domain in punycode has at least two labels and does not end in a number, which would make it an IPv4
/// address (the *ends in a number checker* of the URL standard).
fn check_labels(domain: &str) -> Result<(), AddressError> {
    let Some((_, last)) = domain.rsplit_once('.') else { return Err(AddressError::NotFullDomain) };
    let is_number = match last.strip_prefix("0x") {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => last.bytes().all(|byte| byte.is_ascii_digit()),
    };
    if is_number { Err(AddressError::NotFullDomain) } else { Ok(()) }
}

/// Returns a more helpful error than the parser's for a string that is not an address, if there is one.
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

/// Masks the address, because `Debug` output may end up in a log.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmailAddress({})", self.masked())
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = AddressError;

    /// Parses a stored address. Earlier releases accepted addresses that are rejected now, like `ana@localhost`.
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
