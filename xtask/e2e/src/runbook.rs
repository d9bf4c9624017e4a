//! The operator's commands as docs/operations.md prints them, and the doctor.

use std::env;
use std::process::Command;

use anyhow::{Context, ensure};

use crate::protocol::part;
use crate::sam::STACK;
use crate::service::Service;
use xtask::infra::AWS;
use xtask::{doctor, root};

pub(crate) fn tell(service: &Service<'_>) -> anyhow::Result<()> {
    part("Runbook");
    let programs = AWS.programs()?;
    let mut commands = Command::new(programs.join("python"));
    service.emulator.account.lend(&mut commands);
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths([programs].into_iter().chain(env::split_paths(&path)))?;
    commands.env("PATH", &path);
    let ran = commands.arg(root().join("infra/checks/commands.py")).arg(STACK).output().context("starting python")?;
    ensure!(ran.status.success(), "commands.py failed: {}", String::from_utf8_lossy(&ran.stderr));
    service.log.saw(String::from_utf8_lossy(&ran.stdout).trim());

    for step in ["begin", "finish"] {
        let mut restore = Command::new(root().join("infra/restore.sh"));
        service.emulator.account.lend(&mut restore).env("PATH", &path).arg(STACK).arg(step);
        let done = restore.output().context("starting restore.sh")?;
        ensure!(done.status.success(), "restore.sh {step} failed: {}", String::from_utf8_lossy(&done.stderr));
    }
    service.log.saw("the readers of stream and queues stop, and start again");

    let mut doctor = doctor::program()?;
    let found = service.emulator.account.lend(&mut doctor).arg(STACK).output().context("starting the doctor")?;
    let found = String::from_utf8_lossy(&found.stdout);
    // The emulator has no DKIM and no backups, so some of what is found is a fault there.
    ensure!(
        !found.contains("cannot be looked at") && found.lines().count() > 20,
        "the doctor could not look at everything:\n{found}"
    );
    service.log.saw(format!("the doctor looks at {} things", found.lines().count()));
    Ok(())
}
