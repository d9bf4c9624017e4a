//! `cargo xtask test`: runs all tests.

use std::ffi::OsString;
use std::process::Stdio;

use anyhow::bail;

use crate::{processes, snapshots};

/// The crate that is built separately: built with the others, it would keep them from sharing any dependency with
/// `cargo xtask dev`.
pub(crate) const GENERATE: &str = "spaces-generate";

/// Selects all crates except [`GENERATE`]. Every build of development selects the same crates, so that cargo resolves
/// the same features and builds the dependencies once.
pub(crate) const TOGETHER: [&str; 3] = ["--workspace", "--exclude", GENERATE];

pub(crate) fn test(arguments: impl Iterator<Item = OsString>) -> anyhow::Result<()> {
    check_prerequisites()?;
    let arguments: Vec<OsString> = arguments.collect();
    let names_packages = arguments.iter().any(|argument| argument == "-p" || argument == "--package");
    let selection: &[&str] = if names_packages { &[] } else { &TOGETHER };
    let mut tests = processes::cargo(&["test", "--locked", "--no-fail-fast"]);
    // A snapshot with stale metadata fails the test, too.
    tests.args(selection).args(&arguments).env("INSTA_REQUIRE_FULL_MATCH", "1");
    if !arguments.is_empty() {
        return processes::succeed("cargo test", &mut tests);
    }
    // Only a run of all tests refers to all snapshots.
    let references = snapshots::references()?;
    processes::succeed("cargo test", tests.env(snapshots::REFERENCES, &references))?;
    snapshots::check(&references)?;
    test_generated()
}

/// Checks that the generated files in the checkout match their sources.
pub(crate) fn test_generated() -> anyhow::Result<()> {
    processes::succeed("cargo test", &mut processes::cargo(&["test", "--locked", "--package", GENERATE]))
}

/// Checks that a C compiler is installed. Without this check, the build would fail late, with the error of a build
/// script.
pub(crate) fn check_prerequisites() -> anyhow::Result<()> {
    let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    let mut version = std::process::Command::new(&compiler);
    let version = version.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    if processes::run("the C compiler", version).is_ok_and(|status| status.success()) {
        return Ok(());
    }
    bail!(
        "the build needs a C compiler (for SQLite and the crypto library), but {} does not run; on Debian: \
         apt-get install build-essential",
        compiler.display()
    )
}
