//! Texts of clients, made fit to stand in a mail.
//!
//! Escaping is left to whoever knows the place (the template engine, the calendar and MIME writers). What happens here holds
//! for every place: no character that breaks out of a line or turns the reading direction around, no unending name, and
//! nothing that a mail program turns into a link, because whoever reads our mail trusts the links in it.

use unicode_segmentation::UnicodeSegmentation;

/// The longest name, in grapheme clusters.
const MAX_NAME: usize = 60;

/// The most characters of one grapheme cluster: a family with skin tones has 11, a stack of combining marks has no end.
const MAX_CLUSTER: usize = 12;

/// What parts text so that no mail program sees a link in it: no width, no glyph, and no part of any host name or scheme.
const ZERO_WIDTH_NON_JOINER: char = '\u{200c}';

/// A name or a title: one line, at most 60 grapheme clusters, with an ellipsis where it was cut. `None` if nothing is left.
pub(crate) fn name(text: &str) -> Option<String> {
    let line = text.split(is_blank).map(visible).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let mut clusters = line.graphemes(true).map(|cluster| cluster.chars().take(MAX_CLUSTER).collect::<String>());
    let mut cut: String = clusters.by_ref().take(MAX_NAME).collect();
    if clusters.next().is_some() {
        let kept: String = cut.graphemes(true).take(MAX_NAME - 1).collect();
        cut = format!("{}…", kept.trim_end());
    }
    (!cut.is_empty()).then(|| unlinked(&cut))
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

/// The text without control characters and without invisible ones that deceive the reader, its blanks plain.
fn visible(text: &str) -> String {
    text.chars().filter(|&character| !is_deceptive(character)).map(|c| if is_blank(c) { ' ' } else { c }).collect()
}

fn is_blank(character: char) -> bool {
    character.is_whitespace() || is_line_break(character) || matches!(character, '\u{180e}' | '\u{2800}' | '\u{3164}')
}

fn is_line_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Controls, direction marks and overrides, and everything without width but the joiners, which emoji, Persian and the
/// scripts of India need.
fn is_deceptive(character: char) -> bool {
    (character.is_control() && !is_blank(character))
        || matches!(
            character,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{17b4}'
                | '\u{17b5}'
                | '\u{180b}'..='\u{180d}'
                | '\u{180f}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffc}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
                | '\u{fffe}'
                | '\u{ffff}'
        )
}

/// The text with a zero-width character wherever a mail program would see the beginning of a link, a host name or an address
/// in it, or a MIME reader an encoded word (RFC 2047 section 2).
pub(crate) fn unlinked(text: &str) -> String {
    let mut parted = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    let mut before = ' ';
    while let Some(character) = rest.next() {
        parted.push(character);
        let after = rest.peek().copied().unwrap_or(' ');
        let parts = match character {
            ':' => before.is_alphanumeric() && !after.is_whitespace() && !after.is_ascii_digit() || after == '/',
            '.' | '。' | '．' | '｡' | '․' => before.is_alphanumeric() && after.is_alphanumeric(),
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
    parted
}
