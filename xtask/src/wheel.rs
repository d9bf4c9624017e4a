//! Installs single wheels from the Python registry, without their dependencies.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::processes;

/// A function that installs a package, given as a requirement of pip, into a directory.
type Install = fn(home: &Path, package: &str) -> anyhow::Result<()>;

/// The installers in order of preference.
pub(crate) const INSTALLERS: [Install; 2] = [into_venv, into_directory];

fn into_venv(home: &Path, package: &str) -> anyhow::Result<()> {
    processes::succeed("python3 -m venv", Command::new("python3").args(["-m", "venv"]).arg(home))?;
    pip(Command::new(home.join("bin/python3")).args(["-m", "pip", "install"]), package)
}

/// Installs without venv, which Debian's python3 lacks by default.
fn into_directory(home: &Path, package: &str) -> anyhow::Result<()> {
    pip(Command::new("python3").args(["-m", "pip", "install", "--target"]).arg(home), package)
}

fn pip(install: &mut Command, package: &str) -> anyhow::Result<()> {
    // Suppresses pip's warning about running as root, which recommends a virtual environment.
    let install = install.env("PIP_ROOT_USER_ACTION", "ignore").args([
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        package,
    ]);
    processes::succeed("pip install", install.stdout(Stdio::null()))
}
