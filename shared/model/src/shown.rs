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
}
