//! The time of a meeting in words: in the inviter's time zone, if it is known, and in UTC.

use fluent_bundle::FluentArgs;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};

use crate::dates::{self, Dates, Length};
use crate::resources::Resources;

/// The time of a meeting in words.
pub(crate) struct When {
    /// The same time in one or two zones, the primary one first.
    pub(crate) lines: Vec<TimeInZone>,
    /// The duration, if it is less than a day.
    pub(crate) length: Option<String>,
    /// The first moment in the primary zone, for a subject: "Fri, Nov 27, 2:30 PM (GMT+1)".
    pub(crate) short: String,
    /// Month and day of that moment, as on a tear-off calendar: "Nov" and "27".
    pub(crate) month: String,
    pub(crate) day: String,
}

/// The time in one zone.
pub(crate) struct TimeInZone {
    pub(crate) when: String,
    /// The same text in pieces that a layout may put on separate lines.
    pub(crate) parts: Vec<String>,
    /// The name of the zone; empty if the clocks change during the meeting, because `when` then names the zone at both
    /// ends.
    pub(crate) zone: String,
}

/// The known ends of a meeting.
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
        let writer = Writer { dates: resources.dates()?, resources };
        let zone = zone.and_then(dates::zone);
        let first = span.first().to_zoned(zone.clone().unwrap_or(TimeZone::UTC));
        Some(Self {
            month: writer.dates.date(&first, Length::Month),
            day: writer.dates.date(&first, Length::Day),
            lines: writer.lines(span, zone.as_ref()),
            length: span.length(resources),
            short: writer.short(span, zone.as_ref()),
        })
    }
}

/// Formats a moment on one line with the offset of its zone: "Fri, Nov 27, 2026 at 2:30 PM (GMT+1)".
pub(crate) fn moment(time: Timestamp, zone: Option<&str>, resources: &Resources) -> Option<String> {
    let writer = Writer { dates: resources.dates()?, resources };
    let zone = zone.and_then(dates::zone);
    let local = time.to_zoned(zone.clone().unwrap_or(TimeZone::UTC));
    Some(format!("{} ({})", writer.moment(&local, Length::Medium), writer.offset(&local, zone.is_some())))
}

impl Span {
    fn first(self) -> Timestamp {
        match self {
            Self::From(first) | Self::Until(first) | Self::Between(first, _) => first,
        }
    }

    fn last(self) -> Timestamp {
        match self {
            Self::From(last) | Self::Until(last) | Self::Between(_, last) => last,
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
            _ => message(
                resources,
                "hours-minutes",
                [("hours", count("hours", hours)), ("minutes", count("minutes", minutes))],
            ),
        })
    }
}

/// A span in words.
struct SpanWords {
    whole: String,
    /// Date and times, if the span is within a day.
    parts: Vec<String>,
}

impl SpanWords {
    fn whole(whole: String) -> Self {
        Self { whole, parts: Vec::new() }
    }
}

/// Combines dates and times in one language.
struct Writer<'r> {
    dates: &'r Dates,
    resources: &'r Resources,
}

impl Writer<'_> {
    fn lines(&self, span: Span, zone: Option<&TimeZone>) -> Vec<TimeInZone> {
        let utc = |time: Timestamp| time.to_zoned(TimeZone::UTC);
        let universal = |length| self.line(span, &TimeZone::UTC, length, "UTC".to_owned());
        let Some(zone) = zone else { return vec![universal(Some(Length::Long))] };
        let local = |time: Timestamp| time.to_zoned(zone.clone());
        let (first, last) = (local(span.first()), local(span.last()));
        let changes = matches!(span, Span::Between(..)) && first.offset() != last.offset();
        let name = if changes { String::new() } else { self.dates.zone(&first) };
        let mut lines = vec![self.line(span, zone, Some(Length::Long), name)];
        let is_utc = |time: &Zoned| time.offset().seconds() == 0;
        if !is_utc(&first) || !is_utc(&last) {
            // If both zones have the same date, the times alone are enough.
            let is_same = |time: &Zoned| utc(time.timestamp()).date() == first.date();
            lines.push(universal(if first.date() == last.date() && is_same(&first) && is_same(&last) {
                None
            } else {
                Some(Length::Medium)
            }));
        }
        lines
    }

    fn line(&self, span: Span, zone: &TimeZone, length: Option<Length>, name: String) -> TimeInZone {
        let SpanWords { whole, parts } = self.span(span, zone, length);
        TimeInZone { parts: if parts.is_empty() { vec![whole.clone()] } else { parts }, when: whole, zone: name }
    }

    fn short(&self, span: Span, zone: Option<&TimeZone>) -> String {
        let first = span.first().to_zoned(zone.cloned().unwrap_or(TimeZone::UTC));
        let when = self.same_day(self.dates.date(&first, Length::Short), self.time(self.dates.time(&first)));
        let when = format!("{when} ({})", self.offset(&first, zone.is_some()));
        if matches!(span, Span::Until(_)) { self.until(when) } else { when }
    }

    /// Formats a span in one zone; without a `length` for the date, only its times.
    fn span(&self, span: Span, zone: &TimeZone, length: Option<Length>) -> SpanWords {
        let local = |time: Timestamp| time.to_zoned(zone.clone());
        match span {
            Span::From(starts) => self.point(&local(starts), length),
            Span::Until(ends) => SpanWords::whole(self.until(self.point(&local(ends), length).whole)),
            Span::Between(starts, ends) => {
                let (starts, ends) = (local(starts), local(ends));
                if starts.offset() != ends.offset() {
                    return self.over_change(&starts, &ends, length.unwrap_or(Length::Long));
                }
                if starts.date() != ends.date() {
                    let [first, last] = [&starts, &ends].map(|time| self.point(time, length).whole);
                    return SpanWords::whole(self.between("span", first, last));
                }
                let [first, last] = [&starts, &ends].map(|time| self.dates.time(time));
                if first == last {
                    self.point(&starts, length)
                } else {
                    self.day(&starts, self.between("times", first, last), length)
                }
            }
        }
    }

    /// Formats a span during which the clocks change: each end with the zone's name, or with its offset if the name
    /// stays the same.
    fn over_change(&self, starts: &Zoned, ends: &Zoned, length: Length) -> SpanWords {
        let mut names = [starts, ends].map(|time| self.dates.zone(time));
        if names.first() == names.last() {
            names = [starts, ends].map(|time| self.dates.offset(time));
        }
        let [first, last] = names;
        if starts.date() == ends.date() {
            let time = |time, zone| format!("{} ({zone})", self.time(self.dates.time(time)));
            let times = self.between("span", time(starts, first), time(ends, last));
            return self.day(starts, times, Some(length));
        }
        let moment = |time, zone| format!("{} ({zone})", self.moment(time, length));
        SpanWords::whole(self.between("span", moment(starts, first), moment(ends, last)))
    }

    fn point(&self, time: &Zoned, length: Option<Length>) -> SpanWords {
        let clock = self.time(self.dates.time(time));
        match length {
            Some(length) => {
                SpanWords { whole: self.moment(time, length), parts: vec![self.dates.date(time, length), clock] }
            }
            None => SpanWords::whole(clock),
        }
    }

    /// Formats times within a day.
    fn day(&self, day: &Zoned, times: String, length: Option<Length>) -> SpanWords {
        let Some(length) = length else { return SpanWords::whole(times) };
        let date = self.dates.date(day, length);
        SpanWords { whole: self.same_day(date.clone(), times.clone()), parts: vec![date, times] }
    }

    fn moment(&self, time: &Zoned, length: Length) -> String {
        let date = self.dates.date(time, length);
        let time = self.time(self.dates.time(time));
        match length {
            Length::Long => message(self.resources, "at", [("date", date), ("time", time)]),
            _ => self.same_day(date, time),
        }
    }

    fn offset(&self, time: &Zoned, is_known: bool) -> String {
        if is_known { self.dates.offset(time) } else { "UTC".to_owned() }
    }

    fn time(&self, time: String) -> String {
        message(self.resources, "time", [("time", time)])
    }

    fn same_day(&self, date: String, times: String) -> String {
        message(self.resources, "same-day", [("date", date), ("times", times)])
    }

    fn between(&self, id: &str, start: String, end: String) -> String {
        message(self.resources, id, [("start", start), ("end", end)])
    }

    fn until(&self, when: String) -> String {
        message(self.resources, "until", [("when", when)])
    }
}

fn message<const N: usize>(resources: &Resources, id: &str, arguments: [(&'static str, String); N]) -> String {
    let arguments: FluentArgs<'_> = arguments.into_iter().collect();
    resources.message(id, &arguments)
}
