//! The documents as invitees get them, in every language.

use crate::samples::{self, Sample};
use std::fmt::Write as _;

use jiff::Timestamp;
use regex::Regex;
use spaces_content::{Content, Language, client_mail, mime, outlook_item, server_mail};
use spaces_model::ItipMethod;

/// Size in bytes at which Gmail clips a mail.
const GMAIL_LIMIT: usize = 102_400;

/// Returns every document of every sample in every language.
fn all() -> impl Iterator<Item = (Sample, Language, &'static str, Content)> {
    Sample::all().into_iter().flat_map(|sample| {
        Language::ALL.into_iter().flat_map(move |language| {
            let invitation = sample.invitation();
            let documents = [
                ("client", client_mail(&invitation, language, &samples::brand())),
                ("outlook", outlook_item(&invitation, language, &samples::brand())),
                (
                    "server",
                    server_mail(&invitation, &sample.recipient(), language, &samples::sender(), ItipMethod::Request),
                ),
            ];
            let sample = sample.clone();
            documents.map(|(channel, content)| (sample.clone(), language, channel, content))
        })
    })
}

#[test]
fn every_language_reads_like_this() {
    for language in Language::ALL {
        let mut spoken = String::new();
        for sample in Sample::all() {
            let content = server_mail(
                &sample.invitation(),
                &sample.recipient(),
                language,
                &samples::sender(),
                ItipMethod::Request,
            );
            let client = client_mail(&sample.invitation(), language, &samples::brand());
            let closing = client.text.lines().find(|line| line.contains("Spaces")).unwrap_or_default();
            write!(spoken, "=== {}\n{}\n\n{}\n\n({closing})\n\n", sample.name, content.subject, content.text).unwrap();
        }
        insta::assert_snapshot!(language.tag(), spoken);
    }
}

#[test]
fn the_html_looks_like_this() {
    let sample = Sample::meeting();
    let (mail, item) = (
        client_mail(&sample.invitation(), Language::EnUs, &samples::brand()),
        outlook_item(&sample.invitation(), Language::EnUs, &samples::brand()),
    );
    insta::assert_snapshot!("client.html", mail.html);
    insta::assert_snapshot!("outlook.html", item.html);
}

#[test]
fn the_wire_has_subject_text_html_and_language_in_this_order() {
    let content = client_mail(&Sample::plain().invitation(), Language::PtBr, &samples::brand());
    let json = serde_json::to_string(&content).unwrap();
    let keys = Regex::new(r#""(subject|text|html|language)":"#).unwrap();
    let keys: Vec<_> = keys.captures_iter(&json).map(|found| found[1].to_owned()).collect();
    assert_eq!(keys, ["subject", "text", "html", "language"]);
    assert!(json.ends_with(r#""language":"pt-BR"}"#));
}

#[test]
fn the_expressions_of_known_clients_find_the_link_and_the_id() {
    let url = Regex::new(r"https?://[\w:#@%/;$()~_?+\-=\\.&]*").unwrap();
    let id = Regex::new(r"https://[^/]*/spaces/invites/(.*?)/(join|meet)").unwrap();
    for (sample, language, channel, content) in all() {
        let place = format!("{} {language:?} {channel}", sample.name);
        assert_eq!(url.find_iter(&content.text).last().map(|found| found.as_str()), Some(&*sample.link), "{place}");
        assert_eq!(content.text.lines().last(), Some(&*sample.link), "{place}");
        for document in [&content.text, &content.html] {
            let found = id.captures(document).unwrap_or_else(|| panic!("{place} has no link"));
            assert_eq!(&found[1], samples::INVITE_ID, "{place}");
        }
    }
}

#[test]
fn only_the_button_has_the_info_for_front_ends() {
    for (sample, language, channel, content) in all() {
        let place = format!("{} {language:?} {channel}", sample.name);
        assert!(!content.text.contains("inviteInfo"), "{place}");
        assert_eq!(content.html.matches("inviteInfo").count(), 1, "{place}");
        assert_eq!(content.html.matches(&format!("href=\"{}\"", sample.button)).count(), 1, "{place}");
        assert!(content.html.contains(&format!("\">{}</a>", sample.link)), "{place}");
    }
}

#[test]
fn no_document_loads_anything_or_runs_anything() {
    let remote =
        Regex::new(r"(?i)\bsrc=|\bsrcset=|background=|url\(|@import|<link|<script|<img|<form|<iframe|\bon\w+=")
            .unwrap();
    for (sample, language, channel, content) in all() {
        let found = remote.find(&content.html).map(|found| found.as_str());
        assert_eq!(found, None, "{} {language:?} {channel}", sample.name);
    }
}

#[test]
fn no_mail_is_clipped_by_gmail() {
    let mut sample = Sample::long();
    sample.description = "&\"<".repeat(2_000 / 3);
    for language in Language::ALL {
        let content =
            server_mail(&sample.invitation(), &sample.recipient(), language, &samples::sender(), ItipMethod::Request);
        assert!(content.html.len() < GMAIL_LIMIT, "{language:?}: {}", content.html.len());
    }
}

#[test]
fn the_mail_names_its_language_and_direction() {
    for (_, language, _, content) in all().filter(|(_, _, channel, _)| *channel != "outlook") {
        let opening = format!("<html lang=\"{}\" dir=\"{}\"", language.tag(), language.direction().as_str());
        assert!(content.html.contains(&opening), "{language:?}");
    }
}

#[test]
fn the_outlook_fragment_needs_nothing_but_tables_and_inline_styles() {
    let tag = Regex::new(r"</?([a-z0-9!-]+)").unwrap();
    for (sample, language, _, content) in all().filter(|(_, _, channel, _)| *channel == "outlook") {
        for found in tag.captures_iter(&content.html) {
            let known = ["table", "tr", "td", "a", "strong", "span", "br"].contains(&&found[1]);
            assert!(known, "{} {language:?}: {}", sample.name, &found[0]);
        }
        assert!(!content.html.contains("class="), "{language:?}");
    }
}

#[test]
fn the_same_invitation_is_the_same_message() {
    let sample = Sample::meeting();
    let write = |sample: &Sample| {
        mime(
            &sample.invitation(),
            &sample.recipient(),
            Language::De,
            &samples::sender(),
            samples::edition(ItipMethod::Request),
        )
    };
    assert_eq!(write(&sample), write(&sample));
    let other = Sample { address: "leia@falcon.example".parse().unwrap(), ..sample.clone() };
    assert_ne!(write(&sample), write(&other));
}

#[test]
fn an_unknown_time_zone_counts_as_none() {
    let mut sample = Sample::meeting();
    for zone in ["", "Europe/Atlantis", "../../etc/passwd", "UTC", "Etc/UTC", "<b>"] {
        sample.zone = Some(zone.to_owned());
        let text = client_mail(&sample.invitation(), Language::EnUs, &samples::brand()).text;
        assert_eq!(text.matches("November").count(), 1, "{zone:?}: {text}");
    }
}

#[test]
fn the_time_shows_only_what_is_known() {
    let mut sample = Sample::meeting();
    let mut said = String::new();
    for (starts, ends) in [
        ("2026-11-27T13:30:00Z", "2026-11-27T15:00:00Z"),
        ("2026-11-27T13:30:00Z", "2026-11-27T23:30:00Z"),
        ("2026-11-27T13:30:00Z", "2026-11-28T13:30:00Z"),
        ("2026-11-27T13:30:00Z", "2026-11-27T13:31:00Z"),
        ("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
        ("2026-12-31T22:00:00Z", "2027-01-01T02:00:00Z"),
        ("2026-11-27T13:30:00Z", ""),
        ("", "2026-07-27T13:30:00Z"),
    ] {
        (sample.starts, sample.ends) = (starts.parse().ok(), ends.parse().ok());
        for language in [Language::EnUs, Language::De, Language::Ja] {
            let text = client_mail(&sample.invitation(), language, &samples::brand()).text;
            said += &text.lines().skip(6).take_while(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
            said += "\n\n";
        }
    }
    insta::assert_snapshot!(said);
}

#[test]
fn the_earliest_and_latest_times_can_be_formatted() {
    let mut sample = Sample::meeting();
    for (starts, ends) in [
        (Timestamp::MIN, Timestamp::MAX),
        (Timestamp::MAX, Timestamp::MIN),
        (Timestamp::MIN, Timestamp::MIN),
        (Timestamp::MAX, Timestamp::MAX),
    ] {
        (sample.starts, sample.ends) = (Some(starts), Some(ends));
        for zone in ["Pacific/Kiritimati", "Pacific/Niue"] {
            sample.zone = Some(zone.to_owned());
            for language in Language::ALL {
                let (invitation, recipient) = (sample.invitation(), sample.recipient());
                let edition = samples::edition(ItipMethod::Request);
                assert!(!mime(&invitation, &recipient, language, &samples::sender(), edition).is_empty());
            }
        }
    }
}
