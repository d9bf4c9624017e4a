//! What shows only with time: memory over many requests, and the first request after a long freeze.

use std::time::{Duration, Instant};

use crate::bench::{Bench, explained, succeeded};
use crate::events::Kind;
use crate::instance::Instance;
use crate::report::Report;
use crate::stats::{short, thousands};
use crate::subjects::{Function, Subject};
use crate::warm::megabytes;

/// After so many requests every cache is full and every pool has its size.
const SETTLED: u32 = 2_000;

/// After so long the SDK's client uses no connection again, dead or not (its pool keeps them for 90 seconds). Before, each
/// dead one costs a time-out, and a request with three of them fails.
const FORGOTTEN: Duration = Duration::from_secs(95);

/// Instances that are frozen while the rest of the benchmark runs.
pub(crate) struct Frozen {
    since: Instant,
    /// Of everything; all their connections were ended from the other side.
    ended: Vec<(Subject, Instance)>,
    /// Of the service; their connections are open, with nobody at the other side.
    silent: Vec<(Subject, Instance)>,
}

impl Frozen {
    /// Starts everything, has it serve a request, and freezes it.
    pub(crate) async fn begin(bench: &mut Bench) -> anyhow::Result<Self> {
        let everything: Vec<Subject> =
            Function::ALL.into_iter().flat_map(|function| bench.subjects(function)).collect();
        let ended = freeze_all(bench, everything).await?;
        bench.backends.hang_up()?;
        let with_a_table = [Function::Create, Function::Join, Function::Deliver];
        let own = with_a_table.into_iter().map(|function| {
            // The time-out of a deployment: it is what a connection costs that is dead and doesn't say so.
            Ok(bench.service(function)?.with(&[("TABLE_TIMEOUT_MS", "2000".to_owned())]))
        });
        let own = own.collect::<anyhow::Result<Vec<_>>>()?;
        let silent = freeze_all(bench, own).await?;
        bench.backends.fall_silent()?;
        Ok(Self { since: Instant::now(), ended, silent })
    }

    /// Thaws everything once it was frozen for so long, and sends each a request.
    pub(crate) async fn end(mut self, bench: &mut Bench, freeze: Duration, report: &mut Report) -> anyhow::Result<()> {
        let rest = freeze.saturating_sub(self.since.elapsed());
        if !rest.is_zero() {
            eprintln!("bench: everything else is done; the frozen instances sleep another {} s", rest.as_secs());
            tokio::time::sleep(rest).await;
        }
        let frozen = format!("The first request after {} minutes frozen", self.since.elapsed().as_secs() / 60);
        let head = ["", "ms", "CPU ms"];
        let rows = thaw_all(bench, &mut self.ended).await?;
        report.table(&format!("{frozen}, all connections ended meanwhile"), &head, &rows);
        if self.since.elapsed() < FORGOTTEN {
            report.say("Frozen too shortly to show what connections cost that are dead without a word.");
        } else {
            let rows = thaw_all(bench, &mut self.silent).await?;
            report.table(&format!("{frozen}, all connections dead without a word"), &head, &rows);
        }
        Ok(())
    }
}

async fn freeze_all(bench: &mut Bench, subjects: Vec<Subject>) -> anyhow::Result<Vec<(Subject, Instance)>> {
    let mut frozen = Vec::new();
    for subject in subjects {
        let (mut instance, _) = bench.run_once(&subject, subject.function.first()).await?;
        instance.ready().await?;
        instance.freeze()?;
        frozen.push((subject, instance));
    }
    Ok(frozen)
}

/// What the first request to each takes: time and CPU.
async fn thaw_all(bench: &mut Bench, frozen: &mut [(Subject, Instance)]) -> anyhow::Result<Vec<Vec<String>>> {
    let mut rows = Vec::new();
    for (subject, instance) in frozen {
        let event = bench.event(subject.function.first())?;
        let before = instance.cpu()?;
        instance.thaw()?;
        let answered = explained(subject, instance.invoke(&event).await)?;
        succeeded(subject, &answered.answer)?;
        let cpu = instance.cpu()?.saturating_sub(before);
        rows.push(vec![subject.name(), short(ms(answered.took)), short(ms(cpu))]);
    }
    Ok(rows)
}

/// Sends one instance of each function so many requests, and compares its memory before and after.
pub(crate) async fn soak(bench: &mut Bench, requests: u32, report: &mut Report) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    for (function, kind) in
        [(Function::Login, Kind::Login), (Function::Create, Kind::Create(10)), (Function::Join, Kind::JoinFirst)]
    {
        let subject = bench.service(function)?;
        eprintln!("bench: {} requests to {}", thousands(requests.into()), subject.name());
        let (mut instance, _) = bench.run_once(&subject, kind).await?;
        instance.ready().await?;
        let mut target = bench.backends.space(1)?;
        let (mut settled, started) = (0, Instant::now());
        for request in 0..requests {
            if request % 100 == 0 {
                // Spaces of more than a hundred members are answered with an arbitrary hundred: the size stays the same.
                target = bench.backends.space(1)?;
            }
            if request == SETTLED.min(requests / 2) {
                settled = instance.memory()?;
            }
            let answered = explained(&subject, instance.invoke(&bench.events.of(kind, &target)?).await)?;
            succeeded(&subject, &answered.answer)?;
        }
        let (after, took) = (instance.memory()?, started.elapsed().as_secs_f64());
        rows.push(vec![
            kind.name(),
            megabytes(settled),
            megabytes(after),
            megabytes(instance.peak_memory()?),
            short(f64::from(requests) / took),
        ]);
        #[expect(clippy::cast_precision_loss, reason = "megabytes, for a ratio")]
        let growth = after as f64 / settled as f64;
        report.at_most(
            format!("{}: memory after {} requests, over that before", kind.name(), thousands(requests.into())),
            growth,
            1.1,
        );
    }
    let head = ["", "MB once settled", "MB at the end", "MB at most", "requests per second"];
    report.table(&format!("Memory over {} requests to one instance", thousands(requests.into())), &head, &rows);
    Ok(())
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
