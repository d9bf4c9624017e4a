//! The project's tasks, `cargo xtask <task>`. Tasks only start other programs, so they compile in seconds.
//!
//! The public items are shared with the rehearsal of the deployment, `xtask/e2e`, which is compiled only when it is
//! needed.

#![expect(clippy::print_stdout, reason = "a command-line program prints its results on standard output")]

mod bench;
mod browser;
mod canary;
mod cargo_lambda;
mod cdk;
mod check;
pub mod dev;
pub mod doctor;
pub mod functions;
pub mod http;
pub mod infra;
mod node;
pub mod operator;
pub mod orphans;
pub mod ports;
mod preview;
pub mod processes;
mod providers;
pub mod python;
mod quick;
mod schema;
mod smoke;
mod snapshots;
mod test;
pub mod token;
mod tools;
mod wheel;

use std::env;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::{Arg, Parser};

use self::processes::Interrupted;

const USAGE: &str = "\
cargo xtask dev [--api-port 9000] [--mail-port 8025] [--db-port 8000] [--invoke-port N] [--fresh] [--release] [--data DIR]
    Runs the service on this machine until Ctrl-C. --fresh deletes the data of earlier runs (in target/dev). --invoke-port is
    the port of cargo-lambda behind the API, for cargo lambda invoke.
cargo xtask token user|bearer --email A [--name N] … | service-app | guest
    Prints a token for the running service; --help lists all options.
cargo xtask service-app register|show|disable|enable|remove …
cargo xtask user put|show|export|block|unblock|erase …, space show|delete …, invitation show|revoke …, stops show|lift …,
    reports list, relay redrive, events redrive
    The operator's tools for a table in AWS or, with --local, for the running service; see --help.
cargo xtask test [ARGS OF cargo test]
    Runs all tests.
cargo xtask quick [--base REVISION]
    Checks formatting and lints, and runs the tests of the crates that differ from REVISION (by default from the commit where
    this branch left main).
cargo xtask check
    Checks formatting, lints, documentation and dependencies: the checks of CI apart from the tests.
cargo xtask advisories
    Reports known vulnerabilities in dependencies (needs git and access to RustSec's database).
cargo xtask e2e
    Deploys infra/template.yaml into an emulator of AWS; uses, breaks and updates the service.
cargo xtask arm64
    Builds the functions for arm64, the default of the deployment, and checks that Lambda can run them; takes half an hour.
cargo xtask doctor STACK
    Checks a deployed stack with your AWS credentials: SES, DNS, key, subscriptions, queues. It changes nothing.
cargo xtask infra
    Checks the templates (sam validate, cfn-lint, checkov, this project's rules) and the commands in docs/operations.md.
cargo xtask cdk
    Compiles and tests the CDK construct around the template, synthesizes its example, and checks it with cdk-nag.
cargo xtask canary --url URL | new-key …
    Uses a service once through its API and prints how long each step takes; see --help. A service on this machine needs
    no CANARY_CREDENTIAL.
cargo xtask preview [DIR]
    Writes every mail in every language, with an index page, into DIR (by default target/preview).
cargo xtask openapi
    Generates docs/openapi.json from the code.
cargo xtask providers
    Updates the list of public mail providers from the npm package in xtask/providers.
cargo xtask schema [OPTIONS OF schemathesis run]
    Runs the service on free ports, and tests it against docs/openapi.json with Schemathesis.
cargo xtask breaking [REVISION]
    Fails if docs/openapi.json breaks clients of the API in REVISION (by default origin/main) without an entry in CHANGELOG.md.
cargo xtask smoke
    Runs the service on free ports, creates a space, reads the mail, joins, and sends all events.
cargo xtask browser
    Joins in Chromium, starting from the mail in the mailbox; screenshots are in target/browser/screenshots.
cargo xtask bench [--rounds 20] [--soak 100000] [--freeze 600] [--only cold,instructions,warm,cost,soak,freeze]
    Measures the release binaries and compares them with floors and peers; the report is target/bench/report.md.
cargo xtask bench --quick [--update] [--binaries DIR]
    Fails if the instructions or the size of a function, as built by cargo xtask e2e, have grown since bench/records;
    --update updates the records.";

/// Prints the error of a program that has failed, and returns its exit code: 130 after an interruption, as a shell
/// reports it.
#[must_use]
pub fn exit_code(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<Interrupted>() => {
            eprintln!("xtask: {error}");
            ExitCode::from(130)
        }
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the task that the command line names.
///
/// # Errors
///
/// Returns the error of a task that has failed, and [`Interrupted`] after Ctrl-C, SIGTERM or SIGHUP.
pub fn run() -> anyhow::Result<()> {
    processes::prepare()?;
    let mut parser = Parser::from_env();
    let task = match parser.next()? {
        None | Some(Arg::Long("help") | Arg::Short('h')) => {
            println!("{USAGE}");
            return Ok(());
        }
        Some(Arg::Value(task)) => task,
        Some(other) => return Err(other.unexpected().into()),
    };
    match task.to_str() {
        Some("dev") => dev::dev(&dev::DevOptions::parse(&mut parser)?),
        Some("token") => token::token(parser.raw_args()?),
        Some("test") => test::test(parser.raw_args()?),
        Some("check") => expect_no_arguments(&mut parser).and_then(|()| check::check()),
        Some("advisories") => expect_no_arguments(&mut parser).and_then(|()| check::advisories()),
        Some("bench") => bench::bench(&bench::BenchOptions::parse(&mut parser)?),
        Some("breaking") => schema::breaking(parser.raw_args()?),
        Some("browser") => expect_no_arguments(&mut parser).and_then(|()| browser::browser()),
        Some("canary") => canary::canary(parser.raw_args()?),
        Some("cdk") => expect_no_arguments(&mut parser).and_then(|()| cdk::cdk()),
        Some("arm64") => expect_no_arguments(&mut parser).and_then(|()| rehearse(&["arm64"])),
        Some("doctor") => doctor::doctor(parser.raw_args()?),
        Some("e2e") => expect_no_arguments(&mut parser).and_then(|()| rehearse(&[])),
        Some("infra") => expect_no_arguments(&mut parser).and_then(|()| infra::infra()),
        Some("openapi") => expect_no_arguments(&mut parser).and_then(|()| schema::write()),
        Some("schema") => schema::check(parser.raw_args()?),
        Some("service-app" | "user" | "space" | "invitation" | "stops" | "reports" | "relay" | "events") => {
            operator::operator(&task, parser.raw_args()?)
        }
        Some("quick") => quick::quick(&quick::QuickOptions::parse(&mut parser)?),
        Some("providers") => expect_no_arguments(&mut parser).and_then(|()| providers::providers()),
        Some("preview") => preview::preview(parser.raw_args()?),
        Some("smoke") => expect_no_arguments(&mut parser).and_then(|()| smoke::smoke()),
        _ => anyhow::bail!("unknown task {}\n\n{USAGE}", task.display()),
    }
}

fn expect_no_arguments(parser: &mut Parser) -> anyhow::Result<()> {
    parser.next()?.map_or(Ok(()), |argument| Err(argument.unexpected().into()))
}

/// Replaces this process with the rehearsal of the deployment, which then receives the signals itself.
fn rehearse(arguments: &[&str]) -> anyhow::Result<()> {
    let mut rehearsal = processes::cargo(&["run", "--locked", "--package", "xtask-e2e", "--"]);
    Err(rehearsal.args(arguments).exec().into())
}

/// Returns the root of the checkout.
#[must_use]
pub fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or(here.clone(), PathBuf::from)
}

/// Returns cargo's target folder, which also holds downloads, tools and the data of development.
#[must_use]
pub fn target() -> PathBuf {
    root().join("target")
}
