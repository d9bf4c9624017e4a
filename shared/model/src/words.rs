//! Index words, under which a person is found within their company.

use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;

use crate::EmailAddress;

/// Maximum number of index words of a person.
pub const MAX_INDEX_WORDS: usize = 6;
/// Number of words of a name that come before those of the address.
const NAME_WORDS_FIRST: usize = 4;
/// Maximum length of a word in characters. A longer word is found by its beginning.
const MAX_CHARACTERS: usize = 64;

/// Returns the folded words under which a person with this name and address is found, without duplicates and at most
/// [`MAX_INDEX_WORDS`]: the first words of the name, those of the address's local part, then the other words of the
/// name.
#[must_use]
pub fn index_words(name: Option<&str>, address: Option<&EmailAddress>) -> Vec<String> {
    let mut name = folded_words(name.unwrap_or_default());
    let rest = name.split_off(name.len().min(NAME_WORDS_FIRST));
    let local = folded_words(address.map_or("", EmailAddress::local_part));
    let mut words = Vec::new();
    for word in name.into_iter().chain(local).chain(rest) {
        if words.len() < MAX_INDEX_WORDS && !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// Returns the sort key of a name: its folded words, joined by hyphens so that a name sorts before longer names that
/// begin with it. The key is cut to 64 characters.
#[must_use]
pub fn listed_name(name: &str) -> String {
    folded_words(name).join("-").chars().take(MAX_CHARACTERS).collect()
}

/// Returns the words of a string, folded for comparison: without compatibility differences (NFKD), case and diacritics.
///
/// A word is a run of letters and digits, cut to 64 characters.
#[must_use]
pub fn folded_words(text: &str) -> Vec<String> {
    let categories = CodePointMapData::<GeneralCategory>::new();
    // Converting to upper case first gives the results of full case folding: ß becomes ss, and ς becomes σ.
    let folded = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    let folded = folded.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    let folded: String = folded.filter(|letter| categories.get(*letter) != GeneralCategory::NonspacingMark).collect();
    let words = folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word.chars().take(MAX_CHARACTERS).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(name: &str, address: &str) -> String {
        index_words(Some(name), Some(&address.parse().unwrap())).join(" ")
    }

    #[test]
    fn words_are_compared_without_case_and_diacritics() {
        for (text, folded) in [
            ("Ana García", "ana garcia"),
            ("RÉMY  dubois", "remy dubois"),
            ("Weiß-Müller", "weiss muller"),
            ("Jean-Luc O’Neill", "jean luc o neill"),
            ("Ångström", "angstrom"),
            ("ΣΊΣΥΦΟΣ Σίσυφος", "σισυφοσ σισυφοσ"),
            ("İpek IŞIK ışık", "ipek isik isik"),
            ("ＡＢＣ ﬁ", "abc fi"),
            ("山田 太郎", "山田 太郎"),
            ("  ", ""),
        ] {
            assert_eq!(folded_words(text).join(" "), folded, "{text}");
        }
    }

    #[test]
    fn at_most_six_words_of_name_and_address_are_indexed_each_once() {
        assert_eq!(words("Ana García", "ana.garcia@example.com"), "ana garcia");
        assert_eq!(words("Ana García", "ag+work@example.com"), "ana garcia ag work");
        assert_eq!(words("a b c d e f g", "x.y.z@example.com"), "a b c d x y");
        assert_eq!(words("a b c d e f g", "x@example.com"), "a b c d x e");
        assert_eq!(index_words(None, None), Vec::<String>::new());
    }

    #[test]
    fn a_word_has_at_most_64_characters() {
        assert_eq!(folded_words(&"ä".repeat(200)), ["a".repeat(64)]);
    }

    #[test]
    fn names_are_listed_word_by_word() {
        let mut names =
            ["Anabel", "ana-li", "Ána", "Ana Bo", "👩‍🚀", "Ørn", "Zoe"].map(listed_name).map(|name| name + "#1");
        names.sort();
        assert_eq!(names, ["#1", "ana#1", "ana-bo#1", "ana-li#1", "anabel#1", "zoe#1", "ørn#1"]);
        assert_eq!(listed_name(&"ab ".repeat(200)).chars().count(), 64);
    }
}
