//! `cargo xtask doctor`: checks the configuration of a deployed stack.

use std::ffi::OsString;
use std::process::Command;

use anyhow::bail;

use crate::infra::SAM;
use crate::{processes, root};

/// Returns the doctor's command; its argument is the name of the stack.
///
/// # Errors
///
/// Fails if the Python packages that it needs can't be installed.
pub fn program() -> anyhow::Result<Command> {
    let mut python = Command::new(SAM.programs()?.join("python"));
    python.arg(root().join("infra/doctor.py"));
    Ok(python)
}

pub(crate) fn doctor(arguments: impl Iterator<Item = OsString>) -> anyhow::Result<()> {
    if !processes::run("doctor.py", program()?.args(arguments))?.success() {
        bail!("the doctor found problems");
    }
    Ok(())
}
