//! Finds or installs Node.js, and installs packages with npm.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use anyhow::Context;

use crate::python::Environment;
use crate::{processes, root};

/// Minimum version, which the CDK needs. Debian 12 has 18.
const MIN_VERSION: u32 = 20;

/// Node.js as a Python package, for machines without a recent version.
const WHEEL: Environment = Environment { name: "node", requirements: "infra/checks/node.txt" };

/// Node.js and npm, from the PATH or installed under `target/tools`.
pub(crate) struct Node {
    /// The folder of the programs under `target/tools`.
    installed: Option<PathBuf>,
}

impl Node {
    pub(crate) fn find() -> anyhow::Result<Self> {
        let own = ["node", "npm"].map(major);
        let installed = match own {
            [Some(node), Some(_)] if node >= MIN_VERSION => None,
            _ => Some(WHEEL.programs().context("there is no Node.js 20 or later with npm, and installing one failed")?),
        };
        Ok(Self { installed })
    }

    /// Returns a command of `node` or `npm` in the folder `home`. Its child processes use the same Node.js.
    pub(crate) fn program(&self, name: &str, home: &Path) -> anyhow::Result<Command> {
        let mut program = match &self.installed {
            Some(programs) => Command::new(programs.join(name)),
            None => Command::new(name),
        };
        self.add_to_path(&mut program)?;
        program.current_dir(home).stdin(Stdio::null());
        Ok(program)
    }

    /// Puts this Node.js first on the PATH of a command.
    pub(crate) fn add_to_path(&self, program: &mut Command) -> anyhow::Result<()> {
        if let Some(programs) = &self.installed {
            let path = env::var_os("PATH").unwrap_or_default();
            let path = env::join_paths([programs.clone()].into_iter().chain(env::split_paths(&path)))?;
            program.env("PATH", path);
        }
        Ok(())
    }

    /// Copies these files of a folder of the checkout to `home`, and installs the packages of their lock file.
    pub(crate) fn install_in(&self, home: &Path, folder: &str, files: &[&str]) -> anyhow::Result<()> {
        fs::create_dir_all(home).with_context(|| format!("creating {}", home.display()))?;
        for file in files {
            let from = root().join(folder).join(file);
            fs::copy(&from, home.join(file)).with_context(|| format!("copying {}", from.display()))?;
        }
        self.install(home)
    }

    /// Installs the packages of the lock file in `home`, unless they are installed already.
    pub(crate) fn install(&self, home: &Path) -> anyhow::Result<()> {
        self.ci(home, &["--ignore-scripts"])
    }

    /// Installs the packages as [`Node::install`] does, and runs their install scripts, which compile native code.
    pub(crate) fn install_and_compile(&self, home: &Path) -> anyhow::Result<()> {
        self.ci(home, &[])
    }

    fn ci(&self, home: &Path, options: &[&str]) -> anyhow::Result<()> {
        let lock = home.join("package-lock.json");
        let wanted = fs::read(&lock).with_context(|| format!("reading {}", lock.display()))?;
        // Written last, so that an interrupted installation is repeated. `npm ci` removes the folder first.
        let stamp = home.join("node_modules/.installed");
        if fs::read(&stamp).ok().as_ref() == Some(&wanted) {
            return Ok(());
        }
        eprintln!("xtask: installing the packages of {}", lock.display());
        let arguments = ["ci", "--no-audit", "--no-fund", "--loglevel", "error"];
        processes::succeed("npm ci", self.program("npm", home)?.args(arguments).args(options))?;
        fs::write(&stamp, &wanted).with_context(|| format!("writing {}", stamp.display()))
    }
}

/// Returns the major version of a program.
fn major(program: &str) -> Option<u32> {
    let output = Command::new(program).arg("--version").stderr(Stdio::null()).output().ok()?;
    String::from_utf8_lossy(&output.stdout).trim_start_matches('v').split('.').next()?.parse().ok()
}
