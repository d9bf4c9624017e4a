//! When it is, in words: in the inviter's time zone, if known, and in UTC.

use fluent_bundle::FluentArgs;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};

use crate::dates::{self, Dates};
use crate::resources::Resources;

/// When it is.
pub(crate) struct When {
    /// The same time in one or two zones, the one that matters first.
    pub(crate) lines: Vec<Line>,
    /// How long it takes, where that is less than a day.
    pub(crate) length: Option<String>,
}

/// The time in one zone.
pub(crate) struct Line {
    pub(crate) when: String,
    pub(crate) zone: String,
}

/// What is known of it.
#[derive(Clone, Copy)]
enum Span {
    From(Timestamp),
    Until(Timestamp),
    Between(Timestamp, Timestamp),
}

impl When {
    pub(crate) fn new(
        starts: Option<Timestamp>,
        ends: Option<Timestamp>,
        zone: Option<&str>,
        resources: &Resources,
    ) -> Option<Self> {
        let span = match (starts, ends) {
            (Some(starts), Some(ends)) if starts < ends => Span::Between(starts, ends),
            (Some(starts), _) => Span::From(starts),
            (None, Some(ends)) => Span::Until(ends),
            (None, None) => return None,
        };
        let dates = resources.dates()?;
        let local = zone.and_then(dates::zone).map(|zone| Line {
            when: span.say(&zone, dates, resources),
            zone: dates.zone(&span.first().to_zoned(zone)),
        });
        let utc = Line { when: span.say(&TimeZone::UTC, dates, resources), zone: "UTC".to_owned() };
        Some(Self { lines: local.into_iter().chain([utc]).collect(), length: span.length(resources) })
    }
}

impl Span {
    fn first(self) -> Timestamp {
        match self {
            Self::From(first) | Self::Until(first) | Self::Between(first, _) => first,
        }
    }

    fn say(self, zone: &TimeZone, dates: &Dates, resources: &Resources) -> String {
        let local = |time: Timestamp| -> Zoned { time.to_zoned(zone.clone()) };
        match self {
            Self::From(starts) => dates.point(&local(starts)),
            Self::Until(ends) => {
                let mut arguments = FluentArgs::new();
                arguments.set("when", dates.point(&local(ends)));
                resources.message("until", &arguments)
            }
            Self::Between(starts, ends) => dates.range(&local(starts), &local(ends)),
        }
    }

    fn length(self, resources: &Resources) -> Option<String> {
        let Self::Between(starts, ends) = self else { return None };
        let length = ends.duration_since(starts);
        if length < SignedDuration::from_mins(1) || length >= SignedDuration::from_hours(24) {
            return None;
        }
        let count = |id, count: i64| {
            let mut arguments = FluentArgs::new();
            arguments.set("count", count);
            resources.message(id, &arguments)
        };
        let (hours, minutes) = (length.as_hours(), length.as_mins() % 60);
        Some(match (hours, minutes) {
            (0, _) => count("minutes", minutes),
            (_, 0) => count("hours", hours),
            _ => {
                let mut arguments = FluentArgs::new();
                arguments.set("hours", count("hours", hours));
                arguments.set("minutes", count("minutes", minutes));
                resources.message("hours-minutes", &arguments)
            }
        })
    }
}
