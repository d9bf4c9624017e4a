//! A search in names.

/// A text that is searched in names: without regard to case, and literally.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameSearch {
    text: String,
    begins: bool,
    ends: bool,
}

impl NameSearch {
    /// Reads a search. `^` at its beginning and `$` at its end bind it to the beginning and the end of the name; no other
    /// character has a meaning of its own.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let (text, begins) = text.strip_prefix('^').map_or((text, false), |rest| (rest, true));
        let (text, ends) = text.strip_suffix('$').map_or((text, false), |rest| (rest, true));
        Self { text: folded(text), begins, ends }
    }

    /// Returns whether a name is found.
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

/// Folds case by way of upper case, as full case folding does: ß becomes ss, and ς is σ.
fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_found_anywhere_whatever_its_case() {
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
    fn the_ends_of_a_search_may_be_bound_to_those_of_the_name() {
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
