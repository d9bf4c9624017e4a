//! Installs pinned versions of Rust tools under `target/tools`.

use std::path::PathBuf;

use crate::{processes, target};

/// A program that `cargo install` can build.
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
}

impl Tool {
    /// Returns the path of the program. Installs this version unless it is installed already.
    pub(crate) fn program(&self) -> anyhow::Result<PathBuf> {
        let Self { name, version } = self;
        let home = target().join("tools").join(format!("{name}-{version}"));
        let program = home.join("bin").join(name);
        if !program.exists() {
            eprintln!("xtask: installing {name} {version}");
            // A separate directory: a build that runs this program may hold the lock of the usual target directory.
            let build = home.join("build");
            let mut install = processes::cargo(&["install", "--locked", "--version", version, name, "--root"]);
            install.arg(&home).env("CARGO_TARGET_DIR", &build);
            // Unoptimized, since each tool runs for seconds only and an optimized build takes longer.
            let profile = [("OPT_LEVEL", "0"), ("LTO", "off"), ("CODEGEN_UNITS", "16"), ("DEBUG", "false")];
            let install = install.envs(profile.map(|(name, value)| (format!("CARGO_PROFILE_RELEASE_{name}"), value)));
            processes::succeed(name, install)?;
            std::fs::remove_dir_all(build)?;
        }
        Ok(program)
    }
}
