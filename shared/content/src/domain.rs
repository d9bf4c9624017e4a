//! E-mail addresses for people to read: a domain that looks like another one is shown in punycode.

use spaces_model::EmailAddress;
use unicode_security::RestrictionLevelDetection;
use unicode_security::confusable_detection::skeleton;
use unicode_security::restriction_level::RestrictionLevel;

use crate::clean;

/// Returns an address for people to read. An address without special characters is not altered, so that it can be
/// copied. A quoted local part may contain anything, including a link, and is sanitized.
pub(crate) fn address(address: &EmailAddress) -> String {
    let typed = address.as_typed();
    let domain = typed.rsplit_once('@').map_or("", |(_, domain)| domain);
    let text = if is_deceptive(domain) { address.to_ascii() } else { typed.to_owned() };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+' | '\'');
    if address.local_part().chars().all(is_plain) { text } else { clean::address(&text) }
}

/// Returns whether a domain is easily mistaken for another one: one of its labels mixes scripts beyond *highly
/// restrictive* (UTS 39 section 5.2), or is confusable with ASCII (section 4) under an ASCII top-level domain.
fn is_deceptive(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split(['.', '。', '．', '｡']).collect();
    let is_latin = labels.last().is_some_and(|label| label.is_ascii());
    labels.iter().filter(|label| !label.is_ascii()).any(|label| {
        label.detect_restriction_level() > RestrictionLevel::HighlyRestrictive
            || is_latin && skeleton(label).all(|character| character.is_ascii())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        address(&text.parse().unwrap())
    }

    #[test]
    fn a_domain_in_one_script_is_shown_as_it_was_typed() {
        for typed in [
            "ana@example.com",
            "ana@bücher.example",
            "ana@élysée.example",
            "ana@пример.example",
            "ana@ооо.рф",
            "ana@παράδειγμα.ελ",
            "ana@例え.テスト",
            "ana@日本語カタカナひらがなabc.example",
            "ana@한국어.example",
            "ana@مثال.إختبار",
            "ana@דוגמה.example",
            "ana@उदाहरण.परीक्षा",
            "ana@xn--bcher-kva.example",
            "ana@r2---sn-x.example",
        ] {
            assert_eq!(shown(typed), typed);
        }
    }

    #[test]
    fn a_domain_that_looks_like_another_is_shown_in_punycode() {
        for typed in [
            // Cyrillic а among Latin letters.
            "ana@аpple.com",
            // Greek omicrons among Latin letters.
            "ana@gοοgle.com",
            // Cyrillic and Greek.
            "ana@пαр.example",
            // Latin and Devanagari.
            "ana@paypalक.com",
            // Only in the second label.
            "ana@mail.аpple.example",
            // Labels made entirely of look-alikes.
            "ana@аррӏе.com",
            "ana@ооо.com",
            "ana@ıntel.com",
        ] {
            let address: EmailAddress = typed.parse().unwrap();
            assert_eq!(super::address(&address), address.to_ascii());
            assert!(address.to_ascii().contains("xn--"), "{typed}");
        }
    }

    #[test]
    fn a_quoted_local_part_is_broken_up_like_any_text() {
        assert!(shown("\"https://evil.example/\"@example.com").contains(":\u{200c}/"));
    }
}
