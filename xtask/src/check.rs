//! `cargo xtask check`: the checks of CI apart from the tests.

use std::process::Command;

use crate::processes;
use crate::processes::{cargo, succeed};
use crate::python::Environment;
use crate::test::{GENERATE, TOGETHER};
use crate::tools::Tool;

const CARGO_DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2" };
const CARGO_MACHETE: Tool = Tool { name: "cargo-machete", version: "0.9.2" };

/// Linters of texts and workflows.
const LINTERS: Environment = Environment { name: "check", requirements: "xtask/check/requirements.txt" };

pub(crate) fn check() -> anyhow::Result<()> {
    crate::test::check_prerequisites()?;
    succeed("cargo fmt", &mut cargo(&["fmt", "--all", "--check"]))?;
    clippy(&TOGETHER)?;
    clippy(&["--package", GENERATE])?;
    let mut doc = cargo(&["doc", "--workspace", "--no-deps", "--locked"]);
    succeed("cargo doc", doc.env("RUSTDOCFLAGS", "-D warnings"))?;
    // Advisories are a task of their own: their database is not in a package registry.
    let mut deny = tool(&CARGO_DENY)?;
    succeed(
        "cargo deny",
        deny.args(["--locked", "check", "--allow", "unused-wrapper", "bans", "licenses", "sources"]),
    )?;
    // With metadata. Otherwise it would miss uses of crates whose library name differs from the package name.
    succeed("cargo machete", tool(&CARGO_MACHETE)?.arg("--with-metadata"))?;
    lint_texts()
}

/// Checks dependencies against the advisories of `RustSec`; cargo-deny fetches the database with git.
pub(crate) fn advisories() -> anyhow::Result<()> {
    succeed("cargo deny", tool(&CARGO_DENY)?.args(["--locked", "check", "advisories"]))
}

/// Checks the spelling of all texts, the schemas of workflows and of Renovate's configuration, and the security of
/// workflows.
fn lint_texts() -> anyhow::Result<()> {
    let programs = LINTERS.programs()?;
    let lint = |program: &'static str, arguments: &[&str]| {
        let mut linter = Command::new(programs.join(program));
        succeed(program, linter.args(arguments).current_dir(crate::root()))
    };
    lint("typos", &["--format", "brief"])?;
    let workflows = ["ci", "deploy", "nightly", "release"].map(|name| format!(".github/workflows/{name}.yml"));
    let workflows: Vec<&str> = workflows.iter().map(String::as_str).collect();
    for (schema, files) in [
        ("vendor.github-workflows", &workflows[..]),
        ("vendor.github-actions", &[".github/actions/deploy/action.yml"]),
        ("vendor.renovate", &[".github/renovate.json"]),
    ] {
        lint("check-jsonschema", &[&["--builtin-schema", schema], files].concat())?;
    }
    // Offline: without requests to GitHub about the actions that the workflows use.
    lint("zizmor", &["--offline", "--no-progress", "--quiet", "--min-severity", "medium", ".github"])
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
