//! Language negotiation for pages: `Accept-Language` (RFC 9110 section 12.5.4).

use spaces_model::parse_language;

use crate::Language;

/// Maximum number of language ranges that are read. Browsers send a handful.
const MAX_RANGES: usize = 32;

/// A weight in thousandths; it has at most three decimals (RFC 9110 section 12.4.2).
type Weight = u16;

const FULL: Weight = 1000;

impl Language {
    /// Returns the supported language with the highest weight in this `Accept-Language` header, the first of them if
    /// several have the same weight, or [`Language::DEFAULT`] if none is supported.
    #[must_use]
    pub fn accepted(header: &str) -> Self {
        let mut ranges: Vec<(Weight, &str)> = header.split(',').take(MAX_RANGES).filter_map(range).collect();
        // A stable sort keeps the client's order among equal weights.
        ranges.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
        ranges.iter().find_map(|(_, tag)| Self::find(&parse_language(tag))).unwrap_or(Self::DEFAULT)
    }
}

/// Parses a language range and its weight. Returns `None` if it is malformed or its weight is 0.
fn range(text: &str) -> Option<(Weight, &str)> {
    let (tag, parameter) = text.split_once(';').map_or((text, None), |(tag, parameter)| (tag, Some(parameter)));
    let weight = parameter.map_or(Some(FULL), weight)?;
    (weight > 0).then(|| (weight, tag.trim()))
}

fn weight(parameter: &str) -> Option<Weight> {
    let (name, value) = parameter.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    let (whole, decimals) = value.split_once('.').unwrap_or((value, ""));
    let is_number = |text: &str, digits: usize| text.len() <= digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if !name.eq_ignore_ascii_case("q") || whole.len() != 1 || !is_number(whole, 1) || !is_number(decimals, 3) {
        return None;
    }
    let weight = format!("{whole}{decimals:0<3}").parse().ok()?;
    (weight <= FULL).then_some(weight)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_supported_language_with_the_highest_weight_is_chosen() {
        for (header, chosen) in [
            ("de", "de"),
            ("de-CH, fr;q=0.9", "de"),
            ("fr;q=0.8, de;q=0.9", "de"),
            ("sv, da;q=0.9, he;q=0.2", "he"),
            ("fr;q=0.5, de;q=0.5", "fr"),
            ("zh-HK,zh;q=0.9,en;q=0.8", "zh-TW"),
            ("de-DE-u-fw-mon-mu-celsius,de;q=0.9,en;q=0.8", "de"),
            ("es-u-ms-metric", "es"),
            ("zh-CHT", "zh-TW"),
            ("zh-CHS", "zh-CN"),
            ("yue-Hant-HK", "zh-TW"),
            ("de ; q = 0.5, fr ; q = 0.7", "fr"),
            ("fr;q=1.5, de;q=0.1", "de"),
            ("iw, en;q=0.5", "he"),
            ("en-AU,en;q=0.5", "en-GB"),
            ("de ; q=0.1 , it ; Q=0.25", "it"),
            ("de;q=0, fr;q=0.001", "fr"),
            ("de;q=0.0", "en-US"),
            ("*", "en-US"),
            ("*, ja;q=0.1", "ja"),
            ("", "en-US"),
        ] {
            assert_eq!(Language::accepted(header).tag(), chosen, "{header}");
        }
    }

    #[test]
    fn a_malformed_range_is_ignored() {
        for wrong in ["de;q=2", "de;q=NaN", "de;q=-1", "de;q=0.1234", "de;q", "de;level=1", "d e", "de;q=", "de;q=1.5"]
        {
            assert_eq!(Language::accepted(&format!("{wrong}, fr;q=0.1")), Language::Fr, "{wrong}");
        }
    }

    #[test]
    fn only_the_first_ranges_of_a_long_list_are_read() {
        let strange = "tlh,".repeat(200);
        assert_eq!(Language::accepted(&format!("de,{strange}fr")), Language::De);
        assert_eq!(Language::accepted(&format!("{strange}fr")), Language::DEFAULT);
        assert_eq!(Language::accepted(&"x".repeat(100_000)), Language::DEFAULT);
    }

    proptest! {
        #[test]
        fn any_header_is_handled(header in "([a-z*-]{0,8}(;q=[0-9.]{0,5})?[,; ]?){0,50}") {
            let _ = Language::accepted(&header);
        }
    }
}
