//! `cargo xtask e2e`: rehearses the deployment on this machine. SAM builds the real template and deploys it into an emulator of
//! AWS; the rehearsal then uses the service over HTTP, breaks it, updates it and rotates its secret.

#![expect(clippy::print_stdout, reason = "a command-line program's answer belongs on standard output")]

mod account;
mod crash;
mod emulator;
mod front;
mod invitations;
mod joining;
mod link;
mod logs;
mod mail_events;
mod protocol;
mod queues;
mod redrive;
mod refusals;
mod release;
mod roles;
mod runbook;
mod sam;
mod service;
mod spaces;
mod stopping;
mod table;
mod update;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::{env, fs};

use anyhow::{Context, bail, ensure};

use self::account::Aws;
use self::emulator::Emulator;
use self::front::Front;
use self::protocol::{Protocol, part};
use self::sam::Sam;
use self::service::Service;
use xtask::processes::{self, Processes};
use xtask::{dev, http, orphans, ports, root, target};

fn main() -> ExitCode {
    xtask::exit_code(run())
}

fn run() -> anyhow::Result<()> {
    processes::prepare()?;
    let arguments: Vec<_> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => e2e(),
        ["arm64"] => arm64(),
        other => bail!("unknown arguments {other:?}: none rehearses the deployment, arm64 builds for that processor"),
    }
}

fn e2e() -> anyhow::Result<()> {
    ensure!(
        cfg!(target_os = "linux"),
        "the emulator starts the functions as they are, and they are programs for Linux: e2e runs on Linux only"
    );
    let data = target().join("e2e");
    if data.exists() {
        fs::remove_dir_all(&data).with_context(|| format!("removing {}", data.display()))?;
    }
    fs::create_dir_all(&data).with_context(|| format!("making {}", data.display()))?;

    let log = Protocol::begin();
    part("Build");
    let sam = Sam::install(&data)?;
    sam.build()?;
    let front = Front::start()?;
    release::check(&log, &data, &front.url)?;

    let mut processes = Processes::default();
    let told = rehearse(&log, &mut processes, &sam, &front, &data);
    drop(processes);
    if told.is_err() {
        eprintln!("xtask: {} has the logs: emulator.log with the functions', sam.log, people.log", data.display());
    }
    told?;
    let left = orphans::children();
    ensure!(left.is_empty(), "processes are left: {left:?}");
    part("All is well.");
    Ok(())
}

/// `cargo xtask arm64`: the functions for the processor that they are deployed on by default.
fn arm64() -> anyhow::Result<()> {
    for program in release::arm64(&target().join("arm64"))? {
        println!("{program}");
    }
    Ok(())
}

fn rehearse(log: &Protocol, processes: &mut Processes, sam: &Sam, front: &Front, data: &Path) -> anyhow::Result<()> {
    part("Deploy");
    let people = People::start(processes, data)?;
    let emulator = Emulator::start(processes, data)?;
    log.saw(format!("an empty account at {}, in which signatures and policies count", emulator.account.endpoint));
    let aws = Aws::install(emulator.account.clone())?;
    let mut service = Service::deploy(log, &emulator, &aws, sam, front, &people)?;

    let told = invitations::tell(&service)?;
    joining::tell(&service, &told)?;
    link::tell(&service, &told)?;
    refusals::tell(&service, &told)?;
    table::tell(&service, &told)?;
    spaces::tell(&service)?;
    roles::tell(&service, &told)?;
    crash::tell(&service)?;
    redrive::tell(&service, &told)?;
    mail_events::tell(&service, &told)?;
    stopping::tell(&service)?;
    logs::tell(&service, &told)?;
    runbook::tell(&service)?;
    update::tell(&mut service, &told)
}

/// Whom the service trusts, and what is in the table before it is used: `spaces-local serve`.
struct People {
    data: PathBuf,
    jwks_url: String,
    table: String,
}

impl People {
    fn start(processes: &mut Processes, data: &Path) -> anyhow::Result<Self> {
        processes::succeed("cargo build", &mut processes::cargo(&["build", "--quiet", "--bin", "spaces-local"]))?;
        let [api, invoke, mail, db] = ports::find_free()?;
        let url = |port: u16| format!("http://127.0.0.1:{port}");
        let data = data.join("people");
        fs::create_dir_all(&data).with_context(|| format!("making {}", data.display()))?;
        let log = fs::File::create(data.with_extension("log")).context("making a log")?;
        let mut serve = Command::new(dev::spaces_local()?);
        serve.arg("serve").arg("--data").arg(&data).current_dir(root());
        for (option, port) in [("--api-port", api), ("--invoke-port", invoke), ("--mail-port", mail), ("--db-port", db)]
        {
            serve.arg(option).arg(port.to_string());
        }
        processes.start("spaces-local", serve.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log))?;
        let people = Self { data, jwks_url: format!("{}/issuer/jwks.json", url(mail)), table: url(db) };
        emulator::until("the development issuer's keys", || {
            processes.check()?;
            let answer = http::send("GET", &people.jwks_url, &[], "", emulator::PATIENCE);
            Ok(answer.is_ok_and(|answer| answer.status == 200).then_some(()))
        })?;
        Ok(people)
    }
}
