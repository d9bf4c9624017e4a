//! `cargo xtask bench`: builds the functions, installs the peers that they are compared with, and starts the harness.

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

/// Programs that npm needs to build the native part of aws-lambda-ric, and the Debian packages that contain them.
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

/// Cargo profile of the harness when time is measured: optimized, but without link-time optimization.
const PROFILE: &str = "harness";

#[derive(Debug, Default)]
pub(crate) struct BenchOptions {
    quick: bool,
    update: bool,
    /// The folder of existing release binaries.
    binaries: Option<PathBuf>,
    /// Builds to compare with each other, as `NAME=DIR`.
    builds: Vec<String>,
    /// Arguments for the harness.
    harness: Vec<String>,
}

impl BenchOptions {
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
                    options.harness.extend([name, parser.value()?.string()?]);
                }
                other => return Err(other.unexpected().into()),
            }
        }
        if options.update && !options.quick {
            bail!("--update requires --quick");
        }
        if options.quick && !options.builds.is_empty() {
            bail!("--quick can't be combined with --compare");
        }
        Ok(options)
    }
}

pub(crate) fn bench(options: &BenchOptions) -> anyhow::Result<()> {
    crate::test::check_prerequisites()?;
    let home = target().join("bench");
    fs::create_dir_all(&home).with_context(|| format!("creating {}", home.display()))?;
    match options {
        BenchOptions { quick: true, .. } => quick(options, &home),
        BenchOptions { builds, .. } if !builds.is_empty() => compare(options, &home),
        _ => full(options, &home),
    }
}

fn quick(options: &BenchOptions, home: &Path) -> anyhow::Result<()> {
    if missing("valgrind") {
        bail!("valgrind, which counts the instructions, is not on the PATH; on Debian: apt-get install valgrind");
    }
    // The records describe the deployed binaries. Plain cargo unifies the functions' features, so its binaries differ.
    let binaries = built(options.binaries.as_deref().unwrap_or(&target().join("e2e/build")))?;
    // Only the functions' instructions are counted, so the harness need not be optimized. With `--bin` instead of
    // `--package`, cargo unifies the features of the whole workspace and reuses the dependencies that dev and test have
    // built.
    succeed("cargo build", &mut cargo(&["build", "--locked", "--bin", "spaces-bench"]))?;
    let mut harness = harness("debug", "quick", &binaries, home);
    harness.arg("--records").arg(root().join("bench/records"));
    if options.update {
        harness.arg("--update");
    }
    succeed("the benchmark", &mut harness)
}

/// Compares builds with each other. The first one must contain every function of the others; its anonymous-login logs
/// the guests in.
fn compare(options: &BenchOptions, home: &Path) -> anyhow::Result<()> {
    let first = options.builds.first().and_then(|build| build.split_once('=')).context("--compare NAME=DIR")?;
    let binaries = built(Path::new(first.1))?;
    build_harness()?;
    let mut harness = harness(PROFILE, "compare", &binaries, home);
    harness.args(options.builds.iter().flat_map(|build| ["--build", build]));
    succeed("the comparison", harness.args(&options.harness))
}

fn full(options: &BenchOptions, home: &Path) -> anyhow::Result<()> {
    let node_home = home.join("node");
    let node = skip_failed("Node.js", install_node_peer(&node_home));
    let python = skip_failed("Python", PYTHON.programs().map(|programs| programs.join("python3")));
    let binaries = binaries(options)?;
    // Built separately. Otherwise cargo would add the features that the functions or the harness need.
    succeed("cargo build --release", &mut cargo(&["build", "--locked", "--release", "--package", "floors"]))?;
    build_harness()?;
    let mut harness = harness(PROFILE, "full", &binaries, home);
    if let Some(node) = node {
        node.add_to_path(&mut harness)?;
        harness.arg("--node").arg(node_home);
    }
    if let Some(python) = python {
        harness.arg("--python").arg(python).arg("--python-code").arg(root().join("bench/peers/python"));
    }
    succeed("the benchmark", harness.args(&options.harness))
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

/// Returns the folder of the functions' release binaries, which are built unless `--binaries` names one.
fn binaries(options: &BenchOptions) -> anyhow::Result<PathBuf> {
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
        format!(
            "{} does not exist (cargo xtask e2e creates target/e2e/build, with the binaries that get deployed)",
            binaries.display()
        )
    })
}

/// Returns the peer, or prints a warning if its installation failed.
fn skip_failed<T>(name: &str, peer: anyhow::Result<T>) -> Option<T> {
    peer.inspect_err(|error| eprintln!("xtask: SKIPPING the peer in {name}: {error:#}")).ok()
}

/// Installs and bundles the Node.js peer in `home`. The first installation takes minutes, because it compiles the
/// runtime interface client.
fn install_node_peer(home: &Path) -> anyhow::Result<Node> {
    let packages: Vec<&str> =
        NODE_NEEDS.iter().filter(|(program, _)| missing(program)).map(|(_, package)| *package).collect();
    if !packages.is_empty() {
        bail!("programs that compile it are missing; on Debian: apt-get install {}", packages.join(" "));
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
