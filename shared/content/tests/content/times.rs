//! Times as people read them: across every clock change of ten years, across noon and midnight, in every language.

use std::fmt::Write as _;
use std::sync::LazyLock;

use crate::samples::{self, Sample};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};
use regex::Regex;
use spaces_content::{Language, client_mail};

/// Zones with clock changes in both hemispheres, by an hour and by half an hour, with negative daylight saving time and
/// around Ramadan; some that abolished clock changes, and some whose offset isn't a whole number of hours.
const ZONES: [&str; 12] = [
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Africa/Casablanca",
    "Europe/Dublin",
    "Asia/Tehran",
    "Asia/Kolkata",
    "Asia/Kathmandu",
];

/// Matches a CJK time in hours or minutes, which no other line of a mail contains.
static HANDS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\d[時分]").unwrap());

/// Returns the lines of a mail that state the time of the meeting.
fn lines(starts: Timestamp, ends: Option<Timestamp>, zone: &str, language: Language) -> Vec<String> {
    let sample = Sample {
        description: String::new(),
        starts: Some(starts),
        ends,
        zone: Some(zone.to_owned()),
        ..Sample::meeting()
    };
    let text = client_mail(&sample.invitation(), language, &samples::brand()).text;
    assert!(!text.chars().any(|c| c.is_whitespace() && !matches!(c, ' ' | '\n')), "{text:?}");
    let mut paragraphs = text.split("\n\n").skip(2);
    paragraphs.next().unwrap().lines().skip(1).map(str::to_owned).collect()
}

/// Returns the clock times of a line in minutes of half a day: "2:30 PM" and "14:30" are the same.
fn clocks(line: &str) -> Vec<i64> {
    static CLOCK: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(\d{1,2}):(\d{2})").unwrap());
    static ZONE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\([^()]*\)").unwrap());
    let minutes = |hour: &str, minute: &str| hour.parse::<i64>().unwrap() % 12 * 60 + minute.parse::<i64>().unwrap();
    // The name of a zone may contain its offset.
    let line = ZONE.replace_all(line, "");
    CLOCK.captures_iter(&line).map(|found| minutes(&found[1], &found[2])).collect()
}

fn clock(time: &Zoned) -> i64 {
    i64::from(time.hour()) % 12 * 60 + i64::from(time.minute())
}

/// Returns the name of a zone at a moment.
fn zone_name(time: Timestamp, zone: &str, language: Language) -> String {
    let line = lines(time, None, zone, language).swap_remove(0);
    let (_, name) = line.split_once(" (").unwrap();
    name.strip_suffix(')').unwrap().to_owned()
}

/// Checks the rules for every span in every language.
fn check(starts: Timestamp, ends: Timestamp, zone: &str, language: Language) {
    let lines = lines(starts, Some(ends), zone, language);
    let (first, last) = (starts.in_tz(zone).unwrap(), ends.in_tz(zone).unwrap());
    let local = lines.first().unwrap();
    let place = format!("{zone} {starts} {ends} {language:?}: {lines:?}");
    let year = |time: &Zoned| time.year().to_string();
    let dates = if first.date() == last.date() { 1 } else { 2 };
    assert_eq!(local.matches(&year(&first)).count(), if first.year() == last.year() { dates } else { 1 }, "{place}");
    assert_eq!(clocks(local), [clock(&first), clock(&last)], "{place}");
    assert!(!HANDS.is_match(local), "{place}");
    if language == Language::EnUs {
        let half = |time: &Zoned| if time.hour() < 12 { "AM" } else { "PM" };
        let [one, two] = [&first, &last].map(|time| format!("{} {}", time.strftime("%-I:%M"), half(time)));
        assert!(local.contains(&one) && local.contains(&two), "{place}");
    }
    if language == Language::ZhTw {
        let halves = ["凌晨", "清晨", "早上", "上午", "中午", "下午", "晚上"];
        assert_eq!(halves.iter().map(|half| local.matches(half).count()).sum::<usize>(), 2, "{place}");
    }
    if first.offset() == last.offset() {
        assert!(local.ends_with(&format!(" ({})", zone_name(starts, zone, language))), "{place}");
        assert_eq!(local.matches(&zone_name(starts, zone, language)).count(), 1, "{place}");
    } else {
        let [first, last] = [starts, ends].map(|time| format!("({})", zone_name(time, zone, language)));
        // If both ends have the same zone name, the line shows the offsets instead.
        let times = usize::from(first != last);
        assert_eq!((local.matches(&first).count(), local.matches(&last).count()), (times, times), "{place}");
    }
    let is_utc = first.offset().seconds() == 0 && last.offset().seconds() == 0;
    let universal = lines.iter().filter(|line| line.ends_with("(UTC)")).collect::<Vec<_>>();
    assert_eq!(universal.len(), usize::from(!is_utc), "{place}");
    for line in universal {
        let [first, last] = [starts, ends].map(|time| clock(&time.to_zoned(TimeZone::UTC)));
        assert_eq!(clocks(line), [first, last], "{place}");
    }
}

/// Returns every clock change of a zone from 2026 to 2036.
fn changes(zone: &str) -> Vec<Timestamp> {
    let (from, to): (Timestamp, Timestamp) =
        ("2026-01-01T00:00:00Z".parse().unwrap(), "2037-01-01T00:00:00Z".parse().unwrap());
    let zone = TimeZone::get(zone).unwrap();
    let changes = zone.following(from).map(|change| change.timestamp()).take_while(|at| *at < to);
    changes.filter(|at| zone.to_offset(*at) != zone.to_offset(*at - SignedDuration::from_secs(1))).collect()
}

#[test]
fn each_end_names_its_own_zone_across_every_change_of_the_clocks() {
    let mut checked = 0;
    for (place, zone) in ZONES.into_iter().enumerate() {
        for (number, at) in changes(zone).into_iter().enumerate() {
            // Every clock change is checked in every language, with one kind of span per language, because the spans
            // differ little.
            for (turn, language) in Language::ALL.into_iter().enumerate() {
                let (before, after) = match (place + number + turn) % 4 {
                    0 => (30, 45),
                    1 => (90, 15),
                    2 => (1, 1),
                    _ => (26 * 60, 3 * 60),
                };
                check(at - SignedDuration::from_mins(before), at + SignedDuration::from_mins(after), zone, language);
                checked += 1;
            }
        }
    }
    assert!(checked > 2_000, "{checked}");
}

#[test]
fn a_range_within_a_day_says_the_date_once_across_noon_and_midnight() {
    for zone in ZONES {
        for day in ["2026-11-27", "2028-02-29"] {
            let at = |time: &str| format!("{day}T{time}[{zone}]").parse::<Zoned>().unwrap();
            for (starts, minutes) in [
                ("11:30:00", 60),
                ("00:00:00", 30),
                ("11:59:00", 1),
                ("12:00:00", 60),
                ("00:15:00", 23 * 60),
                ("22:30:00", 89),
                ("23:30:00", 60),
                ("20:00:00", 16 * 60),
            ] {
                let starts = at(starts).timestamp();
                for language in Language::ALL {
                    check(starts, starts + SignedDuration::from_mins(minutes), zone, language);
                }
            }
        }
    }
}

#[test]
fn a_span_of_less_than_a_minute_is_a_moment() {
    let starts: Timestamp = "2026-11-27T13:30:10Z".parse().unwrap();
    let lines = lines(starts, Some(starts + SignedDuration::from_secs(40)), "Europe/Berlin", Language::EnUs);
    assert_eq!(lines[0], "Friday, November 27, 2026 at 2:30 PM (Central European Standard Time)");
}

#[test]
fn a_few_times_look_like_this() {
    let mut said = String::new();
    for (zone, starts, ends) in [
        ("Europe/Berlin", "2030-10-27T00:30:00Z", "2030-10-27T01:15:00Z"),
        ("Europe/Berlin", "2026-11-27T10:30:00Z", "2026-11-27T11:30:00Z"),
        ("Europe/London", "2026-11-27T10:30:00Z", "2026-11-27T11:30:00Z"),
        ("Australia/Lord_Howe", "2027-04-03T14:30:00Z", "2027-04-03T15:30:00Z"),
        ("Africa/Casablanca", "2027-02-07T01:30:00Z", "2027-02-07T03:30:00Z"),
        ("America/New_York", "2026-12-31T22:00:00Z", "2027-01-02T02:00:00Z"),
    ] {
        writeln!(said, "=== {zone} {starts} {ends}").unwrap();
        for language in Language::ALL {
            let lines = lines(starts.parse().unwrap(), ends.parse().ok(), zone, language);
            writeln!(said, "{}: {}", language.tag(), lines.join(" | ")).unwrap();
        }
    }
    insta::assert_snapshot!(said);
}
