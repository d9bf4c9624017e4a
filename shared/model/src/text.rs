//! Titles and descriptions of spaces.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{has_glyph, visible};

/// Maximum length of a title in characters.
const MAX_TITLE: usize = 200;
/// Maximum length of a description in characters.
const MAX_DESCRIPTION: usize = 2_000;

/// The reason why a title or description is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// The text has no visible character.
    #[error("must not be empty")]
    Empty,
    /// The text has too many characters.
    #[error("must have at most {0} characters")]
    TooLong(usize),
    /// The text has a control character, which would reach headers and calendars.
    #[error("must not contain control characters")]
    Control,
}

/// The title of a space: 1 to 200 characters, trimmed, without control characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Title(String);

/// The description of a space: up to 2,000 characters, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Description(String);

impl Title {
    /// Parses a title.
    ///
    /// # Errors
    ///
    /// [`TextError`] if the text has no visible character, is too long or has control characters.
    pub fn new(text: &str) -> Result<Self, TextError> {
        if !text.is_empty() && !text.chars().any(char::is_control) && !has_glyph(&visible(text)) {
            return Err(TextError::Empty);
        }
        Self::read(text)
    }

    /// Parses a stored title. Earlier releases accepted titles without a visible character.
    fn read(text: &str) -> Result<Self, TextError> {
        let text = text.trim();
        if text.is_empty() {
            Err(TextError::Empty)
        } else if text.chars().any(char::is_control) {
            Err(TextError::Control)
        } else if text.chars().count() > MAX_TITLE {
            Err(TextError::TooLong(MAX_TITLE))
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// Creates a title from a person's name: without control characters, cut to 200 characters, and `User` if nothing
    /// is left.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        let short: String = name.trim().chars().filter(|letter| !letter.is_control()).take(MAX_TITLE).collect();
        let short = short.trim();
        Self(if short.is_empty() { "User" } else { short }.to_owned())
    }

    /// Returns the title as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Description {
    /// Parses a description.
    ///
    /// # Errors
    ///
    /// [`TextError::TooLong`].
    pub fn new(text: &str) -> Result<Self, TextError> {
        if text.chars().count() > MAX_DESCRIPTION {
            return Err(TextError::TooLong(MAX_DESCRIPTION));
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the description as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Title {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, TextError> {
        Self::read(&text)
    }
}

impl TryFrom<String> for Description {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, TextError> {
        Self::new(&text)
    }
}

impl From<Title> for String {
    fn from(title: Title) -> Self {
        title.0
    }
}

impl From<Description> for String {
    fn from(description: Description) -> Self {
        description.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_trimmed_and_has_1_to_200_characters() {
        assert_eq!(Title::new("  Reunión \n").unwrap().as_str(), "Reunión");
        for blank in ["", " ", "\u{200b}", "\u{3164}", "\u{2800} \u{ad}", "\u{a0}"] {
            assert_eq!(Title::new(blank), Err(TextError::Empty), "{blank:?}");
        }
        assert!(Title::new(&"ü".repeat(200)).is_ok());
        assert_eq!(Title::new(&"ü".repeat(201)), Err(TextError::TooLong(200)));
    }

    #[test]
    fn a_title_has_no_control_characters() {
        for wrong in ["a\r\nBcc: b", "a\0b", "a\u{85}b", "a\u{7f}"] {
            assert_eq!(Title::new(wrong), Err(TextError::Control), "{wrong:?}");
        }
    }

    #[test]
    fn a_description_may_be_empty_and_have_lines() {
        assert_eq!(Description::new("").unwrap(), Description::default());
        assert_eq!(Description::new("one\ntwo").unwrap().as_str(), "one\ntwo");
        assert_eq!(Description::new(&"x".repeat(2_001)), Err(TextError::TooLong(2_000)));
    }
}
