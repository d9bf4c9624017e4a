//! Names as others see them.

/// The text without what could break a line or turn the direction of the text around it, and without white space at
/// either end.
///
/// Removed are control characters, the line and paragraph separators, and the bidirectional embeddings, overrides and
/// isolates of UAX #9. The marks that merely hint at a direction stay: names in right-to-left scripts need them.
#[must_use]
pub fn without_controls(text: &str) -> String {
    let shown: String = text.chars().filter(|&character| !is_control(character)).collect();
    shown.trim().to_owned()
}

fn is_control(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns whether a word of the text is an e-mail address, also one that is wrapped in punctuation or has invisible characters
/// in it. Such a text is no name: a name is shown to everybody.
///
/// It takes more for an address than [`EmailAddress`](crate::EmailAddress) does: nothing is sent there.
#[must_use]
pub fn contains_address(text: &str) -> bool {
    let seen: String = text.chars().filter(|&character| !is_control(character) && !is_invisible(character)).collect();
    seen.split_whitespace().any(is_address)
}

fn is_address(word: &str) -> bool {
    let word = word.trim_matches(|character: char| !character.is_alphanumeric());
    // The sign as it is, small and full width: the three are the same to a reader, and to normalisation (UAX #15).
    let Some((local, domain)) = word.rsplit_once(['@', '\u{fe6b}', '\u{ff20}']) else { return false };
    !local.is_empty() && domain.split_once('.').is_some_and(|(label, rest)| !label.is_empty() && !rest.is_empty())
}

/// Format characters that take no space: joiners, marks of direction, soft hyphens, byte order marks.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_and_overrides_are_removed_and_ends_are_trimmed() {
        assert_eq!(without_controls(" \u{202e}Han\r\n \u{2066}Solo\u{2069}\0\u{7f}\u{85}\u{2028} "), "Han Solo");
    }

    #[test]
    fn names_in_any_script_stay_as_they_are() {
        for name in ["Žofia Ňorová", "山田 太郎", "علی\u{200c}رضا", "👩\u{200d}🚀", "O’Brien\u{200f}"]
        {
            assert_eq!(without_controls(name), name);
        }
    }

    #[test]
    fn white_space_that_only_a_control_kept_inside_is_trimmed_too() {
        assert_eq!(without_controls("\u{202e} \u{2069}"), "");
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
            "h\u{202e}an@example.com",
            "jürgen@müller.example",
            "han\u{ff20}example.com",
            "han@example.com.",
        ] {
            assert!(contains_address(text), "{text:?}");
        }
    }

    #[test]
    fn a_name_with_the_sign_alone_is_no_address() {
        for text in ["Han Solo", "Han @ Falcon", "@han", "han@", "R@y", "Dr. Han Solo jr.", "", "@", "@."] {
            assert!(!contains_address(text), "{text:?}");
        }
    }
}
