//! Times in the table.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};
use spaces_model::{TimeError, format_time, parse_time};

/// A time as stored in an attribute: UTC with milliseconds and `Z`, such as `2017-04-28T19:55:51.102Z`.
///
/// All times in the table have this one spelling, so that conditions and sort keys can compare them as text. Other
/// spellings are rejected: `…00Z` sorts after `…00.000Z`, although both are the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Time(pub(crate) Timestamp);

impl TryFrom<String> for Time {
    type Error = TimeError;

    fn try_from(text: String) -> Result<Self, TimeError> {
        if let Some(time) = read(&text) {
            return Ok(Self(time));
        }
        let time = Self(parse_time(&text)?);
        if String::from(time) == text { Ok(time) } else { Err(TimeError) }
    }
}

/// Parses a time as the table spells it, at a tenth of the cost of [`parse_time`]: a list contains hundreds of times.
fn read(text: &str) -> Option<Timestamp> {
    let text: &[u8; 24] = text.as_bytes().try_into().ok()?;
    let &[y0, y1, y2, y3, b'-', o0, o1, b'-', d0, d1, b'T', h0, h1, b':', m0, m1, b':', s0, s1, b'.', f0, f1, f2, b'Z'] =
        text
    else {
        return None;
    };
    let pair = |tens, ones| i8::try_from(number([tens, ones])?).ok();
    let (year, millis) = (number([y0, y1, y2, y3])?, number([f0, f1, f2])?);
    let nanos = i32::from(millis) * 1_000_000;
    let (hour, minute, second) = (pair(h0, h1)?, pair(m0, m1)?, pair(s0, s1)?);
    let civil = DateTime::new(year, pair(o0, o1)?, pair(d0, d1)?, hour, minute, second, nanos).ok()?;
    Offset::UTC.to_timestamp(civil).ok()
}

/// Parses up to four decimal digits.
fn number<const DIGITS: usize>(digits: [u8; DIGITS]) -> Option<i16> {
    digits
        .into_iter()
        .try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + i16::from(digit - b'0')))
}

impl From<Time> for String {
    fn from(Time(time): Time) -> Self {
        format_time(time)
    }
}

impl From<Time> for AttributeValue {
    fn from(time: Time) -> Self {
        Self::S(time.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(time: &str) -> String {
        Time(time.parse().unwrap()).into()
    }

    #[test]
    fn times_compare_as_text() {
        assert!(text("2026-01-01T00:00:00Z") < text("2026-01-01T00:00:00.001Z"));
        assert!(text("2026-01-01T00:00:00.999Z") < text("2026-01-01T00:00:01Z"));
        assert!(text("2026-01-01T00:00:00Z") < text("9999-12-30T22:00:00Z"));
    }

    #[test]
    fn times_are_read_as_on_the_wire() {
        for text in [
            "0000-01-01T00:00:00.000Z",
            "1969-12-31T23:59:59.999Z",
            "2024-02-29T12:34:56.789Z",
            "9999-12-30T22:00:00.999Z",
        ] {
            assert_eq!(read(text), Some(parse_time(text).unwrap()), "{text}");
            assert_eq!(String::from(Time::try_from(text.to_owned()).unwrap()), text);
        }
        for text in [
            "2023-02-29T00:00:00.000Z",
            "2016-12-31T23:59:60.000Z",
            "9999-12-31T00:00:00.000Z",
            "2026-01-01 00:00:00.000Z",
            "2026-01-01T0/:00:00.000Z",
        ] {
            assert_eq!(read(text), None, "{text}");
            assert!(Time::try_from(text.to_owned()).is_err(), "{text}");
        }
    }

    #[test]
    fn other_spellings_of_a_time_are_rejected() {
        assert!(Time::try_from("2026-01-01T00:00:00.000Z".to_owned()).is_ok());
        for other in ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000000Z", "2026-01-01T01:00:00.000+01:00", "soon"] {
            assert!(Time::try_from(other.to_owned()).is_err(), "{other}");
        }
    }
}
