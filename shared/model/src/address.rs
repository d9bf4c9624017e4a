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
            "\"Fred\\ Bloggs\"@example.com",
            "\"\"@example.com",
            "\"a\\\"b\\\\\"@example.com",
            "ana@bu--g.example",
            "ana@r2---sn-x.bug.example",
            "ana@bug.3d",
            "ana@1.2.3.x4",
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
    fn white_space_and_invisible_characters_around_an_address_are_dropped() {
        for edge in [
            " ",
            "\t",
            "\r\n",
            "\u{a0}",
            "\u{3000}",
            "\u{ad}",
            "\u{2060}",
            "\u{feff}",
            "\u{200b}",
            "\u{200e}",
            "\u{202a}",
            "\u{2068}",
            "\u{2069}",
            "\u{3164}",
            "\u{2800}",
            "\u{fe0f}",
            " \u{200b} ",
        ] {
            for text in [format!("{edge}ana@bug.example"), format!("ana@bug.example{edge}")] {
                assert_eq!(
                    text.parse::<EmailAddress>().map(String::from),
                    Ok("ana@bug.example".to_owned()),
                    "{text:?}"
                );
            }
        }
    }

    #[test]
    fn an_invisible_character_inside_is_named_and_not_removed() {
        for hidden in [
            '\t', '\n', '\0', '\u{7f}', '\u{a0}', '\u{ad}', '\u{200b}', '\u{200e}', '\u{202e}', '\u{2060}', '\u{2066}',
            '\u{3000}', '\u{3164}', '\u{2800}', '\u{fe0f}', '\u{feff}',
        ] {
            for text in [
                format!("an{hidden}a@bug.example"),
                format!("ana@bu{hidden}g.example"),
                format!("ana{hidden}@bug.example"),
            ] {
                assert_eq!(text.parse::<EmailAddress>(), Err(AddressError::Invisible(hidden)), "{text:?}");
            }
        }
        let message = AddressError::Invisible('\u{200b}').to_string();
        assert!(message.contains("U+200B") && message.contains("type the address"), "{message}");
    }

    #[test]
    fn a_joiner_stays_where_a_domain_is_spelled_with_it_and_nowhere_else() {
        assert_eq!(address("ana@نامه\u{200c}ای.example").domain(), "xn--mgba3gch31f060k.example");
        for (text, joiner) in [("an\u{200c}a@bug.example", '\u{200c}'), ("ana@bu\u{200d}g.example", '\u{200d}')] {
            assert_eq!(text.parse::<EmailAddress>(), Err(AddressError::Invisible(joiner)), "{text:?}");
        }
    }

    #[test]
    fn what_stands_beside_an_address_is_told_apart_from_what_is_wrong_with_it() {
        use AddressError::{Domain, LocalPartNotAscii, LocalPartTooLong, NotAlone, NotFullDomain, Sign, Syntax};
        for (text, error) in [
            ("Ana <ana@bug.example>", NotAlone),
            ("José <ana@bug.example>", NotAlone),
            ("<ana@bug.example>", NotAlone),
            ("mailto:ana@bug.example", NotAlone),
            ("MAILTO:ana@bug.example?subject=x", NotAlone),
            ("ana@bug.example,", NotAlone),
            ("ana@bug.example;", NotAlone),
            ("ana@bug.example, eve@bug.example", NotAlone),
            ("ana@bug.example eve@bug.example", NotAlone),
            ("ana@bug.example\neve@bug.example", NotAlone),
            ("ana＠bug.example", Sign('\u{ff20}')),
            ("ana﹫bug.example", Sign('\u{fe6b}')),
            ("ana", Syntax),
            ("@bug.example", Syntax),
            ("ana@@bug.example", Syntax),
            ("a b@bug.example", Syntax),
            ("\"ana@bug.example", Syntax),
            ("\"an\"a\"@bug.example", Syntax),
            ("\"ana\\\"@bug.example", Syntax),
            ("\"@bug.example", Syntax),
            ("jürgen@bug.example", LocalPartNotAscii),
            (&format!("{}@bug.example", "a".repeat(65)), LocalPartTooLong),
            ("ana@", Domain),
            ("ana@bug.example.", Domain),
            ("ana@bug..example", Domain),
            ("ana@-bug.example", Domain),
            ("ana@bug-.example", Domain),
            ("ana@bug_x.example", Domain),
            ("ana@[127.0.0.1]", Domain),
            ("ana@[IPv6:::1]", Domain),
            ("ana@xn--a.example", Domain),
            ("user@example.com\u{fffd}", Domain),
            (&format!("ana@{}.example", "d".repeat(64)), Domain),
            ("ana@bug", NotFullDomain),
            ("ana@localhost", NotFullDomain),
            ("ana@127.0.0.1", NotFullDomain),
            ("ana@bug.1", NotFullDomain),
            ("ana@bug.１", NotFullDomain),
            ("ana@bug.0x7f", NotFullDomain),
        ] {
            assert_eq!(text.parse::<EmailAddress>(), Err(error), "{text:?}");
        }
    }

    #[test]
    fn one_domain_is_one_however_it_is_spelled() {
        for same in [
            "ana@bücher.example",
            "ana@BÜCHER.EXAMPLE",
            "ana@xn--bcher-kva.example",
            "ana@XN--BCHER-KVA.example",
            "ana@bücher。example",
            "ana@bücher．example",
            "ana@bücher｡example",
            "ana@ｂücher.example",
            "ana@bu\u{308}cher.example",
        ] {
            assert_eq!(address(same), address("ana@bücher.example"), "{same}");
        }
    }

    #[test]
    fn the_longest_label_and_local_part_are_taken() {
        address(&format!("{}@{}.example", "a".repeat(64), "d".repeat(63)));
    }

    #[test]
    fn an_address_that_an_earlier_release_stored_is_read() {
        for stored in ["ana@localhost", "ana@127.0.0.1", "ana@bu\u{ad}g.example"] {
            let read: EmailAddress = serde_json::from_value(stored.into()).unwrap();
            assert_eq!(read.as_typed(), stored);
        }
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
                prop_assert_eq!(address.as_typed(), text.trim());
            }
        }
    }
}
