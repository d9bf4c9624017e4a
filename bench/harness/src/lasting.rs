//! Effects of time: memory over many requests, and the first request after a long freeze.

use std::time::{Duration, Instant};

use crate::bench::{Bench, explained, succeeded};
use crate::instance::Instance;
use crate::kinds::{Kind, MEASURED};
use crate::report::Report;
use crate::stats::{short, thousands};
use crate::subjects::{Function, Subject};
use crate::warm::megabytes;

/// Number of requests after which every cache is full and the heap has reached its size. A joining instance gets there
/// within 15,000 callers.
const SETTLED: u32 = 20_000;

/// Number of consecutive requests about the same space, or with the same records, except for mails, of which each is
/// sent once.
const SAME_SPACE: u32 = 100;

/// Time after which the SDK's client does not reuse a connection (its pool keeps them for 90 seconds). Before that,
/// each dead connection costs a timeout, and a request that meets three of them fails.
const FORGOTTEN: Duration = Duration::from_secs(95);

/// Instances that stay frozen while the other measurements run.
pub(crate) struct Frozen {
    since: Instant,
    /// Instances of all subjects, with connections that the other side has closed.
    ended: Vec<(Subject, Instance)>,
    /// Instances of the service, with connections that are open but on which nothing arrives anymore.
    silent: Vec<(Subject, Instance)>,
}

impl Frozen {
    /// Starts all subjects of these functions, sends each a request, and freezes them.
    pub(crate) async fn begin(bench: &mut Bench, functions: &[Function]) -> anyhow::Result<Self> {
        let everything: Vec<Subject> = functions.iter().flat_map(|function| bench.subjects(*function)).collect();
        let ended = freeze_all(bench, everything).await?;
        bench.backends.hang_up()?;
        let with_connections = functions.iter().filter(|function| function.calls_aws());
        let own = with_connections.map(|function| {
            // A dead connection costs this timeout, so it is that of a deployment.
            Ok(bench.service(*function)?.with(&[("TABLE_TIMEOUT_MS", "2000".to_owned())]))
        });
        let own = own.collect::<anyhow::Result<Vec<_>>>()?;
        let silent = freeze_all(bench, own).await?;
        bench.backends.fall_silent()?;
        Ok(Self { since: Instant::now(), ended, silent })
    }

    /// Thaws all instances once they have been frozen for this time, and sends each a request.
    pub(crate) async fn end(mut self, bench: &mut Bench, freeze: Duration, report: &mut Report) -> anyhow::Result<()> {
        let rest = freeze.saturating_sub(self.since.elapsed());
        if !rest.is_zero() {
            eprintln!("bench: all else is measured; the frozen instances stay frozen for another {} s", rest.as_secs());
            tokio::time::sleep(rest).await;
        }
        let frozen = format!("The first request after {} minutes frozen", self.since.elapsed().as_secs() / 60);
        let head = ["", "ms", "CPU ms"];
        let rows = thaw_all(bench, &mut self.ended).await?;
        report.table(&format!("{frozen}, all connections closed meanwhile"), &head, &rows);
        if self.since.elapsed() < FORGOTTEN {
            report.say("The freeze was too short to show the cost of dead connections.");
        } else {
            let rows = thaw_all(bench, &mut self.silent).await?;
            report.table(&format!("{frozen}, all connections dead"), &head, &rows);
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

/// Measures the time and CPU of the first request to each instance.
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

/// Sends one instance this many requests of each soaked kind, and compares its memory before and after.
pub(crate) async fn soak(
    bench: &mut Bench,
    functions: &[Function],
    requests: u32,
    report: &mut Report,
) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    for measured in MEASURED.iter().filter(|measured| measured.is_soaked) {
        let kind = measured.kind;
        if !functions.contains(&kind.function()) {
            continue;
        }
        let subject = bench.service(kind.function())?;
        eprintln!("bench: {} requests to {}", thousands(requests.into()), subject.name());
        let (mut instance, _) = bench.run_once(&subject, kind).await?;
        instance.ready().await?;
        let (mut target, mut planted) = (bench.backends.space(10)?, None);
        let (mut settled, started) = (0, Instant::now());
        for request in 0..requests {
            if request % SAME_SPACE == 0 {
                // An answer lists at most a hundred members, so its size stays the same.
                target = bench.backends.space(10)?;
                bench.backends.clear()?;
            }
            // A message whose mails are sent already sends none.
            if kind.is_planted() && (request % SAME_SPACE == 0 || matches!(kind, Kind::Deliver(_))) {
                planted = Some(bench.backends.event(kind)?);
            }
            if request == SETTLED.min(requests / 2) {
                settled = instance.memory()?;
            }
            let event = match &planted {
                Some(event) => event.clone(),
                None => bench.events.of(kind, &target)?,
            };
            let answered = explained(&subject, instance.invoke(&event).await)?;
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
