//! Generated files that are checked in: the HTML templates and the date formatting data.
//!
//! Each test generates its file and compares it with the one checked in. After changing a source, the theme, the languages
//! or the version of ICU4X, run `UPDATE_GENERATED=1 cargo test -p spaces-generate`.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

extern crate alloc;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

mod compiled;

use mrml::prelude::render::RenderOptions;
use spaces_content::{Language, theme};

/// Compares the file with its expected content, after writing it if `UPDATE_GENERATED` is set.
fn check(file: &str, expected: &[u8]) {
    let path = here(file);
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(&path, expected).unwrap();
    }
    let found = std::fs::read(&path).unwrap_or_default();
    assert!(found == expected, "{file} is stale: UPDATE_GENERATED=1 cargo test -p spaces-generate");
}

fn here(file: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../content")).join(file)
}

/// Returns a template's source with the theme's names replaced: `%ink%` and `%dark.ink%` by colours, `%fonts%` by fonts.
fn source(file: &str) -> String {
    let mut text = std::fs::read_to_string(here(file)).unwrap().replace("%fonts%", theme::FONTS);
    for (scheme, palette) in [("", theme::LIGHT), ("dark.", theme::DARK)] {
        for (name, colour) in palette.named() {
            text = text.replace(&format!("%{scheme}{name}%"), &colour.to_string());
        }
    }
    text
}

#[test]
fn the_mail_is_generated_from_its_mjml() {
    let mjml = mrml::parse(source("templates/sources/mail.mjml")).unwrap();
    assert!(mjml.warnings.is_empty(), "{:?}", mjml.warnings);
    // By default, MJML links a web font for each font that it recognizes.
    let options = RenderOptions { fonts: HashMap::default(), ..RenderOptions::default() };
    let html = mjml.element.render(&options).unwrap();
    check("templates/mail.html", html.as_bytes());
}

#[test]
fn the_outlook_fragment_is_generated_from_its_source() {
    check("templates/outlook.html", source("templates/sources/outlook.html").as_bytes());
}

#[test]
fn the_date_data_is_exported_from_icu_for_our_languages() {
    check("data/dates.postcard", &compiled::export(&Language::ALL.map(Language::tag)));
}
