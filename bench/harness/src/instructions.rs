//! Instruction counts by valgrind's callgrind, which are the same on a busy machine and on a quiet one.
//!
//! valgrind emulates the same kind of processor everywhere, so code that is chosen by the processor's features
//! (cryptography, copying) hardly differs between machines of one architecture.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use futures_util::future::try_join_all;
use serde_json::Value;

use crate::bench::{Bench, explained, succeeded};
use crate::instance::Instance;
use crate::report::Report;
use crate::stats::thousands;
use crate::subjects::{Function, Maker, Subject};

/// Number of warm requests over which the count is averaged.
const WARM: u32 = 10;

/// Instructions of one program.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Instructions {
    /// Instructions from the start to the first `next`.
    pub(crate) init: u64,
    /// Instructions of the first invocation.
    pub(crate) first: u64,
    /// Instructions of each later invocation.
    pub(crate) warm: u64,
}

/// Checks that valgrind is installed.
///
/// # Errors
///
/// Fails with a message that says how to install it.
pub(crate) fn check_valgrind() -> anyhow::Result<()> {
    let mut version = Command::new("valgrind");
    let status = version.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if status.is_ok_and(|status| status.success()) {
        return Ok(());
    }
    bail!("valgrind, which counts instructions, is not installed; on Debian: apt-get install valgrind")
}

/// Counts the instructions of the functions of these makers.
pub(crate) async fn measure(
    bench: &mut Bench,
    functions: &[Function],
    makers: &[Maker],
) -> anyhow::Result<BTreeMap<(Function, Maker), Instructions>> {
    check_valgrind()?;
    let mut found = BTreeMap::new();
    for &function in functions {
        for &maker in makers {
            let subject = bench.programs.subject(maker, function, &bench.environment);
            let Some(subject) = subject else { continue };
            eprintln!("bench: counting the instructions of {}", subject.name());
            found.insert((function, maker), count(bench, &subject).await?);
        }
    }
    Ok(found)
}

/// Reports the counts, and the targets of cold starts.
pub(crate) async fn report(bench: &mut Bench, functions: &[Function], report: &mut Report) -> anyhow::Result<()> {
    if let Err(error) = check_valgrind() {
        report.say(&format!("{error:#}; the tables of instructions are missing."));
        return Ok(());
    }
    let found = measure(bench, functions, &[Maker::Service, Maker::Floor]).await?;
    let row = |((function, maker), counted): (&(Function, Maker), &Instructions)| {
        let Instructions { init, first, warm } = *counted;
        let figures = [init, first, init + first, warm].map(thousands);
        std::iter::once(format!("{} {}", function.name(), maker.name())).chain(figures).collect()
    };
    let rows: Vec<Vec<String>> = found.iter().map(row).collect();
    report.table("Instructions", &["", "to the first `next`", "first invocation", "both", "a warm one"], &rows);
    for &function in functions {
        let counted = |maker| found.get(&(function, maker)).copied();
        if let (Some(own), Some(floor)) = (counted(Maker::Service), counted(Maker::Floor)) {
            #[expect(clippy::cast_precision_loss, reason = "millions, for a ratio")]
            let ratio = (own.init + own.first) as f64 / (floor.init + floor.first) as f64;
            report.at_most(
                format!("{}: instructions of a cold start, over its floor's", function.name()),
                ratio,
                function.cold_over_floor(),
            );
        }
    }
    Ok(())
}

/// Counts the instructions of one program in three concurrent runs, each with more invocations than the one before.
pub(crate) async fn count(bench: &mut Bench, subject: &Subject) -> anyhow::Result<Instructions> {
    let mut runs = Vec::new();
    for invocations in [0, 1, 1 + WARM] {
        let target = bench.backends.space(10)?;
        let events = (0..invocations).map(|_| bench.event_about(subject.function.first(), &target));
        runs.push((invocations, events.collect::<anyhow::Result<Vec<Value>>>()?));
    }
    let home = &bench.home;
    let totals = try_join_all(runs.into_iter().map(|(number, events)| run(home, subject, number, events))).await?;
    let [init, one, many] = *totals else { bail!("there are three runs") };
    let warm = many.saturating_sub(one) / u64::from(WARM);
    Ok(Instructions { init, first: one.saturating_sub(init), warm })
}

async fn run(home: &Path, subject: &Subject, invocations: u32, events: Vec<Value>) -> anyhow::Result<u64> {
    // The file is kept for callgrind_annotate.
    let maker = subject.maker.name().to_lowercase();
    let out = home.join(format!("callgrind.{}-{maker}.{invocations}.out", subject.function.name()));
    std::fs::remove_file(&out).ok();
    let wrapper = ["valgrind", "--tool=callgrind", "--quiet"].map(str::to_owned).into_iter();
    let wrapper: Vec<String> = wrapper.chain([format!("--callgrind-out-file={}", out.display())]).collect();
    let mut instance = Instance::start_with(subject, None, &wrapper).await?;
    explained(subject, instance.ready().await)?;
    for event in &events {
        let answered = explained(subject, instance.invoke(event).await)?;
        succeeded(subject, &answered.answer)?;
    }
    instance.end()?;
    let profile =
        std::fs::read_to_string(&out).with_context(|| format!("{}: callgrind wrote nothing", subject.name()))?;
    let totals =
        profile.lines().find_map(|line| line.strip_prefix("totals: ").or_else(|| line.strip_prefix("summary: ")));
    Ok(totals.context("callgrind wrote no totals")?.trim().parse()?)
}
