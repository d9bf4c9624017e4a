//! Texts of clients, made fit to stand in a mail.
//!
//! Escaping is left to whoever knows the place (the template engine, the calendar and MIME writers). What happens here holds
//! for every place: no character that breaks out of a line or turns the reading direction around, no unending name, and
//! nothing that a mail program turns into a link, because whoever reads our mail trusts the links in it.

use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;
use unicode_segmentation::UnicodeSegmentation;

/// The longest name, in grapheme clusters.
const MAX_NAME: usize = 60;

/// The most characters of one grapheme cluster: a family with skin tones has 11, a stack of combining marks has no end.
const MAX_CLUSTER: usize = 12;

/// What parts text so that no mail program sees a link in it: no width, no glyph, and no part of any host name or scheme.
const ZERO_WIDTH_NON_JOINER: char = '\u{200c}';

/// A name or a title: one line, at most 60 grapheme clusters, with an ellipsis where it was cut. `None` if nothing is left.
pub(crate) fn name(text: &str) -> Option<String> {
    let line = line(text);
    let mut clusters = line.graphemes(true);
    let mut cut: String = clusters.by_ref().take(MAX_NAME).collect();
    if clusters.next().is_some() {
        let kept: String = cut.graphemes(true).take(MAX_NAME - 1).collect();
        cut = format!("{}…", kept.trim_end());
    }
    shown(&cut)
}

/// A title, however long: one line. `None` if nothing is left.
pub(crate) fn title(text: &str) -> Option<String> {
    shown(&line(text))
}

/// The text on one line, without runs of blanks.
fn line(text: &str) -> String {
    let line = visible(text);
    let line = line.split(is_blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    line.graphemes(true).flat_map(|cluster| cluster.chars().take(MAX_CLUSTER)).collect()
}

fn shown(line: &str) -> Option<String> {
    line.chars().any(|character| !is_joiner(character)).then(|| unlinked(line))
}

/// A description: its lines, without runs of more than one empty line.
pub(crate) fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.replace("\r\n", "\n").split(is_line_break) {
        let line = visible(line);
        let line = line.trim();
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(unlinked(line));
        }
    }
    if lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// An address that has more in it than letters and digits: whole, on one line.
pub(crate) fn address(text: &str) -> String {
    unlinked(&visible(text))
}

/// The text without control characters and without invisible ones that deceive the reader, its blanks plain.
fn visible(text: &str) -> String {
    text.chars()
        .filter(|&character| !is_deceptive(character))
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect()
}

/// A blank, or a character that looks like one.
fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\u{2800}')
}

fn is_line_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Controls, and all that is meant to be invisible (direction marks and overrides are), but not the joiners and variation
/// selectors, which emoji, Persian and the scripts of India need. HTML forbids noncharacters.
fn is_deceptive(character: char) -> bool {
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character);
    character.is_control() && !character.is_whitespace()
        || ignorable && !is_joiner(character)
        || matches!(character, '\u{fff9}'..='\u{fffc}' | '\u{fdd0}'..='\u{fdef}')
        || u32::from(character) & 0xfffe == 0xfffe
}

fn is_joiner(character: char) -> bool {
    matches!(character, ZERO_WIDTH_NON_JOINER | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

/// The text with a zero-width character wherever a mail program would see the beginning of a link, a host name or an address
/// in it, or a MIME reader an encoded word (RFC 2047 section 2).
fn unlinked(text: &str) -> String {
    let mut parted = String::with_capacity(text.len());
    for token in text.split_inclusive(' ') {
        // "2.0" and "10.30" are no hosts, "192.0.2.1" is one.
        let numbers_are_hosts = token.matches('.').count() >= 3;
        let mut before = ' ';
        let mut rest = token.chars().peekable();
        while let Some(character) = rest.next() {
            parted.push(character);
            let after = rest.peek().copied().unwrap_or(' ');
            let parts = match character {
                ':' => after == '/' || before.is_alphanumeric() && after != ' ' && !after.is_ascii_digit(),
                '.' if before.is_ascii_digit() && after.is_ascii_digit() => numbers_are_hosts,
                '.' | '。' | '．' | '｡' | '․' => after.is_alphanumeric(),
                '@' | '＠' => after.is_alphanumeric() || after == '[',
                '/' | '\\' => after == character,
                '=' => after == '?',
                _ => false,
            };
            if parts {
                parted.push(ZERO_WIDTH_NON_JOINER);
            }
            before = character;
        }
    }
    parted
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with what parts links made visible.
    fn shown(text: Option<String>) -> String {
        text.unwrap_or_default().replace(ZERO_WIDTH_NON_JOINER, "|")
    }

    #[test]
    fn a_name_is_one_line_of_visible_characters() {
        for (from, to) in [
            ("Alice", "Alice"),
            ("  Alice \t\r\n Example\u{a0}", "Alice Example"),
            ("Al\0i\u{7}ce", "Alice"),
            ("Alice\u{202e}moc.live\u{202c}", "Alicemoc.|live"),
            ("a\u{2066}b\u{2069}c\u{200f}d\u{feff}e\u{ad}f", "abcdef"),
            ("one\u{2028}two\u{2029}three\u{85}four", "one two three four"),
            ("\u{fdd0}\u{1fffe}x\u{e0041}", "x"),
            ("👩🏽‍🚀 ❤️", "👩🏽‍🚀 ❤️"),
            ("می\u{200c}خواهم", "می|خواهم"),
        ] {
            assert_eq!(shown(name(from)), to, "{from:?}");
        }
    }

    #[test]
    fn what_leaves_nothing_to_see_is_no_name() {
        for nothing in ["", " ", "\r\n", "\0\u{200b}\u{202e}", "\u{3164}", "\u{200d}\u{fe0f}", "\u{2800} "] {
            assert_eq!(name(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn a_long_name_is_cut_between_grapheme_clusters() {
        let family = "👨‍👩‍👧‍👦";
        assert_eq!(name(&family.repeat(60)), Some(family.repeat(60)));
        assert_eq!(name(&family.repeat(61)), Some(family.repeat(59) + "…"));
        assert_eq!(name(&"é".repeat(61)), Some("é".repeat(59) + "…"));
        assert_eq!(name(&format!("{} b", "a".repeat(59))), Some("a".repeat(59) + "…"));
    }

    #[test]
    fn a_stack_of_marks_is_no_way_to_be_long() {
        let stacked = format!("Z{}algo", "\u{336}".repeat(500));
        assert_eq!(name(&stacked).map(|name| name.chars().count()), Some(12 + 4));
    }

    #[test]
    fn what_looks_like_a_link_is_parted() {
        for (from, to) in [
            ("https://evil.example/a", "https:|/|/evil.|example/a"),
            ("www.evil.example", "www.|evil.|example"),
            ("evil.com", "evil.|com"),
            ("evil。com", "evil。|com"),
            ("¥.AI", "¥.|AI"),
            ("alice@evil.com", "alice@|evil.|com"),
            ("mailto:alice", "mailto:|alice"),
            ("\\\\host\\share", "\\|\\host\\share"),
            ("192.0.2.1", "192.|0.|2.|1"),
            ("=?utf-8?b?AAAA?=", "=|?utf-8?b?AAAA?="),
            ("Sprint 2.0: at 10:30, e.g. here", "Sprint 2.0: at 10:30, e.|g. here"),
            ("Alice @ Work", "Alice @ Work"),
        ] {
            assert_eq!(shown(name(from)), to, "{from:?}");
        }
    }

    #[test]
    fn a_description_keeps_its_lines() {
        let lines = lines("\r\n\none\r\n\r\n\r\n  two\u{2028}three\tfour\n\n");
        assert_eq!(lines, ["one", "", "two", "three four"]);
        assert!(super::lines(" \n\u{200b}\n").is_empty());
    }
}
