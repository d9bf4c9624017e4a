//! Runs the operator's commands from docs/operations.md, and the doctor.

use std::env;
use std::process::Command;

use anyhow::{Context, ensure};
use xtask::infra::AWS;
use xtask::{doctor, root};

use crate::sam::STACK;
use crate::service::DeployedService;
use crate::transcript::section;

pub(crate) fn run(service: &DeployedService<'_>) -> anyhow::Result<()> {
    section("Runbook");
    let programs = AWS.programs()?;
    let mut commands = Command::new(programs.join("python"));
    service.emulator.account.configure(&mut commands);
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths([programs].into_iter().chain(env::split_paths(&path)))?;
    commands.env("PATH", &path);
    let ran = commands.arg(root().join("infra/checks/commands.py")).arg(STACK).output().context("starting python")?;
    ensure!(ran.status.success(), "commands.py failed: {}", String::from_utf8_lossy(&ran.stderr));
    service.transcript.step(String::from_utf8_lossy(&ran.stdout).trim());

    for step in ["begin", "finish"] {
        let mut restore = Command::new(root().join("infra/restore.sh"));
        service.emulator.account.configure(&mut restore).env("PATH", &path).arg(STACK).arg(step);
        let done = restore.output().context("starting restore.sh")?;
        ensure!(done.status.success(), "restore.sh {step} failed: {}", String::from_utf8_lossy(&done.stderr));
    }
    service.transcript.step("the event source mappings of the stream and the queues are disabled and enabled again");

    let mut doctor = doctor::program()?;
    let found = service.emulator.account.configure(&mut doctor).arg(STACK).output().context("starting the doctor")?;
    let found = String::from_utf8_lossy(&found.stdout);
    // The emulator lacks DKIM and backups, so the doctor reports problems that it would not report on AWS.
    ensure!(
        !found.contains("cannot be checked") && found.lines().count() > 20,
        "the doctor could not check everything:\n{found}"
    );
    service.transcript.step(format!("the doctor ran {} checks", found.lines().count()));
    Ok(())
}
