//! Child processes that never outlive us.
//!
//! Each child leads a process group of its own: a Ctrl-C in the terminal reaches only us, and we end the groups in order.

use std::io::ErrorKind;
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{fmt, thread};

use anyhow::{Context, bail};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::orphans;

/// Between looks at the children.
pub(crate) const TICK: Duration = Duration::from_millis(50);

/// How long a child has to end by itself. cargo-lambda gives its functions a second.
const GRACE: Duration = Duration::from_secs(5);

static STOP: AtomicBool = AtomicBool::new(false);

/// Ctrl-C, SIGTERM or SIGHUP: we were asked to end.
#[derive(Debug)]
pub(crate) struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}

/// Has signals noted and, on Linux, orphaned grandchildren handed to us.
pub(crate) fn prepare() -> anyhow::Result<()> {
    ctrlc::set_handler(|| STOP.store(true, Ordering::SeqCst)).context("handling signals")?;
    orphans::adopt()
}

/// [`Interrupted`] if we were asked to end.
pub(crate) fn go_on() -> Result<(), Interrupted> {
    if STOP.load(Ordering::SeqCst) { Err(Interrupted) } else { Ok(()) }
}

/// Running children. Dropping ends them all, the last started first.
#[derive(Debug, Default)]
pub(crate) struct Processes(Vec<Process>);

#[derive(Debug)]
struct Process {
    name: &'static str,
    child: Child,
}

impl Processes {
    pub(crate) fn start(&mut self, name: &'static str, command: &mut Command) -> anyhow::Result<()> {
        self.0.push(Process::start(name, command)?);
        Ok(())
    }

    /// [`Interrupted`] if we were asked to end, another error if a child has ended by itself.
    pub(crate) fn check(&mut self) -> anyhow::Result<()> {
        go_on()?;
        for Process { name, child } in &mut self.0 {
            if let Some(status) = child.try_wait()? {
                bail!("{name} has ended ({status}); stopping the rest");
            }
        }
        Ok(())
    }

    /// Watches the children until [`Processes::check`] fails.
    pub(crate) fn watch(&mut self) -> anyhow::Result<()> {
        loop {
            self.check()?;
            thread::sleep(TICK);
        }
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        while let Some(mut process) = self.0.pop() {
            process.end();
        }
        orphans::end_all();
    }
}

impl Process {
    fn start(name: &'static str, command: &mut Command) -> anyhow::Result<Self> {
        use std::os::unix::process::CommandExt;

        match command.process_group(0).spawn() {
            Ok(child) => Ok(Self { name, child }),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                bail!("{} is not installed or not on the PATH", command.get_program().display())
            }
            Err(error) => Err(error).with_context(|| format!("starting {name}")),
        }
    }

    fn end(&mut self) {
        for signal in [Signal::SIGTERM, Signal::SIGKILL] {
            // An error means that the group is gone.
            if killpg(group(&self.child), signal).is_err() || self.ends_within(GRACE) {
                break;
            }
        }
        // What the leader left behind in its group.
        killpg(group(&self.child), Signal::SIGKILL).ok();
    }

    fn ends_within(&mut self, grace: Duration) -> bool {
        let deadline = Instant::now() + grace;
        while Instant::now() < deadline {
            if self.child.try_wait().is_ok_and(|status| status.is_some()) {
                return true;
            }
            thread::sleep(TICK);
        }
        false
    }
}

fn group(child: &Child) -> Pid {
    Pid::from_raw(child.id().cast_signed())
}

/// Runs a command to its end, unless we are asked to end first.
pub(crate) fn run(name: &'static str, command: &mut Command) -> anyhow::Result<ExitStatus> {
    let mut process = Process::start(name, command)?;
    loop {
        if let Some(status) = process.child.try_wait()? {
            return Ok(status);
        }
        if let Err(interrupted) = go_on() {
            process.end();
            return Err(interrupted.into());
        }
        thread::sleep(TICK);
    }
}

/// Runs a command that has to succeed.
pub(crate) fn succeed(name: &'static str, command: &mut Command) -> anyhow::Result<()> {
    let status = run(name, command)?;
    if !status.success() {
        bail!("{name} failed ({status})");
    }
    Ok(())
}

/// `cargo`, the one that runs us.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(arguments).current_dir(crate::root());
    cargo
}
