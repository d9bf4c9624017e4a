//! The languages in which invitations are written, and how one is chosen.

use icu_locale::fallback::{LocaleFallbackConfig, LocaleFallbacker};
use icu_locale::{Locale, LocaleCanonicalizer};
use icu_provider::DataLocale;
use unic_langid::LanguageIdentifier;

/// A supported language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// English (United States). The default.
    EnUs,
    /// English (United Kingdom), also used for every locale that CLDR derives from international English.
    EnGb,
    /// Arabic.
    Ar,
    /// German.
    De,
    /// Spanish.
    Es,
    /// French.
    Fr,
    /// Hebrew.
    He,
    /// Italian.
    It,
    /// Japanese.
    Ja,
    /// Korean.
    Ko,
    /// Dutch.
    Nl,
    /// Polish.
    Pl,
    /// Portuguese (Brazil).
    PtBr,
    /// Russian.
    Ru,
    /// Turkish.
    Tr,
    /// Chinese, simplified.
    ZhCn,
    /// Chinese, traditional.
    ZhTw,
}

/// The direction in which a language is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From left to right.
    LeftToRight,
    /// From right to left.
    RightToLeft,
}

impl Language {
    /// The language used if nothing better is known.
    pub const DEFAULT: Self = Self::EnUs;

    /// All supported languages, the default first.
    pub const ALL: [Self; 17] = [
        Self::EnUs,
        Self::EnGb,
        Self::Ar,
        Self::De,
        Self::Es,
        Self::Fr,
        Self::He,
        Self::It,
        Self::Ja,
        Self::Ko,
        Self::Nl,
        Self::Pl,
        Self::PtBr,
        Self::Ru,
        Self::Tr,
        Self::ZhCn,
        Self::ZhTw,
    ];

    /// Returns the supported language for `requested`: the nearest of its parents (RFC 4647 section 3.4), or
    /// [`Language::DEFAULT`]. CLDR's parents are used where truncating subtags would go wrong: `zh-HK` is written in
    /// traditional characters, and `en-AU` is closer to British than to American English.
    #[must_use]
    pub fn choose(requested: &LanguageIdentifier) -> Self {
        Self::find(requested).unwrap_or(Self::DEFAULT)
    }

    /// Like [`choose`](Self::choose), but without the default.
    pub(crate) fn find(requested: &LanguageIdentifier) -> Option<Self> {
        let mut locale = as_chinese(requested).to_string().parse::<Locale>().ok()?;
        // Java still uses "iw" for Hebrew.
        LocaleCanonicalizer::new_common().canonicalize(&mut locale);
        let fallbacker = LocaleFallbacker::new();
        let mut parents =
            fallbacker.for_config(LocaleFallbackConfig::default()).fallback_for(DataLocale::from(&locale));
        while !parents.get().is_unknown() {
            let parent = parents.get().to_string();
            if let Some(found) = Self::ALL.into_iter().find(|language| language.cldr() == parent) {
                return Some(found);
            }
            parents.step();
        }
        None
    }

    /// Returns the BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::EnUs => "en-US",
            Self::EnGb => "en-GB",
            Self::Ar => "ar",
            Self::De => "de",
            Self::Es => "es",
            Self::Fr => "fr",
            Self::He => "he",
            Self::It => "it",
            Self::Ja => "ja",
            Self::Ko => "ko",
            Self::Nl => "nl",
            Self::Pl => "pl",
            Self::PtBr => "pt-BR",
            Self::Ru => "ru",
            Self::Tr => "tr",
            Self::ZhCn => "zh-CN",
            Self::ZhTw => "zh-TW",
        }
    }

    /// Returns the direction in which the language is written.
    #[must_use]
    pub const fn direction(self) -> Direction {
        match self {
            Self::Ar | Self::He => Direction::RightToLeft,
            _ => Direction::LeftToRight,
        }
    }

    /// Returns the topmost CLDR locale that this language covers.
    const fn cldr(self) -> &'static str {
        match self {
            Self::EnUs => "en",
            Self::EnGb => "en-001",
            Self::PtBr => "pt",
            Self::ZhCn => "zh",
            Self::ZhTw => "zh-Hant",
            other => other.tag(),
        }
    }
}

/// Maps a Chinese language other than Mandarin to the written Chinese that its speakers read, because CLDR's parents
/// don't. Cantonese is written in traditional characters outside mainland China.
fn as_chinese(requested: &LanguageIdentifier) -> LanguageIdentifier {
    const CHINESE: [&str; 6] = ["gan", "hak", "hsn", "nan", "wuu", "yue"];
    let mut written = requested.clone();
    let language = written.language.as_str();
    if CHINESE.contains(&language) {
        if language == "yue" && written.script.is_none() && written.region.is_none_or(|region| region.as_str() != "CN")
        {
            written.script = "Hant".parse().ok();
        }
        written.language = "zh".parse().unwrap_or_default();
    }
    written
}

impl Direction {
    /// Returns the value of HTML's `dir` attribute.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(tag: &str) -> &'static str {
        Language::choose(&tag.parse().unwrap()).tag()
    }

    #[test]
    fn every_language_is_chosen_by_its_own_tag() {
        for language in Language::ALL {
            assert_eq!(choose(language.tag()), language.tag());
        }
    }

    #[test]
    fn a_language_falls_back_along_its_parents() {
        for (requested, chosen) in [
            ("en", "en-US"),
            ("en-PH", "en-US"),
            ("en-AU", "en-GB"),
            ("en-IE", "en-GB"),
            ("de-AT", "de"),
            ("de-Latn-CH-1996", "de"),
            ("es-MX", "es"),
            ("fr-CA", "fr"),
            ("pt", "pt-BR"),
            ("pt-PT", "pt-BR"),
            ("zh", "zh-CN"),
            ("zh-Hans", "zh-CN"),
            ("zh-SG", "zh-CN"),
            ("zh-Hant", "zh-TW"),
            ("zh-HK", "zh-TW"),
            ("zh-Hant-MO", "zh-TW"),
            ("ar-EG", "ar"),
            ("he-IL", "he"),
            ("iw", "he"),
            ("ko-KR", "ko"),
            ("zh-Hant-HK", "zh-TW"),
            ("zh-MO", "zh-TW"),
            ("cmn-Hant", "zh-TW"),
            ("yue", "zh-TW"),
            ("yue-Hant-HK", "zh-TW"),
            ("yue-CN", "zh-CN"),
            ("yue-Hans", "zh-CN"),
            ("nan-TW", "zh-TW"),
            ("wuu", "zh-CN"),
            ("en-XX", "en-US"),
        ] {
            assert_eq!(choose(requested), chosen, "{requested}");
        }
    }

    #[test]
    fn an_unsupported_language_falls_back_to_english() {
        for requested in [
            "und",
            "sr-Latn-RS",
            "nb",
            "nn",
            "no",
            "in",
            "id",
            "fil",
            "tl",
            "tlh",
            "sv-SE",
            "hi-IN",
            "und-Arab",
            "x-private",
        ] {
            if let Ok(requested) = requested.parse() {
                assert_eq!(Language::choose(&requested), Language::DEFAULT);
            }
        }
    }
}
