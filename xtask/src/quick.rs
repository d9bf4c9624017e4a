//! `cargo xtask quick`: checks formatting and lints, and runs the tests of the changed crates.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use lexopt::{Arg, Parser, ValueExt};
use serde_json::Value;

use crate::check::clippy;
use crate::processes::{self, cargo, succeed};
use crate::test::{self, GENERATE, TOGETHER};

/// The files of another crate that `spaces-generate` reads.
const SOURCES_OF_GENERATED: [&str; 3] =
    ["shared/content/templates", "shared/content/data", "shared/content/src/theme.rs"];

#[derive(Debug, Default)]
pub(crate) struct QuickOptions {
    base: Option<String>,
}

/// A crate of the workspace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    id: String,
    name: String,
    /// Relative to the checkout.
    folder: PathBuf,
    /// For each test target, cargo's options that select it.
    tests: Vec<Vec<String>>,
}

impl QuickOptions {
    pub(crate) fn parse(parser: &mut Parser) -> Result<Self, lexopt::Error> {
        let mut options = Self::default();
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("base") => options.base = Some(parser.value()?.string()?),
                other => return Err(other.unexpected()),
            }
        }
        Ok(options)
    }
}

pub(crate) fn quick(options: &QuickOptions) -> anyhow::Result<()> {
    test::check_prerequisites()?;
    let files = changed_files(options.base.as_deref())?;
    let packages = packages()?;
    let changed: BTreeSet<&Package> = files.iter().filter_map(|file| owner(&packages, file)).collect();
    succeed("cargo fmt", &mut cargo(&["fmt", "--all", "--check"]))?;
    clippy(&TOGETHER)?;
    let (generate, together): (Vec<&Package>, Vec<&Package>) =
        changed.into_iter().partition(|package| package.name == GENERATE);
    if !together.is_empty() {
        run_tests(&together)?;
    }
    if !generate.is_empty() || files.iter().any(|file| SOURCES_OF_GENERATED.iter().any(|path| file.starts_with(path))) {
        clippy(&["--package", GENERATE])?;
        test::test_generated()?;
    }
    for file in files.iter().filter(|file| owner(&packages, file).is_none()) {
        eprintln!("xtask: {} belongs to no crate; run cargo xtask test for the tests that read it", file.display());
    }
    Ok(())
}

/// Builds and runs the tests of these crates.
///
/// Does not use `cargo test --package`: cargo would resolve different features and build the dependencies again.
fn run_tests(packages: &[&Package]) -> anyhow::Result<()> {
    let targets: BTreeSet<&Vec<String>> = packages.iter().flat_map(|package| &package.tests).collect();
    if targets.is_empty() {
        return Ok(());
    }
    let mut tests = cargo(&["test", "--locked", "--no-run", "--message-format", "json-render-diagnostics"]);
    tests.args(TOGETHER).args(targets.iter().copied().flatten()).stdin(Stdio::null()).stderr(Stdio::inherit());
    let built = tests.output().context("starting cargo test")?;
    processes::check_interrupted()?;
    if !built.status.success() {
        bail!("cargo test failed ({})", built.status);
    }
    let mut failed = Vec::new();
    for (id, program) in programs(&built.stdout)? {
        let Some(package) = packages.iter().find(|package| package.id == id) else { continue };
        let folder = crate::root().join(&package.folder);
        let mut test = Command::new(&program);
        test.current_dir(&folder).env("CARGO_MANIFEST_DIR", &folder).env("INSTA_REQUIRE_FULL_MATCH", "1");
        eprintln!("xtask: {}", program.display());
        if !processes::run("a test", &mut test)?.success() {
            failed.push(package.name.clone());
        }
    }
    if failed.is_empty() { Ok(()) } else { bail!("tests failed in {}", failed.join(", ")) }
}

/// Returns the files that differ from `base`, committed or not, relative to the checkout.
fn changed_files(base: Option<&str>) -> anyhow::Result<BTreeSet<PathBuf>> {
    let base = match base {
        Some(base) => base.to_owned(),
        None => git(&["merge-base", "HEAD", "main"]).unwrap_or_else(|_| "HEAD".to_owned()),
    };
    let base = base.trim();
    let differing =
        git(&["diff", "--name-only", "--no-renames", base]).with_context(|| format!("comparing with {base}"))?;
    let new = git(&["ls-files", "--others", "--exclude-standard"])?;
    Ok(differing.lines().chain(new.lines()).map(PathBuf::from).collect())
}

fn git(arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new("git").args(arguments).current_dir(crate::root()).output().context("starting git")?;
    if !output.status.success() {
        bail!("git {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Returns the crates of the workspace.
fn packages() -> anyhow::Result<Vec<Package>> {
    let mut metadata = cargo(&["metadata", "--no-deps", "--format-version", "1", "--locked"]);
    let output = metadata.output().context("starting cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    list(&metadata, "packages").map(package).collect()
}

fn package(value: &Value) -> anyhow::Result<Package> {
    let manifest = Path::new(text(value, "manifest_path")?);
    let folder = manifest.parent().unwrap_or(manifest);
    let folder = folder.strip_prefix(crate::root()).unwrap_or(folder).to_owned();
    let is_tested = |target: &&Value| target.get("test") == Some(&Value::Bool(true));
    let tests = list(value, "targets").filter(is_tested).map(selection).collect::<anyhow::Result<_>>()?;
    Ok(Package { id: text(value, "id")?.to_owned(), name: text(value, "name")?.to_owned(), folder, tests })
}

fn selection(target: &Value) -> anyhow::Result<Vec<String>> {
    let name = text(target, "name")?.to_owned();
    Ok(match target.pointer("/kind/0").and_then(Value::as_str) {
        Some("test") => vec!["--test".to_owned(), name],
        Some("bin") => vec!["--bin".to_owned(), name],
        _ => vec!["--lib".to_owned()],
    })
}

/// Parses cargo's messages into test programs, each with the id of its package.
fn programs(messages: &[u8]) -> anyhow::Result<Vec<(String, OsString)>> {
    let messages = serde_json::Deserializer::from_slice(messages).into_iter::<Value>();
    let mut programs = Vec::new();
    for message in messages {
        let message = message.context("reading cargo's messages")?;
        let is_test = message.pointer("/profile/test") == Some(&Value::Bool(true));
        if let (true, Some(program)) = (is_test, message.get("executable").and_then(Value::as_str)) {
            programs.push((text(&message, "package_id")?.to_owned(), program.into()));
        }
    }
    Ok(programs)
}

/// Returns the crate that a file belongs to: the innermost one whose folder contains it.
fn owner<'a>(packages: &'a [Package], file: &Path) -> Option<&'a Package> {
    let enclosing = packages.iter().filter(|package| file.starts_with(&package.folder));
    enclosing.max_by_key(|package| package.folder.components().count())
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, name: &str) -> anyhow::Result<&'a str> {
    value.get(name).and_then(Value::as_str).with_context(|| format!("cargo's output has no {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_belongs_to_the_crate_whose_folder_contains_it() {
        let package = |name: &str, folder: &str| Package {
            id: name.into(),
            name: name.into(),
            folder: folder.into(),
            tests: Vec::new(),
        };
        let packages = [package("store", "shared/store"), package("local", "shared/local")];
        let owner = |file: &str| owner(&packages, Path::new(file)).map(|package| package.name.as_str());
        assert_eq!(owner("shared/store/src/key.rs"), Some("store"));
        assert_eq!(owner("shared/storefront/src/lib.rs"), None);
        assert_eq!(owner("infra/template.yaml"), None);
    }

    #[test]
    fn test_programs_are_parsed_from_cargos_messages() {
        let messages = br#"{"reason":"compiler-artifact","package_id":"a","profile":{"test":false},"executable":"/x/a"}
{"reason":"compiler-artifact","package_id":"b","profile":{"test":true},"executable":"/x/b"}
{"reason":"build-finished","success":true}"#;
        assert_eq!(programs(messages).unwrap(), [("b".to_owned(), OsString::from("/x/b"))]);
    }

    #[test]
    fn the_tests_of_this_crate_are_those_of_its_library_and_its_binary() {
        let packages = packages().unwrap();
        let package = owner(&packages, Path::new("xtask/src/quick.rs")).unwrap();
        assert_eq!(
            (package.name.as_str(), package.tests.as_slice()),
            ("xtask", [vec!["--lib".to_owned()], ["--bin", "xtask"].map(str::to_owned).to_vec()].as_slice())
        );
    }
}
