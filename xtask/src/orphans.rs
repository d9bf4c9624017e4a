//! Ends descendants whose parent has exited. cargo-lambda starts each function in a process group of its own, so
//! signals to cargo-lambda's group don't reach the functions; they would outlive a killed cargo-lambda.
//!
//! On Linux, this process adopts and ends them. On other systems, they exit once the Lambda API is gone.

#[cfg(target_os = "linux")]
pub use self::linux::children;
#[cfg(target_os = "linux")]
pub(crate) use self::linux::{adopt, end_all};

#[cfg(target_os = "linux")]
mod linux {
    use std::time::{Duration, Instant};
    use std::{fs, thread};

    use anyhow::Context;
    use nix::sys::prctl;
    use nix::sys::signal::{Signal, kill};
    use nix::sys::wait::{WaitPidFlag, waitpid};
    use nix::unistd::{Pid, getpid};

    use crate::processes::POLL_INTERVAL;

    /// Time between SIGTERM and SIGKILL.
    const GRACE: Duration = Duration::from_secs(2);

    /// Makes this process the parent of every descendant whose parent exits (`PR_SET_CHILD_SUBREAPER`).
    pub(crate) fn adopt() -> anyhow::Result<()> {
        prctl::set_child_subreaper(true).context("becoming the reaper of orphans")
    }

    /// Ends all children, and then the descendants that become children.
    pub(crate) fn end_all() {
        let started = Instant::now();
        loop {
            let children = children();
            if children.is_empty() {
                return;
            }
            let signal = if started.elapsed() < GRACE { Signal::SIGTERM } else { Signal::SIGKILL };
            for child in children {
                kill(child, signal).ok();
                waitpid(child, Some(WaitPidFlag::WNOHANG)).ok();
            }
            thread::sleep(POLL_INTERVAL);
        }
    }

    /// Returns the children of this process.
    #[must_use]
    pub fn children() -> Vec<Pid> {
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        pids.filter(|pid| parent(*pid) == Some(getpid())).map(Pid::from_raw).collect()
    }

    /// Returns the parent of a process. The format is `pid (name) state ppid …` (`proc_pid_stat(5)`), with any
    /// characters in the name.
    fn parent(pid: i32) -> Option<Pid> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let (_, fields) = stat.rsplit_once(") ")?;
        fields.split(' ').nth(1)?.parse().ok().map(Pid::from_raw)
    }
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn adopt() -> anyhow::Result<()> {
    Ok(())
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn end_all() {}

/// Returns an empty list: orphans are adopted on Linux only.
#[must_use]
#[cfg(not(target_os = "linux"))]
pub fn children() -> Vec<nix::unistd::Pid> {
    Vec::new()
}
