//! `cargo xtask token`: prints a token for the running service, with nothing else on standard output.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::{dev, processes};

pub(crate) fn token(arguments: impl Iterator<Item = OsString>) -> anyhow::Result<()> {
    let spaces_local = dev::spaces_local()?;
    if is_locked(&spaces_local.with_file_name(".cargo-lock")) {
        eprintln!("xtask: waiting for another build to finish");
    }
    processes::succeed("cargo build", &mut processes::cargo(&["build", "--quiet", "--bin", "spaces-local"]))?;
    let mut mint = Command::new(spaces_local);
    let status = processes::run("spaces-local", mint.arg("token").args(arguments).current_dir(crate::root()))?;
    if !status.success() {
        bail!("creating the token failed");
    }
    Ok(())
}

/// Returns a token for the stack whose data is in `data`. `spaces-local` must have been built.
///
/// # Errors
///
/// Fails if `spaces-local token` fails with these arguments.
pub fn mint(data: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let mut mint = Command::new(dev::spaces_local()?);
    let output = mint.arg("token").args(arguments).arg("--data").arg(data).stderr(Stdio::inherit()).output();
    let output = output.context("starting spaces-local")?;
    if !output.status.success() {
        bail!("spaces-local token {} failed", arguments.join(" "));
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// Returns whether another process holds cargo's lock.
fn is_locked(lock: &Path) -> bool {
    File::open(lock).is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_detected_while_it_is_held() {
        let path = std::env::temp_dir().join(format!("xtask-lock-{}", std::process::id()));
        let held = File::create(&path).unwrap();
        assert!(!is_locked(&path));
        held.lock().unwrap();
        assert!(is_locked(&path));
        drop(held);
        assert!(!is_locked(&path));
        std::fs::remove_file(&path).unwrap();
        assert!(!is_locked(&path));
    }
}
