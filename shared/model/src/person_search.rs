//! Searching for people by the beginnings of words.

use crate::{EmailAddress, folded_words};

/// A search in names and addresses: each of its words must begin a word there. No character has a special meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonSearch {
    tokens: Vec<Token>,
    word: String,
}

/// A part of a search without white space.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    words: Vec<String>,
    /// The part in lower case, if it may begin an address.
    address: Option<String>,
    /// Words that each begin an index word of every person who matches the part.
    indexed: Vec<String>,
}

impl PersonSearch {
    /// Parses a search; none if it has neither letters nor digits and so can't match anybody.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let tokens: Vec<Token> = text.split_whitespace().map(Token::new).collect();
        let words = tokens.iter().flat_map(|token| &token.indexed);
        // The longest word begins the fewest index words.
        let word = words.max_by_key(|word| word.chars().count())?.clone();
        Some(Self { tokens, word })
    }

    /// Returns the word to look up in the index: everybody who matches has an index word that starts with it.
    #[must_use]
    pub fn word(&self) -> &str {
        &self.word
    }

    /// Returns whether every person with an index word that starts with [`word`](Self::word) matches.
    #[must_use]
    pub fn is_one_word(&self) -> bool {
        matches!(self.tokens.as_slice(), [token] if token.address.is_none() && token.words.len() == 1)
    }

    /// Returns whether a person with this name and address matches; pass the address only if the searcher may know it.
    /// An address matches by the words before its `@` or by its beginning.
    #[must_use]
    pub fn finds(&self, name: &str, address: Option<&EmailAddress>) -> bool {
        let mut words = folded_words(name);
        words.extend(address.into_iter().flat_map(|address| folded_words(address.local_part())));
        self.tokens.iter().all(|token| token.finds(&words, address))
    }
}

impl Token {
    fn new(text: &str) -> Self {
        let words = folded_words(text);
        let local = text.rsplit_once('@').map(|(local, _)| folded_words(local)).unwrap_or_default();
        if local.is_empty() {
            return Self { indexed: words.clone(), words, address: None };
        }
        // Of the words before the `@`, only the first is certain to be in the index.
        let indexed = local.into_iter().take(1).collect();
        Self { words, address: Some(text.to_lowercase()), indexed }
    }

    fn finds(&self, words: &[String], address: Option<&EmailAddress>) -> bool {
        let begins = |beginning: &String| words.iter().any(|word| word.starts_with(beginning.as_str()));
        self.words.iter().all(begins) || self.begins_address(address)
    }

    fn begins_address(&self, address: Option<&EmailAddress>) -> bool {
        let Some((beginning, address)) = self.address.as_ref().zip(address) else { return false };
        address.canonical().starts_with(beginning) || address.as_typed().to_lowercase().starts_with(beginning)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(search: &str, name: &str, address: &str) -> bool {
        let address = (!address.is_empty()).then(|| address.parse().unwrap());
        PersonSearch::new(search).is_some_and(|search| search.finds(name, address.as_ref()))
    }

    #[test]
    fn every_word_of_a_search_begins_a_word() {
        for (search, name, is_found) in [
            ("gar", "Ana García", true),
            ("GARCÍA an", "Ana García", true),
            ("an an", "Ana García", true),
            ("ana perez", "Ana García", false),
            ("arc", "Ana García", false),
            ("o'ne", "Jean-Luc O’Neill", true),
            ("jean luc", "Jean-Luc O’Neill", true),
            ("WEISS", "Anna Weiß", true),
            ("σισ", "ΣΊΣΥΦΟΣ", true),
            ("山", "山田 太郎", true),
            ("田", "山田 太郎", false),
        ] {
            assert_eq!(finds(search, name, ""), is_found, "{search} in {name}");
        }
    }

    #[test]
    fn an_address_is_found_by_words_before_its_sign_and_by_its_beginning() {
        for (search, is_found) in [
            ("gar", true),
            ("x gar", true),
            ("ana.garcia@acme", true),
            ("ANA.garcia@acme.example x", true),
            ("garcia@acme.example", false),
            ("ana.garcia@other", false),
            ("acme", false),
            ("@acme.example", false),
        ] {
            assert_eq!(finds(search, "X", "Ana.Garcia@acme.example"), is_found, "{search}");
        }
        assert!(!finds("ana@acme.example", "Ana", ""));
        assert!(finds("b@bücher", "X", "b@BÜCHER.example") && finds("b@xn--bcher", "X", "b@BÜCHER.example"));
    }

    #[test]
    fn no_search_is_a_pattern() {
        for search in ["", "  ", ".*", "^", "%", "@", "()"] {
            assert_eq!(PersonSearch::new(search), None, "{search}");
        }
        for search in ["a.a", "[an]", "an|x", "a*a", "a?b"] {
            assert!(!finds(search, "Bob", "bob@acme.example"), "{search}");
        }
    }

    #[test]
    fn the_longest_word_that_the_index_has_for_every_match_is_looked_up() {
        for (search, word, is_one_word) in [
            ("Ana", "ana", true),
            ("an García x", "garcia", false),
            ("jean-luc", "jean", false),
            ("an@example.com", "an", false),
            ("an@example.com garcia", "garcia", false),
            ("@example", "example", true),
        ] {
            let search = PersonSearch::new(search).unwrap();
            assert_eq!((search.word(), search.is_one_word()), (word, is_one_word));
        }
    }
}
