//! The message that cancels a meeting, and its calendar entry.

use std::fmt::Write as _;

use crate::samples::{self, Sample};
use mail_parser::{Message, MessageParser, MimeHeaders};
use spaces_content::{Language, mime, server_mail};
use spaces_model::ItipMethod;

fn write(sample: &Sample, language: Language, what: ItipMethod) -> Vec<u8> {
    let edition = samples::edition(what);
    mime(&sample.invitation(), &sample.recipient(), language, &samples::sender(), edition)
}

fn read(raw: &[u8]) -> Message<'_> {
    MessageParser::default().parse(raw).unwrap()
}

/// Returns the unfolded lines of the calendar entry in the alternative.
fn entry(message: &Message<'_>) -> Vec<String> {
    let part = message.parts.iter().find(|part| part.is_content_type("text", "calendar")).unwrap();
    let text = part.text_contents().unwrap().replace("\r\n ", "");
    text.split_terminator("\r\n").map(str::to_owned).collect()
}

fn value<'e>(entry: &'e [String], property: &str) -> Option<&'e str> {
    entry.iter().find_map(|line| line.strip_prefix(property)?.strip_prefix(':'))
}

#[test]
fn a_cancellation_looks_like_this() {
    for language in [Language::EnUs, Language::De, Language::Ar] {
        let raw = write(&Sample::meeting(), language, ItipMethod::Cancel);
        let message = read(&raw);
        let (subject, text) = (message.subject().unwrap(), message.body_text(0).unwrap().replace("\r\n", "\n"));
        let all = format!("{subject}\n\n{text}\n{}", entry(&message).join("\n"));
        insta::assert_snapshot!(format!("cancellation.{}", language.tag()), all);
    }
    let raw = write(&Sample::meeting(), Language::EnUs, ItipMethod::Cancel);
    insta::assert_snapshot!("cancellation.html", read(&raw).body_html(0).unwrap());
}

#[test]
fn every_language_cancels_like_this() {
    let mut spoken = String::new();
    for language in Language::ALL {
        writeln!(spoken, "=== {}", language.tag()).unwrap();
        for sample in [Sample::meeting(), Sample::plain()] {
            let (invitation, recipient) = (sample.invitation(), sample.recipient());
            let content = server_mail(&invitation, &recipient, language, &samples::sender(), ItipMethod::Cancel);
            writeln!(spoken, "{}\n\n{}", content.subject, content.text).unwrap();
        }
    }
    insta::assert_snapshot!(spoken);
}

#[test]
fn the_entry_is_that_of_the_request_in_a_later_edition() {
    let [request, cancel] =
        [ItipMethod::Request, ItipMethod::Cancel].map(|what| write(&Sample::meeting(), Language::EnUs, what));
    let [request, cancel] = [entry(&read(&request)), entry(&read(&cancel))];
    for same in ["UID", "DTSTART", "DTEND", "SUMMARY"] {
        assert!(value(&request, same).is_some(), "{same}");
        assert_eq!(value(&cancel, same), value(&request, same), "{same}");
    }
    let organizer = |entry: &[String]| entry.iter().find(|line| line.starts_with("ORGANIZER;")).cloned().unwrap();
    assert_eq!(organizer(&cancel), organizer(&request));
    for (property, then, now) in [
        ("METHOD", "REQUEST", "CANCEL"),
        ("STATUS", "CONFIRMED", "CANCELLED"),
        ("SEQUENCE", "0", "1"),
        ("DTSTAMP", "20261121T090000Z", "20261125T160000Z"),
    ] {
        assert_eq!((value(&request, property), value(&cancel, property)), (Some(then), Some(now)), "{property}");
    }
}

#[test]
fn the_cancellation_is_an_alternative_and_attached() {
    let raw = write(&Sample::meeting(), Language::EnUs, ItipMethod::Cancel);
    let message = read(&raw);
    let calendars = message.parts.iter().filter(|part| part.is_content_type("text", "calendar"));
    let methods: Vec<_> = calendars.map(|part| part.content_type().unwrap().attribute("method").unwrap()).collect();
    assert_eq!(methods, ["CANCEL", "CANCEL"]);
    assert_eq!(message.date().map(mail_parser::DateTime::to_rfc3339).as_deref(), Some("2026-11-25T16:00:00Z"));
    let reply_to = message.reply_to().and_then(|address| address.first()).and_then(|one| one.address());
    assert_eq!(reply_to, Some("alice@avaya.com"));
}

#[test]
fn no_link_leads_into_a_cancelled_meeting() {
    for (sample, language) in Sample::all().iter().flat_map(|sample| Language::ALL.map(|language| (sample, language))) {
        let raw = write(sample, language, ItipMethod::Cancel);
        let texts: Vec<_> =
            read(&raw).parts.iter().filter_map(|part| part.text_contents().map(str::to_owned)).collect();
        assert!(texts.len() >= 2);
        for text in &texts {
            // The links in the footer don't lead to a meeting.
            let foot = [samples::STOP, samples::PRIVACY, samples::SUPPORT];
            let text = foot
                .iter()
                .fold(text.clone(), |text, link| text.replace(&format!("href=\"{link}\""), "").replace(link, ""));
            for link in ["https:", "href=", "/spaces/invites/", "LOCATION", "CONFERENCE", "\nURL"] {
                assert!(!text.contains(link), "{} {language:?}: {link} in {text}", sample.name);
            }
        }
    }
}

#[test]
fn a_cancellation_without_a_start_has_no_calendar_entry() {
    let raw = write(&Sample::plain(), Language::EnUs, ItipMethod::Cancel);
    let message = read(&raw);
    assert_eq!(message.subject(), Some("Canceled: “Quarterly planning”"));
    assert_eq!(message.parts.len(), 3);
    assert!(!message.parts.iter().any(|part| part.is_content_type("text", "calendar")));
}
