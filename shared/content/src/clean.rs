//! Sanitizes text from clients before it is put into a mail.
//!
//! Escaping is the task of the template engine and of the calendar and MIME writers. The rules here hold in every
//! context: no character that breaks out of a line or reverses the reading direction, no name of unlimited length, and,
//! in names and titles, nothing that a mail program turns into a link, because readers trust the links in our mails.
//! Descriptions are handled in [`crate::description`].

use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;
use spaces_model::{characters, has_glyph, one_line, visible};
use unicode_segmentation::UnicodeSegmentation;

/// Maximum length of a name in grapheme clusters.
const MAX_NAME: usize = 60;

/// Divisor of the limit: if a cut between words keeps less than half of the limit, the text is cut within a word.
const MIN_CUT: usize = 2;

/// The character that keeps mail programs from recognizing a link. It has no width and no glyph, and can't be part of a
/// host name or a scheme.
const ZERO_WIDTH_NON_JOINER: char = '\u{200c}';

/// Sanitizes a name, or a title where there is little room: one line of at most 60 grapheme clusters, cut between words
/// and ended with an ellipsis if it is longer. Returns `None` if nothing visible is left.
pub(crate) fn name(text: &str) -> Option<String> {
    shown(&cut(&one_line(text), MAX_NAME))
}

/// Sanitizes a title of any length to one line. Returns `None` if nothing visible is left.
pub(crate) fn title(text: &str) -> Option<String> {
    shown(&one_line(text))
}

fn shown(line: &str) -> Option<String> {
    has_glyph(line).then(|| unlinked(line))
}

/// Splits text into sanitized lines, with at most one empty line in a row.
pub(crate) fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.replace("\r\n", "\n").split(is_line_break) {
        let line = visible(line);
        let line = line.trim();
        let is_empty = !has_glyph(line);
        if !is_empty || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(if is_empty { String::new() } else { line.to_owned() });
        }
    }
    if lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// Sanitizes an address that contains more than letters, digits and common punctuation, without shortening it.
pub(crate) fn address(text: &str) -> String {
    unlinked(&visible(text))
}

/// Replaces all white space except control characters with ordinary spaces. Some plain-text readers show CLDR's narrow
/// and no-break spaces as boxes.
pub(crate) fn plain_spaces(text: &str) -> String {
    text.chars().map(|c| if c.is_whitespace() && !c.is_control() { ' ' } else { c }).collect()
}

/// Cuts a line to at most `max` grapheme clusters including an ellipsis. The cut is between words, or within a word if
/// it would otherwise keep less than half of `max`. In scripts without spaces, UAX 29 allows cuts between characters.
fn cut(line: &str, max: usize) -> String {
    let whole = characters(line).count();
    if whole <= max {
        return line.to_owned();
    }
    let (mut kept, mut length) = (String::new(), 0);
    for word in line.split_word_bounds() {
        let word_length = characters(word).count();
        if length + word_length >= max {
            break;
        }
        kept.push_str(word);
        length += word_length;
    }
    if length < max / MIN_CUT {
        kept = characters(line).take(max - 1).collect();
    }
    let is_dangling = |c: char| c.is_whitespace() || "([{<„“‘«‹「『（–—-:;,、，:：".contains(c);
    format!("{}…", kept.trim_end_matches(is_dangling))
}

fn is_line_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Inserts a zero-width character wherever a mail program would recognize the beginning of a link, a host name or an
/// address, or a MIME reader an encoded word (RFC 2047 section 2).
fn unlinked(text: &str) -> String {
    let mut parted = String::with_capacity(text.len());
    for (character, parts) in separators(text) {
        parted.push(character);
        if parts {
            parted.push(ZERO_WIDTH_NON_JOINER);
        }
    }
    parted
}

/// Returns every character of the text with `true` if a mail program would recognize a link, a host name or an address
/// around it.
///
/// Invisible characters are skipped, as readers and some mail programs do.
pub(crate) fn separators(text: &str) -> Vec<(char, bool)> {
    text.split_inclusive(' ').flat_map(separators_of_token).collect()
}

fn separators_of_token(token: &str) -> Vec<(char, bool)> {
    if !token.chars().any(|character| matches!(plain(character), ':' | '.' | '@' | '/' | '\\' | '=')) {
        return token.chars().map(|character| (character, false)).collect();
    }
    let seen: Vec<char> = token.chars().filter(|&c| !is_ignorable(c)).map(plain).collect();
    // "2.0" and "10.30" are not hosts, but "192.0.2.1" is.
    let numbers_are_hosts = seen.iter().filter(|&&c| c == '.').count() >= 3;
    let is_abbreviation = is_abbreviation(&seen);
    let mut place = 0;
    let part = |character: char| {
        if is_ignorable(character) {
            return (character, false);
        }
        let near = |place: usize| seen.get(place).copied().unwrap_or(' ');
        let (before, after) = (if place == 0 { ' ' } else { near(place - 1) }, near(place + 1));
        place += 1;
        let parts = match plain(character) {
            ':' => after == '/' || before.is_alphanumeric() && after != ' ' && !after.is_ascii_digit(),
            '.' if before.is_ascii_digit() && after.is_ascii_digit() => numbers_are_hosts,
            '.' => after.is_alphanumeric() && !is_abbreviation,
            '@' => after.is_alphanumeric() || after == '[',
            mark @ ('/' | '\\') => after == mark,
            '=' => after == '?',
            _ => false,
        };
        (character, parts)
    };
    token.chars().map(part).collect()
}

/// Returns whether a token is an abbreviation like "e.g." or "U.S.A". Single letters can't be a host, because no
/// top-level domain has one letter.
fn is_abbreviation(token: &[char]) -> bool {
    let token: String = token.iter().collect();
    let letters = token.trim_matches(|c: char| !c.is_alphabetic());
    letters.split('.').all(|label| label.chars().count() == 1)
}

/// Maps full-width and small forms, and the full stops of CJK, to the ASCII mark that mail programs and IDNA take them
/// for (UTS 46 section 4).
const fn plain(character: char) -> char {
    match character {
        '。' | '．' | '｡' | '․' | '﹒' | '‥' => '.',
        '：' | '﹕' | '︰' | '︓' => ':',
        '＠' | '﹫' => '@',
        '／' => '/',
        '＼' | '﹨' => '\\',
        '＝' | '﹦' => '=',
        '？' | '﹖' => '?',
        other => other,
    }
}

/// Returns whether a character has no glyph of its own, like a joiner or a variation selector, or is a combining mark.
fn is_ignorable(character: char) -> bool {
    !character.is_ascii() && CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character)
        || matches!(character, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows the inserted zero-width characters as bars.
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
    fn an_invisible_text_is_not_a_name() {
        for nothing in ["", " ", "\r\n", "\0\u{200b}\u{202e}", "\u{3164}", "\u{200d}\u{fe0f}", "\u{2800} "] {
            assert_eq!(name(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn a_long_name_is_cut_between_words_and_never_within_a_character() {
        let family = "👨‍👩‍👧‍👦";
        let long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
        for (from, to) in [
            (family.repeat(60), family.repeat(60)),
            (family.repeat(61), family.repeat(59) + "…"),
            ("é".repeat(61), "é".repeat(59) + "…"),
            ("e\u{301}".repeat(61), "e\u{301}".repeat(59) + "…"),
            (format!("{} b", "a".repeat(59)), "a".repeat(59) + "…"),
            ("Planning ".repeat(9), "Planning ".repeat(6).trim_end().to_owned() + "…"),
            (format!("{}(draft of everything) etc.", "word ".repeat(9)), "word ".repeat(9) + "(draft of…"),
            (format!("{}(draftofeverything) etc.", "word ".repeat(9)), "word ".repeat(9).trim_end().to_owned() + "…"),
            (format!("{}– the rest of it", "x".repeat(55) + " "), "x".repeat(55) + "…"),
            (long.to_owned(), long.chars().take(59).collect::<String>() + "…"),
            ("四半期計画".repeat(13), "四半期計画".repeat(11) + "四半期計…"),
            ("ฉันรักประเทศไทย".repeat(9), "ฉันรักประเทศไทย".repeat(4) + "ฉันรักประ…"),
            ("नमस्ते ".repeat(30), "नमस्ते ".repeat(15).trim_end().to_owned() + "…"),
            ("🇩🇪".repeat(61), "🇩🇪".repeat(59) + "…"),
        ] {
            let name = name(&from).unwrap();
            assert!(characters(&name).count() <= MAX_NAME, "{name}");
            assert_eq!(name, to);
        }
    }

    #[test]
    fn stacked_combining_marks_are_limited() {
        let stacked = format!("Z{}algo", "\u{336}".repeat(500));
        assert_eq!(name(&stacked).map(|name| name.chars().count()), Some(12 + 4));
    }

    #[test]
    fn anything_that_looks_like_a_link_is_broken_up() {
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
            // With invisible characters inside.
            ("www.\u{fe0f}evil.\u{fe0f}com", "www.|\u{fe0f}evil.|\u{fe0f}com"),
            ("evil.\u{200d}com", "evil.|\u{200d}com"),
            ("evil\u{fe0e}.com", "evil\u{fe0e}.|com"),
            ("evil.\u{301}com", "evil.|\u{301}com"),
            ("https:\u{fe0f}//evil", "https:|\u{fe0f}/|/evil"),
            ("eve@\u{fe00}evil.com", "eve@|\u{fe00}evil.|com"),
            ("=\u{200d}?utf-8?b?AAAA?=", "=|\u{200d}?utf-8?b?AAAA?="),
            // With other forms of the marks.
            ("evil．com", "evil．|com"),
            ("evil｡com", "evil｡|com"),
            ("evil﹒com", "evil﹒|com"),
            ("evil․com", "evil․|com"),
            ("ｗｗｗ．ｅｖｉｌ．ｃｏｍ", "ｗｗｗ．|ｅｖｉｌ．|ｃｏｍ"),
            ("https：／／evil", "https：|／|／evil"),
            ("eve＠evil", "eve＠|evil"),
            ("eve﹫evil", "eve﹫|evil"),
            // Internationalized names.
            ("例え.テスト", "例え.|テスト"),
            ("xn--vil-bpa.example", "xn--vil-bpa.|example"),
            ("аррӏе.com", "аррӏе.|com"),
            ("मेल.भारत", "मेल.|भारत"),
            // Abbreviations stay as they are.
            ("U.S.A. z.B. e.g. (i.e.)", "U.S.A. z.B. e.g. (i.e.)"),
            ("www.x.y", "www.|x.|y"),
            ("=?utf-8?b?AAAA?=", "=|?utf-8?b?AAAA?="),
            ("Sprint 2.0: at 10:30, e.g. here", "Sprint 2.0: at 10:30, e.g. here"),
            ("Alice @ Work", "Alice @ Work"),
        ] {
            assert_eq!(shown(name(from)), to, "{from:?}");
        }
    }

    #[test]
    fn a_description_keeps_its_lines() {
        let lines = lines("\r\n\none\r\n\r\n\r\n  two\u{2028}three\tfour\n\n");
        assert_eq!(lines, ["one", "", "two", "three four"]);
        assert_eq!(super::lines("See https://example.com"), ["See https://example.com"]);
        assert!(super::lines(" \n\u{200b}\n").is_empty());
    }
}
