//! `cargo xtask bench`: builds what is measured, installs what it is measured against, and starts the harness.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use anyhow::{Context, bail};
use lexopt::{Arg, Parser, ValueExt};

use crate::node::Node;
use crate::processes::{cargo, succeed};
use crate::python::Environment;
use crate::{functions, root, target};

const PYTHON: Environment = Environment { name: "bench-python", requirements: "bench/peers/python/requirements.txt" };

/// What npm needs to build the native part of aws-lambda-ric, and the Debian packages that have it.
const NODE_NEEDS: [(&str, &str); 5] =
    [("c++", "g++"), ("cmake", "cmake"), ("autoconf", "autoconf"), ("automake", "automake"), ("libtoolize", "libtool")];

const NODE_FILES: [&str; 10] = [
    "package.json",
    "package-lock.json",
    "src/create.mjs",
    "src/http.mjs",
    "src/join.mjs",
    "src/login.mjs",
    "src/manage.mjs",
    "src/table.mjs",
    "src/tokens.mjs",
    "src/wire.mjs",
];

/// How the harness is built where time is measured: fast, though not at any price.
const PROFILE: &str = "harness";

#[derive(Debug, Default)]
pub(crate) struct Options {
    quick: bool,
    update: bool,
    /// Where release binaries of the functions are already.
    binaries: Option<PathBuf>,
    /// Builds to compare with each other, as `NAME=DIR`.
    builds: Vec<String>,
    /// Handed on to the harness.
    rest: Vec<String>,
}

impl Options {
    pub(crate) fn parse(parser: &mut Parser) -> anyhow::Result<Self> {
        let mut options = Self::default();
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("quick") => options.quick = true,
                Arg::Long("update") => options.update = true,
                Arg::Long("binaries") => options.binaries = Some(parser.value()?.into()),
                Arg::Long("compare") => options.builds.push(parser.value()?.string()?),
                Arg::Long(name @ ("rounds" | "only" | "soak" | "freeze")) => {
                    let name = format!("--{name}");
                    options.rest.extend([name, parser.value()?.string()?]);
                }
                other => return Err(other.unexpected().into()),
            }
        }
        if options.update && !options.quick {
            bail!("--update goes with --quick: it records what that compares");
        }
        if options.quick && !options.builds.is_empty() {
            bail!("--quick compares with the record, --compare builds with each other");
        }
        Ok(options)
    }
}

pub(crate) fn bench(options: &Options) -> anyhow::Result<()> {
    crate::test::check_prerequisites()?;
    let home = target().join("bench");
    fs::create_dir_all(&home).with_context(|| format!("making {}", home.display()))?;
    match options {
        Options { quick: true, .. } => quick(options, &home),
        Options { builds, .. } if !builds.is_empty() => compare(options, &home),
        _ => full(options, &home),
    }
}

fn quick(options: &Options, home: &Path) -> anyhow::Result<()> {
    if missing("valgrind") {
        bail!("instructions are counted by valgrind, which is not on the PATH; on Debian: apt-get install valgrind");
    }
    // The record is of what gets deployed; cargo alone unites the functions' features and builds something else.
    let binaries = built(options.binaries.as_deref().unwrap_or(&target().join("e2e/build")))?;
    // Only the functions' instructions count, so the harness need not be fast. Selected as its binary, not as its package: cargo
    // unites the features of the whole workspace, and builds with the dependencies that dev and test have.
    succeed("cargo build", &mut cargo(&["build", "--locked", "--bin", "spaces-bench"]))?;
    let mut harness = harness("debug", "quick", &binaries, home);
    harness.arg("--records").arg(root().join("bench/records"));
    if options.update {
        harness.arg("--update");
    }
    succeed("the benchmark", &mut harness)
}

/// The first build has every function that another has: it is also what logs the guests in.
fn compare(options: &Options, home: &Path) -> anyhow::Result<()> {
    let first = options.builds.first().and_then(|build| build.split_once('=')).context("--compare NAME=DIR")?;
    let binaries = built(Path::new(first.1))?;
    build_harness()?;
    let mut harness = harness(PROFILE, "compare", &binaries, home);
    harness.args(options.builds.iter().flat_map(|build| ["--build", build]));
    succeed("the comparison", harness.args(&options.rest))
}

fn full(options: &Options, home: &Path) -> anyhow::Result<()> {
    let node_home = home.join("node");
    let node = or_without("Node.js", install_node_peer(&node_home));
    let python = or_without("Python", PYTHON.programs().map(|programs| programs.join("python3")));
    let binaries = binaries(options)?;
    // By themselves: cargo would give them the features that the functions or the harness need.
    succeed("cargo build --release", &mut cargo(&["build", "--locked", "--release", "--package", "floors"]))?;
    build_harness()?;
    let mut harness = harness(PROFILE, "full", &binaries, home);
    if let Some(node) = node {
        node.lend(&mut harness)?;
        harness.arg("--node").arg(node_home);
    }
    if let Some(python) = python {
        harness.arg("--python").arg(python).arg("--python-code").arg(root().join("bench/peers/python"));
    }
    succeed("the benchmark", harness.args(&options.rest))
}

fn build_harness() -> anyhow::Result<()> {
    succeed("cargo build", &mut cargo(&["build", "--locked", "--profile", PROFILE, "--package", "spaces-bench"]))
}

fn harness(profile: &str, task: &str, functions: &Path, home: &Path) -> Command {
    let mut harness = Command::new(target().join(profile).join("spaces-bench"));
    harness.arg(task).stdin(Stdio::null());
    harness.arg("--functions").arg(functions).arg("--home").arg(home);
    harness.arg("--floors").arg(target().join("release"));
    harness
}

/// The directory of the functions' release binaries; built unless the caller has them.
fn binaries(options: &Options) -> anyhow::Result<PathBuf> {
    if let Some(binaries) = &options.binaries {
        return built(binaries);
    }
    for (folder, packages) in functions::builds()? {
        let mut build = cargo(&["build", "--locked", "--release"]);
        build.current_dir(folder).args(packages.iter().flat_map(|name| ["--package", name]));
        succeed("cargo build --release", &mut build)?;
    }
    Ok(target().join("release"))
}

fn built(binaries: &Path) -> anyhow::Result<PathBuf> {
    fs::canonicalize(binaries).with_context(|| {
        format!("{} is not there (cargo xtask e2e makes target/e2e/build, with what gets deployed)", binaries.display())
    })
}

/// A peer that can't be installed is named and left out.
fn or_without<T>(name: &str, peer: anyhow::Result<T>) -> Option<T> {
    peer.inspect_err(|error| eprintln!("xtask: WITHOUT the peer in {name}: {error:#}")).ok()
}

/// Installs and bundles the Node.js peer in `home`; its runtime interface client is compiled, once, for some minutes.
fn install_node_peer(home: &Path) -> anyhow::Result<Node> {
    let lacking: Vec<&str> =
        NODE_NEEDS.iter().filter(|(program, _)| missing(program)).map(|(_, package)| *package).collect();
    if !lacking.is_empty() {
        bail!("it needs what is not here; on Debian: apt-get install {}", lacking.join(" "));
    }
    let node = Node::find()?;
    let from = root().join("bench/peers/node");
    fs::create_dir_all(home.join("src"))?;
    for file in NODE_FILES {
        fs::copy(from.join(file), home.join(file)).with_context(|| format!("copying {file}"))?;
    }
    node.install_and_compile(home)?;
    let mut build = node.program("npm", home)?;
    succeed("npm run build", build.args(["run", "--silent", "build"]).stdout(Stdio::null()))?;
    Ok(node)
}

fn missing(program: &str) -> bool {
    let folders = env::var_os("PATH").unwrap_or_default();
    !env::split_paths(&folders).any(|folder| folder.join(program).is_file())
}
