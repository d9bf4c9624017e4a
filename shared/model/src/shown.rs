//! Sanitizing of names and texts for display.

use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;
use unicode_segmentation::UnicodeSegmentation;

/// Maximum number of code points of a grapheme cluster. A family emoji with skin tones has 11; a stack of combining
/// marks has no natural limit.
const MAX_CLUSTER: usize = 12;

/// Parses the name of a person into one line of visible characters. Returns `None` if nothing visible is left, or if
/// the text contains an e-mail address, because a name is shown to everybody.
///
/// The caller limits its length, counted in [`characters`].
#[must_use]
pub fn parse_name(text: &str) -> Option<String> {
    let name = one_line(text);
    (has_glyph(&name) && !contains_address(text)).then_some(name)
}

/// Returns the text on one line, without runs of spaces and without what [`visible`] removes. Grapheme clusters are cut
/// to their first twelve code points.
#[must_use]
pub fn one_line(text: &str) -> String {
    let line = visible(text);
    let line = line.split(is_blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    characters(&line).flat_map(|character| character.chars().take(MAX_CLUSTER)).collect()
}

/// Returns the grapheme clusters of a string (UAX #29), which people perceive as its characters: an emoji sequence or a
/// letter with its marks is one.
pub fn characters(text: &str) -> impl Iterator<Item = &str> {
    text.graphemes(true)
}

/// Returns the text without control characters and without invisible characters that deceive the reader, with all white
/// space turned into plain spaces.
///
/// Joiners and variation selectors are kept, because emoji, Persian and Indic scripts need them. Characters that HTML
/// forbids and those that change the direction of the text around them are removed as well.
#[must_use]
pub fn visible(text: &str) -> String {
    let shown = text.chars().filter(|&character| !is_deceptive(character));
    shown.map(|character| if character.is_whitespace() { ' ' } else { character }).collect()
}

/// Returns whether a string returned by [`visible`] has a character that can be seen.
#[must_use]
pub fn has_glyph(text: &str) -> bool {
    text.chars().any(|character| !is_blank(character) && !is_joiner(character))
}

/// Returns whether a word of the text is an e-mail address, even one wrapped in punctuation or with invisible
/// characters in it. Such a text is not accepted as a name, because a name is shown to everybody.
///
/// The check is more lenient than that of [`EmailAddress`](crate::EmailAddress), because nothing is sent to the
/// address.
#[must_use]
pub fn contains_address(text: &str) -> bool {
    let seen: String = visible(text).chars().filter(|&character| !is_invisible(character)).collect();
    seen.split_whitespace().any(is_address)
}

/// Returns whether a character has no visible glyph: it is invisible by design, or looks like a space without being
/// white space.
pub(crate) fn is_invisible(character: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character)
        || matches!(character, '\u{2800}' | '\u{fff9}'..='\u{fffb}')
}

/// Returns whether a character is a space or looks like one.
const fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\u{2800}')
}

fn is_deceptive(character: char) -> bool {
    character.is_control() && !character.is_whitespace()
        || is_invisible(character) && !is_joiner(character) && !is_blank(character)
        || matches!(character, '\u{fffc}' | '\u{fdd0}'..='\u{fdef}')
        || u32::from(character) & 0xfffe == 0xfffe
}

const fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

fn is_address(word: &str) -> bool {
    let word = word.trim_matches(|character: char| !character.is_alphanumeric());
    // The plain, small and full-width `@` signs are the same to a reader, and to normalization (UAX #15).
    let Some((local, domain)) = word.rsplit_once(['@', '\u{fe6b}', '\u{ff20}']) else { return false };
    !local.is_empty() && domain.split_once('.').is_some_and(|(label, rest)| !label.is_empty() && !rest.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_one_line_of_visible_characters() {
        for (text, name) in [
            (" \u{202e}Han\r\n \u{2066}Solo\u{2069}\0\u{7f}\u{85}\u{2028} ", "Han Solo"),
            ("\u{feff}Ana\u{200b}", "Ana"),
            ("A\u{ad}n\u{2060}a", "Ana"),
            ("Ana\u{a0}\u{3000}García", "Ana García"),
            ("\u{2800}Ana\u{2800}", "Ana"),
            ("García Ana", "García Ana"),
            ("O’Brien\u{200f}", "O’Brien"),
            ("Ana\u{fffe}\u{fffc}", "Ana"),
            ("A\u{e0041}na", "Ana"),
        ] {
            assert_eq!(parse_name(text).as_deref(), Some(name), "{text:?}");
        }
    }

    #[test]
    fn names_in_any_script_stay_as_they_are() {
        for name in [
            "Žofia Ňorová",
            "山田 太郎",
            "علی\u{200c}رضا",
            "👩\u{200d}🚀",
            "ශ්\u{200d}රී",
            "❤\u{fe0f}",
            "N\u{303}",
            "R@y",
            "…",
        ] {
            assert_eq!(parse_name(name).as_deref(), Some(name));
        }
    }

    #[test]
    fn an_invisible_text_is_not_a_name() {
        for text in [
            "",
            " ",
            "\u{3164}",
            "\u{2800}",
            "\u{200b}",
            "\u{115f}\u{1160}",
            "\u{ffa0}",
            "\u{feff}",
            "\u{ad}",
            "\u{2060}",
            "\u{200d}",
            "\u{fe0f}",
            "\u{e0001}",
            "\u{202e} \u{2069}",
            "\0",
            "\u{2800} \u{3164}",
            "\u{180e}",
            "\u{a0}\u{3000}",
        ] {
            assert_eq!(parse_name(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_text_with_an_address_is_not_a_name() {
        assert_eq!(parse_name("Han han@example.com"), None);
    }

    #[test]
    fn characters_are_counted_as_people_perceive_them() {
        for (text, count) in
            [("👨‍👩‍👧‍👦".repeat(10), 10), ("नमस्ते".to_owned(), 3), ("🇩🇪🇫🇷".to_owned(), 2), ("e\u{301}".to_owned(), 1)]
        {
            assert_eq!(characters(&text).count(), count, "{text}");
        }
    }

    #[test]
    fn a_stack_of_marks_is_cut() {
        let stacked = format!("Z{}algo", "\u{301}".repeat(5_000));
        assert_eq!(parse_name(&stacked), Some(format!("Z{}algo", "\u{301}".repeat(11))));
    }

    #[test]
    fn an_address_is_found_however_it_is_wrapped() {
        for text in [
            "han@example.com",
            " han@example.com\n",
            "<han@example.com>",
            "Han Solo <han@example.com>",
            "\"han@example.com\"",
            "mailto:han@example.com",
            "\u{200b}han\u{2060}@example.com\u{feff}",
            "h\u{202e}an@exa\u{200d}mple.com",
            "jürgen@müller.example",
            "han\u{ff20}example.com",
            "han@example.com.",
        ] {
            assert!(contains_address(text), "{text:?}");
        }
    }

    #[test]
    fn an_at_sign_alone_does_not_make_an_address() {
        for text in ["Han Solo", "Han @ Falcon", "@han", "han@", "R@y", "Dr. Han Solo jr.", "", "@", "@."] {
            assert!(!contains_address(text), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_parsed_name_is_parsed_unchanged(text in "(?s).{0,20}|[\u{0}-\u{ff}\u{200b}-\u{200f}\u{301}👩🚀]{0,30}") {
            if let Some(name) = parse_name(&text) {
                prop_assert_eq!(parse_name(&name), Some(name));
            }
        }
    }
}
