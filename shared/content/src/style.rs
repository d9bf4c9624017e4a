//! The style sheet of the pages: the colours and fonts of the mail, in the page itself, so that nothing is loaded.

use std::fmt::Write as _;
use std::sync::LazyLock;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use crate::theme::{DARK, FONTS, LIGHT, Palette};

/// What does not depend on the colour scheme.
const RULES: &str = include_str!("../templates/pages/style.css");

/// The style sheet.
pub(crate) static STYLE: LazyLock<String> = LazyLock::new(|| {
    let (light, dark) = (properties(&LIGHT), properties(&DARK));
    let rules = RULES.lines().map(str::trim_start).collect::<String>();
    format!(":root{{--fonts:{FONTS};{light}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}{rules}")
});

/// The style sheet as a Content Security Policy names it (CSP Level 3 section 2.3.1).
pub(crate) static SOURCE: LazyLock<String> =
    LazyLock::new(|| format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(STYLE.as_bytes()))));

fn properties(palette: &Palette) -> String {
    palette.named().iter().fold(String::new(), |mut properties, (name, colour)| {
        // Writing into a string does not fail.
        let _ = write!(properties, "--{name}:{colour};");
        properties
    })
}
