//! A running function: the process, its Runtime API, and the kernel's figures about it.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use nix::sys::signal::{Signal, kill};
use nix::time::clock_getcpuclockid;
use nix::unistd::Pid;
use serde_json::Value;

use crate::runtime_api::{Answered, RuntimeApi};
use crate::share::Share;
use crate::subjects::Subject;

/// A process that serves one function, as an execution environment of Lambda does.
pub(crate) struct Instance {
    child: Child,
    api: RuntimeApi,
    started: Instant,
}

/// The times of a cold start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cold {
    /// Time from the start of the process to its first `next`.
    pub(crate) init: Duration,
    /// Time of the first invocation.
    pub(crate) first: Duration,
    /// CPU time of both.
    pub(crate) cpu: Duration,
}

impl Instance {
    /// Starts a process, which may use this `share` of a core, or a whole core if there is none.
    pub(crate) async fn start(subject: &Subject, share: Option<&Share>) -> anyhow::Result<Self> {
        Self::start_with(subject, share, &[]).await
    }

    /// Starts a process through another program: `wrapper` with its arguments, followed by the subject's command.
    pub(crate) async fn start_with(
        subject: &Subject,
        share: Option<&Share>,
        wrapper: &[String],
    ) -> anyhow::Result<Self> {
        let api = RuntimeApi::start().await?;
        let mut words: Vec<String> = share.map(Share::wrapper).unwrap_or_default();
        words.extend_from_slice(wrapper);
        words.extend_from_slice(&subject.command);
        let (program, arguments) = words.split_first().context("a subject without a program")?;
        let mut command = Command::new(program);
        command.args(arguments).env_clear().envs(&subject.environment).env("AWS_LAMBDA_RUNTIME_API", api.address());
        command.current_dir(&subject.directory).stdin(Stdio::null());
        // Lambda reads the log from here: writing it counts as the function's work, reading it does not.
        let log = fs::File::create(subject.log())?;
        command.stdout(log.try_clone()?).stderr(log);
        let started = Instant::now();
        let child = command.spawn().with_context(|| format!("starting {program}"))?;
        Ok(Self { child, api, started })
    }

    /// Waits until the function asks for the first event, and returns the time since its start.
    pub(crate) async fn ready(&mut self) -> anyhow::Result<Duration> {
        tokio::select! {
            at = self.api.next() => Ok(at?.duration_since(self.started)),
            ended = ended(&mut self.child) => bail!("it exited at its start ({})", ended?),
        }
    }

    /// Invokes the function, and waits until it is ready for the next event.
    pub(crate) async fn invoke(&mut self, event: &Value) -> anyhow::Result<Answered> {
        let answered = self.api.invoke(event).await?;
        self.api.next().await?;
        Ok(answered)
    }

    /// Measures a whole cold start.
    pub(crate) async fn cold(&mut self, event: &Value) -> anyhow::Result<(Cold, Value)> {
        let init = self.ready().await?;
        let answered = self.api.invoke(event).await?;
        let cpu = self.cpu()?;
        Ok((Cold { init, first: answered.took, cpu }, answered.answer))
    }

    /// Returns the CPU time that all threads of the process have used so far, in user and kernel mode.
    pub(crate) fn cpu(&self) -> anyhow::Result<Duration> {
        let clock = clock_getcpuclockid(self.pid())?;
        Ok(Duration::from(clock.now()?))
    }

    /// Returns the peak resident memory of the process, in bytes.
    pub(crate) fn peak_memory(&self) -> anyhow::Result<u64> {
        self.status("VmHWM:")
    }

    /// Returns the resident memory of the process, in bytes.
    pub(crate) fn memory(&self) -> anyhow::Result<u64> {
        self.status("VmRSS:")
    }

    fn status(&self, field: &str) -> anyhow::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(field)).context("no such field")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
    }

    /// Returns the number of TCP connections of the process, except those to its Runtime API.
    pub(crate) fn other_sockets(&self) -> anyhow::Result<usize> {
        let mut own = HashSet::new();
        for entry in fs::read_dir(format!("/proc/{}/fd", self.child.id()))? {
            let target = fs::read_link(entry?.path()).unwrap_or_default();
            let socket = target.to_str().and_then(|name| name.strip_prefix("socket:[")?.strip_suffix(']'));
            own.extend(socket.map(str::to_owned));
        }
        let port = self.api.address().rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
        let runtime_api = format!(":{:04X}", port.unwrap_or_default());
        let table = fs::read_to_string("/proc/net/tcp")?;
        // The third field is the peer, the tenth the inode (proc_net_tcp(5)).
        let rows = table.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<_>>());
        Ok(rows
            .filter(|row| row.get(9).is_some_and(|inode| own.contains(*inode)))
            .filter(|row| row.get(2).is_some_and(|peer| !peer.ends_with(&runtime_api)))
            .count())
    }

    /// Stops the process, as Lambda freezes an environment.
    pub(crate) fn freeze(&self) -> anyhow::Result<()> {
        Ok(kill(self.pid(), Signal::SIGSTOP)?)
    }

    /// Continues the process.
    pub(crate) fn thaw(&self) -> anyhow::Result<()> {
        Ok(kill(self.pid(), Signal::SIGCONT)?)
    }

    /// Ends the process with a signal that a profiler can handle, and waits until it exits.
    pub(crate) fn end(&mut self) -> anyhow::Result<()> {
        kill(self.pid(), Signal::SIGTERM)?;
        self.child.wait()?;
        Ok(())
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed())
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

async fn ended(child: &mut Child) -> anyhow::Result<std::process::ExitStatus> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Returns the last lines of a log, which show why a subject failed.
pub(crate) fn tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().rev().take(8).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join("\n")
}
