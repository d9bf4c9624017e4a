//! `cargo xtask token`: a token for the running service, alone on standard output.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::{dev, processes};

pub(crate) fn token(arguments: impl Iterator<Item = OsString>) -> anyhow::Result<()> {
    processes::succeed("cargo build", &mut processes::cargo(&["build", "--quiet", "--bin", "spaces-local"]))?;
    let mut mint = Command::new(dev::spaces_local()?);
    let status = processes::run("spaces-local", mint.arg("token").args(arguments).current_dir(crate::root()))?;
    if !status.success() {
        bail!("no token");
    }
    Ok(())
}

/// A token for the stack whose data is in `data`; spaces-local must have been built.
pub(crate) fn mint(data: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let mut mint = Command::new(dev::spaces_local()?);
    let output = mint.arg("token").args(arguments).arg("--data").arg(data).stderr(Stdio::inherit()).output();
    let output = output.context("starting spaces-local")?;
    if !output.status.success() {
        bail!("spaces-local token {} failed", arguments.join(" "));
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
