//! The calendar entry. Two independent parsers read it in `checks/run.py`.

use crate::samples::{self, Sample};
use spaces_content::{InvitationView, Language, calendar};
use spaces_model::{ItipMethod, Role};

fn write(sample: &Sample, language: Language) -> String {
    let edition = samples::edition(ItipMethod::Request);
    calendar(&sample.invitation(), &sample.recipient(), language, &samples::sender(), edition).unwrap()
}

/// Unfolds the lines (RFC 5545 section 3.1).
fn unfolded(calendar: &str) -> Vec<String> {
    calendar.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
}

fn line(calendar: &str, property: &str) -> String {
    let lines = unfolded(calendar);
    let mut found = lines.iter().filter(|line| line.split([':', ';']).next() == Some(property));
    let line = found.next().unwrap_or_else(|| panic!("no {property} in {calendar}")).clone();
    assert_eq!(found.next(), None);
    line
}

#[test]
fn the_entry_looks_like_this() {
    insta::assert_snapshot!(unfolded(&write(&Sample::meeting(), Language::EnUs)).join("\n"));
}

#[test]
fn lines_end_with_crlf_and_are_folded_at_75_octets() {
    for sample in [Sample::meeting(), Sample::long()] {
        for language in Language::ALL {
            let calendar = write(&sample, language);
            assert!(calendar.ends_with("END:VCALENDAR\r\n"));
            for line in calendar.split_terminator("\r\n") {
                assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{language:?}: {line:?}");
            }
        }
    }
}

#[test]
fn a_meeting_without_an_end_takes_an_hour() {
    let calendar = write(&Sample { ends: None, ..Sample::meeting() }, Language::EnUs);
    assert_eq!(line(&calendar, "DTSTART"), "DTSTART:20261127T133000Z");
    assert_eq!(line(&calendar, "DTEND"), "DTEND:20261127T143000Z");
}

#[test]
fn the_role_in_the_space_is_a_role_in_the_meeting() {
    for (role, said) in [(Role::Admin, "CHAIR"), (Role::Member, "REQ-PARTICIPANT"), (Role::Guest, "OPT-PARTICIPANT")] {
        let calendar = write(&Sample { role, ..Sample::meeting() }, Language::EnUs);
        assert!(line(&calendar, "ATTENDEE").contains(&format!(";ROLE={said};")), "{calendar}");
    }
}

#[test]
fn without_the_inviters_address_ours_is_the_organizer() {
    let calendar = write(&Sample { inviter_address: None, ..Sample::meeting() }, Language::EnUs);
    assert_eq!(line(&calendar, "ORGANIZER"), "ORGANIZER;CN=\"Alice Example\":mailto:invitations@spaces.example");
}

#[test]
fn an_entry_keeps_the_organizer_that_it_has() {
    let (bob, ours) = ("bob@avaya.com".parse().unwrap(), samples::sender().address);
    for what in [ItipMethod::Request, ItipMethod::Cancel] {
        for (organizer, expected) in [
            (&bob, "ORGANIZER;SENT-BY=\"mailto:invitations@spaces.example\":mailto:bob@avaya.com"),
            (&ours, "ORGANIZER;CN=\"Alice Example\":mailto:invitations@spaces.example"),
        ] {
            let sample = Sample::meeting();
            let invitation = InvitationView { organizer: Some(organizer), ..sample.invitation() };
            let (sender, edition) = (samples::sender(), samples::edition(what));
            let calendar = calendar(&invitation, &sample.recipient(), Language::EnUs, &sender, edition).unwrap();
            assert_eq!(line(&calendar, "ORGANIZER"), expected);
            assert!(!line(&calendar, "ATTENDEE").contains("RSVP=TRUE"), "{calendar}");
        }
    }
}

#[test]
fn the_summary_is_the_whole_title() {
    let title = "Quarterly planning of everything ".repeat(6).trim_end().to_owned();
    let calendar = write(&Sample { title: title.clone(), ..Sample::meeting() }, Language::EnUs);
    assert_eq!(line(&calendar, "SUMMARY"), format!("SUMMARY:{title}"));
}

#[test]
fn a_quoted_address_is_encoded_in_its_uri() {
    let sample = Sample { address: "\"a b;c\"@example.com".parse().unwrap(), ..Sample::meeting() };
    assert!(line(&write(&sample, Language::EnUs), "ATTENDEE").ends_with(":mailto:%22a%20b%3Bc%22@example.com"));
}

#[test]
fn every_name_is_quoted() {
    for (name, value) in [
        ("Han Solo", "Han Solo"),
        ("Han \\", "Han \\"),
        ("\\", "\\"),
        ("Solo, Han; x: y", "Solo, Han; x: y"),
        ("\"Han\"", "'Han'"),
        ("^nHan^^ ^'x'^\"", "^^nHan^^^ ^^'x'^^'"),
        ("Han ^_^", "Han ^_^"),
    ] {
        let calendar = write(&Sample { recipient: Some(name.to_owned()), ..Sample::meeting() }, Language::EnUs);
        assert!(line(&calendar, "ATTENDEE").contains(&format!(";CN=\"{value}\";")), "{calendar}");
    }
}

#[test]
fn a_name_cannot_end_its_parameter_or_line() {
    let sample = Sample {
        title: "a;b,c\\n\r\nATTENDEE:mailto:eve@example.com".to_owned(),
        recipient: Some("\"Han\";ROLE=CHAIR:x,y\r\nX-EVIL:1".to_owned()),
        ..Sample::meeting()
    };
    // Without the characters that break up links.
    let calendar = unfolded(&write(&sample, Language::EnUs)).join("\r\n").replace('\u{200c}', "");
    assert!(line(&calendar, "ATTENDEE").contains(";CN=\"'Han';ROLE=CHAIR:x,y X-EVIL:1\";"), "{calendar}");
    assert!(line(&calendar, "SUMMARY").starts_with("SUMMARY:a\\;b\\,c\\\\n ATTENDEE:"), "{calendar}");
}
