//! The message that is handed to SES, as a mail program reads it.

use std::collections::BTreeSet;

use crate::samples::{self, Sample};
use mail_parser::{Address, Message, MessageParser, MimeHeaders};
use spaces_content::{Edition, Language, client_mail, mime, outlook_item, server_mail};
use spaces_model::ItipMethod;

fn write(sample: &Sample, language: Language) -> Vec<u8> {
    write_edition(sample, language, samples::edition(ItipMethod::Request))
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
fn without_an_inviter_the_product_is_the_sender() {
    let raw = write(&Sample::plain(), Language::EnUs);
    let message = read(&raw);
    assert_eq!(only(message.from()).0, "Spaces");
    assert!(message.reply_to().is_none());
}

#[test]
fn the_headers_describe_the_message() {
    let raw = write(&Sample::meeting(), Language::De);
    let message = read(&raw);
    assert_eq!(message.header_raw("Auto-Submitted").map(str::trim), Some("auto-generated"));
    assert_eq!(message.header_raw("Content-Language").map(str::trim), Some("de"));
    assert_eq!(message.header_raw("MIME-Version").map(str::trim), Some("1.0"));
    assert_eq!(message.date().map(mail_parser::DateTime::to_rfc3339).as_deref(), Some("2026-11-21T09:00:00Z"));
}

#[test]
fn every_message_has_the_unsubscribe_link_in_headers_and_footer() {
    for what in [ItipMethod::Request, ItipMethod::Cancel] {
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
fn the_message_id_is_stable_and_does_not_reveal_the_invitation() {
    let raw = write(&Sample::meeting(), Language::De);
    let id = read(&raw).message_id().unwrap().to_owned();
    assert!(id.ends_with("@spaces.example") && !id.contains(samples::INVITE_ID), "{id}");
    assert_eq!(read(&write(&Sample::meeting(), Language::Ja)).message_id(), Some(&*id));
}

#[test]
fn each_edition_is_a_message_of_its_own() {
    let first = samples::edition(ItipMethod::Request);
    let editions = [
        first,
        Edition { what: ItipMethod::Cancel, ..first },
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
    let editions = [ItipMethod::Request, ItipMethod::Cancel].map(samples::edition);
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
fn the_meeting_request_is_an_alternative_and_attached() {
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
fn the_logo_is_a_part_of_the_message_that_its_html_names() {
    let sample = Sample::plain();
    let (invitation, recipient) = (sample.invitation(), sample.recipient());
    let raw = mime(&invitation, &recipient, Language::EnUs, &samples::acme(), samples::edition(ItipMethod::Request));
    let message = read(&raw);
    let kinds: Vec<_> =
        message.parts.iter().filter_map(|part| part.content_type()).map(|kind| kind.subtype()).collect();
    assert_eq!(kinds, ["alternative", "plain", "related", "html", "png"].map(Some));
    let logo = message.parts.last().unwrap();
    assert_eq!(logo.contents(), samples::acme().brand.logo().unwrap().bytes());
    let (html, id) = (message.body_html(0).unwrap(), logo.content_id().unwrap());
    assert!(html.contains(&format!("<img src=\"cid:{id}\" width=\"200\" height=\"40\" alt=\"Acme Rooms\"")), "{html}");
    assert_eq!(html.matches("src=").count(), 1);
}

#[test]
fn the_brand_is_the_same_in_every_channel() {
    let (sample, sender) = (Sample::meeting(), samples::acme());
    let (invitation, recipient, brand) = (sample.invitation(), sample.recipient(), &sender.brand);
    let mail = server_mail(&invitation, &recipient, Language::EnUs, &sender, ItipMethod::Request);
    let client = client_mail(&invitation, Language::EnUs, brand);
    let outlook = outlook_item(&invitation, Language::EnUs, brand);
    for content in [&mail, &client, &outlook] {
        for said in ["Acme Rooms", "#f2b705", "https://acme.example/help", samples::PRIVACY, samples::SUPPORT] {
            assert!(content.html.contains(said), "{said} in {}", content.html);
        }
        assert!(!content.html.contains("Spaces") && !content.text.contains("Spaces"), "{}", content.html);
    }
    // Content that clients send has no part that could hold the logo.
    assert!(!client.html.contains("<img") && !outlook.html.contains("<img"));
    assert!(client.text.contains("This invitation was created with Acme Rooms."));
    let raw = mime(&invitation, &recipient, Language::EnUs, &sender, samples::edition(ItipMethod::Request));
    assert_eq!(only(read(&raw).from()).0, "Alice Example via Acme Rooms");
}

#[test]
fn only_recipients_who_know_the_inviter_get_clickable_links() {
    let description = "Agenda: https://wiki.example/agenda\nOr ask bob@wiki.example.".to_owned();
    for knows_inviter in [true, false] {
        let sample = Sample { description: description.clone(), knows_inviter, ..Sample::meeting() };
        let raw = write(&sample, Language::EnUs);
        let message = read(&raw);
        let (text, html) = (message.body_text(0).unwrap(), message.body_html(0).unwrap());
        let calendar = message.parts.last().unwrap().text_contents().unwrap().replace("\r\n ", "");
        assert_eq!(html.contains("href=\"https://wiki.example/agenda\""), knows_inviter, "{html}");
        assert_eq!(
            html.contains("https<span>:</span><span>/</span>/wiki<span>.</span>example/agenda"),
            !knows_inviter,
            "{html}"
        );
        let spelled = if knows_inviter { "https://wiki.example/agenda" } else { "https[:]//wiki[.]example/agenda" };
        assert!(text.contains(spelled) && calendar.contains(spelled), "{text} {calendar}");
        assert_eq!(html.contains("can’t be clicked"), !knows_inviter);
        assert_eq!(text.contains("contain brackets"), !knows_inviter);
        // There are no invisible characters that somebody could copy by accident.
        assert!(!text.contains('\u{200c}') && !html.contains('\u{200c}'), "{text} {html}");
    }
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
fn mail_can_be_sent_to_every_accepted_address() {
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
