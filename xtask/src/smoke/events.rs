//! Sends every event under `events/` to the running functions with `cargo lambda invoke`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::{cargo_lambda, processes::check_interrupted};

/// Sends each event to its function. The response must have the status that the file's name starts with.
///
/// Calls `restore` before each event, which restores the table to its initial state.
pub(super) fn invoke_all(port: u16, restore: impl Fn() -> anyhow::Result<()>) -> anyhow::Result<()> {
    let cargo_lambda = cargo_lambda::program()?;
    for function in sorted(&crate::root().join("events"))? {
        for event in sorted(&function)? {
            check_interrupted()?;
            restore()?;
            let response = invoke(&cargo_lambda, port, &function, &event)?;
            // Responses to a stream or a queue have no status.
            let status = response.get("statusCode").and_then(Value::as_u64).unwrap_or(200);
            let name = event.file_name().unwrap_or_default().to_string_lossy();
            ensure!(name.starts_with(&format!("{status}-")), "{} returned {response}", event.display());
        }
    }
    Ok(())
}

fn invoke(cargo_lambda: &Path, port: u16, function: &Path, event: &Path) -> anyhow::Result<Value> {
    let mut command = Command::new(cargo_lambda);
    // Its default is [::1], where nothing listens.
    command.args(["lambda", "invoke", "--invoke-address", "127.0.0.1", "--invoke-port"]).arg(port.to_string());
    command.arg("--data-file").arg(event).arg(function.file_name().unwrap_or_default());
    let output = command.output().context("running cargo lambda invoke")?;
    serde_json::from_slice(&output.stdout).with_context(|| {
        let errors = String::from_utf8_lossy(&output.stderr);
        format!("cargo lambda invoke with {}: {errors}", event.display())
    })
}

fn sorted(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    Ok(paths)
}
