//! The headers of messages, checked byte by byte (RFC 5322, RFC 2047) and with two independent parsers. `checks/run.py`
//! parses the same names with a third.

use std::sync::LazyLock;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use mailparse::{MailAddr, MailHeaderMap};
use regex::Regex;
use spaces_content::{Language, mime, server_mail};
use spaces_model::ItipMethod;
use unicode_segmentation::UnicodeSegmentation;

use crate::names::{joined, names, titles};
use crate::samples::{self, Sample};

fn write(sample: &Sample, language: Language) -> String {
    let edition = samples::edition(ItipMethod::Request);
    let raw = mime(&sample.invitation(), &sample.recipient(), language, &samples::sender(), edition);
    String::from_utf8(raw).unwrap()
}

fn named(name: &str) -> Sample {
    Sample { inviter: Some(name.to_owned()), recipient: Some(name.to_owned()), ..Sample::meeting() }
}

/// An encoded word (RFC 2047 section 2).
static WORD: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"=\?([a-z0-9-]+)\?([BQ])\?([^? ]*)\?=").unwrap());
/// Matches an encoded word that touches something else.
static TOUCHED: LazyLock<Regex> = LazyLock::new(|| Regex::new("[^ ]\0|\0[^ ]").unwrap());
static FOLDED: LazyLock<Regex> = LazyLock::new(|| Regex::new("\r\n[ \t]").unwrap());
/// Matches an address without a name, with a quoted one, or with one in encoded words.
static MAILBOX: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"^(?:"(?:[^"\\]|\\.)*" |(?:=\?[^? ]+\?[BQ]\?[^? ]*\?= )+)?<[^<> ]+>$"#).unwrap());

/// Checks the rules of RFC 5322 and RFC 2047 for the lines of a header.
fn check_lines(raw: &str) {
    let head = raw.split("\r\n\r\n").next().unwrap();
    for line in head.split("\r\n") {
        assert!(line.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{line:?}");
        let limit = if line.contains("=?") { 76 } else { 998 };
        assert!(line.len() <= limit && !line.trim().is_empty(), "{line:?}");
        for word in WORD.captures_iter(line) {
            assert!(word[0].len() <= 75, "{line:?}");
            let bytes = match &word[2] {
                "B" => BASE64_STANDARD.decode(&word[3]).unwrap(),
                _ => q(&word[3]),
            };
            // Every encoded word contains whole characters (RFC 2047 section 5).
            assert!(String::from_utf8(bytes).is_ok(), "{line:?}");
        }
        // Encoded words are separated from everything around them.
        let around = WORD.replace_all(line, "\0");
        assert!(!TOUCHED.is_match(&around), "{line:?}");
    }
    // A display name that isn't in encoded words is quoted.
    for line in FOLDED.replace_all(head, " ").split("\r\n") {
        if let Some((_, value)) = line.split_once(": ").filter(|(name, _)| ["From", "To", "Reply-To"].contains(name)) {
            assert!(MAILBOX.is_match(value), "{line:?}");
        }
    }
}

/// Decodes the "Q" encoding (RFC 2047 section 4.2).
fn q(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'_' => b' ',
            b'=' => {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            other => other,
        });
    }
    bytes
}

/// Returns the name and the address of a header, as each parser reads them.
fn mailboxes(raw: &str, header: &str) -> [(String, String); 2] {
    let message = mail_parser::MessageParser::default().parse(raw.as_bytes()).unwrap();
    let one = message.header(header).and_then(|value| value.as_address()).and_then(|all| all.first()).unwrap();
    let first = (one.name().unwrap_or_default().to_owned(), one.address().unwrap().to_owned());
    let (headers, _) = mailparse::parse_headers(raw.as_bytes()).unwrap();
    let all = mailparse::addrparse_header(headers.get_first_header(header).unwrap()).unwrap();
    let [MailAddr::Single(one)] = all.as_slice() else { panic!("{all:?}") };
    [first, (one.display_name.clone().unwrap_or_default(), one.addr.clone())]
}

#[test]
fn there_are_many_names_and_titles() {
    assert!(names().len() > 250 && titles().len() > 275, "{} {}", names().len(), titles().len());
}

#[test]
fn every_name_arrives_whole() {
    for name in names() {
        let sample = named(&name);
        let raw = write(&sample, Language::EnUs);
        check_lines(&raw);
        for (header, expected, address) in [
            ("To", name.clone(), "han@falcon.example"),
            ("Reply-To", name.clone(), "alice@avaya.com"),
            ("From", format!("{name} via Spaces"), "invitations@spaces.example"),
        ] {
            for (read, at) in mailboxes(&raw, header) {
                // Names of the opposite direction are isolated in a sentence.
                let read = joined(&read).replace(['\u{2068}', '\u{2069}'], "");
                assert_eq!(read, joined(&expected), "{raw}");
                assert_eq!(at, address, "{raw}");
            }
        }
    }
}

#[test]
fn every_subject_arrives_whole() {
    for title in titles() {
        let sample = Sample { title: title.clone(), ..Sample::meeting() };
        for language in [Language::EnUs, Language::Ja] {
            let raw = write(&sample, language);
            check_lines(&raw);
            let (invitation, recipient) = (sample.invitation(), sample.recipient());
            let content = server_mail(&invitation, &recipient, language, &samples::sender(), ItipMethod::Request);
            let message = mail_parser::MessageParser::default().parse(raw.as_bytes()).unwrap();
            assert_eq!(message.subject(), Some(&*content.subject), "{raw}");
            let (headers, _) = mailparse::parse_headers(raw.as_bytes()).unwrap();
            assert_eq!(headers.get_first_value("Subject").as_deref(), Some(&*content.subject), "{raw}");
        }
    }
}

#[test]
fn a_title_is_whole_in_the_mail_and_cut_at_a_word_in_its_subject() {
    for title in titles() {
        let sample = Sample { title: title.clone(), ..Sample::meeting() };
        let (invitation, recipient) = (sample.invitation(), sample.recipient());
        let content = server_mail(&invitation, &recipient, Language::EnUs, &samples::sender(), ItipMethod::Request);
        assert!(joined(&content.text).contains(&joined(&title)), "{title}");
        let (subject, title) = (joined(&content.subject), joined(&title));
        let (_, shown) = subject.split_once('“').unwrap();
        let (shown, _) = shown.rsplit_once('”').unwrap();
        let shown = shown.trim_matches(['\u{2068}', '\u{2069}']);
        assert!(shown.graphemes(true).count() <= 60, "{shown}");
        let kept = if title.graphemes(true).count() > 60 { shown.strip_suffix('…').unwrap() } else { shown };
        assert!(title.starts_with(kept), "{shown} of {title}");
        let ends: Vec<usize> = title.split_word_bound_indices().map(|(start, word)| start + word.len()).collect();
        let is_cut_in_word = kept.len() < title.len() && !ends.contains(&kept.len());
        assert!(!is_cut_in_word || kept.graphemes(true).count() == 59, "{shown} of {title}");
    }
}
