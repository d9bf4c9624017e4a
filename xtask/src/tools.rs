//! Tools of the Rust registry, in pinned versions, under `target/tools`.

use std::path::PathBuf;

use crate::{processes, target};

/// A program that `cargo install` builds.
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
}

impl Tool {
    /// The program; installed if this version isn't there.
    pub(crate) fn program(&self) -> anyhow::Result<PathBuf> {
        let Self { name, version } = self;
        let home = target().join("tools").join(format!("{name}-{version}"));
        let program = home.join("bin").join(name);
        if !program.exists() {
            eprintln!("xtask: installing {name} {version}");
            // A directory of its own: the target directory here may be locked by the build that we are part of.
            let build = home.join("build");
            let mut install = processes::cargo(&["install", "--locked", "--version", version, name, "--root"]);
            install.arg(&home).env("CARGO_TARGET_DIR", &build);
            // Each works for seconds at most, so building it takes longer than all its runs.
            let profile = [("OPT_LEVEL", "0"), ("LTO", "off"), ("CODEGEN_UNITS", "16"), ("DEBUG", "false")];
            let install = install.envs(profile.map(|(name, value)| (format!("CARGO_PROFILE_RELEASE_{name}"), value)));
            processes::succeed(name, install)?;
            std::fs::remove_dir_all(build)?;
        }
        Ok(program)
    }
}
