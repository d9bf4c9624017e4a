//! `cargo xtask service-app`, `user`, `invitation`, `relay`, `events`: the operator's tools for the table.

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
    // Where the caller is: the files that they name are theirs.
    let status = processes::run("spaces-operator", program()?.arg(task).args(arguments))?;
    if !status.success() {
        bail!("{} has not done what was asked", task.display());
    }
    Ok(())
}
