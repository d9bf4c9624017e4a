//! The published calendar of an invitation, parsed by two parsers.

use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty};
use icalendar::{Calendar, CalendarDateTime, Component, DatePerhapsTime, EventLike};
use serde_json::json;

use crate::world::World;

const TITLE: &str = "Überblick; „Planung“, \\ 2030 – מפגש שנתי 👩‍👩‍👧‍👦 with a title that takes several lines of 75 octets";

#[tokio::test]
async fn two_parsers_agree_on_the_published_meeting_and_find_no_attendees() {
    let world = Box::pin(World::start()).await;
    let body = json!({
        "topic": { "title": TITLE, "description": "For those who are invited." },
        "invitees": [{ "inviteeType": "email", "invitee": "bob@example.com" }],
        "startDateTime": "2030-06-15T12:00:00Z", "endDateTime": "2030-06-15T13:30:00Z", "inviteMode": "meet",
    });
    let id = world.call("alice", "POST", "/api/spaces/invite", body).await.ok()["data"][0]["_id"].clone();
    let id = id.as_str().unwrap();
    for (sequence, change) in [(0, None), (1, Some(json!({ "invitees": [], "endDateTime": null })))] {
        if let Some(change) = change {
            world.call("alice", "POST", &format!("/api/spaces/invites/{id}"), change).await.ok();
            // The link is cached for five seconds.
            world.pass(jiff::SignedDuration::from_secs(6));
        }
        let ends = if sequence == 0 { "2030-06-15T13:30:00Z" } else { "2030-06-15T13:00:00Z" };
        let ends: jiff::Timestamp = ends.parse().unwrap();
        let text = world.text("nobody", &format!("/spaces/invites/{id}/invite.ics")).await;

        let calendar: Calendar = text.parse().unwrap();
        assert_eq!(calendar.property_value("METHOD"), Some("PUBLISH"));
        let [event] = calendar.events().collect::<Vec<_>>()[..] else { panic!("not one event in {text}") };
        assert_eq!((event.get_uid(), event.get_summary()), (Some(id), Some(TITLE)));
        assert_eq!(event.property_value("SEQUENCE").unwrap(), sequence.to_string());
        let Some(DatePerhapsTime::DateTime(CalendarDateTime::Utc(end))) = event.get_end() else { panic!("{text}") };
        assert_eq!(end.timestamp(), ends.as_second());
        let link = format!("https://spaces.example.com/spaces/invites/{id}/meet");
        assert_eq!((event.property_value("URL"), event.get_location()), (Some(&*link), Some(&*link)));
        let is_there = |name| event.properties().contains_key(name) || event.multi_properties().contains_key(name);
        assert!(!is_there("ORGANIZER") && !is_there("ATTENDEE"), "{text}");

        let other = ICalendar::parse(&text).unwrap();
        let component = |kind| other.components.iter().find(|component| component.component_type == kind).unwrap();
        let (top, entry) = (component(ICalendarComponentType::VCalendar), component(ICalendarComponentType::VEvent));
        let value = |name| &entry.property(&name).unwrap().values[0];
        assert_eq!(top.property(&ICalendarProperty::Method).unwrap().values[0].as_text(), Some("PUBLISH"));
        assert_eq!((entry.uid(), value(ICalendarProperty::Summary).as_text()), (Some(id), Some(TITLE)));
        assert_eq!(value(ICalendarProperty::Sequence).as_integer(), Some(sequence));
        let end = value(ICalendarProperty::Dtend).as_partial_date_time().unwrap().to_timestamp();
        assert_eq!(end, Some(ends.as_second()));
        assert_eq!(value(ICalendarProperty::Description).as_text(), event.get_description());
        for name in [ICalendarProperty::Organizer, ICalendarProperty::Attendee] {
            assert!(entry.property(&name).is_none(), "{text}");
        }
        let description = event.get_description().unwrap();
        assert!(
            description.starts_with("alice invited you")
                && description.ends_with(&link)
                && !description.contains("For those"),
            "{description}"
        );
        assert!(!text.contains('@'), "{text}");
    }
}
