//! `docs/openapi.json` matches the code: it is generated from the code's types, with examples of the functions' actual
//! responses.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod assemble;
mod examples;
mod fences;
mod functions;

use std::path::{Path, PathBuf};
use std::{env, fs};

/// Set by `cargo xtask openapi` to write the file instead of comparing it.
const WRITE: &str = "OPENAPI_WRITE";

#[tokio::test]
async fn the_file_matches_the_code() {
    let mut description = serde_json::to_value(assemble::description()).unwrap();
    assemble::require_headers(&mut description);
    examples::add(&mut description).await;
    let description = format!("{}\n", serde_json::to_string_pretty(&description).unwrap());
    let file = root().join("docs/openapi.json");
    if env::var_os(WRITE).is_some() {
        return fs::write(file, description).unwrap();
    }
    let kept = fs::read_to_string(file).unwrap_or_default();
    let line = kept.lines().zip(description.lines()).position(|(kept, generated)| kept != generated);
    assert!(
        kept == description,
        "docs/openapi.json does not match the code (from line {}): run `cargo xtask openapi`, and review the diff",
        line.unwrap_or_default() + 1
    );
}

/// Returns the root of the checkout.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
