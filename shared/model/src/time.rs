//! Times on the wire: RFC 3339 with any offset in, UTC with milliseconds out.

use jiff::Timestamp;

/// A text that is not an RFC 3339 date and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a date and time like 2017-04-28T19:55:50.950Z (RFC 3339)")]
pub struct TimeError;

/// 0000-01-01T00:00:00Z, the first time with a year in RFC 3339.
const YEAR_0: Timestamp = Timestamp::constant(-62_167_219_200, 0);

/// Reads an RFC 3339 date and time, to the millisecond.
///
/// # Errors
///
/// [`TimeError`] for anything else, also for what ISO 8601 allows beyond RFC 3339: no seconds, no offset, a week date; and for
/// a time that has no year in RFC 3339 once it is UTC.
pub fn parse_time(text: &str) -> Result<Timestamp, TimeError> {
    if !has_rfc3339_shape(text.as_bytes()) {
        return Err(TimeError);
    }
    let time: Timestamp = text.parse().map_err(|_| TimeError)?;
    if time < YEAR_0 {
        return Err(TimeError);
    }
    Timestamp::from_millisecond(time.as_millisecond()).map_err(|_| TimeError)
}

/// Writes a time as answers have it: `2017-04-28T19:55:51.102Z`.
#[must_use]
pub fn format_time(time: Timestamp) -> String {
    format!("{time:.3}")
}

/// Whether the text has the shape of `date-time` in RFC 3339 section 5.6. jiff reads more than that, so it does not decide.
fn has_rfc3339_shape(text: &[u8]) -> bool {
    const DATE_AND_TIME: &[u8] = b"dddd-dd-ddTdd:dd:dd";
    const OFFSET: &[u8] = b"+dd:dd";
    let matches = |text: &[u8], pattern: &[u8]| {
        text.len() == pattern.len()
            && text.iter().zip(pattern).all(|(byte, expected)| match expected {
                b'd' => byte.is_ascii_digit(),
                b'T' => matches!(byte, b'T' | b't'),
                b'+' => matches!(byte, b'+' | b'-'),
                literal => byte == literal,
            })
    };
    let Some((head, rest)) = text.split_at_checked(DATE_AND_TIME.len()) else {
        return false;
    };
    let (fraction, offset) = match rest.strip_prefix(b".") {
        Some(rest) => {
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let (digits, offset) = rest.split_at(digits);
            (Some(digits), offset)
        }
        None => (None, rest),
    };
    matches(head, DATE_AND_TIME)
        && fraction.is_none_or(|digits| !digits.is_empty())
        && (matches(offset, OFFSET) || matches!(offset, b"Z" | b"z"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn utc(text: &str) -> String {
        format_time(parse_time(text).unwrap_or_else(|error| panic!("{text}: {error}")))
    }

    #[test]
    fn any_offset_is_read_and_utc_with_milliseconds_is_written() {
        assert_eq!(utc("2017-04-28T19:55:50.950Z"), "2017-04-28T19:55:50.950Z");
        assert_eq!(utc("2017-04-28T21:55:50+02:00"), "2017-04-28T19:55:50.000Z");
        assert_eq!(utc("2017-04-28t19:55:50.9504999z"), "2017-04-28T19:55:50.950Z");
        assert_eq!(utc("2017-04-28T01:25:50.9-18:30"), "2017-04-28T19:55:50.900Z");
        assert_eq!(utc("2024-02-29T00:00:00Z"), "2024-02-29T00:00:00.000Z");
    }

    #[test]
    fn what_is_not_rfc_3339_is_refused() {
        for wrong in [
            "",
            "2017-04-28",
            "2017-04-28T19:55Z",
            "2017-04-28T19:55:50",
            "2017-04-28 19:55:50Z",
            "2017-04-28T19:55:50.Z",
            "2017-04-28T19:55:50,5Z",
            "20170428T195550Z",
            "2017-W17-5T19:55:50Z",
            "2017-04-28T19:55:50+0200",
            "2017-04-28T19:55:50+02",
            "2017-04-28T19:55:50Z[Europe/Berlin]",
            "2017-02-30T19:55:50Z",
            "2017-04-28T25:55:50Z",
            "1493409350",
            "0000-01-01T00:00:00+01:00",
            "٢٠١٧-04-28T19:55:50Z",
        ] {
            assert_eq!(parse_time(wrong), Err(TimeError), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in "\\PC*|[0-9TZ:.+-]{0,40}") {
            let _ = parse_time(&text);
        }

        #[test]
        fn what_is_written_is_read_back(millisecond in -62_167_219_200_000_i64..253_402_300_799_999) {
            let time = Timestamp::from_millisecond(millisecond).unwrap();
            // Past 9999-12-30T22:00Z jiff has no timestamps.
            prop_assume!(millisecond < 253_402_207_200_000);
            prop_assert_eq!(parse_time(&format_time(time)), Ok(time));
        }

        #[test]
        fn an_offset_moves_the_time_by_itself(hours in 0_i64..=23, minutes in 0_i64..=59, ahead in any::<bool>()) {
            let sign = if ahead { '+' } else { '-' };
            let time = parse_time(&format!("2030-06-15T12:00:00{sign}{hours:02}:{minutes:02}")).unwrap();
            let noon = parse_time("2030-06-15T12:00:00Z").unwrap();
            let moved = noon.as_second() - time.as_second();
            prop_assert_eq!(moved, (hours * 3600 + minutes * 60) * if ahead { 1 } else { -1 });
        }
    }
}
