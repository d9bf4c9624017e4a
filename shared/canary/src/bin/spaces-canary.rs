//! `cargo xtask canary`: runs the canary once against a service.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lexopt::{Arg, Parser, ValueExt};
use spaces_canary::{Canary, Credential, NewKey, Polling};
use spaces_http::{Env, Sources};
use spaces_model::{PublicUrl, ServiceAppId};

const USAGE: &str = "\
canary --url https://spaces.example.com
    Logs in as a guest, creates a space with an invitation, joins by its link, waits until its mail to SES's simulator is
    delivered, and deletes the space. Set CANARY_CREDENTIAL to the credential for creating the space: a service app's key, or an
    Authorization header like `bearer TOKEN`.
canary new-key --id SERVICE_APP --keys FILE
    Prints a new key of a service app for CANARY_CREDENTIAL, and writes its public key to FILE for service-app register.";

enum CanaryCommand {
    Run(PublicUrl),
    NewKey { app: ServiceAppId, keys: PathBuf },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let command = match parse(Parser::from_env()) {
        Ok(Some(line)) => line,
        Ok(None) => return print(USAGE, true),
        Err(error) => {
            eprintln!("{error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let done = match command {
        CanaryCommand::Run(url) => run(url).await,
        CanaryCommand::NewKey { app, keys } => new_key(&app, &keys),
    };
    done.unwrap_or_else(|error| {
        eprintln!("{error}");
        ExitCode::FAILURE
    })
}

fn parse(mut parser: Parser) -> Result<Option<CanaryCommand>, lexopt::Error> {
    let (mut command, mut url, mut app, mut keys) = (None, None, None, None);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            Arg::Long("url") => url = Some(parser.value()?.parse()?),
            Arg::Long("id") => app = Some(parser.value()?.parse()?),
            Arg::Long("keys") => keys = Some(PathBuf::from(parser.value()?)),
            Arg::Value(word) if command.is_none() => command = Some(word),
            other => return Err(other.unexpected()),
        }
    }
    let is_new_key = command.as_deref().map(|command| command == OsString::from("new-key").as_os_str());
    match (is_new_key, url, app, keys) {
        (None, None, None, None) => Ok(None),
        (None, Some(url), None, None) => Ok(Some(CanaryCommand::Run(url))),
        (Some(true), None, Some(app), Some(keys)) => Ok(Some(CanaryCommand::NewKey { app, keys })),
        _ => Err("expected --url, or new-key with --id and --keys".into()),
    }
}

async fn run(url: PublicUrl) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let env = Env::process();
    let credential = Credential::parse(env.required("CANARY_CREDENTIAL")?);
    let credential = credential.map_err(|error| format!("CANARY_CREDENTIAL {error}"))?;
    let canary = Canary::new(url, credential, Polling::default())?;
    let report = canary.run(&Sources::system()).await;
    let mut lines: Vec<String> = Vec::new();
    for (step, took) in &report.steps {
        let failure = report.failure.as_ref().filter(|failure| failure.step == *step);
        let outcome = failure.map_or("ok", |failure| failure.reason.as_str());
        lines.push(format!("{:<9}{:>8.2} s  {outcome}", step.as_str(), took.as_secs_f64()));
    }
    Ok(print(&lines.join("\n"), report.failure.is_none()))
}

fn new_key(app: &ServiceAppId, keys: &Path) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let key = NewKey::new(app, Sources::system().random())?;
    fs::write(keys, key.jwks.to_string()).map_err(|error| format!("{}: {error}", keys.display()))?;
    Ok(print(&key.credential.to_string(), true))
}

#[expect(clippy::print_stdout, reason = "printing the report is the purpose of this program")]
fn print(text: &str, is_good: bool) -> ExitCode {
    println!("{text}");
    if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
