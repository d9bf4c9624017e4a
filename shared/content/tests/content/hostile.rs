//! Malicious names, titles and descriptions in all formats.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::nasty;
use crate::samples::{self, Sample};
use linkify::{LinkFinder, LinkKind};
use mail_parser::{Message, MessageParser};
use proptest::prelude::*;
use regex::Regex;
use spaces_content::{Content, Language, calendar, client_mail, mime, outlook_item, server_mail};
use spaces_model::ItipMethod;

/// One language of each direction.
const LANGUAGES: [Language; 2] = [Language::EnUs, Language::Ar];

#[test]
fn the_list_is_long() {
    assert!(nasty::texts().len() > 300, "{}", nasty::texts().len());
}

#[test]
fn no_nasty_text_gets_through() {
    for harmless in LANGUAGES.map(|language| Harmless::new(language, ItipMethod::Request)) {
        for text in nasty::texts() {
            harmless.check(&text);
        }
    }
}

#[test]
fn no_nasty_text_gets_through_a_cancellation() {
    let harmless = Harmless::new(Language::EnUs, ItipMethod::Cancel);
    for text in nasty::texts() {
        harmless.check(&text);
    }
}

static HARMLESS: LazyLock<Harmless> = LazyLock::new(|| Harmless::new(Language::He, ItipMethod::Request));

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn no_arbitrary_text_gets_through(text in any::<String>()) {
        HARMLESS.check(&text);
    }

    #[test]
    fn no_text_of_dangerous_pieces_gets_through(pieces in prop::collection::vec(prop::sample::select(nasty::texts()), 1..6)) {
        HARMLESS.check(&pieces.concat());
    }
}

/// Returns an invitation with this text in every place where a client can put one.
fn hostile(text: &str) -> Sample {
    Sample {
        title: text.to_owned(),
        description: text.to_owned(),
        inviter: Some(text.to_owned()),
        recipient: Some(text.to_owned()),
        zone: Some(text.to_owned()),
        knows_inviter: false,
        ..Sample::meeting()
    }
}

/// The output for the same invitation with harmless texts.
struct Harmless {
    language: Language,
    what: ItipMethod,
    tags: HashSet<String>,
    headers: Vec<String>,
    parts: usize,
    properties: Vec<String>,
}

impl Harmless {
    fn new(language: Language, what: ItipMethod) -> Self {
        let sample = hostile("A https://b.example");
        let raw = write(&sample, language, what);
        let message = MessageParser::default().parse(&raw).unwrap();
        Self {
            language,
            what,
            tags: documents(&sample, language, what).iter().flat_map(|content| tags(&content.html)).collect(),
            headers: headers(&message),
            parts: message.parts.len(),
            properties: properties(&entry(&sample, language, what)),
        }
    }

    /// Checks that an invitation with this text differs from the harmless one only in the text.
    fn check(&self, text: &str) {
        let sample = hostile(text);
        for content in documents(&sample, self.language, self.what) {
            check_characters(&content.subject, "");
            check_characters(&content.text, "\n");
            check_characters(&content.html, "\n");
            check_structure(&content.html, &self.tags);
            check_links(&content, &sample);
        }
        self.check_message(&sample);
        self.check_calendar(&entry(&sample, self.language, self.what));
    }

    fn check_message(&self, sample: &Sample) {
        let raw = write(sample, self.language, self.what);
        let text = std::str::from_utf8(&raw).unwrap();
        assert!(text.is_ascii());
        assert!(text.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n', '\0'])), "{text}");
        let message = MessageParser::default().parse(&raw).unwrap();
        assert_eq!(headers(&message), self.headers, "{text}");
        assert_eq!(message.parts.len(), self.parts, "{text}");
        for (header, address) in [
            (message.from(), "invitations@spaces.example"),
            (message.to(), sample.address.as_typed()),
            (message.reply_to(), sample.inviter_address.as_ref().unwrap().as_typed()),
        ] {
            let addresses: Vec<_> = header.unwrap().iter().map(|one| one.address().unwrap_or_default()).collect();
            assert_eq!(addresses, [address], "{text}");
        }
        let [_, _, content] = documents(sample, self.language, self.what);
        assert_eq!(message.subject(), Some(&*content.subject), "{text}");
        assert_eq!(message.body_text(0).unwrap().replace("\r\n", "\n").trim_end(), content.text.trim_end(), "{text}");
    }

    fn check_calendar(&self, calendar: &str) {
        assert_eq!(properties(calendar), self.properties, "{calendar}");
        for line in calendar.split_terminator("\r\n") {
            assert!(line.len() <= 75, "{line:?}");
            assert!(!line.chars().any(char::is_control), "{line:?}");
        }
    }
}

fn documents(sample: &Sample, language: Language, what: ItipMethod) -> [Content; 3] {
    let invitation = sample.invitation();
    [
        client_mail(&invitation, language, &samples::brand()),
        outlook_item(&invitation, language, &samples::brand()),
        server_mail(&invitation, &sample.recipient(), language, &samples::sender(), what),
    ]
}

fn write(sample: &Sample, language: Language, what: ItipMethod) -> Vec<u8> {
    let edition = samples::edition(what);
    mime(&sample.invitation(), &sample.recipient(), language, &samples::sender(), edition)
}

fn entry(sample: &Sample, language: Language, what: ItipMethod) -> String {
    let edition = samples::edition(what);
    calendar(&sample.invitation(), &sample.recipient(), language, &samples::sender(), edition).unwrap()
}

fn headers(message: &Message<'_>) -> Vec<String> {
    message.headers().iter().map(|header| header.name().to_owned()).collect()
}

fn properties(calendar: &str) -> Vec<String> {
    let unfolded = calendar.replace("\r\n ", "");
    let names = unfolded.split_terminator("\r\n").map(|line| line.split([':', ';']).next().unwrap_or_default());
    names.map(str::to_owned).collect()
}

/// Checks that no character breaks a line or reverses the direction, and that every isolate is closed.
fn check_characters(text: &str, breaks: &str) {
    let mut isolates = 0;
    for character in text.chars() {
        assert!(!character.is_control() || breaks.contains(character), "{character:?} in {text:?}");
        match character {
            '\u{2068}' => isolates += 1,
            '\u{2069}' => isolates -= 1,
            '\u{202a}'..='\u{202e}'
            | '\u{2066}'
            | '\u{2067}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{61c}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}' => panic!("{character:?} in {text:?}"),
            _ => {}
        }
        assert!((0..=1).contains(&isolates), "{text:?}");
    }
    assert_eq!(isolates, 0, "{text:?}");
}

/// Checks that the document has no tag and no attribute that a harmless one doesn't have.
fn check_structure(html: &str, known: &HashSet<String>) {
    for tag in tags(html) {
        assert!(["<br>", "<br />", "<span>"].contains(&&*tag) || known.contains(&tag), "{tag} in {html}");
    }
}

/// Returns the tags with their attributes, except for the label that contains the subject.
fn tags(html: &str) -> impl Iterator<Item = String> {
    static TAG: LazyLock<Regex> = LazyLock::new(|| Regex::new("<[^>]*>").unwrap());
    static LABEL: LazyLock<Regex> = LazyLock::new(|| Regex::new("aria-label=\"[^\"]*\"").unwrap());
    TAG.find_iter(html).map(|tag| LABEL.replace(tag.as_str(), "").into_owned())
}

/// Checks that mail programs make nothing clickable except the link, the unsubscribe link, and the addresses of people
/// who are shown by their address.
fn check_links(content: &Content, sample: &Sample) {
    static MARKUP: LazyLock<Regex> = LazyLock::new(|| Regex::new("(?s)<style.*?</style>|<!--.*?-->|<[^>]*>").unwrap());
    let visible = MARKUP.replace_all(&content.html, " ").replace("&amp;", "&").replace("&#38;", "&");
    let mut finder = LinkFinder::new();
    finder.url_must_have_scheme(false);
    for text in [&content.subject, &content.text, &*visible] {
        let ours = [&*sample.link, samples::STOP, samples::PRIVACY, samples::SUPPORT];
        for link in finder.links(text) {
            let addresses = [sample.address.as_typed(), sample.inviter_address.as_ref().unwrap().as_typed()];
            let marks = |character: char| !character.is_ascii_alphanumeric();
            match link.kind() {
                LinkKind::Email if !samples::SUPPORT.ends_with(link.as_str()) => {
                    assert!(addresses.contains(&link.as_str().trim_matches(marks)), "{} in {text}", link.as_str());
                }
                LinkKind::Email => {}
                _ => assert!(ours.contains(&link.as_str()), "{} in {text}", link.as_str()),
            }
        }
    }
}
