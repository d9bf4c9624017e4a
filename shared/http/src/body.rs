//! Decoding of a body as text, JSON or a form.

use std::borrow::Cow;
use std::collections::BTreeSet;

use percent_encoding::percent_decode;
use spaces_model::representable;

use crate::fields::{self, Faults, Field, Shape};
use crate::{Call, Code, Problem};

/// Maximum size of a body in bytes: 1 MiB.
const MAX_BODY: usize = 1 << 20;

/// The windows-1252 characters of the bytes 0x80 to 0x9F, from the Encoding standard. All other bytes are Latin-1.
/// `encoding_rs` would link the tables of every encoding for these 32.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// A body as JSON text.
pub struct JsonBody<'a> {
    text: Cow<'a, str>,
    is_strict: bool,
}

impl JsonBody<'_> {
    /// Returns the text without surrounding white space.
    #[must_use]
    pub fn trimmed(&self) -> &str {
        self.text.trim()
    }

    /// Parses the body. Returns [`Field::WrongType`] if it is JSON but not an object. If the client asked for strict
    /// handling, unknown fields are faults.
    ///
    /// # Errors
    ///
    /// `malformed_request` if the text is not JSON, or has a known field twice: JSON doesn't define which of the two
    /// counts. Unknown fields may be repeated and may contain any JSON.
    pub fn read<'b, T: Shape<'b>>(&'b self, faults: &mut Faults) -> Result<Field<T>, Problem> {
        if !self.is_strict {
            return fields::read_json(&self.text);
        }
        let (body, unknown) = fields::read_strictly(&self.text)?;
        faults.unknown(unknown.iter());
        Ok(body)
    }

    /// Parses a body that consists of the fields of two types.
    ///
    /// # Errors
    ///
    /// The same as [`read`](Self::read).
    pub fn read_both<'b, A: Shape<'b>, B: Shape<'b>>(
        &'b self,
        faults: &mut Faults,
    ) -> Result<(Field<A>, Field<B>), Problem> {
        if !self.is_strict {
            return Ok((fields::read_json(&self.text)?, fields::read_json(&self.text)?));
        }
        let (one, unknown_to_one) = fields::read_strictly(&self.text)?;
        let (other, unknown_to_other) = fields::read_strictly(&self.text)?;
        let [one_too, other_too] = [(&unknown_to_one, &unknown_to_other), (&unknown_to_other, &unknown_to_one)]
            .map(|(names, others)| names.iter().filter(|name| is_within(name, others)));
        let both: BTreeSet<&String> = one_too.chain(other_too).collect();
        faults.unknown(both.into_iter());
        Ok((one, other))
    }
}

/// Returns whether a field is one of `fields` or nested in one of them.
fn is_within(name: &str, fields: &BTreeSet<String>) -> bool {
    let ends = name.match_indices(['.', '[']).map(|(end, _)| end).chain([name.len()]);
    ends.filter_map(|end| name.get(..end)).any(|field| fields.contains(field))
}

impl Call {
    /// Returns the body as text, whatever its Content-Type: UTF-8, or windows-1252 if it is not valid UTF-8.
    ///
    /// # Errors
    ///
    /// `payload_too_large` over 1 MiB.
    pub fn text(&self) -> Result<Cow<'_, str>, Problem> {
        self.bytes().map(decode)
    }

    /// Returns the body as JSON that is [`representable`] in Rust, with strict handling if `Prefer` asks for it (RFC
    /// 7240 section 4.4).
    ///
    /// # Errors
    ///
    /// `payload_too_large` over 1 MiB.
    pub fn json(&self) -> Result<JsonBody<'_>, Problem> {
        let text = match self.text()? {
            Cow::Borrowed(text) => representable(text),
            Cow::Owned(text) => Cow::Owned(representable(&text).into_owned()),
        };
        Ok(JsonBody { text, is_strict: self.reads_strictly() })
    }

    /// Returns the fields of a form (`application/x-www-form-urlencoded`) in order. A name or value that isn't UTF-8
    /// after percent-decoding is read as windows-1252.
    ///
    /// # Errors
    ///
    /// `payload_too_large` over 1 MiB.
    pub fn form(&self) -> Result<Vec<(String, String)>, Problem> {
        let fields = self.bytes()?.trim_ascii().split(|byte| *byte == b'&').filter(|field| !field.is_empty());
        let unescaped = |bytes: &[u8]| {
            let bytes: Vec<u8> = bytes.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
            decode(&Cow::from(percent_decode(&bytes))).into_owned()
        };
        let pair = |field: &[u8]| {
            let mut parts = field.splitn(2, |byte| *byte == b'=');
            let mut next = || unescaped(parts.next().unwrap_or_default());
            (next(), next())
        };
        Ok(fields.map(pair).collect())
    }

    /// Returns the body without a byte order mark.
    fn bytes(&self) -> Result<&[u8], Problem> {
        let bytes = self.body();
        if bytes.len() > MAX_BODY {
            return Err(Problem::new(Code::PayloadTooLarge));
        }
        // .NET's default UTF-8 writer adds a byte order mark, which RFC 8259 section 8.1 allows readers to ignore.
        Ok(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes))
    }
}

/// Decodes UTF-8, or windows-1252 if the bytes are not valid UTF-8.
fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let character = |byte: &u8| {
        let place = byte.checked_sub(0x80).map(usize::from);
        place.and_then(|place| WINDOWS_1252.get(place)).copied().unwrap_or(char::from(*byte))
    };
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => bytes.iter().map(character).collect(),
    }
}

#[cfg(test)]
mod tests {
    use lambda_http::{Body, Request};
    use proptest::prelude::*;

    use super::*;

    fn call(bytes: &[u8]) -> Call {
        Call::new(Request::new(Body::Binary(bytes.to_vec())), "test", jiff::Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_body_that_is_not_utf_8_is_read_as_windows_1252() {
        for (bytes, text) in [
            (&b"Reuni\xF3n"[..], "Reunión"),
            (b"It\x92s \x80 5", "It’s € 5"),
            (b"\x93Plan\x94 \x96 caf\xE9\x99\x85", "“Plan” – café™…"),
            (b"\x81\x8D\x8F\x90\x9D\xA0\xFF", "\u{81}\u{8d}\u{8f}\u{90}\u{9d}\u{a0}ÿ"),
            ("Reunión".as_bytes(), "Reunión"),
            // Truncated in the middle of a character.
            (b"caf\xC3", "cafÃ"),
        ] {
            assert_eq!(call(bytes).text().unwrap(), text);
        }
    }

    #[test]
    fn a_byte_order_mark_is_ignored() {
        assert_eq!(call(b"\xEF\xBB\xBF{}").text().unwrap(), "{}");
        assert_eq!(call(b"\xEF\xBB\xBFa=b").form().unwrap(), [("a".to_owned(), "b".to_owned())]);
    }

    #[test]
    fn a_body_of_one_mebibyte_is_read_and_a_byte_more_is_not() {
        assert!(call(&vec![b' '; MAX_BODY]).text().is_ok());
        for result in [
            call(&vec![b' '; MAX_BODY + 1]).text().map(|_| ()),
            call(&vec![b' '; MAX_BODY + 1]).json().map(|_| ()),
            call(&vec![b' '; MAX_BODY + 1]).form().map(|_| ()),
        ] {
            assert_eq!(result.unwrap_err().code(), Code::PayloadTooLarge);
        }
    }

    #[test]
    fn a_forms_escapes_are_utf_8_or_else_windows_1252() {
        let fields = |form: &[u8]| {
            let fields = call(form).form().unwrap();
            fields.iter().map(|(name, value)| format!("{name}|{value}")).collect::<Vec<_>>().join(" & ")
        };
        for (form, read) in [
            (&b"displayname=Jos%E9"[..], "displayname|José"),
            (b"displayname=Jos%C3%A9", "displayname|José"),
            (b"displayname=Jos\xE9&x=%80", "displayname|José & x|€"),
            ("displayname=José".as_bytes(), "displayname|José"),
            (b"a=Jos%E9&b=Jos%C3%A9", "a|José & b|José"),
            (b"a+b=c+d%2Be", "a b|c d+e"),
            (b"a=b=c&d&&=e&", "a|b=c & d| & |e"),
            (b"a=%&b=%4&c=%zz", "a|% & b|%4 & c|%zz"),
            (b" a=b\r\n", "a|b"),
            (b"", ""),
        ] {
            assert_eq!(fields(form), read);
        }
    }

    proptest! {
        #[test]
        fn a_form_is_read_as_browsers_write_it(fields in prop::collection::vec((".{0,8}", ".{0,8}"), 1..4)) {
            let written = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
            prop_assert_eq!(call(written.as_bytes()).form().unwrap(), fields);
        }
    }
}
