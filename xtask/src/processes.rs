//! Child processes that never outlive this one.
//!
//! Each child leads a process group of its own: Ctrl-C in the terminal reaches only this process, which ends the groups
//! in order.

use std::io::ErrorKind;
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{fmt, thread};

use anyhow::{Context, bail};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::orphans;

/// Interval at which children and services are polled.
pub const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Time that a child has to exit after SIGTERM. cargo-lambda gives its functions a second.
const GRACE: Duration = Duration::from_secs(5);

static STOP: AtomicBool = AtomicBool::new(false);

/// The error after Ctrl-C, SIGTERM or SIGHUP.
#[derive(Debug)]
pub struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}

/// Installs the signal handlers and, on Linux, makes this process adopt its orphaned descendants.
///
/// # Errors
///
/// Fails if the system refuses either, or on a second call.
pub fn prepare() -> anyhow::Result<()> {
    ctrlc::set_handler(|| STOP.store(true, Ordering::SeqCst)).context("handling signals")?;
    orphans::adopt()
}

/// Checks that no signal has asked this process to end.
///
/// # Errors
///
/// Returns [`Interrupted`] after Ctrl-C, SIGTERM or SIGHUP.
pub fn check_interrupted() -> Result<(), Interrupted> {
    if STOP.load(Ordering::SeqCst) { Err(Interrupted) } else { Ok(()) }
}

/// Running children. On drop, they are ended in reverse order of their start.
#[derive(Debug, Default)]
pub struct Processes(Vec<Process>);

#[derive(Debug)]
struct Process {
    name: &'static str,
    child: Child,
}

impl Processes {
    /// Starts a child, which leads a process group of its own.
    ///
    /// # Errors
    ///
    /// Fails if the program is not installed or can't be started.
    pub fn start(&mut self, name: &'static str, command: &mut Command) -> anyhow::Result<()> {
        self.0.push(Process::start(name, command)?);
        Ok(())
    }

    /// Checks that all children are running.
    ///
    /// # Errors
    ///
    /// Fails if a child has exited. Returns [`Interrupted`] after a signal.
    pub fn check(&mut self) -> anyhow::Result<()> {
        check_interrupted()?;
        for Process { name, child } in &mut self.0 {
            if let Some(status) = child.try_wait()? {
                bail!("{name} has exited ({status}); stopping the other processes");
            }
        }
        Ok(())
    }

    /// Waits until [`Processes::check`] fails, and returns its error.
    pub(crate) fn watch(&mut self) -> anyhow::Result<()> {
        loop {
            self.check()?;
            thread::sleep(POLL_INTERVAL);
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
        // Ends the processes that the leader has left behind in its group.
        killpg(group(&self.child), Signal::SIGKILL).ok();
    }

    fn ends_within(&mut self, grace: Duration) -> bool {
        let deadline = Instant::now() + grace;
        while Instant::now() < deadline {
            if self.child.try_wait().is_ok_and(|status| status.is_some()) {
                return true;
            }
            thread::sleep(POLL_INTERVAL);
        }
        false
    }
}

fn group(child: &Child) -> Pid {
    Pid::from_raw(child.id().cast_signed())
}

/// Runs a command until it exits. A signal to this process ends it early.
///
/// # Errors
///
/// Fails if the command can't be started. Returns [`Interrupted`] after a signal.
pub fn run(name: &'static str, command: &mut Command) -> anyhow::Result<ExitStatus> {
    let mut process = Process::start(name, command)?;
    loop {
        if let Some(status) = process.child.try_wait()? {
            return Ok(status);
        }
        if let Err(interrupted) = check_interrupted() {
            process.end();
            return Err(interrupted.into());
        }
        thread::sleep(POLL_INTERVAL);
    }
}

/// Runs a command that must succeed.
///
/// # Errors
///
/// Fails as [`run`] does, and if the command exits with a nonzero status.
pub fn succeed(name: &'static str, command: &mut Command) -> anyhow::Result<()> {
    let status = run(name, command)?;
    if !status.success() {
        bail!("{name} failed ({status})");
    }
    Ok(())
}

/// Returns a command of the cargo that runs this program, in the root of the checkout.
#[must_use]
pub fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(arguments).current_dir(crate::root());
    cargo
}
