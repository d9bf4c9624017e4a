//! The compiled-in resources of each language: its messages (Project Fluent) and its date formats.
//!
//! They are parsed on first use, so a cold start reads only the language that it needs.

use std::borrow::Cow;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

use crate::Language;
use crate::dates::Dates;

/// The resources of one language.
pub(crate) struct Resources {
    language: Language,
    source: &'static str,
    messages: OnceLock<FluentBundle<FluentResource>>,
    dates: OnceLock<Option<Dates>>,
}

macro_rules! resources {
    ($($language:ident $file:literal),* $(,)?) => {
        /// Returns the resources of a language.
        pub(crate) fn of(language: Language) -> &'static Resources {
            match language {
                $(Language::$language => {
                    static RESOURCES: Resources = Resources {
                        language: Language::$language,
                        source: include_str!(concat!("../locales/", $file, ".ftl")),
                        messages: OnceLock::new(),
                        dates: OnceLock::new(),
                    };
                    &RESOURCES
                })*
            }
        }
    };
}

resources! {
    EnUs "en-US",
    EnGb "en-GB",
    Ar "ar",
    De "de",
    Es "es",
    Fr "fr",
    He "he",
    It "it",
    Ja "ja",
    Ko "ko",
    Nl "nl",
    Pl "pl",
    PtBr "pt-BR",
    Ru "ru",
    Tr "tr",
    ZhCn "zh-CN",
    ZhTw "zh-TW",
}

impl Resources {
    /// Returns a message in this language. A test ensures that every language has every message with the same
    /// arguments.
    pub(crate) fn message(&self, id: &str, arguments: &FluentArgs<'_>) -> String {
        let bundle = self.messages.get_or_init(|| bundle(self.language, self.source));
        let pattern = bundle.get_message(id).and_then(|message| message.value());
        let text = pattern.map(|pattern| bundle.format_pattern(pattern, Some(arguments), &mut Vec::new()));
        text.map_or_else(|| id.to_owned(), Cow::into_owned)
    }

    /// Returns the date formats of this language. A test ensures that the compiled-in data never makes this `None`.
    pub(crate) fn dates(&self) -> Option<&Dates> {
        self.dates.get_or_init(|| Dates::new(self.language)).as_ref()
    }
}

fn bundle(language: Language, source: &str) -> FluentBundle<FluentResource> {
    let (Ok(resource) | Err((resource, _))) = FluentResource::try_new(source.to_owned());
    let mut bundle = FluentBundle::new_concurrent(vec![language.tag().parse().unwrap_or_default()]);
    // Isolation is applied only where it is needed: marks around every name would garble plain subjects in old mail
    // programs.
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::fmt::Write as _;

    use super::*;

    /// Returns every message with the names of its arguments. The files are simple enough to be parsed line by line.
    fn messages(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let mut messages = BTreeMap::<String, BTreeSet<String>>::new();
        let mut current = String::new();
        for line in of(language).source.lines() {
            if let Some((id, _)) = line.split_once(" =").filter(|_| !line.starts_with([' ', '#'])) {
                id.clone_into(&mut current);
                assert!(messages.insert(current.clone(), BTreeSet::new()).is_none(), "{language:?} says {id} twice");
            }
            let arguments = line.split("{ $").skip(1).filter_map(|rest| rest.split([' ', '}']).next());
            messages.entry(current.clone()).or_default().extend(arguments.map(str::to_owned));
        }
        messages.remove("");
        messages
    }

    #[test]
    fn every_language_file_is_fluent() {
        for language in Language::ALL {
            let resource = FluentResource::try_new(of(language).source.to_owned());
            assert!(resource.is_ok(), "{language:?}: {:?}", resource.err().map(|(_, errors)| errors));
        }
    }

    #[test]
    fn every_language_has_every_message_with_the_same_arguments() {
        let expected = messages(Language::DEFAULT);
        assert!(expected.len() > 20);
        for language in Language::ALL {
            assert_eq!(messages(language), expected, "{language:?}");
        }
    }

    #[test]
    fn every_language_writes_dates() {
        for language in Language::ALL {
            assert!(of(language).dates().is_some(), "{language:?}");
        }
    }

    #[test]
    fn hours_and_minutes_are_counted_as_each_language_counts() {
        let message = |language: Language, id: &str, count: i64| {
            let mut arguments = FluentArgs::new();
            arguments.set("count", count);
            of(language).message(id, &arguments)
        };
        let mut spoken = String::new();
        for language in Language::ALL {
            for count in [1, 2, 3, 5, 11, 21, 22] {
                write!(spoken, "{} {} | ", message(language, "hours", count), message(language, "minutes", count))
                    .unwrap();
            }
            writeln!(spoken, "{}", language.tag()).unwrap();
        }
        insta::assert_snapshot!(spoken);
    }
}
