//! Measures the service's release binaries as Lambda runs them, against their floors and against peers.
//!
//! `cargo xtask bench` builds the programs and starts this one; `docs/performance.md` explains the figures.

mod backends;
mod bench;
mod cold;
mod compare;
mod contract;
mod cost;
mod events;
mod instance;
mod instructions;
mod kinds;
mod lasting;
mod plants;
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
use self::subjects::{Function, Programs};

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
    /// Number of cold starts of each subject over plain HTTP (half as many over TLS, a quarter with limited CPU), or of
    /// each build in a comparison. A warm measurement takes half as many blocks.
    rounds: usize,
    /// Number of requests after which memory is compared.
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
                // The paths are absolute, since the programs have their own working directories.
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

    /// Returns whether `--only` names this part of the report, or names no part.
    fn wants(&self, part: &str) -> bool {
        self.is_chosen(part, |word| !Function::ALL.iter().any(|function| function.name() == word))
    }

    /// Returns the functions that `--only` names; all if it names none.
    fn functions(&self) -> Vec<Function> {
        let is_function = |word: &str| Function::ALL.iter().any(|function| function.name() == word);
        Function::ALL.into_iter().filter(|function| self.is_chosen(function.name(), is_function)).collect()
    }

    /// Returns whether `--only` contains this word, or contains no word of its sort.
    fn is_chosen(&self, word: &str, is_of_its_sort: impl Fn(&str) -> bool) -> bool {
        let chosen = self.only.as_deref().unwrap_or_default().split(',').filter(|word| !word.is_empty());
        let mut of_its_sort = chosen.filter(|other| is_of_its_sort(other)).peekable();
        of_its_sort.peek().is_none() || of_its_sort.any(|other| other == word)
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
    compare::run(&mut bench, &options.functions(), &options.builds, options.rounds, &mut report).await?;
    finish(report, &options.home.join("comparison.md"))
}

async fn full(options: &Options) -> anyhow::Result<()> {
    let mut report = Report::default();
    let mut bench = Bench::set_up(options.programs()).await?;
    let functions = options.functions();
    contract::check(&mut bench).await?;
    // The instances stay frozen while everything else is measured.
    let frozen = if options.wants("freeze") { Some(Frozen::begin(&mut bench, &functions).await?) } else { None };
    if options.wants("cold") {
        cold::measure(&mut bench, &functions, options.rounds, &mut report).await?;
    }
    if options.wants("instructions") {
        instructions::report(&mut bench, &functions, &mut report).await?;
    }
    if options.wants("warm") {
        warm::measure(&mut bench, &functions, options.rounds.div_ceil(2), &mut report).await?;
    }
    if options.wants("cost") {
        cost::sizes(&bench, &functions, &mut report)?;
        cost::measure(&mut bench, &functions, &mut report).await?;
    }
    if options.wants("soak") {
        lasting::soak(&mut bench, &functions, options.soak, &mut report).await?;
    }
    if let Some(frozen) = frozen {
        frozen.end(&mut bench, options.freeze, &mut report).await?;
    }
    finish(report, &options.home.join("report.md"))
}

#[expect(clippy::print_stdout, reason = "the report is the command's output")]
fn finish(report: Report, path: &Path) -> anyhow::Result<()> {
    let text = report.finish();
    std::fs::write(path, &text)?;
    println!("{text}\nThis report is in {}.", path.display());
    Ok(())
}
