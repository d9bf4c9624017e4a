//! Names and titles for message headers, used by the checks and by tests. None exceeds the maximum length of a name.

/// Names in many scripts, with combining marks, joiners and emoji.
const SCRIPTS: &[&str] = &[
    "Zoë Müller",
    "Łukasz Żółć",
    "Đặng Thị Hồng Nhung",
    "İsmail Şahin",
    "Анна Каренина",
    "Ελένη Παπαδοπούλου",
    "محمد عبد الرحمن بن عبد العزيز",
    "דוד בן־גוריון",
    "山田 太郎",
    "ひらがな カタカナ",
    "김철수",
    "王小明",
    "𠮷野家",
    "สมชาย ใจดี",
    "अनन्या शर्मा",
    "ශ්‍රී ලංකා",
    "علی\u{200c}رضا",
    "Ա\u{573}ոտ",
    "ქართული",
    "አማርኛ",
    "e\u{301}ve\u{308}",
    "👩🏽‍🚀",
    "👨‍👩‍👧‍👦 Familie 👨‍👩‍👧‍👦",
    "🏳️‍🌈🇩🇪❤️‍🔥",
    "Ana 😀",
    "😀",
    "Mixed Анна 山田 محمد name",
    "…",
    "ﷺ",
];

/// ASCII names with characters that have a meaning in headers.
const SYNTAX: &[&str] = &[
    "Ana",
    "Ana Lee",
    "Rosa.",
    "J.R.",
    "J. R. R. Tolkien",
    "Dr. Ana Lee, Jr.",
    "Ana\\",
    "\\",
    "\\\\",
    "\\\"",
    "\"",
    "\"Ana\"",
    "Ana \"the\" Lee",
    "O'Neil",
    "Lee, Ana",
    "Ana (she)",
    "(Ana)",
    "((Ana)",
    "<Ana>",
    "Ana <ana",
    "Ana; Lee",
    "Ana: Lee",
    "[Ana]",
    "=?utf-8?q?Ana?=",
    "=?Ana?=",
    "a=?b",
    "?=",
    "undisclosed-recipients:;",
    "x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x",
    "Wolfeschlegelsteinhausenbergerdorffwolfeschlegelsteinhausen",
    "1234567890",
    "-",
    "- -- ---",
];

/// Returns the names as clients send them.
pub(crate) fn names() -> Vec<String> {
    let mut names: Vec<String> = SYNTAX.iter().chain(SCRIPTS).map(|&name| name.to_owned()).collect();
    for mark in (b'!'..=b'~').map(char::from).filter(char::is_ascii_punctuation) {
        names.extend([
            format!("{mark}"),
            format!("{mark}Ana"),
            format!("Ana{mark}"),
            format!("A{mark}na"),
            format!("Ana {mark} Lee"),
            format!("Zoë{mark}"),
        ]);
    }
    names
}

/// Returns the titles as clients send them: every name, and every script at the maximum length of a title.
pub(crate) fn titles() -> Vec<String> {
    let long = SCRIPTS.iter().map(|name| {
        let repeated: String = format!("{name} ").repeat(200).chars().take(200).collect();
        repeated.trim_end_matches(|c: char| !c.is_alphanumeric()).to_owned()
    });
    let words = "Quarterly planning of everything that we have to do until the end of the year, \
                 for all teams and everybody else";
    names().into_iter().chain(long.filter(|title| !title.is_empty())).chain([words.to_owned()]).collect()
}

/// Removes the characters that break up links.
pub(crate) fn joined(text: &str) -> String {
    text.replace('\u{200c}', "")
}
