//! A calendar program that reads mailed entries and keeps the newest entry of each meeting.
//!
//! Two independent parsers read each entry and have to agree.

use std::collections::BTreeMap;

use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty, ICalendarValue};
use icalendar::{CalendarDateTime, Component, DatePerhapsTime};

/// A mailed calendar entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) method: String,
    pub(crate) status: String,
    pub(crate) uid: String,
    pub(crate) organizer: String,
    pub(crate) attendee: String,
    pub(crate) sequence: u32,
    /// In seconds since 1970, like all times here.
    pub(crate) stamp: i64,
    pub(crate) starts: i64,
    pub(crate) ends: i64,
    pub(crate) summary: String,
    pub(crate) location: Option<String>,
}

impl Entry {
    /// Parses an entry with both parsers.
    pub(crate) fn read(text: &str) -> Self {
        let entry = read_by_icalendar(text);
        assert_eq!(entry, read_by_calcard(text), "the parsers read {text} differently");
        entry
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.method == "CANCEL"
    }

    /// Returns the sort key of the entries of a meeting (RFC 5546 section 2.1.5).
    pub(crate) fn revision(&self) -> (u32, i64) {
        (self.sequence, self.stamp)
    }
}

/// A person's calendar: the newest entry of each meeting, including cancelled ones.
#[derive(Debug, Default)]
pub(crate) struct Calendar(BTreeMap<String, Entry>);

impl Calendar {
    /// Applies an entry, unless the calendar has an entry of the same meeting that is at least as new.
    pub(crate) fn apply(&mut self, entry: &Entry) {
        assert_eq!(entry.status, if entry.is_cancelled() { "CANCELLED" } else { "CONFIRMED" }, "{entry:?}");
        if self.0.get(&entry.uid).is_none_or(|held| held.revision() < entry.revision()) {
            self.0.insert(entry.uid.clone(), entry.clone());
        }
    }

    /// Returns the meetings that the calendar shows.
    pub(crate) fn meetings(&self) -> Vec<&Entry> {
        self.0.values().filter(|entry| !entry.is_cancelled()).collect()
    }
}

fn read_by_icalendar(text: &str) -> Entry {
    let calendar: icalendar::Calendar = text.parse().unwrap();
    let [event] = calendar.events().collect::<Vec<_>>()[..] else { panic!("not one event in {text}") };
    let property = |name: &str| event.property_value(name).map(str::to_owned);
    let time = |time: Option<DatePerhapsTime>| match time {
        Some(DatePerhapsTime::DateTime(CalendarDateTime::Utc(time))) => time.timestamp(),
        other => panic!("{other:?} is not a time in UTC"),
    };
    let [attendee] = &event.multi_properties()["ATTENDEE"][..] else { panic!("not one attendee in {text}") };
    Entry {
        method: calendar.property_value("METHOD").unwrap().to_owned(),
        status: property("STATUS").unwrap(),
        uid: event.get_uid().unwrap().to_owned(),
        organizer: property("ORGANIZER").unwrap(),
        attendee: attendee.value().to_owned(),
        sequence: property("SEQUENCE").unwrap().parse().unwrap(),
        stamp: event.get_timestamp().unwrap().timestamp(),
        starts: time(event.get_start()),
        ends: time(event.get_end()),
        summary: event.get_summary().unwrap().to_owned(),
        location: property("LOCATION"),
    }
}

fn read_by_calcard(text: &str) -> Entry {
    let calendar = ICalendar::parse(text).unwrap();
    let of = |kind: &ICalendarComponentType| {
        let mut found = calendar.components.iter().filter(|component| component.component_type == *kind);
        let component = found.next().unwrap();
        assert!(found.next().is_none(), "two of {kind:?} in {text}");
        component
    };
    let (top, event) = (of(&ICalendarComponentType::VCalendar), of(&ICalendarComponentType::VEvent));
    let value = |name: ICalendarProperty| event.property(&name).map(|entry| &entry.values[0]);
    let text_of = |name: ICalendarProperty| value(name).and_then(ICalendarValue::as_text).map(str::to_owned);
    let time = |name: ICalendarProperty| {
        let time = value(name).and_then(ICalendarValue::as_partial_date_time).unwrap();
        assert_eq!((time.tz_hour, time.tz_minute), (Some(0), Some(0)), "{time:?} is not a time in UTC");
        time.to_timestamp().unwrap()
    };
    Entry {
        method: top.property(&ICalendarProperty::Method).unwrap().values[0].as_text().unwrap().to_owned(),
        status: text_of(ICalendarProperty::Status).unwrap(),
        uid: event.uid().unwrap().to_owned(),
        organizer: text_of(ICalendarProperty::Organizer).unwrap(),
        attendee: text_of(ICalendarProperty::Attendee).unwrap(),
        sequence: value(ICalendarProperty::Sequence).and_then(ICalendarValue::as_integer).unwrap().try_into().unwrap(),
        stamp: time(ICalendarProperty::Dtstamp),
        starts: time(ICalendarProperty::Dtstart),
        ends: time(ICalendarProperty::Dtend),
        summary: text_of(ICalendarProperty::Summary).unwrap(),
        location: text_of(ICalendarProperty::Location),
    }
}
