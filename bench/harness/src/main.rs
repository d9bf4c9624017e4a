//! Measures the service's release binaries as Lambda runs them, against their floors and against peers.
//!
//! `cargo xtask bench` builds what is needed and starts this; `docs/performance.md` says what the figures mean.

mod backends;
mod bench;
mod cold;
mod compare;
mod contract;
mod cost;
mod events;
mod instance;
mod instructions;
mod lasting;
mod quick;
mod report;
mod runtime_api;
mod secrecy;
mod share;
mod stats;
mod subjects;
mod warm;

use std::path::{Path, PathBuf, absolute};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use lexopt::{Arg, Parser, ValueExt};

use self::bench::Bench;
use self::compare::Build;
use self::lasting::Frozen;
use self::report::Report;
use self::subjects::Programs;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<()> {
    let mut parser = Parser::from_env();
    let task = parser.value()?.string()?;
    match task.as_str() {
        "backends" => backends::serve(&PathBuf::from(parser.value()?)).await,
        "compare" => compare(&Options::parse(&mut parser)?).await,
        "full" => full(&Options::parse(&mut parser)?).await,
        "quick" => {
            let options = Options::parse(&mut parser)?;
            let records = options.records.clone().context("--records DIR")?;
            instructions::check_valgrind()?;
            quick::check(&mut Bench::set_up(options.programs()).await?, &records, options.update).await
        }
        _ => bail!("unknown task {task}"),
    }
}

struct Options {
    functions: PathBuf,
    floors: PathBuf,
    node: Option<PathBuf>,
    python: Option<PathBuf>,
    python_code: Option<PathBuf>,
    home: PathBuf,
    records: Option<PathBuf>,
    update: bool,
    /// Cold starts of each; a warm measurement takes half as many blocks.
    rounds: usize,
    /// Requests after which memory is looked at.
    soak: u32,
    freeze: Duration,
    only: Option<String>,
    builds: Vec<Build>,
}

impl Options {
    fn parse(parser: &mut Parser) -> anyhow::Result<Self> {
        let (mut functions, mut floors, mut home) = (None, None, None);
        let (mut node, mut python, mut python_code, mut only, mut records) = (None, None, None, None, None);
        let (mut update, mut rounds, mut soak, mut freeze) = (false, 20, 100_000, 600);
        let mut builds = Vec::new();
        while let Some(argument) = parser.next()? {
            match argument {
                // Absolute, since the programs are started in directories of their own.
                Arg::Long("functions") => functions = Some(absolute(parser.value()?)?),
                Arg::Long("floors") => floors = Some(absolute(parser.value()?)?),
                Arg::Long("home") => home = Some(absolute(parser.value()?)?),
                Arg::Long("node") => node = Some(absolute(parser.value()?)?),
                Arg::Long("python") => python = Some(absolute(parser.value()?)?),
                Arg::Long("records") => records = Some(absolute(parser.value()?)?),
                Arg::Long("update") => update = true,
                Arg::Long("soak") => soak = parser.value()?.parse()?,
                Arg::Long("freeze") => freeze = parser.value()?.parse()?,
                Arg::Long("rounds") => rounds = parser.value()?.parse()?,
                Arg::Long("python-code") => python_code = Some(absolute(parser.value()?)?),
                Arg::Long("build") => builds.push(Build::parse(&parser.value()?.string()?)?),
                Arg::Long("only") => only = Some(parser.value()?.string()?),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(Self {
            functions: functions.context("--functions DIR")?,
            floors: floors.context("--floors DIR")?,
            home: home.context("--home DIR")?,
            node,
            python,
            python_code,
            records,
            update,
            rounds,
            soak,
            freeze: Duration::from_secs(freeze),
            only,
            builds,
        })
    }

    fn wants(&self, part: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only.split(',').any(|wanted| wanted == part))
    }

    fn programs(&self) -> Programs {
        Programs {
            functions: self.functions.clone(),
            floors: self.floors.clone(),
            node: self.node.clone(),
            python: self.python.clone().zip(self.python_code.clone()),
            home: self.home.clone(),
        }
    }
}

async fn compare(options: &Options) -> anyhow::Result<()> {
    let mut report = Report::default();
    let mut bench = Bench::set_up(options.programs()).await?;
    compare::run(&mut bench, &options.builds, options.rounds, &mut report).await?;
    finish(report, &options.home.join("comparison.md"))
}

async fn full(options: &Options) -> anyhow::Result<()> {
    let mut report = Report::default();
    let mut bench = Bench::set_up(options.programs()).await?;
    contract::check(&mut bench).await?;
    // They sleep while everything else is measured.
    let frozen = if options.wants("freeze") { Some(Frozen::begin(&mut bench).await?) } else { None };
    if options.wants("cold") {
        cold::measure(&mut bench, options.rounds, &mut report).await?;
    }
    if options.wants("instructions") {
        instructions::report(&mut bench, &mut report).await?;
    }
    if options.wants("warm") {
        warm::measure(&mut bench, options.rounds.div_ceil(2), &mut report).await?;
    }
    if options.wants("cost") {
        cost::sizes(&bench, &mut report)?;
        cost::measure(&mut bench, &mut report).await?;
    }
    if options.wants("soak") {
        lasting::soak(&mut bench, options.soak, &mut report).await?;
    }
    if let Some(frozen) = frozen {
        frozen.end(&mut bench, options.freeze, &mut report).await?;
    }
    finish(report, &options.home.join("report.md"))
}

#[expect(clippy::print_stdout, reason = "the report is the command's answer")]
fn finish(report: Report, path: &Path) -> anyhow::Result<()> {
    let text = report.finish();
    std::fs::write(path, &text)?;
    println!("{text}\nThis report is in {}.", path.display());
    Ok(())
}
