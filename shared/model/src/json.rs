//! Sanitizing of JSON that Rust types can't represent.

use std::borrow::Cow;

use serde::de::IgnoredAny;

/// Returns JSON text that Rust types can represent: an unpaired surrogate is replaced by U+FFFD, and a number that is
/// out of range by 1e308. The text keeps its length, so positions in errors stay correct.
#[must_use]
pub fn representable(text: &str) -> Cow<'_, str> {
    let found = unrepresentable(text);
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut sanitized = String::with_capacity(text.len());
    let mut done = 0;
    for (start, end, replacement) in found {
        sanitized.push_str(text.get(done..start).unwrap_or_default());
        sanitized.push_str(replacement);
        sanitized.extend(std::iter::repeat_n(' ', (end - start).saturating_sub(replacement.len())));
        done = end;
    }
    sanitized.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(sanitized)
}

/// Returns the positions of unpaired surrogates and of numbers that are out of range, each with a replacement.
fn unrepresentable(text: &str) -> Vec<(usize, usize, &'static str)> {
    let bytes = text.as_bytes();
    let (mut found, mut at, mut is_string) = (Vec::new(), 0, false);
    while let Some(byte) = bytes.get(at) {
        at = match byte {
            b'"' => {
                is_string = !is_string;
                at + 1
            }
            b'\\' => match escape(bytes, at) {
                Escape::Unpaired => {
                    found.push((at, at + 6, "\\ufffd"));
                    at + 6
                }
                Escape::Pair => at + 12,
                Escape::Other => at + 2,
            },
            b'-' | b'0'..=b'9' if !is_string => {
                let is_part = |byte: &&u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
                let end = at + bytes.iter().skip(at).take_while(is_part).count();
                if text.get(at..end).is_some_and(is_out_of_range) {
                    found.push((at, end, "1e308"));
                }
                end
            }
            _ => at + 1,
        };
    }
    found
}

/// An escape in a JSON string.
enum Escape {
    Unpaired,
    Pair,
    Other,
}

fn escape(bytes: &[u8], at: usize) -> Escape {
    let unit = |at: usize| {
        let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    match unit(at) {
        Some(0xd800..=0xdbff) if matches!(unit(at + 6), Some(0xdc00..=0xdfff)) => Escape::Pair,
        Some(0xd800..=0xdfff) => Escape::Unpaired,
        _ => Escape::Other,
    }
}

/// Returns whether a string is a JSON number that exceeds the range of `f64`.
fn is_out_of_range(number: &str) -> bool {
    serde_json::from_str::<f64>(number).is_err() && serde_json::from_str::<IgnoredAny>(number).is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn an_unpaired_surrogate_is_read_as_the_replacement_character() {
        for (json, text) in [
            (r#""Lunch \ud83d""#, "Lunch \u{fffd}"),
            (r#""\uDE00 Lunch""#, "\u{fffd} Lunch"),
            (r#""\ud83d\ud83d\ude00""#, "\u{fffd}😀"),
            (r#""\ud83dx\ude00""#, "\u{fffd}x\u{fffd}"),
            (r#""\ude00\ud83d""#, "\u{fffd}\u{fffd}"),
            (r#""\ud83d\n""#, "\u{fffd}\n"),
            (r#""\\ud83d""#, "\\ud83d"),
            (r#""\\\ud83d\"""#, "\\\u{fffd}\""),
            (r#""\ud83d\ude00 \u00e9""#, "😀 é"),
        ] {
            let read = representable(json);
            assert_eq!(serde_json::from_str::<String>(&read).unwrap(), text, "{json}");
            assert_eq!(read.len(), json.len(), "{json}");
        }
        for wrong in [r#""\ud83""#, r#""\ud83"#, r#""\ud83g""#, r#""\u+83d""#, "\"\\"] {
            assert!(serde_json::from_str::<String>(&representable(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_number_that_is_out_of_range_stays_a_number() {
        let long = "9".repeat(400);
        for number in ["1e400", "-1e400", "1.5E+999", "1e99999999999999999999", &long] {
            let json = format!(r#"{{"a":{number},"b":[{number},"1e400"],"{number}":1}}"#);
            let read = representable(&json);
            assert_eq!(read.len(), json.len());
            let read: Value = serde_json::from_str(&read).unwrap();
            assert_eq!((&read["a"], &read["b"][1], &read[number]), (&json!(1e308), &json!("1e400"), &json!(1)));
        }
        for wrong in ["01e400", "1e", "--1e400", "1e400.5", "NaN", "Infinity", "+1"] {
            assert!(serde_json::from_str::<Value>(&representable(wrong)).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn valid_json_is_unchanged(text in "(?s).{0,40}|[\"\\\\ud83ceE0-9.,{}:\\[\\]+ -]{0,40}") {
            let read = representable(&text);
            prop_assert_eq!(read.len(), text.len());
            if serde_json::from_str::<Value>(&text).is_ok() {
                prop_assert_eq!(&*read, &text);
            }
        }
    }
}
