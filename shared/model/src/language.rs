//! Languages as clients name them.

use oxilangtag::LanguageTag;
use unic_langid::LanguageIdentifier;

/// A text that is not a well-formed language tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a language tag like en-US (BCP 47)")]
pub struct LanguageError;

/// Reads a BCP 47 language tag (RFC 5646), also with the underscores that some platforms write.
///
/// What is kept is the language, script and region: variants, extensions and private use say nothing about which of our
/// languages to write. A tag without any of these, like `i-klingon`, is the undetermined language `und`.
///
/// # Errors
///
/// [`LanguageError`] if the tag is not well-formed.
pub fn parse_language(text: &str) -> Result<LanguageIdentifier, LanguageError> {
    let tag = LanguageTag::parse(text.replace('_', "-")).map_err(|_| LanguageError)?;
    let language = tag.primary_language().parse().unwrap_or_default();
    let script = tag.script().and_then(|script| script.parse().ok());
    let region = tag.region().and_then(|region| region.parse().ok());
    Ok(LanguageIdentifier::from_parts(language, script, region, &[]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> String {
        parse_language(text).unwrap_or_else(|error| panic!("{text}: {error}")).to_string()
    }

    #[test]
    fn language_script_and_region_are_kept() {
        for (tag, kept) in [
            ("en-US", "en-US"),
            ("pt_BR", "pt-BR"),
            ("ZH-hant-tw", "zh-Hant-TW"),
            ("de-DE-u-co-phonebk", "de-DE"),
            ("zh-Hant-HK-x-private", "zh-Hant-HK"),
            ("sl-rozaj-biske", "sl"),
            ("zh-cmn-Hans", "zh-Hans"),
            ("es-419", "es-419"),
            ("i-klingon", "und"),
            ("x-private", "und"),
        ] {
            assert_eq!(read(tag), kept, "{tag}");
        }
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        for wrong in ["", "-", "en-", "e", "englishlanguage", "en US", "en-US-", "*", "de,en", "über"] {
            assert_eq!(parse_language(wrong), Err(LanguageError), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in "\\PC{0,20}|[a-zA-Z0-9_-]{0,30}") {
            let _ = parse_language(&text);
        }
    }
}
