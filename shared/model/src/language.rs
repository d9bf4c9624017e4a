//! Parsing of language tags.

use unic_langid::LanguageIdentifier;
use unic_langid::subtags::{Language, Region, Script};

/// Maximum number of subtags that are read. RFC 5646 section 4.4.1 expects at most eight in a registered tag.
const MAX_SUBTAGS: usize = 16;

/// Parses a language tag as programs write it: BCP 47 (RFC 5646) with any variants, extensions and private use, with
/// the underscores of Java and Android, with the encoding and modifier of POSIX (`en_US.UTF-8@euro`), and with the
/// `zh-CHS` and `zh-CHT` of .NET.
///
/// Only the language, script and region are kept, because the rest does not affect the choice among the supported
/// languages. A string without a language, like `C`, `*` or `i-klingon`, yields the undetermined language `und`.
#[must_use]
pub fn parse_language(text: &str) -> LanguageIdentifier {
    let tag = text.trim().split(['.', '@']).next().unwrap_or_default();
    let mut subtags = tag.split(['-', '_']).take(MAX_SUBTAGS);
    let Some(language) = subtags.next().and_then(language) else { return LanguageIdentifier::default() };
    let (mut script, mut region) = (None, None);
    // A subtag of one character begins an extension or private use.
    for subtag in subtags.take_while(|subtag| subtag.len() != 1) {
        match subtag.len() {
            2 | 3 if region.is_none() => {
                region = subtag.parse::<Region>().ok();
                script = script.or_else(|| chinese_script(subtag));
            }
            4 if script.is_none() && region.is_none() => script = subtag.parse::<Script>().ok(),
            _ => {}
        }
    }
    LanguageIdentifier::from_parts(language, script, region, &[])
}

/// Parses a primary language subtag of two or three letters, the only lengths that are registered (RFC 5646 section
/// 2.2.1).
fn language(subtag: &str) -> Option<Language> {
    let is_language = matches!(subtag.len(), 2 | 3) && !subtag.eq_ignore_ascii_case("und");
    subtag.parse().ok().filter(|_| is_language)
}

fn chinese_script(subtag: &str) -> Option<Script> {
    let script = match subtag.to_ascii_uppercase().as_str() {
        "CHS" => "Hans",
        "CHT" => "Hant",
        _ => return None,
    };
    script.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn language_script_and_region_are_kept() {
        for (tag, kept) in [
            ("en-US", "en-US"),
            ("pt_BR", "pt-BR"),
            ("ZH-hant-tw", "zh-Hant-TW"),
            ("de-DE-u-co-phonebk", "de-DE"),
            ("de-DE-u-fw-mon-mu-celsius", "de-DE"),
            ("es-u-ms-metric", "es"),
            ("en-t-de-latn", "en"),
            ("zh-Hant-HK-x-private", "zh-Hant-HK"),
            ("sl-rozaj-biske", "sl"),
            ("de-CH-1996", "de-CH"),
            ("zh-cmn-Hans", "zh-Hans"),
            ("zh-yue-HK", "zh-HK"),
            ("zh-CHT", "zh-Hant"),
            ("zh_chs", "zh-Hans"),
            ("yue-Hant-HK", "yue-Hant-HK"),
            ("zh-MO", "zh-MO"),
            ("sr-Latn-RS", "sr-Latn-RS"),
            ("es-419", "es-419"),
            ("en_US.UTF-8", "en-US"),
            ("de_AT@euro", "de-AT"),
            ("en_US.UTF-8@euro", "en-US"),
            ("iw", "iw"),
            ("fil", "fil"),
            (" de ", "de"),
            ("en-US-", "en-US"),
            ("sgn-BE-FR", "sgn-BE"),
        ] {
            assert_eq!(parse_language(tag).to_string(), kept, "{tag}");
        }
    }

    #[test]
    fn a_text_without_a_language_is_undetermined() {
        let long = "x".repeat(100_000);
        for text in [
            "",
            "-",
            "e",
            "C",
            "POSIX",
            "*",
            "englishlanguage",
            "Deutsch",
            "en US",
            "de,en",
            "über",
            "i-klingon",
            "x-private",
            "und",
            "1",
            &long,
        ] {
            assert_eq!(parse_language(text), LanguageIdentifier::default(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_parsed_tag_is_parsed_back_from_its_text(text in "\\PC{0,20}|[a-zA-Z0-9_-]{0,30}") {
            let read = parse_language(&text);
            prop_assert_eq!(parse_language(&read.to_string()), read);
        }
    }
}
