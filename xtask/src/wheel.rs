//! Single wheels of the Python registry, without what they depend on.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::processes;

/// Installs a package, as pip names it, below a directory.
type Way = fn(home: &Path, package: &str) -> anyhow::Result<()>;

/// The ways to install, the best first.
pub(crate) const WAYS: [Way; 2] = [into_venv, into_directory];

fn into_venv(home: &Path, package: &str) -> anyhow::Result<()> {
    processes::succeed("python3 -m venv", Command::new("python3").args(["-m", "venv"]).arg(home))?;
    pip(Command::new(home.join("bin/python3")).args(["-m", "pip", "install"]), package)
}

/// Debian's python3 comes without venv, but perhaps with pip.
fn into_directory(home: &Path, package: &str) -> anyhow::Result<()> {
    pip(Command::new("python3").args(["-m", "pip", "install", "--target"]).arg(home), package)
}

fn pip(install: &mut Command, package: &str) -> anyhow::Result<()> {
    // A root user has no better place on a machine without venv.
    let install = install.env("PIP_ROOT_USER_ACTION", "ignore").args([
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        package,
    ]);
    processes::succeed("pip install", install.stdout(Stdio::null()))
}
