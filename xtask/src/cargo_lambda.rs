//! Installs cargo-lambda, in the version that this project is tested with.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;

use crate::tools::Tool;
use crate::{processes, target, wheel};

const VERSION: &str = "1.9.2";

/// Returns cargo-lambda: from the PATH if it has the right version there, else installed under `target/`.
pub(crate) fn program() -> anyhow::Result<PathBuf> {
    let on_path = PathBuf::from("cargo-lambda");
    if is_pinned_version(&on_path) {
        return Ok(on_path);
    }
    let home = target().join("tools").join(format!("cargo-lambda-{VERSION}-wheel"));
    let program = home.join("bin/cargo-lambda");
    if is_pinned_version(&program) {
        return Ok(program);
    }
    eprintln!("xtask: installing cargo-lambda {VERSION}");
    // Without its dependency ziglang (400 MB), which only cross-compilation needs.
    let package = format!("cargo-lambda=={VERSION}");
    for install in wheel::INSTALLERS {
        if home.exists() {
            fs::remove_dir_all(&home).with_context(|| format!("removing {}", home.display()))?;
        }
        match install(&home, &package) {
            Ok(()) if is_pinned_version(&program) => return Ok(program),
            Ok(()) => eprintln!("xtask: the cargo-lambda wheel does not run on this machine"),
            Err(error) if error.is::<processes::Interrupted>() => return Err(error),
            Err(error) => eprintln!("xtask: {error:#}; trying another installer"),
        }
    }
    eprintln!("xtask: building cargo-lambda from source; this takes minutes");
    Tool { name: "cargo-lambda", version: VERSION }.program()
}

fn is_pinned_version(program: &Path) -> bool {
    let version = Command::new(program).args(["lambda", "--version"]).stderr(Stdio::null()).output();
    let version = version.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    version.split(' ').nth(1) == Some(VERSION)
}
