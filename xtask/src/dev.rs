//! `cargo xtask dev`: runs the service on this machine.

mod ready;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;
use lexopt::{Arg, Parser, ValueExt};

use crate::processes::{Interrupted, Processes};
use crate::{cargo_lambda, functions, ports, processes, test};

/// The functions' environment with the default ports.
const FUNCTIONS_ENV: &str = include_str!("../../infra/functions.env");

/// Maximum number of concurrent instances of a function: as many as the mappings of the mail queues invoke by default.
/// With a single instance, cargo-lambda's default, the queues would block each other.
const INSTANCES: &str = "4";

#[derive(Debug, Clone)]
pub(crate) struct DevOptions {
    pub(crate) api_port: u16,
    /// The port of `cargo lambda watch`, behind the API; by default a free one.
    pub(crate) invoke_port: Option<u16>,
    pub(crate) mail_port: u16,
    pub(crate) db_port: u16,
    pub(crate) fresh: bool,
    pub(crate) release: bool,
    /// The folder of the table, the mail and the checkpoint.
    pub(crate) data: PathBuf,
}

impl DevOptions {
    pub(crate) fn parse(parser: &mut Parser) -> Result<Self, lexopt::Error> {
        let data = crate::target().join("dev");
        let mut options = Self {
            api_port: 9000,
            invoke_port: None,
            mail_port: 8025,
            db_port: 8000,
            fresh: false,
            release: false,
            data,
        };
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("api-port") => options.api_port = parser.value()?.parse()?,
                Arg::Long("invoke-port") => options.invoke_port = Some(parser.value()?.parse()?),
                Arg::Long("mail-port") => options.mail_port = parser.value()?.parse()?,
                Arg::Long("db-port") => options.db_port = parser.value()?.parse()?,
                Arg::Long("fresh") => options.fresh = true,
                Arg::Long("release") => options.release = true,
                Arg::Long("data") => options.data = parser.value()?.into(),
                other => return Err(other.unexpected()),
            }
        }
        Ok(options)
    }

    fn api(&self) -> String {
        format!("http://127.0.0.1:{}", self.api_port)
    }

    fn mail(&self) -> String {
        format!("http://127.0.0.1:{}", self.mail_port)
    }
}

pub(crate) fn dev(options: &DevOptions) -> anyhow::Result<()> {
    let mut ports =
        vec![("--api-port", options.api_port), ("--mail-port", options.mail_port), ("--db-port", options.db_port)];
    ports.extend(options.invoke_port.map(|port| ("--invoke-port", port)));
    ports::check_free(&ports)?;
    test::check_prerequisites()?;
    prepare_data(options)?;
    let cargo_lambda = cargo_lambda::program()?;
    build(options.release)?;
    // After the build, during which another process could take the port.
    let invoke_port = options.invoke_port.map_or_else(|| ports::find_free().map(|[port]| port), Ok)?;

    let mut stack = Processes::default();
    stack.start("spaces-local", &mut serve(options, invoke_port)?)?;
    ready::mailbox(&mut stack, &options.mail())?;
    stack.start("cargo lambda watch", &mut watch(options, invoke_port, &cargo_lambda))?;
    ready::functions(&mut stack, &format!("http://127.0.0.1:{invoke_port}"))?;
    ready::api(&mut stack, &options.api())?;

    println!("{}\nready", greeting(options));
    match stack.watch() {
        // Ctrl-C is how the service is stopped.
        Err(error) if error.is::<Interrupted>() => {
            eprintln!("xtask: {error}; stopping the service");
            Ok(())
        }
        ended => ended,
    }
}

/// Returns the path of `spaces-local`, which cargo builds into the folder of this program.
///
/// # Errors
///
/// Fails if the path of this program can't be determined.
pub fn spaces_local() -> anyhow::Result<PathBuf> {
    Ok(std::env::current_exe().context("finding spaces-local")?.with_file_name("spaces-local"))
}

fn prepare_data(options: &DevOptions) -> anyhow::Result<()> {
    let data = &options.data;
    if options.fresh && data.exists() {
        fs::remove_dir_all(data).with_context(|| format!("removing {}", data.display()))?;
    }
    fs::create_dir_all(data).with_context(|| format!("creating {}", data.display()))?;
    let env = functions_env(options);
    fs::write(env_file(data), env).with_context(|| format!("writing {}", env_file(data).display()))
}

fn env_file(data: &Path) -> PathBuf {
    data.join("functions.env")
}

/// Returns the documented environment with the ports of this run.
fn functions_env(options: &DevOptions) -> String {
    let port = |number: u16| format!("//127.0.0.1:{number}");
    let ports = [(9000, options.api_port), (8025, options.mail_port), (8000, options.db_port)];
    // Through placeholders, since a chosen port may equal the default of another.
    let named = ports
        .iter()
        .fold(FUNCTIONS_ENV.to_owned(), |env, (default, _)| env.replace(&port(*default), &format!("//<{default}>")));
    ports.iter().fold(named, |env, (default, chosen)| env.replace(&format!("//<{default}>"), &port(*chosen)))
}

/// Builds everything in advance: cargo-lambda would build each function at its first request.
fn build(release: bool) -> anyhow::Result<()> {
    eprintln!("xtask: building");
    // Selects all packages, as cargo-lambda does. With a different selection, cargo would resolve different features
    // and build the dependencies again.
    let names = functions::names()?;
    let functions = names.iter().flat_map(|name| ["--bin", name]);
    let local = ["--bin", "spaces-local"];
    if release {
        processes::succeed("cargo build", processes::cargo(&["build", "--release"]).args(functions))?;
        processes::succeed("cargo build", processes::cargo(&["build"]).args(local))
    } else {
        processes::succeed("cargo build", processes::cargo(&["build"]).args(functions).args(local))
    }
}

fn serve(options: &DevOptions, invoke_port: u16) -> anyhow::Result<Command> {
    let mut serve = Command::new(spaces_local()?);
    serve.arg("serve").arg("--data").arg(&options.data);
    for (option, port) in [
        ("--api-port", options.api_port),
        ("--invoke-port", invoke_port),
        ("--mail-port", options.mail_port),
        ("--db-port", options.db_port),
    ] {
        serve.arg(option).arg(port.to_string());
    }
    serve.current_dir(crate::root()).stdin(Stdio::null());
    Ok(serve)
}

fn watch(options: &DevOptions, invoke_port: u16, cargo_lambda: &Path) -> Command {
    let mut watch = Command::new(cargo_lambda);
    watch.args(["lambda", "watch", "--invoke-address", "127.0.0.1", "--invoke-port"]).arg(invoke_port.to_string());
    // The functions respond to preflights themselves.
    watch.args(["--disable-cors", "--concurrency", INSTANCES, "--env-file"]).arg(env_file(&options.data));
    if options.release {
        watch.arg("--release");
    }
    // Without its messages about each start, so that the functions' log stays readable.
    watch.env("RUST_LOG", "cargo_lambda=warn");
    watch.current_dir(crate::root()).stdin(Stdio::null()).stdout(Stdio::from(std::io::stderr()));
    watch
}

fn greeting(options: &DevOptions) -> String {
    let (api, mail) = (options.api(), options.mail());
    format!(
        r#"
API       {api}
Mailbox   {mail}/
Accounts  {mail}/accounts
API docs  {mail}/api-docs
Events    {mail}/api/events
SES, SQS, EventBridge at {mail}, DynamoDB at http://127.0.0.1:{db}
Data in   {data}

Create a space as Rosa and invite Ana:

curl -sS {api}/api/spaces/invite \
  -H "Authorization: jwt $(cargo xtask token user --email rosa@example.com --name 'Rosa Klein')" \
  -d '{{"topic":{{"title":"Team lunch"}},"invitees":[{{"inviteeType":"email","invitee":"ana@example.com"}}]}}'
"#,
        db = options.db_port,
        data = options.data.display(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(line: &str) -> DevOptions {
        DevOptions::parse(&mut Parser::from_args(line.split_whitespace())).unwrap()
    }

    #[test]
    fn the_documented_ports_are_the_default() {
        let options = options("");
        assert_eq!((options.api_port, options.mail_port, options.db_port), (9000, 8025, 8000));
        assert_eq!(functions_env(&options), FUNCTIONS_ENV);
    }

    #[test]
    fn chosen_ports_are_in_the_functions_environment() {
        let env = functions_env(&options("--api-port 8025 --mail-port 8000 --db-port 9000"));
        for line in [
            "PUBLIC_URL=http://127.0.0.1:8025",
            "AWS_ENDPOINT_URL_SESV2=http://127.0.0.1:8000",
            "AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:9000",
        ] {
            assert!(env.lines().any(|other| other == line), "{line} not in {env}");
        }
        assert!(env.contains(r#""jwks_url":"http://127.0.0.1:8000/issuer/jwks.json""#), "{env}");
    }

    #[test]
    fn the_greeting_has_every_address_and_no_token() {
        let greeting = greeting(&options("--api-port 1001 --mail-port 1002 --db-port 1003 --data there"));
        for part in [
            "http://127.0.0.1:1001/api/spaces/invite",
            "http://127.0.0.1:1002/accounts",
            "http://127.0.0.1:1002/api-docs",
            "http://127.0.0.1:1002/api/events",
            "SQS, EventBridge at http://127.0.0.1:1002",
            "http://127.0.0.1:1003",
            "there",
        ] {
            assert!(greeting.contains(part), "{part} not in {greeting}");
        }
        assert!(greeting.lines().all(|line| line.len() <= 120), "{greeting}");
    }
}
