//! `cargo xtask check`: what CI demands besides the tests.

use std::process::Command;

use crate::processes;
use crate::processes::{cargo, succeed};
use crate::python::Environment;
use crate::test::{GENERATE, TOGETHER};
use crate::tools::Tool;

const CARGO_DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2" };
const CARGO_MACHETE: Tool = Tool { name: "cargo-machete", version: "0.9.2" };

/// Readers of texts and workflows.
const READERS: Environment = Environment { name: "check", requirements: "xtask/check/requirements.txt" };

pub(crate) fn check() -> anyhow::Result<()> {
    crate::test::check_prerequisites()?;
    succeed("cargo fmt", &mut cargo(&["fmt", "--all", "--check"]))?;
    clippy(&TOGETHER)?;
    clippy(&["--package", GENERATE])?;
    let mut doc = cargo(&["doc", "--workspace", "--no-deps", "--locked"]);
    succeed("cargo doc", doc.env("RUSTDOCFLAGS", "-D warnings"))?;
    // Advisories are apart: their database is fetched from no package registry.
    let mut deny = tool(&CARGO_DENY)?;
    succeed(
        "cargo deny",
        deny.args(["--locked", "check", "--allow", "unused-wrapper", "bans", "licenses", "sources"]),
    )?;
    // Crates whose library has another name than the package are recognized only by their metadata.
    succeed("cargo machete", tool(&CARGO_MACHETE)?.arg("--with-metadata"))?;
    read_texts()
}

/// Checks dependencies against the advisories of `RustSec`, whose database cargo-deny fetches with git.
pub(crate) fn advisories() -> anyhow::Result<()> {
    succeed("cargo deny", tool(&CARGO_DENY)?.args(["--locked", "check", "advisories"]))
}

/// Checks the spelling of all texts, the form of what GitHub and Renovate read, and that no workflow is unsafe.
fn read_texts() -> anyhow::Result<()> {
    let readers = READERS.programs()?;
    let read = |program: &'static str, arguments: &[&str]| {
        let mut reader = Command::new(readers.join(program));
        succeed(program, reader.args(arguments).current_dir(crate::root()))
    };
    read("typos", &["--format", "brief"])?;
    let workflows = ["ci", "deploy", "nightly", "release"].map(|name| format!(".github/workflows/{name}.yml"));
    let workflows: Vec<&str> = workflows.iter().map(String::as_str).collect();
    for (schema, files) in [
        ("vendor.github-workflows", &workflows[..]),
        ("vendor.github-actions", &[".github/actions/deploy/action.yml"]),
        ("vendor.renovate", &[".github/renovate.json"]),
    ] {
        read("check-jsonschema", &[&["--builtin-schema", schema], files].concat())?;
    }
    // Offline: it asks nobody about the actions that the workflows use.
    read("zizmor", &["--offline", "--no-progress", "--quiet", "--min-severity", "medium", ".github"])
}

/// Lints these crates with their tests.
pub(crate) fn clippy(crates: &[&str]) -> anyhow::Result<()> {
    let mut clippy = cargo(&["clippy", "--all-targets", "--locked"]);
    succeed("cargo clippy", clippy.args(crates).args(["--", "-D", "warnings"]))
}

fn tool(tool: &Tool) -> anyhow::Result<Command> {
    let mut command = Command::new(tool.program()?);
    command.current_dir(crate::root());
    processes::check_interrupted()?;
    Ok(command)
}
