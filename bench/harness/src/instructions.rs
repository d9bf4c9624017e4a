//! Instructions, counted by valgrind's callgrind: the same on a busy machine as on a quiet one.
//!
//! valgrind shows every program the same kind of processor, so what is chosen by the processor's features (cryptography,
//! copying) hardly differs between machines of one architecture.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::bench::{Bench, explained, succeeded};
use crate::instance::Instance;
use crate::report::Report;
use crate::stats::thousands;
use crate::subjects::{Function, Maker, Subject};

/// How many warm requests the count per request is taken from.
const WARM: u32 = 20;

/// What one program executes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Instructions {
    /// From its start to the first `next`.
    pub(crate) init: u64,
    /// The first invocation.
    pub(crate) first: u64,
    /// One of the invocations after that.
    pub(crate) warm: u64,
}

/// Whether callgrind is there; the error says how to get it.
pub(crate) fn check_valgrind() -> anyhow::Result<()> {
    let mut version = Command::new("valgrind");
    let status = version.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if status.is_ok_and(|status| status.success()) {
        return Ok(());
    }
    bail!("valgrind is needed to count instructions, and does not run; on Debian: apt-get install valgrind")
}

/// Counts the instructions of the functions of these makers.
pub(crate) async fn measure(
    bench: &mut Bench,
    makers: &[Maker],
) -> anyhow::Result<BTreeMap<(Function, Maker), Instructions>> {
    check_valgrind()?;
    let mut found = BTreeMap::new();
    for function in Function::ALL {
        for &maker in makers {
            let subject = bench.programs.subject(maker, function, &bench.environment);
            let Some(subject) = subject else { continue };
            eprintln!("bench: counting the instructions of {}", subject.name());
            found.insert((function, maker), count(bench, &subject).await?);
        }
    }
    Ok(found)
}

/// The counts as tables and targets.
pub(crate) async fn report(bench: &mut Bench, report: &mut Report) -> anyhow::Result<()> {
    if let Err(error) = check_valgrind() {
        report.say(&format!("{error:#}; the tables of instructions are missing."));
        return Ok(());
    }
    let found = measure(bench, &[Maker::Service, Maker::Floor]).await?;
    let row = |((function, maker), counted): (&(Function, Maker), &Instructions)| {
        let Instructions { init, first, warm } = *counted;
        let figures = [init, first, init + first, warm].map(thousands);
        std::iter::once(format!("{} {}", function.name(), maker.name())).chain(figures).collect()
    };
    let rows: Vec<Vec<String>> = found.iter().map(row).collect();
    report.table("Instructions", &["", "to the first `next`", "first invocation", "both", "a warm one"], &rows);
    for (function, most) in [(Function::Login, 1.15), (Function::Create, 1.3), (Function::Join, 1.3)] {
        let counted = |maker| found.get(&(function, maker)).copied();
        if let (Some(own), Some(floor)) = (counted(Maker::Service), counted(Maker::Floor)) {
            #[expect(clippy::cast_precision_loss, reason = "millions, for a ratio")]
            let ratio = (own.init + own.first) as f64 / (floor.init + floor.first) as f64;
            report.at_most(format!("{}: instructions of a cold start, over its floor's", function.name()), ratio, most);
        }
    }
    Ok(())
}

/// Three runs of one program, each longer than the one before: the differences are what came in addition.
pub(crate) async fn count(bench: &mut Bench, subject: &Subject) -> anyhow::Result<Instructions> {
    let mut totals = Vec::new();
    for invocations in [0, 1, 1 + WARM] {
        totals.push(run(bench, subject, invocations).await?);
    }
    let [init, one, many] = *totals else { bail!("three runs were asked for") };
    let warm = many.saturating_sub(one) / u64::from(WARM);
    Ok(Instructions { init, first: one.saturating_sub(init), warm })
}

async fn run(bench: &mut Bench, subject: &Subject, invocations: u32) -> anyhow::Result<u64> {
    // Left there, for callgrind_annotate.
    let out = bench.home.join(format!("callgrind.{}.{invocations}.out", subject.function.name()));
    std::fs::remove_file(&out).ok();
    let target = bench.backends.space(1)?;
    let wrapper = ["valgrind", "--tool=callgrind", "--quiet"].map(str::to_owned).into_iter();
    let wrapper: Vec<String> = wrapper.chain([format!("--callgrind-out-file={}", out.display())]).collect();
    let mut instance = Instance::start_with(subject, None, &wrapper).await?;
    explained(subject, instance.ready().await)?;
    for _ in 0..invocations {
        let event = bench.event_about(subject.function.first(), &target)?;
        let answered = explained(subject, instance.invoke(&event).await)?;
        succeeded(subject, &answered.answer)?;
    }
    instance.end()?;
    let profile =
        std::fs::read_to_string(&out).with_context(|| format!("{}: callgrind wrote nothing", subject.name()))?;
    let totals =
        profile.lines().find_map(|line| line.strip_prefix("totals: ").or_else(|| line.strip_prefix("summary: ")));
    Ok(totals.context("callgrind wrote no totals")?.trim().parse()?)
}
