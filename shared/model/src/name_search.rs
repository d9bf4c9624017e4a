//! Searching in names.

/// A search that matches names literally, ignoring case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameSearch {
    text: String,
    begins: bool,
    ends: bool,
}

impl NameSearch {
    /// Parses a search. A leading `^` and a trailing `$` anchor it to the beginning and the end of the name; no other
    /// character has a special meaning.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let (text, begins) = text.strip_prefix('^').map_or((text, false), |rest| (rest, true));
        let (text, ends) = text.strip_suffix('$').map_or((text, false), |rest| (rest, true));
        Self { text: folded(text), begins, ends }
    }

    /// Returns whether a name matches.
    #[must_use]
    pub fn finds(&self, name: &str) -> bool {
        let name = folded(name);
        match (self.begins, self.ends) {
            (false, false) => name.contains(&self.text),
            (true, false) => name.starts_with(&self.text),
            (false, true) => name.ends_with(&self.text),
            (true, true) => name == self.text,
        }
    }
}

/// Folds case. Converting to upper case first gives the results of full case folding: ß becomes ss, and ς becomes σ.
fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_matches_anywhere_in_any_case() {
        for (search, name, is_found) in [
            ("gar", "Ana García", true),
            ("GARCÍA", "Ana García", true),
            ("a g", "Ana García", true),
            ("weiss", "Anna Weiß", true),
            ("ΣΊΣΥΦΟΣ", "Σίσυφος", true),
            ("garcia", "Ana García", false),
            ("", "Ana García", true),
        ] {
            assert_eq!(NameSearch::new(search).finds(name), is_found, "{search} in {name}");
        }
    }

    #[test]
    fn a_search_may_be_anchored_at_either_end() {
        for (search, found) in
            [("^ana", "Ana Ananas"), ("ana$", "Ana Diana"), ("^ana$", "Ana"), ("^", "Ana Ananas Diana"), ("^$", "")]
        {
            let names = ["Ana", "Ananas", "Diana"];
            let names: Vec<&str> = names.into_iter().filter(|name| NameSearch::new(search).finds(name)).collect();
            assert_eq!(names.join(" "), found, "{search}");
        }
    }

    #[test]
    fn no_search_is_a_pattern() {
        for search in ["a.a", "a*", "[a]", "(", "\\", ".", "a|b"] {
            assert!(!NameSearch::new(search).finds("Ana"), "{search}");
            assert!(NameSearch::new(search).finds(&format!("x{search}x")), "{search}");
        }
        assert!(NameSearch::new("^^a").finds("^a") && NameSearch::new("a$$").finds("a$"));
    }
}
