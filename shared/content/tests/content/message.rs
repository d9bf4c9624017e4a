//! The message that SES gets, as a mail program reads it.

use std::collections::BTreeSet;

use crate::samples::{self, Sample};
use mail_parser::{Address, Message, MessageParser, MimeHeaders};
use spaces_content::{Edition, Language, mime, server_mail};
use spaces_model::What;

fn write(sample: &Sample, language: Language) -> Vec<u8> {
    write_edition(sample, language, samples::edition(What::Request))
}

fn write_edition(sample: &Sample, language: Language, edition: Edition) -> Vec<u8> {
    mime(&sample.invitation(), &sample.recipient(), language, &samples::sender(), edition)
}

fn read(raw: &[u8]) -> Message<'_> {
    MessageParser::default().parse(raw).unwrap()
}

fn only(address: Option<&Address<'_>>) -> (String, String) {
    let mut all = address.unwrap().iter();
    let one = all.next().unwrap();
    assert!(all.next().is_none());
    (one.name().unwrap_or_default().to_owned(), one.address().unwrap().to_owned())
}

#[test]
fn the_message_looks_like_this() {
    insta::assert_snapshot!(String::from_utf8(write(&Sample::meeting(), Language::EnUs)).unwrap());
}

#[test]
fn the_inviter_is_named_and_gets_the_replies() {
    let raw = write(&Sample::meeting(), Language::EnUs);
    let message = read(&raw);
    assert_eq!(only(message.from()), ("Alice Example via Spaces".to_owned(), "invitations@spaces.example".to_owned()));
    assert_eq!(only(message.reply_to()), ("Alice Example".to_owned(), "alice@avaya.com".to_owned()));
    assert_eq!(only(message.to()), ("Han Solo".to_owned(), "han@falcon.example".to_owned()));
}

#[test]
fn without_an_inviter_the_product_writes() {
    let raw = write(&Sample::plain(), Language::EnUs);
    let message = read(&raw);
    assert_eq!(only(message.from()).0, "Spaces");
    assert!(message.reply_to().is_none());
}

#[test]
fn the_headers_say_what_it_is() {
    let raw = write(&Sample::meeting(), Language::De);
    let message = read(&raw);
    assert_eq!(message.header_raw("Auto-Submitted").map(str::trim), Some("auto-generated"));
    assert_eq!(message.header_raw("Content-Language").map(str::trim), Some("de"));
    assert_eq!(message.header_raw("MIME-Version").map(str::trim), Some("1.0"));
    assert_eq!(message.date().map(mail_parser::DateTime::to_rfc3339).as_deref(), Some("2026-11-21T09:00:00Z"));
}

#[test]
fn every_message_says_where_further_mail_is_stopped_in_headers_and_foot() {
    for what in [What::Request, What::Cancel] {
        for language in Language::ALL {
            let raw = write_edition(&Sample::meeting(), language, samples::edition(what));
            let message = read(&raw);
            let header = |name| message.header_raw(name).map(str::trim);
            assert_eq!(header("List-Unsubscribe"), Some(format!("<{}>", samples::STOP).as_str()));
            assert_eq!(header("List-Unsubscribe-Post"), Some("List-Unsubscribe=One-Click"));
            let (text, html) = (message.body_text(0).unwrap(), message.body_html(0).unwrap());
            assert!(text.lines().any(|line| line == samples::STOP), "{language:?}: {text}");
            assert!(html.contains(&format!("href=\"{}\"", samples::STOP)), "{language:?}: {html}");
        }
    }
}

#[test]
fn the_message_id_is_stable_and_tells_nobody_the_invitation() {
    let raw = write(&Sample::meeting(), Language::De);
    let id = read(&raw).message_id().unwrap().to_owned();
    assert!(id.ends_with("@spaces.example") && !id.contains(samples::INVITE_ID), "{id}");
    assert_eq!(read(&write(&Sample::meeting(), Language::Ja)).message_id(), Some(&*id));
}

#[test]
fn each_edition_is_a_message_of_its_own() {
    let first = samples::edition(What::Request);
    let editions = [
        first,
        Edition { what: What::Cancel, ..first },
        Edition { sequence: 1, ..first },
        Edition { mailing: 1, ..first },
        Edition { sequence: 1, mailing: 1, ..first },
    ];
    let written = || editions.map(|edition| write_edition(&Sample::meeting(), Language::De, edition));
    assert_eq!(written(), written());
    let ids: BTreeSet<String> = written().iter().map(|raw| read(raw).message_id().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), editions.len());
}

#[test]
fn every_part_arrives_as_it_was_written() {
    let editions = [What::Request, What::Cancel].map(samples::edition);
    for (sample, edition) in Sample::all().iter().flat_map(|sample| editions.map(|edition| (sample, edition))) {
        for language in Language::ALL {
            let raw = write_edition(sample, language, edition);
            let message = read(&raw);
            let (invitation, recipient) = (sample.invitation(), sample.recipient());
            let content = server_mail(&invitation, &recipient, language, &samples::sender(), edition.what);
            let place = format!("{} {:?} {language:?}", sample.name, edition.what);
            assert_eq!(message.subject(), Some(&*content.subject), "{place}");
            let plain = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
            assert_eq!(plain(&message.body_text(0).unwrap()), plain(&content.text), "{place}");
            assert_eq!(plain(&message.body_html(0).unwrap()), plain(&content.html), "{place}");
        }
    }
}

#[test]
fn a_meeting_is_asked_for_within_the_alternative_and_attached() {
    let raw = write(&Sample::meeting(), Language::EnUs);
    let types: Vec<String> = read(&raw)
        .parts
        .iter()
        .map(|part| {
            let kind = part.content_type().unwrap();
            let method = kind.attribute("method").map(|method| format!("; method={method}")).unwrap_or_default();
            let name = part.attachment_name().map(|name| format!("; {name}")).unwrap_or_default();
            format!("{}/{}{method}{name}", kind.ctype(), kind.subtype().unwrap_or_default())
        })
        .collect();
    assert_eq!(
        types,
        [
            "multipart/mixed",
            "multipart/alternative",
            "text/plain",
            "text/html",
            "text/calendar; method=REQUEST",
            "text/calendar; method=REQUEST; invite.ics",
        ]
    );
}

#[test]
fn without_a_start_there_is_no_calendar() {
    let until = Sample { starts: None, ..Sample::meeting() };
    for sample in [Sample::plain(), until] {
        let raw = write(&sample, Language::EnUs);
        assert!(!String::from_utf8_lossy(&raw).contains("text/calendar"));
        assert_eq!(read(&raw).parts.len(), 3);
    }
}

#[test]
fn mail_goes_to_the_address_in_punycode() {
    let sample = Sample { address: "Han.Solo@bücher.example".parse().unwrap(), ..Sample::plain() };
    let raw = write(&sample, Language::De);
    assert_eq!(only(read(&raw).to()).1, "Han.Solo@xn--bcher-kva.example");
}

#[test]
fn every_address_that_we_take_can_be_written_to() {
    for address in [
        "a@b.c",
        "\"quoted local\"@example.com",
        "\"a@b\"@example.com",
        "\"Fred\\ Bloggs\"@example.com",
        "o'brien+x@例え.テスト",
    ] {
        let sample = Sample { address: address.parse().unwrap(), ..Sample::meeting() };
        let raw = write(&sample, Language::EnUs);
        let raw = String::from_utf8(raw).unwrap();
        let mut to = raw.lines().filter(|line| line.starts_with("To: "));
        assert!(to.next().unwrap().ends_with(&format!(" <{}>", sample.address.to_ascii())), "{address}");
    }
}
