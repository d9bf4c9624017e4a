//! The style sheet of the pages, with the colours and fonts of the mail. It is inline, so nothing has to be loaded.

use std::fmt::Write as _;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use crate::theme::{FONTS, Palette};

/// The rules that don't depend on the colour scheme.
const RULES: &str = include_str!("../templates/pages/style.css");

/// A style sheet.
#[derive(Debug, Clone)]
pub(crate) struct Style {
    pub(crate) sheet: String,
    /// The hash of the sheet as a source expression of a Content Security Policy (CSP Level 3 section 2.3.1).
    pub(crate) source: String,
}

impl Style {
    pub(crate) fn new(light: &Palette, dark: &Palette) -> Self {
        let (light, dark) = (properties(light), properties(dark));
        let rules = RULES.lines().map(str::trim_start).collect::<String>();
        let sheet =
            format!(":root{{--fonts:{FONTS};{light}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}{rules}");
        let source = format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(sheet.as_bytes())));
        Self { sheet, source }
    }
}

fn properties(palette: &Palette) -> String {
    palette.named().iter().fold(String::new(), |mut properties, (name, colour)| {
        // Writing into a string does not fail.
        let _ = write!(properties, "--{name}:{colour};");
        properties
    })
}
