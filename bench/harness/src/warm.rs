//! Requests to warm instances: latency, CPU and memory.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::bench::{Bench, explained, succeeded};
use crate::instance::Instance;
use crate::kinds::{Kind, MEASURED};
use crate::report::Report;
use crate::stats::{Sample, short};
use crate::subjects::{Function, Maker, Subject};

#[derive(Default)]
struct Requests {
    latency: Sample,
    /// CPU per request in each block.
    cpu: Sample,
}

type Found = BTreeMap<(Kind, Maker), Requests>;

/// Measures warm requests of every kind, in `blocks` blocks, with the subjects in turn.
pub(crate) async fn measure(
    bench: &mut Bench,
    functions: &[Function],
    blocks: usize,
    report: &mut Report,
) -> anyhow::Result<()> {
    let mut found = Found::new();
    let mut memory = BTreeMap::new();
    for &function in functions {
        let mut running = Vec::new();
        for subject in bench.subjects(function) {
            let (instance, _) = bench.run_once(&subject, function.first()).await?;
            running.push((subject, instance));
        }
        for (_, instance) in &mut running {
            // It has answered the first event and asks for the next.
            instance.ready().await?;
        }
        // The first block fills caches and is not counted.
        for block in 0..=blocks {
            eprintln!("bench: {} warm, block {block} of {blocks}", function.name());
            for measured in MEASURED.iter().filter(|measured| measured.kind.function() == function) {
                let kind = measured.kind;
                for (subject, instance) in running.iter_mut().filter(|(subject, _)| measured.is_of(subject.maker)) {
                    let measured = run_block(bench, subject, instance, kind, measured.block).await?;
                    if block > 0 {
                        found.entry((kind, subject.maker)).or_default().add(measured);
                    }
                }
            }
        }
        for (subject, instance) in &running {
            memory.insert((function, subject.maker), instance.peak_memory()?);
        }
    }
    show(&found, report);
    show_memory(&memory, report);
    targets(&found, &memory, report);
    Ok(())
}

/// A block of sequential requests of one kind.
pub(crate) struct Block {
    latencies: Vec<Duration>,
    cpu: Duration,
}

impl Block {
    pub(crate) fn cpu_per_request(&self) -> Duration {
        self.cpu / u32::try_from(self.latencies.len()).unwrap_or(u32::MAX).max(1)
    }
}

impl Requests {
    fn add(&mut self, block: Block) {
        self.cpu.add_time(block.cpu_per_request());
        for latency in block.latencies {
            self.latency.add_time(latency);
        }
    }
}

/// Runs a block of requests about one new space, so that all blocks have the same conditions.
pub(crate) async fn run_block(
    bench: &mut Bench,
    subject: &Subject,
    instance: &mut Instance,
    kind: Kind,
    requests: usize,
) -> anyhow::Result<Block> {
    let target = bench.backends.space(10)?;
    let mut events = Vec::with_capacity(requests);
    for _ in 0..requests {
        events.push(bench.event_about(kind, &target)?);
    }
    if matches!(kind, Kind::JoinAgain | Kind::JoinGuest | Kind::JoinOpaque) {
        // A repeated join needs a first one.
        let event = bench.event_about(kind, &target)?;
        explained(subject, instance.invoke(&event).await)?;
    }
    let before = instance.cpu()?;
    let mut latencies = Vec::with_capacity(requests);
    for event in &events {
        let answered = explained(subject, instance.invoke(event).await)?;
        succeeded(subject, &answered.answer)?;
        latencies.push(answered.took);
    }
    let cpu = instance.cpu()?.saturating_sub(before);
    if kind.is_planted() {
        bench.backends.clear()?;
    }
    Ok(Block { latencies, cpu })
}

fn show(found: &Found, report: &mut Report) {
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|((kind, maker), requests)| {
            let Requests { latency, cpu } = requests;
            vec![
                format!("{}, {}", kind.name(), maker.name()),
                short(latency.median()),
                short(latency.quantile(0.9)),
                short(latency.quantile(0.99)),
                cpu.spread(),
                short(1_000.0 / latency.median()),
            ]
        })
        .collect();
    let head = ["", "p50 ms", "p90 ms", "p99 ms", "CPU ms per request", "requests per second of one instance"];
    report.table("Warm requests", &head, &rows);
}

fn show_memory(memory: &BTreeMap<(Function, Maker), u64>, report: &mut Report) {
    let rows: Vec<Vec<String>> = memory
        .iter()
        .map(|((function, maker), bytes)| vec![format!("{} {}", function.name(), maker.name()), megabytes(*bytes)])
        .collect();
    report.table("Peak memory after all of that", &["", "MB resident"], &rows);
}

fn targets(found: &Found, memory: &BTreeMap<(Function, Maker), u64>, report: &mut Report) {
    let cpu = |kind, maker| found.get(&(kind, maker)).map(|requests| requests.cpu.median());
    for (kind, most) in MEASURED.iter().filter_map(|measured| Some((measured.kind, measured.over_floor?))) {
        if let (Some(own), Some(floor)) = (cpu(kind, Maker::Service), cpu(kind, Maker::Floor)) {
            report.at_most(format!("{}: CPU, over the floor's", kind.name()), own / floor, most);
        }
    }
    for peer in [Maker::Node, Maker::Python] {
        for kind in [Kind::Login, Kind::Create(10), Kind::JoinFirst, Kind::MySpaces, Kind::Members] {
            if let (Some(own), Some(peers)) = (cpu(kind, Maker::Service), cpu(kind, peer)) {
                report.at_most(format!("{}: CPU, over {}'s", kind.name(), peer.name()), own / peers, 1.0 / 3.0);
            }
        }
        for function in [Function::Login, Function::Create, Function::Join, Function::Manage] {
            let used = |maker| memory.get(&(function, maker)).copied();
            if let (Some(own), Some(peers)) = (used(Maker::Service), used(peer)) {
                #[expect(clippy::cast_precision_loss, reason = "megabytes, for a ratio")]
                let ratio = own as f64 / peers as f64;
                report.at_most(format!("{}: peak memory, over {}'s", function.name(), peer.name()), ratio, 1.0 / 4.0);
            }
        }
    }
    let one_and_many = (cpu(Kind::Create(1), Maker::Service), cpu(Kind::Create(1_000), Maker::Service));
    if let (Some(one), Some(many)) = one_and_many {
        report.at_most("create with 1,000 invitees: CPU, over that with 1", many / one, 10.0);
    }
    if let Some(mails) = cpu(Kind::Deliver(1_000), Maker::Service) {
        report.at_most("deliver 1,000 mails: seconds of CPU", mails / 1_000.0, 0.8);
    }
    if let Some(people) = cpu(Kind::Revoke(1_000), Maker::Service) {
        report.at_most("relay 1,000 people, no deliveries to put: ms of CPU", people, 300.0);
    }
}

pub(crate) fn megabytes(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "megabytes with three digits")]
    short(bytes as f64 / 1_000_000.0)
}
