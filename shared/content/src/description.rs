//! The inviter's description of the space.
//!
//! If the reader knows the inviter, links in the description are clickable. Otherwise they are text that can be copied:
//! it has no invisible characters, and is written so that mail programs should not turn it into links. ADR 59 explains
//! how, and the limits of this.

use spaces_model::EmailAddress;
use url::Url;

use crate::clean::{self, separators};

/// A description split into the pieces that documents render.
#[derive(Debug, Default)]
pub(crate) struct RenderedDescription {
    lines: Vec<Vec<Piece>>,
}

/// A part of a line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Text.
    Text(String),
    /// A character that keeps a stranger's text from becoming a link: an element of its own in HTML, in brackets in
    /// plain text.
    Mark(char),
    /// A link that shows its own target.
    Link(String),
}

impl RenderedDescription {
    /// Splits a description into pieces. Its links stay links only if `is_trusted`.
    pub(crate) fn new(text: &str, is_trusted: bool) -> Self {
        let read = if is_trusted { linked } else { unlinked };
        let lines: Vec<Vec<Piece>> = clean::lines(text).iter().map(|line| read(line)).collect();
        Self { lines }
    }

    pub(crate) fn lines(&self) -> &[Vec<Piece>] {
        &self.lines
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Returns whether a stranger's link was neutralized, so that the plain text has brackets that the inviter didn't
    /// write.
    pub(crate) fn is_marked(&self) -> bool {
        self.lines.iter().flatten().any(|piece| matches!(piece, Piece::Mark(mark) if !is_slash(*mark)))
    }

    /// Returns the lines as plain text.
    pub(crate) fn text(&self) -> impl Iterator<Item = String> {
        self.lines.iter().map(|line| {
            line.iter().fold(String::new(), |mut text, piece| {
                match piece {
                    Piece::Text(part) | Piece::Link(part) => text.push_str(part),
                    Piece::Mark(mark) if is_slash(*mark) => text.push(*mark),
                    Piece::Mark(mark) => text.extend(['[', *mark, ']']),
                }
                text
            })
        })
    }
}

/// Returns whether a mark needs no brackets in plain text.
fn is_slash(mark: char) -> bool {
    matches!(mark, '/' | '／')
}

/// Splits a line of an inviter whom the reader doesn't know.
fn unlinked(line: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    for (character, parts) in separators(line) {
        if parts {
            if !text.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
            }
            pieces.push(Piece::Mark(character));
        } else {
            text.push(character);
        }
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    pieces
}

/// Splits a line of an inviter whom the reader knows.
fn linked(line: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    for word in line.split_inclusive(' ') {
        let Some((before, target, after)) = target(word) else {
            text.push_str(word);
            continue;
        };
        text.push_str(before);
        if !text.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut text)));
        }
        pieces.push(Piece::Link(target));
        text.push_str(after);
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    pieces
}

/// Returns the URL in a word with the text before and after it, if the URL is safe to be a link.
fn target(word: &str) -> Option<(&str, String, &str)> {
    let start = ["https://", "http://", "mailto:"].iter().filter_map(|scheme| word.find(scheme)).min()?;
    let (before, rest) = word.split_at_checked(start)?;
    if before.chars().any(char::is_alphanumeric) {
        return None;
    }
    let mut end = rest.trim_end().trim_end_matches(['.', ',', ';', ':', '!', '?', '"', '\'', '>', '»', '”', '’', '…']);
    // A closing bracket without an opening one in the URL belongs to the sentence.
    for (open, close) in [('(', ')'), ('[', ']')] {
        while end.matches(close).count() > end.matches(open).count()
            && let Some(shorter) = end.strip_suffix(close)
        {
            end = shorter.trim_end_matches(['.', ',', ';', ':', '!', '?']);
        }
    }
    let after = rest.get(end.len()..)?;
    Some((before, shown_target(end)?, after))
}

/// Returns the URL as it is shown and followed, with its host in punycode.
fn shown_target(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let is_web = matches!(url.scheme(), "https" | "http");
    let is_safe = if is_web {
        url.username().is_empty() && url.password().is_none() && url.domain().is_some_and(|domain| domain.contains('.'))
    } else {
        url.query().is_none() && url.fragment().is_none() && url.path().parse::<EmailAddress>().is_ok()
    };
    let is_typed = url.as_str().strip_prefix(text).is_some_and(|rest| rest.is_empty() || rest == "/");
    is_safe.then(|| if is_typed { text.to_owned() } else { url.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Renders the pieces with links in angle brackets and marks in square ones.
    fn shown(text: &str, is_trusted: bool) -> String {
        let description = RenderedDescription::new(text, is_trusted);
        description.lines().iter().flatten().fold(String::new(), |shown, piece| match piece {
            Piece::Text(text) => shown + text,
            Piece::Mark(mark) => format!("{shown}[{mark}]"),
            Piece::Link(target) => format!("{shown}<{target}>"),
        })
    }

    #[test]
    fn links_of_a_known_inviter_lead_where_they_say() {
        for (text, expected) in [
            ("See https://example.com/a?b=c&d#e.", "See <https://example.com/a?b=c&d#e>."),
            ("https://example.com", "<https://example.com>"),
            ("(http://example.com/a_(b))", "(<http://example.com/a_(b)>)"),
            (
                "\"https://example.com/\", and mailto:ana@example.com!",
                "\"<https://example.com/>\", and <mailto:ana@example.com>!",
            ),
            ("https://bücher.example/ä", "<https://xn--bcher-kva.example/%C3%A4>"),
            ("https://аpple.example", "<https://xn--pple-43d.example/>"),
            ("https://EXAMPLE.com/A", "<https://example.com/A>"),
            ("two https://a.example https://b.example", "two <https://a.example> <https://b.example>"),
        ] {
            assert_eq!(shown(text, true), expected);
        }
    }

    #[test]
    fn a_url_that_could_mislead_is_not_a_link() {
        for text in [
            "https://user:secret@example.com/",
            "https://bank.example@evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://example.com",
            "file:///etc/passwd",
            "mailto:ana@example.com?bcc=eve@evil.example",
            "mailto:ana",
            "https://localhost/",
            "https://",
            "xhttps://example.com",
            "www.example.com",
        ] {
            assert_eq!(shown(text, true), text);
        }
    }

    #[test]
    fn links_of_a_stranger_are_text_in_pieces() {
        for (text, expected) in [
            ("See https://evil.example/a.", "See https[:][/]/evil[.]example/a."),
            ("www.evil.com", "www[.]evil[.]com"),
            ("eve@evil.com", "eve[@]evil[.]com"),
            ("e.g. at 10.30: bring 2.0", "e.g. at 10.30: bring 2.0"),
        ] {
            assert_eq!(shown(text, false), expected);
        }
    }

    #[test]
    fn plain_text_has_no_invisible_characters_and_marks_its_changes() {
        let text =
            |text: &str, is_trusted| RenderedDescription::new(text, is_trusted).text().collect::<Vec<_>>().join("\n");
        assert_eq!(text("https://evil.example/a\n\nb", false), "https[:]//evil[.]example/a\n\nb");
        assert_eq!(text("https://example.com/a", true), "https://example.com/a");
    }
}
