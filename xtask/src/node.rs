//! Node.js, and what npm installs for it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use anyhow::Context;

use crate::processes;
use crate::python::Environment;

/// The oldest that the CDK runs on. Debian 12 has 18.
const OLDEST: u32 = 20;

/// Node.js as a Python package, for machines whose own is older or that have none.
const WHEEL: Environment = Environment { name: "node", requirements: "infra/checks/node.txt" };

/// Node.js and npm: the machine's own, or one under `target/tools`.
pub(crate) struct Node {
    installed: Option<PathBuf>,
}

impl Node {
    pub(crate) fn find() -> anyhow::Result<Self> {
        let own = ["node", "npm"].map(major);
        let installed = match own {
            [Some(node), Some(_)] if node >= OLDEST => None,
            _ => Some(WHEEL.programs().context("there is no Node.js 20 or later with npm, and installing one failed")?),
        };
        Ok(Self { installed })
    }

    /// `node` or `npm`, to be run in `home`. What it starts runs on the same Node.js.
    pub(crate) fn program(&self, name: &str, home: &Path) -> anyhow::Result<Command> {
        let mut program = Command::new(name);
        if let Some(programs) = &self.installed {
            let path = env::var_os("PATH").unwrap_or_default();
            let path = env::join_paths([programs.clone()].into_iter().chain(env::split_paths(&path)))?;
            program = Command::new(programs.join(name));
            program.env("PATH", path);
        }
        program.current_dir(home).stdin(Stdio::null());
        Ok(program)
    }

    /// Installs what the lock file in `home` names, if another one was installed there.
    pub(crate) fn install(&self, home: &Path) -> anyhow::Result<()> {
        let lock = home.join("package-lock.json");
        let wanted = fs::read(&lock).with_context(|| format!("reading {}", lock.display()))?;
        // Written last, so that an interrupted installation is made anew. `npm ci` removes it with all the rest.
        let stamp = home.join("node_modules/.installed");
        if fs::read(&stamp).ok().as_ref() == Some(&wanted) {
            return Ok(());
        }
        eprintln!("xtask: installing what {} names", lock.display());
        let arguments = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel", "error"];
        processes::succeed("npm ci", self.program("npm", home)?.args(arguments))?;
        fs::write(&stamp, &wanted).with_context(|| format!("writing {}", stamp.display()))
    }
}

/// The first number of a program's version.
fn major(program: &str) -> Option<u32> {
    let output = Command::new(program).arg("--version").stderr(Stdio::null()).output().ok()?;
    String::from_utf8_lossy(&output.stdout).trim_start_matches('v').split('.').next()?.parse().ok()
}
