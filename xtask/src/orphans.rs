//! Grandchildren whose parent has died. cargo-lambda starts each function in a process group of its own, so ending
//! cargo-lambda's group does not reach them; when it is killed, they would stay.
//!
//! On Linux we become their parent and end them. Elsewhere they end by themselves, once the Lambda API is gone.

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

    const GRACE: Duration = Duration::from_secs(2);

    /// From now on, a descendant that loses its parent becomes our child.
    pub(crate) fn adopt() -> anyhow::Result<()> {
        prctl::set_child_subreaper(true).context("becoming the reaper of orphans")
    }

    /// Ends every child that is left, and their children after them.
    pub(crate) fn end_all() {
        let asked = Instant::now();
        loop {
            let children = children();
            if children.is_empty() {
                return;
            }
            let signal = if asked.elapsed() < GRACE { Signal::SIGTERM } else { Signal::SIGKILL };
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

    /// `proc_pid_stat(5)`: `pid (name) state ppid …`, where the name may hold anything.
    fn parent(pid: i32) -> Option<Pid> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let (_, behind_name) = stat.rsplit_once(") ")?;
        behind_name.split(' ').nth(1)?.parse().ok().map(Pid::from_raw)
    }
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn adopt() -> anyhow::Result<()> {
    Ok(())
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn end_all() {}

/// Returns nothing, as no orphan is adopted on this system.
#[must_use]
#[cfg(not(target_os = "linux"))]
pub fn children() -> Vec<nix::unistd::Pid> {
    Vec::new()
}
