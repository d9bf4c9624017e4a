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

/// Instances that are frozen while the rest of the benchmark runs.
pub(crate) struct Frozen {
    since: Instant,
    instances: Vec<(Subject, Instance)>,
}

impl Frozen {
    /// Starts everything, has it serve a request, and freezes it. All its connections are then ended from the other side.
    pub(crate) async fn begin(bench: &mut Bench) -> anyhow::Result<Self> {
        let mut instances = Vec::new();
        for function in Function::ALL {
            for subject in bench.subjects(function) {
                let (mut instance, _) = bench.run_once(&subject, function.first()).await?;
                instance.ready().await?;
                instance.freeze()?;
                instances.push((subject, instance));
            }
        }
        bench.backends.hang_up()?;
        Ok(Self { since: Instant::now(), instances })
    }

    /// Thaws everything once it was frozen for so long, and sends each a request.
    pub(crate) async fn end(mut self, bench: &mut Bench, freeze: Duration, report: &mut Report) -> anyhow::Result<()> {
        let rest = freeze.saturating_sub(self.since.elapsed());
        if !rest.is_zero() {
            eprintln!("bench: everything else is done; the frozen instances sleep another {} s", rest.as_secs());
            tokio::time::sleep(rest).await;
        }
        let minutes = self.since.elapsed().as_secs() / 60;
        let mut rows = Vec::new();
        for (subject, instance) in &mut self.instances {
            let event = bench.event(subject.function.first())?;
            let before = instance.cpu()?;
            instance.thaw()?;
            let answered = explained(subject, instance.invoke(&event).await)?;
            succeeded(subject, &answered.answer)?;
            let cpu = instance.cpu()?.saturating_sub(before);
            rows.push(vec![subject.name(), short(ms(answered.took)), short(ms(cpu))]);
        }
        let title = format!("The first request after {minutes} minutes frozen, all connections ended meanwhile");
        report.table(&title, &["", "ms", "CPU ms"], &rows);
        Ok(())
    }
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
