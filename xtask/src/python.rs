//! Tools from the Python registry, each in a virtual environment of its own under `target/tools`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;

use crate::{processes, root, target};

/// A virtual environment with programs that are installed together.
pub struct Environment {
    /// The name of its folder.
    pub name: &'static str,
    /// The file with the pinned versions, relative to the root of the checkout.
    pub requirements: &'static str,
}

impl Environment {
    /// Returns the folder of the programs. Installs them first if the requirements have changed.
    ///
    /// # Errors
    ///
    /// Fails if Python lacks `venv`, or if pip can't install the requirements.
    pub fn programs(&self) -> anyhow::Result<PathBuf> {
        let home = target().join("tools").join(self.name);
        let requirements = root().join(self.requirements);
        let wanted = fs::read(&requirements).with_context(|| format!("reading {}", requirements.display()))?;
        // Written last, so that an interrupted installation is repeated.
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
