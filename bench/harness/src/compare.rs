//! Builds of the same functions compared side by side, to show the effect of a change, a compiler option or a library.

use std::path::PathBuf;

use anyhow::{Context, bail};

use crate::bench::{Bench, explained, succeeded};
use crate::cold::{Setting, Starts};
use crate::instance::Instance;
use crate::instructions::{self, Instructions};
use crate::report::Report;
use crate::stats::{Sample, short, thousands};
use crate::subjects::{Function, Subject};
use crate::warm;

/// Number of warm requests after each cold start.
const WARM_BLOCK: usize = 20;

/// A build: a name, and the directory of its binaries.
#[derive(Debug, Clone)]
pub(crate) struct Build {
    pub(crate) name: String,
    pub(crate) binaries: PathBuf,
}

impl Build {
    /// Reads `NAME=DIR`.
    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        let (name, binaries) = text.split_once('=').with_context(|| format!("{text}: NAME=DIR"))?;
        let binaries = std::fs::canonicalize(binaries).with_context(|| binaries.to_owned())?;
        Ok(Self { name: name.to_owned(), binaries })
    }
}

/// The figures of one build of one function.
struct Found {
    name: String,
    subject: Subject,
    instructions: Instructions,
    starts: Starts,
    warm_cpu: Sample,
    memory: Sample,
}

/// Compares the builds, one function at a time, in turn. A build may lack some of the functions.
pub(crate) async fn run(
    bench: &mut Bench,
    functions: &[Function],
    builds: &[Build],
    rounds: usize,
    report: &mut Report,
) -> anyhow::Result<()> {
    if builds.is_empty() {
        bail!("nothing to compare");
    }
    instructions::check_valgrind()?;
    for &function in functions {
        let mut all = Vec::new();
        for build in builds {
            let Some(subject) = bench.programs.build(&build.binaries, function, &bench.environment) else { continue };
            eprintln!("bench: counting the instructions of {}, {}", function.name(), build.name);
            let instructions = instructions::count(bench, &subject).await?;
            let (starts, warm_cpu, memory) = <_>::default();
            all.push(Found { name: build.name.clone(), subject, instructions, starts, warm_cpu, memory });
        }
        for round in 0..rounds {
            eprintln!("bench: {}, round {} of {rounds}", function.name(), round + 1);
            for found in &mut all {
                found.round(bench).await?;
            }
        }
        if !all.is_empty() {
            show(function, &all, report)?;
        }
    }
    Ok(())
}

impl Found {
    /// Measures one cold start and one block of warm requests to the same instance.
    async fn round(&mut self, bench: &mut Bench) -> anyhow::Result<()> {
        let kind = self.subject.function.first();
        let subject = Setting::Tls.of(bench, self.subject.clone())?;
        let event = bench.event(kind)?;
        let mut instance = Instance::start(&subject, None).await?;
        let (cold, answer) = explained(&subject, instance.cold(&event).await)?;
        succeeded(&subject, &answer)?;
        self.starts.add(&cold, instance.other_sockets()?);
        instance.ready().await?;
        let block = warm::run_block(bench, &subject, &mut instance, kind, WARM_BLOCK).await?;
        self.warm_cpu.add_time(block.cpu_per_request());
        #[expect(clippy::cast_precision_loss, reason = "megabytes with three digits")]
        self.memory.add(instance.peak_memory()? as f64 / 1_000_000.0);
        Ok(())
    }
}

fn show(function: Function, all: &[Found], report: &mut Report) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    for found in all {
        let Instructions { init, first, warm } = found.instructions;
        rows.push(vec![
            found.name.clone(),
            thousands(init),
            thousands(first),
            thousands(warm),
            found.starts.both.spread(),
            found.starts.cpu.spread(),
            found.warm_cpu.spread(),
            short(found.memory.median()),
            thousands(found.subject.size()?),
        ]);
    }
    let head = [
        "",
        "instructions to the first `next`",
        "of the first invocation",
        "of a warm one",
        "cold start by TLS, ms",
        "its CPU, ms",
        "CPU of a warm one, ms",
        "peak MB",
        "bytes of the binary",
    ];
    report.table(function.name(), &head, &rows);
    Ok(())
}
