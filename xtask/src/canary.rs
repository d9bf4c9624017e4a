//! `cargo xtask canary`: runs the canary against a service.

use std::env;
use std::ffi::OsString;
use std::process::Command;

use anyhow::bail;

use crate::{dev, processes, token};

/// The environment variable with the credentials.
const CREDENTIAL: &str = "CANARY_CREDENTIAL";

pub(crate) fn canary(arguments: impl Iterator<Item = OsString>) -> anyhow::Result<()> {
    let arguments: Vec<OsString> = arguments.collect();
    processes::succeed("cargo build", &mut processes::cargo(&["build", "--quiet", "--bin", "spaces-canary"]))?;
    let mut canary = program()?;
    let is_local = arguments.iter().any(|argument| argument.to_string_lossy().starts_with("http://"));
    if is_local && env::var_os(CREDENTIAL).is_none() {
        processes::succeed("cargo build", &mut processes::cargo(&["build", "--quiet", "--bin", "spaces-local"]))?;
        canary.env(CREDENTIAL, user(&crate::target().join("dev"))?);
    }
    if !processes::run("spaces-canary", canary.args(arguments))?.success() {
        bail!("the canary failed");
    }
    Ok(())
}

/// Runs the canary against a local stack whose data is in this folder.
pub(crate) fn run_locally(api: &str, data: &std::path::Path) -> anyhow::Result<()> {
    processes::succeed("cargo build", &mut processes::cargo(&["build", "--quiet", "--bin", "spaces-canary"]))?;
    let mut canary = program()?;
    canary.args(["--url", api]).env(CREDENTIAL, user(data)?);
    if !processes::run("spaces-canary", &mut canary)?.success() {
        bail!("the canary failed at {api}");
    }
    Ok(())
}

fn program() -> anyhow::Result<Command> {
    Ok(Command::new(dev::spaces_local()?.with_file_name("spaces-canary")))
}

/// Returns the credentials of a user of the local service.
fn user(data: &std::path::Path) -> anyhow::Result<String> {
    Ok(format!("jwt {}", token::mint(data, &["user", "--email", "canary@example.com", "--name", "Canary"])?))
}
