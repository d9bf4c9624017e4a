//! `cargo xtask service-app`, `user`, `space`, `invitation`, `stops`, `reports`, `relay`, `events`: runs the operator's
//! tools.

use std::ffi::{OsStr, OsString};
use std::process::Command;

use anyhow::bail;

use crate::{dev, processes};

/// Builds the operator's tools and returns their command.
///
/// # Errors
///
/// Fails if they can't be built.
pub fn program() -> anyhow::Result<Command> {
    processes::succeed("cargo build", &mut processes::cargo(&["build", "--quiet", "--bin", "spaces-operator"]))?;
    Ok(Command::new(dev::spaces_local()?.with_file_name("spaces-operator")))
}

pub(crate) fn operator(task: &OsStr, arguments: impl Iterator<Item = OsString>) -> anyhow::Result<()> {
    // In the caller's working directory, since arguments may name files.
    let status = processes::run("spaces-operator", program()?.arg(task).args(arguments))?;
    if !status.success() {
        bail!("{} failed", task.display());
    }
    Ok(())
}
