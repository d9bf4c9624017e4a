//! Texts of clients, made fit to stand in a mail.
//!
//! Escaping is left to whoever knows the place (the template engine, the calendar and MIME writers). What happens here holds
//! for every place: no character that breaks out of a line or turns the reading direction around, no unending name, and
//! nothing that a mail program turns into a link, because whoever reads our mail trusts the links in it.

use spaces_model::{characters, has_glyph, one_line, visible};

/// The longest name, in grapheme clusters.
const MAX_NAME: usize = 60;

/// What parts text so that no mail program sees a link in it: no width, no glyph, and no part of any host name or scheme.
const ZERO_WIDTH_NON_JOINER: char = '\u{200c}';

/// A name or a title: one line, at most 60 grapheme clusters, with an ellipsis where it was cut. `None` if nothing is left.
pub(crate) fn name(text: &str) -> Option<String> {
    let line = one_line(text);
    let mut clusters = characters(&line);
    let mut cut: String = clusters.by_ref().take(MAX_NAME).collect();
    if clusters.next().is_some() {
        let kept: String = characters(&cut).take(MAX_NAME - 1).collect();
        cut = format!("{}…", kept.trim_end());
    }
    shown(&cut)
}

/// A title, however long: one line. `None` if nothing is left.
pub(crate) fn title(text: &str) -> Option<String> {
    shown(&one_line(text))
}

fn shown(line: &str) -> Option<String> {
    has_glyph(line).then(|| unlinked(line))
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

fn is_line_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
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
