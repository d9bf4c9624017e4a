//! Names of time zones.

/// Returns whether a string has the form of a name in the IANA time zone database, like
/// `America/Argentina/Buenos_Aires` or `Etc/GMT+3`.
#[must_use]
pub fn is_zone(text: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'-'))
    };
    text.len() <= 64 && text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.split('/').all(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_iana_database_are_accepted() {
        for name in ["UTC", "Europe/Madrid", "America/Argentina/Buenos_Aires", "Etc/GMT+3", "America/Port-au-Prince"] {
            assert!(is_zone(name), "{name}");
        }
    }

    #[test]
    fn other_strings_are_rejected() {
        for text in ["", "/", "Europe/", "+02:00", "Europe Madrid", "../../etc/passwd", &"a".repeat(65)] {
            assert!(!is_zone(text), "{text}");
        }
    }
}
