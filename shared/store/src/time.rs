//! Times in the table.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
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
        let time = Self(parse_time(&text)?);
        if String::from(time) == text { Ok(time) } else { Err(TimeError) }
    }
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
    fn other_spellings_of_a_time_are_rejected() {
        assert!(Time::try_from("2026-01-01T00:00:00.000Z".to_owned()).is_ok());
        for other in ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000000Z", "2026-01-01T01:00:00.000+01:00", "soon"] {
            assert!(Time::try_from(other.to_owned()).is_err(), "{other}");
        }
    }
}
