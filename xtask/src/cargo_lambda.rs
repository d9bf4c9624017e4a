//! cargo-lambda, in the version that this project is tested with.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;

use crate::tools::Tool;
use crate::{processes, target};

const VERSION: &str = "1.9.2";

/// The program: from the PATH if it has the right version there, else installed under `target/`.
pub(crate) fn program() -> anyhow::Result<PathBuf> {
    let on_path = PathBuf::from("cargo-lambda");
    if is_right(&on_path) {
        return Ok(on_path);
    }
    let home = target().join("tools").join(format!("cargo-lambda-{VERSION}-wheel"));
    let program = home.join("bin/cargo-lambda");
    if is_right(&program) {
        return Ok(program);
    }
    eprintln!("xtask: installing cargo-lambda {VERSION}");
    for install in [into_venv, into_directory] {
        if home.exists() {
            fs::remove_dir_all(&home).with_context(|| format!("removing {}", home.display()))?;
        }
        match install(&home) {
            Ok(()) if is_right(&program) => return Ok(program),
            Ok(()) => eprintln!("xtask: the wheel of cargo-lambda does not run here"),
            Err(error) if error.is::<processes::Interrupted>() => return Err(error),
            Err(error) => eprintln!("xtask: {error:#}; trying another way"),
        }
    }
    eprintln!("xtask: building cargo-lambda from source; this takes minutes");
    Tool { name: "cargo-lambda", version: VERSION }.program()
}

fn is_right(program: &Path) -> bool {
    let version = Command::new(program).args(["lambda", "--version"]).stderr(Stdio::null()).output();
    let version = version.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    version.split(' ').nth(1) == Some(VERSION)
}

fn into_venv(home: &Path) -> anyhow::Result<()> {
    processes::succeed("python3 -m venv", Command::new("python3").args(["-m", "venv"]).arg(home))?;
    pip(Command::new(home.join("bin/python3")).args(["-m", "pip", "install"]))
}

/// Debian's python3 comes without venv, but perhaps with pip.
fn into_directory(home: &Path) -> anyhow::Result<()> {
    pip(Command::new("python3").args(["-m", "pip", "install", "--target"]).arg(home))
}

fn pip(install: &mut Command) -> anyhow::Result<()> {
    // Without its dependency ziglang (400 MB), which only cross-compiling needs.
    let package = format!("cargo-lambda=={VERSION}");
    // A root user has no better place on a machine without venv.
    let install = install.env("PIP_ROOT_USER_ACTION", "ignore").args([
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        &package,
    ]);
    processes::succeed("pip install cargo-lambda", install.stdout(Stdio::null()))
}
