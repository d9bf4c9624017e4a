//! Tools of the Python registry, each set in an environment of its own under `target/tools`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;

use crate::{processes, root, target};

/// Programs that are installed together: `name` is that of their environment, `requirements` a file of pinned versions,
/// from the checkout's root.
pub(crate) struct Environment {
    pub(crate) name: &'static str,
    pub(crate) requirements: &'static str,
}

impl Environment {
    /// The directory of the programs; installed if the requirements have changed since.
    pub(crate) fn programs(&self) -> anyhow::Result<PathBuf> {
        let home = target().join("tools").join(self.name);
        let requirements = root().join(self.requirements);
        let wanted = fs::read(&requirements).with_context(|| format!("reading {}", requirements.display()))?;
        // Written last, so that an interrupted installation is made anew.
        let stamp = home.join("installed.txt");
        if fs::read(&stamp).ok().as_ref() != Some(&wanted) {
            eprintln!("xtask: installing {} ({})", self.name, self.requirements);
            install(&home, &requirements)?;
            fs::write(&stamp, &wanted).with_context(|| format!("writing {}", stamp.display()))?;
        }
        Ok(home.join("bin"))
    }
}

fn install(home: &Path, requirements: &Path) -> anyhow::Result<()> {
    let mut venv = Command::new("python3");
    processes::succeed("python3 -m venv (on Debian: apt-get install python3-venv)", {
        venv.args(["-m", "venv", "--clear"]).arg(home)
    })?;
    let mut pip = Command::new(home.join("bin/python3"));
    let quietly = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    processes::succeed("pip install", pip.args(quietly).arg(requirements).stdout(Stdio::null()))
}
