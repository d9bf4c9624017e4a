//! A share of a core, which Lambda gives a function in proportion to its memory: 1,769 MB are one core
//! (<https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html>).

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

/// Memory in MB at which a function has a full core.
const FULL_CORE: u64 = 1_769;
/// Period of the CPU quota, in microseconds.
const PERIOD: u64 = 20_000;

/// A control group with a CPU quota, which is removed on drop.
pub(crate) struct Share {
    group: PathBuf,
}

impl Share {
    /// Creates the share of a function with this much memory.
    ///
    /// # Errors
    ///
    /// Fails if the process may not create control groups.
    pub(crate) fn of_memory(memory_mb: u64) -> anyhow::Result<Self> {
        let quota = PERIOD * memory_mb / FULL_CORE;
        let name = format!("spaces-bench-{}", std::process::id());
        let unified = Path::new("/sys/fs/cgroup/cgroup.controllers").exists();
        let root = Path::new(if unified { "/sys/fs/cgroup" } else { "/sys/fs/cgroup/cpu" });
        let group = root.join(name);
        fs::create_dir(&group).with_context(|| format!("making {}", group.display()))?;
        let share = Self { group };
        if unified {
            share.write("cpu.max", &format!("{quota} {PERIOD}"))?;
        } else {
            share.write("cpu.cfs_period_us", &PERIOD.to_string())?;
            share.write("cpu.cfs_quota_us", &quota.to_string())?;
        }
        Ok(share)
    }

    /// Returns the words that start a program in the group when put before its command line.
    pub(crate) fn wrapper(&self) -> Vec<String> {
        let into = self.group.join("cgroup.procs").to_string_lossy().into_owned();
        ["/bin/sh", "-c", r#"echo $$ > "$0" && exec "$@""#].map(str::to_owned).into_iter().chain([into]).collect()
    }

    fn write(&self, file: &str, value: &str) -> anyhow::Result<()> {
        let path = self.group.join(file);
        fs::write(&path, value).with_context(|| format!("writing {}", path.display()))
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        // Removal fails while a process is in the group, but all instances have ended by now.
        fs::remove_dir(&self.group).ok();
    }
}
