//! `cargo xtask check`: what CI demands besides the tests.

use std::process::Command;

use crate::processes;
use crate::processes::{cargo, succeed};
use crate::test::{GENERATE, TOGETHER};
use crate::tools::Tool;

const CARGO_DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2" };
const CARGO_MACHETE: Tool = Tool { name: "cargo-machete", version: "0.9.2" };

pub(crate) fn check() -> anyhow::Result<()> {
    crate::test::check_prerequisites()?;
    succeed("cargo fmt", &mut cargo(&["fmt", "--all", "--check"]))?;
    clippy(&TOGETHER)?;
    clippy(&["--package", GENERATE])?;
    let mut doc = cargo(&["doc", "--workspace", "--no-deps", "--locked"]);
    succeed("cargo doc", doc.env("RUSTDOCFLAGS", "-D warnings"))?;
    // Advisories need a database that no package registry has; they have a job of their own where it can be fetched.
    let mut deny = tool(&CARGO_DENY)?;
    succeed(
        "cargo deny",
        deny.args(["--locked", "check", "--allow", "unused-wrapper", "bans", "licenses", "sources"]),
    )?;
    // Crates whose library has another name than the package are recognized only by their metadata.
    succeed("cargo machete", tool(&CARGO_MACHETE)?.arg("--with-metadata"))
}

/// Lints these crates with their tests.
pub(crate) fn clippy(crates: &[&str]) -> anyhow::Result<()> {
    let mut clippy = cargo(&["clippy", "--all-targets", "--locked"]);
    succeed("cargo clippy", clippy.args(crates).args(["--", "-D", "warnings"]))
}

fn tool(tool: &Tool) -> anyhow::Result<Command> {
    let mut command = Command::new(tool.program()?);
    command.current_dir(crate::root());
    processes::go_on()?;
    Ok(command)
}
