//! `cargo xtask e2e`: rehearses the deployment on this machine. SAM builds the real template and deploys it into an
//! emulator of AWS; the rehearsal then uses the service over HTTP, breaks it, updates it and rotates its secret.

#![expect(clippy::print_stdout, reason = "a command-line program prints its results on standard output")]

mod account;
mod crash;
mod emulator;
mod invitations;
mod joining;
mod link;
mod logs;
mod mail_events;
mod proxy;
mod queues;
mod redrive;
mod rejections;
mod release;
mod roles;
mod runbook;
mod sam;
mod service;
mod spaces;
mod stopping;
mod table;
mod transcript;
mod update;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::{env, fs};

use anyhow::{Context, bail, ensure};
use xtask::processes::{self, Processes};
use xtask::{dev, http, orphans, ports, root, target};

use self::account::Aws;
use self::emulator::Emulator;
use self::proxy::ApiProxy;
use self::sam::Sam;
use self::service::DeployedService;
use self::transcript::{Transcript, section};

fn main() -> ExitCode {
    xtask::exit_code(run())
}

fn run() -> anyhow::Result<()> {
    processes::prepare()?;
    let arguments: Vec<_> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => e2e(),
        ["arm64"] => arm64(),
        other => bail!("unknown arguments {other:?}; usage: cargo xtask e2e, cargo xtask arm64"),
    }
}

fn e2e() -> anyhow::Result<()> {
    ensure!(
        cfg!(target_os = "linux"),
        "e2e runs on Linux only: the emulator starts the functions, which are programs for Linux, on this machine"
    );
    let data = target().join("e2e");
    if data.exists() {
        fs::remove_dir_all(&data).with_context(|| format!("removing {}", data.display()))?;
    }
    fs::create_dir_all(&data).with_context(|| format!("creating {}", data.display()))?;

    let transcript = Transcript::start();
    section("Build");
    let sam = Sam::install(&data)?;
    sam.build()?;
    let proxy = ApiProxy::start()?;
    release::check(&transcript, &data, &proxy.url)?;

    let mut processes = Processes::default();
    let rehearsed = rehearse(&transcript, &mut processes, &sam, &proxy, &data);
    drop(processes);
    if rehearsed.is_err() {
        eprintln!(
            "xtask: the logs are in {}: emulator.log (with the functions'), sam.log, spaces-local.log",
            data.display()
        );
    }
    rehearsed?;
    let left = orphans::children();
    ensure!(left.is_empty(), "processes are still running: {left:?}");
    section("The rehearsal succeeded.");
    Ok(())
}

/// `cargo xtask arm64`: builds the functions for arm64, the default architecture of the deployment.
fn arm64() -> anyhow::Result<()> {
    for program in release::arm64(&target().join("arm64"))? {
        println!("{program}");
    }
    Ok(())
}

fn rehearse(
    transcript: &Transcript,
    processes: &mut Processes,
    sam: &Sam,
    proxy: &ApiProxy,
    data: &Path,
) -> anyhow::Result<()> {
    section("Deploy");
    let local = LocalServices::start(processes, data)?;
    let emulator = Emulator::start(processes, data)?;
    transcript.step(format!(
        "an empty account at {}, which verifies signatures and enforces policies",
        emulator.account.endpoint
    ));
    let aws = Aws::install(emulator.account.clone())?;
    let mut service = DeployedService::deploy(transcript, &emulator, &aws, sam, proxy, &local)?;

    let fixture = invitations::run(&service)?;
    joining::run(&service, &fixture)?;
    link::run(&service, &fixture)?;
    rejections::run(&service, &fixture)?;
    table::run(&service, &fixture)?;
    spaces::run(&service)?;
    roles::run(&service, &fixture)?;
    crash::run(&service)?;
    redrive::run(&service, &fixture)?;
    mail_events::run(&service, &fixture)?;
    stopping::run(&service)?;
    logs::run(&service, &fixture)?;
    runbook::run(&service)?;
    update::run(&mut service, &fixture)
}

/// `spaces-local serve`: the issuers that the service trusts, and the source of the sample data.
struct LocalServices {
    data: PathBuf,
    jwks_url: String,
    /// The URL of the embedded DynamoDB with the sample data.
    table: String,
}

impl LocalServices {
    fn start(processes: &mut Processes, data: &Path) -> anyhow::Result<Self> {
        processes::succeed("cargo build", &mut processes::cargo(&["build", "--quiet", "--bin", "spaces-local"]))?;
        let [api, invoke, mail, db] = ports::find_free()?;
        let url = |port: u16| format!("http://127.0.0.1:{port}");
        let data = data.join("spaces-local");
        fs::create_dir_all(&data).with_context(|| format!("creating {}", data.display()))?;
        let log = fs::File::create(data.with_extension("log")).context("creating a log")?;
        let mut serve = Command::new(dev::spaces_local()?);
        serve.arg("serve").arg("--data").arg(&data).current_dir(root());
        for (option, port) in [("--api-port", api), ("--invoke-port", invoke), ("--mail-port", mail), ("--db-port", db)]
        {
            serve.arg(option).arg(port.to_string());
        }
        processes.start("spaces-local", serve.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log))?;
        let local = Self { data, jwks_url: format!("{}/issuer/jwks.json", url(mail)), table: url(db) };
        emulator::wait_for("the development issuer's keys", || {
            processes.check()?;
            let response = http::send("GET", &local.jwks_url, &[], "", emulator::TIMEOUT);
            Ok(response.is_ok_and(|response| response.status == 200).then_some(()))
        })?;
        Ok(local)
    }
}
