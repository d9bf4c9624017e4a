//! Times on the wire: RFC 3339 with any offset is accepted, UTC with milliseconds is sent.

use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

/// The error for a string that is not an RFC 3339 date and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a date and time like 2017-04-28T19:55:50.950Z (RFC 3339)")]
pub struct TimeError;

/// 0000-01-01T00:00:00Z, the first time with a year in RFC 3339.
const YEAR_0: Timestamp = Timestamp::constant(-62_167_219_200, 0);

/// 9999-12-30T22:00:00.999Z, the last millisecond that jiff can represent in every time zone.
const LAST: Timestamp = Timestamp::constant(253_402_207_200, 999_000_000);

/// Parses an RFC 3339 date and time. Fractions are cut to milliseconds, and times later than 9999-12-30T22:00:00.999Z
/// are read as that time. White space around the text is dropped, and a space may replace the `T` (the note in section
/// 5.6).
///
/// # Errors
///
/// [`TimeError`] for anything else, including what ISO 8601 allows beyond RFC 3339 (no seconds, no offset, a week date,
/// hour 24), a leap second that does not end a month in UTC (section 5.7), and a time whose year in UTC can't be
/// written in RFC 3339.
pub fn parse_time(text: &str) -> Result<Timestamp, TimeError> {
    let (date_and_time, rest) = text.trim().split_at_checked(DATE_AND_TIME.len()).ok_or(TimeError)?;
    if !matches(date_and_time.as_bytes(), DATE_AND_TIME) {
        return Err(TimeError);
    }
    let (fraction, offset) = fraction(rest)?;
    let offset = offset_seconds(offset)?;
    let is_leap = date_and_time.ends_with("60");
    // jiff reads a leap second as the second before it.
    let civil: DateTime = date_and_time.parse().map_err(|_| TimeError)?;
    let offset = Offset::from_seconds(offset).map_err(|_| TimeError)?;
    let time = match offset.to_timestamp(civil) {
        Ok(time) => time.checked_add(fraction).unwrap_or(LAST).min(LAST),
        Err(_) if civil.year() > 0 && !is_leap => return Ok(LAST),
        Err(_) => return Err(TimeError),
    };
    if time < YEAR_0 || is_leap && !ends_a_month(time) {
        return Err(TimeError);
    }
    Ok(time)
}

/// Formats a time as in responses: `2017-04-28T19:55:51.102Z`.
#[must_use]
pub fn format_time(time: Timestamp) -> String {
    format!("{time:.3}")
}

const DATE_AND_TIME: &[u8] = b"dddd-dd-ddTdd:dd:dd";

/// Returns whether the text has the shape of the pattern. The check is needed because jiff accepts more than RFC 3339.
fn matches(text: &[u8], pattern: &[u8]) -> bool {
    text.len() == pattern.len()
        && text.iter().zip(pattern).all(|(byte, expected)| match expected {
            b'd' => byte.is_ascii_digit(),
            b'T' => matches!(byte, b'T' | b't' | b' '),
            b'+' => matches!(byte, b'+' | b'-'),
            literal => byte == literal,
        })
}

/// Parses the fraction of a second at the start of the text, if there is one, and returns the rest of the text with it.
fn fraction(text: &str) -> Result<(SignedDuration, &str), TimeError> {
    let Some(rest) = text.strip_prefix('.') else { return Ok((SignedDuration::ZERO, text)) };
    let after = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let digits = rest.strip_suffix(after).unwrap_or_default();
    if digits.is_empty() {
        return Err(TimeError);
    }
    let milliseconds = format!("{digits:0<3}").chars().take(3).collect::<String>().parse().map_err(|_| TimeError)?;
    Ok((SignedDuration::from_millis(milliseconds), after))
}

/// Parses a `time-offset` into seconds: `Z` or up to 23:59 hours.
fn offset_seconds(text: &str) -> Result<i32, TimeError> {
    if matches!(text, "Z" | "z") {
        return Ok(0);
    }
    if !matches(text.as_bytes(), b"+dd:dd") {
        return Err(TimeError);
    }
    let (hours, minutes) = text.split_once(':').ok_or(TimeError)?;
    let number = |text: &str| text.trim_start_matches(['+', '-']).parse::<i32>().map_err(|_| TimeError);
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    if hours > 23 || minutes > 59 {
        return Err(TimeError);
    }
    let seconds = hours * 3600 + minutes * 60;
    Ok(if text.starts_with('-') { -seconds } else { seconds })
}

/// Returns whether a time is within the last second of a month in UTC.
fn ends_a_month(time: Timestamp) -> bool {
    let next = Offset::UTC.to_datetime(Timestamp::from_second(time.as_second() + 1).unwrap_or(time));
    next.day() == 1 && next.hour() == 0 && next.minute() == 0 && next.second() == 0
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
        for (text, read) in [
            ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"),
            ("2030-01-01T21:00:00.123456789012Z", "2030-01-01T21:00:00.123Z"),
            ("2030-01-01T21:00:00.9999999999999999999999999z", "2030-01-01T21:00:00.999Z"),
            ("2030-01-01T21:00:00.1+00:00", "2030-01-01T21:00:00.100Z"),
            ("2030-01-01 21:00:00Z", "2030-01-01T21:00:00.000Z"),
            (" 2030-01-01T21:00:00Z\n", "2030-01-01T21:00:00.000Z"),
            ("2030-06-15T12:00:00-00:00", "2030-06-15T12:00:00.000Z"),
            ("2030-06-15T12:00:00+14:00", "2030-06-14T22:00:00.000Z"),
            ("2030-06-15T12:00:00+23:59", "2030-06-14T12:01:00.000Z"),
            ("2030-06-15T12:00:00-23:59", "2030-06-16T11:59:00.000Z"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.000Z"),
            ("2016-12-31T23:59:60.5Z", "2016-12-31T23:59:59.500Z"),
            ("1990-12-31T15:59:60-08:00", "1990-12-31T23:59:59.000Z"),
            ("2015-07-01T01:59:60+02:00", "2015-06-30T23:59:59.000Z"),
            ("9999-12-31T23:59:59Z", "9999-12-30T22:00:00.999Z"),
            ("9999-12-31T23:59:59.999999999-23:59", "9999-12-30T22:00:00.999Z"),
            ("9999-12-30T22:00:01Z", "9999-12-30T22:00:00.999Z"),
            ("9999-12-31T23:59:59+23:59", "9999-12-30T22:00:00.999Z"),
            ("9999-12-30T21:59:59.999Z", "9999-12-30T21:59:59.999Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"),
        ] {
            assert_eq!(utc(text), read, "{text}");
        }
    }

    #[test]
    fn anything_but_rfc_3339_is_rejected() {
        for wrong in [
            "",
            "2017-04-28",
            "2017-04-28T19:55Z",
            "2017-04-28T19:55:50",
            "2017-04-28  19:55:50Z",
            "2017-04-28_19:55:50Z",
            "2017-04-28T24:00:00Z",
            "2017-04-28T19:60:50Z",
            "2017-04-28T19:55:61Z",
            "2017-04-28T19:55:60Z",
            "2017-04-28T23:59:60Z",
            "2017-06-30T23:59:60+01:00",
            "2030-06-15T12:34:56+25:59",
            "2030-06-15T12:34:56+24:00",
            "2030-06-15T12:34:56-99:00",
            "2030-06-15T12:34:56+10:60",
            "2030-06-15T12:34:56+5:30",
            "2030-06-15T12:34:56 Z",
            "2030-06-15T12:34:56 +02:00",
            "2030-06-15T12:34:56−02:00",
            "+10000-01-01T00:00:00Z",
            "10000-01-01T00:00:00Z",
            "2030-06-15",
            "2030-166T12:34:56Z",
            "9999-12-31T23:59:60Z",
            "2030-00-15T12:34:56Z",
            "2030-13-15T12:34:56Z",
            "1900-02-29T12:34:56Z",
            "Sat, 15 Jun 2030 12:34:56 GMT",
            "now",
            "1893456000",
            "1893456000000",
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
        fn a_formatted_time_is_parsed_back(millisecond in -62_167_219_200_000_i64..253_402_300_799_999) {
            let time = Timestamp::from_millisecond(millisecond).unwrap();
            // jiff has no timestamps past 9999-12-30T22:00Z.
            prop_assume!(millisecond < 253_402_207_200_000);
            prop_assert_eq!(parse_time(&format_time(time)), Ok(time));
        }

        #[test]
        fn an_offset_shifts_the_time(hours in 0_i64..=23, minutes in 0_i64..=59, ahead in any::<bool>()) {
            let sign = if ahead { '+' } else { '-' };
            let time = parse_time(&format!("2030-06-15T12:00:00{sign}{hours:02}:{minutes:02}")).unwrap();
            let noon = parse_time("2030-06-15T12:00:00Z").unwrap();
            let moved = noon.as_second() - time.as_second();
            prop_assert_eq!(moved, (hours * 3600 + minutes * 60) * if ahead { 1 } else { -1 });
        }
    }
}
