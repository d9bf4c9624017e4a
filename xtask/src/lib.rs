//! The project's tasks, `cargo xtask <task>`. They only start other programs, so they compile in seconds.
//!
//! The public items are shared with the rehearsal of the deployment, `xtask/e2e`, which is compiled only when it is needed.

#![expect(clippy::print_stdout, reason = "a command-line program's answer belongs on standard output")]

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
    Runs the service on this machine until Ctrl-C. --fresh forgets the data of earlier runs (in target/dev). --invoke-port is
    that of cargo-lambda behind the API, for cargo lambda invoke.
cargo xtask token user|bearer --email A [--name N] … | service-app | guest
    Prints a token for the running service; --help has every option.
cargo xtask service-app register|show|disable|enable|remove …
cargo xtask user put|show|export|block|unblock|erase …, space show|delete …, invitation show|revoke …, stops show|lift …,
    reports list, relay redrive, events redrive
    The operator's tools for a table in AWS or, with --local, of the running service; --help says more.
cargo xtask test [ARGS OF cargo test]
    Runs all tests.
cargo xtask quick [--base REVISION]
    Formatting and lints, and the tests of the crates that differ from REVISION (where this branch left main): for a look
    between two edits.
cargo xtask check
    Formatting, lints, documentation, dependencies: what CI demands besides the tests.
cargo xtask advisories
    Known vulnerabilities in what the project depends on (needs git and access to RustSec's database).
cargo xtask e2e
    Builds and deploys infra/template.yaml into an emulator of AWS, uses the service, breaks it, updates it.
cargo xtask arm64
    Builds the functions for arm64, as they are deployed by default, and checks that Lambda can run them: half an hour.
cargo xtask doctor STACK
    Whether a deployed stack can do its work, with your credentials of AWS: SES, DNS, key, subscriptions, queues. It only reads.
cargo xtask infra
    What linters and our rules say about the deployment: sam validate, cfn-lint, checkov; the commands of docs/operations.md.
cargo xtask cdk
    The CDK construct around the template: compiles it, tests it, synthesizes its example, asks cdk-nag.
cargo xtask canary --url URL | new-key …
    Uses a running service once, from outside, and says how long each step takes; --help says more. On this machine it needs no
    CANARY_CREDENTIAL.
cargo xtask preview [DIR]
    Writes every mail in every language, with an index page, into DIR (target/preview).
cargo xtask openapi
    Writes docs/openapi.json from the code.
cargo xtask providers
    Writes the list of public mail providers, from the npm package that xtask/providers names.
cargo xtask schema [OPTIONS OF schemathesis run]
    Runs the service on free ports, and Schemathesis against it: does it do what docs/openapi.json says?
cargo xtask breaking [REVISION]
    Fails if docs/openapi.json breaks clients of the API that REVISION (origin/main) describes, and CHANGELOG.md does not say so.
cargo xtask smoke
    Runs the service on free ports, creates a space, reads the mail, joins, sends all events, and stops.
cargo xtask browser
    The same in Chromium, from the mail in the mailbox to being in; screenshots in target/browser/screenshots.
cargo xtask bench [--rounds 20] [--soak 100000] [--freeze 600] [--only cold,instructions,warm,cost,soak,freeze]
    Measures the release binaries against floors and peers; the report is in target/bench/report.md.
cargo xtask bench --quick [--update] [--binaries DIR]
    Fails when instructions or size of a function, as cargo xtask e2e has built it, have grown over bench/records;
    --update records them anew.";

/// Prints the error of a program that has failed, and returns its exit code: 130 after an interruption, as a shell reports it.
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
        Some("dev") => dev::dev(&dev::Options::parse(&mut parser)?),
        Some("token") => token::token(parser.raw_args()?),
        Some("test") => test::test(parser.raw_args()?),
        Some("check") => no_more(&mut parser).and_then(|()| check::check()),
        Some("advisories") => no_more(&mut parser).and_then(|()| check::advisories()),
        Some("bench") => bench::bench(&bench::Options::parse(&mut parser)?),
        Some("breaking") => schema::breaking(parser.raw_args()?),
        Some("browser") => no_more(&mut parser).and_then(|()| browser::browser()),
        Some("canary") => canary::canary(parser.raw_args()?),
        Some("cdk") => no_more(&mut parser).and_then(|()| cdk::cdk()),
        Some("arm64") => no_more(&mut parser).and_then(|()| rehearse(&["arm64"])),
        Some("doctor") => doctor::doctor(parser.raw_args()?),
        Some("e2e") => no_more(&mut parser).and_then(|()| rehearse(&[])),
        Some("infra") => no_more(&mut parser).and_then(|()| infra::infra()),
        Some("openapi") => no_more(&mut parser).and_then(|()| schema::write()),
        Some("schema") => schema::hold(parser.raw_args()?),
        Some("service-app" | "user" | "space" | "invitation" | "stops" | "reports" | "relay" | "events") => {
            operator::operator(&task, parser.raw_args()?)
        }
        Some("quick") => quick::quick(&quick::Options::parse(&mut parser)?),
        Some("providers") => no_more(&mut parser).and_then(|()| providers::providers()),
        Some("preview") => preview::preview(parser.raw_args()?),
        Some("smoke") => no_more(&mut parser).and_then(|()| smoke::smoke()),
        _ => anyhow::bail!("unknown task {}\n\n{USAGE}", task.display()),
    }
}

fn no_more(parser: &mut Parser) -> anyhow::Result<()> {
    parser.next()?.map_or(Ok(()), |argument| Err(argument.unexpected().into()))
}

/// Replaces this process by the rehearsal of the deployment, which thus receives the signals itself.
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

/// Returns the folder for downloads, tools and the data of development, which is also cargo's target folder.
#[must_use]
pub fn target() -> PathBuf {
    root().join("target")
}
