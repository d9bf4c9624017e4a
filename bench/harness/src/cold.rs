//! Cold starts, from the start of the process to the end of its first invocation.

use std::collections::BTreeMap;

use crate::bench::{Bench, explained, succeeded};
use crate::instance::{Cold, Instance};
use crate::report::Report;
use crate::share::Share;
use crate::stats::{Sample, short};
use crate::subjects::{Function, Maker, Subject};

/// Memory of the service's functions in Lambda, from which their share of a core follows.
const SMALL_MEMORY_MB: u64 = 256;

/// The conditions of a start.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Setting {
    /// A whole core; AWS over plain HTTP.
    Plain,
    /// A whole core; AWS over TLS.
    Tls,
    /// The share of a core that a small function gets; AWS over TLS. This is the closest to Lambda.
    Small,
}

/// Times of repeated starts of one program.
#[derive(Default, Clone)]
pub(crate) struct Starts {
    init: Sample,
    first: Sample,
    pub(crate) both: Sample,
    pub(crate) cpu: Sample,
    sockets: usize,
}

impl Starts {
    pub(crate) fn add(&mut self, cold: &Cold, sockets: usize) {
        self.init.add_time(cold.init);
        self.first.add_time(cold.first);
        self.both.add_time(cold.init + cold.first);
        self.cpu.add_time(cold.cpu);
        self.sockets = self.sockets.max(sockets);
    }
}

impl Setting {
    /// Returns the subject as it is started under these conditions.
    pub(crate) fn of(self, bench: &Bench, subject: Subject) -> anyhow::Result<Subject> {
        if self == Self::Plain { Ok(subject) } else { by_tls(bench, subject) }
    }

    fn share(self) -> anyhow::Result<Option<Share>> {
        if self == Self::Small { Share::of_memory(SMALL_MEMORY_MB).map(Some) } else { Ok(None) }
    }
}

type Found = BTreeMap<(Function, Maker), Starts>;

/// Measures the cold starts of these functions in turn: `rounds` over plain HTTP, half as many over TLS, and a quarter
/// with limited CPU.
pub(crate) async fn measure(
    bench: &mut Bench,
    functions: &[Function],
    rounds: usize,
    report: &mut Report,
) -> anyhow::Result<()> {
    let plain = run(bench, functions, rounds, Setting::Plain).await?;
    show(&plain, "Cold start, a whole core, AWS by plain HTTP", report);
    targets(&plain, report);
    let tls = run(bench, functions, rounds.div_ceil(2), Setting::Tls).await?;
    show(&tls, "Cold start, a whole core, AWS by TLS", report);
    match Share::of_memory(SMALL_MEMORY_MB).map(drop) {
        Ok(()) => {
            let small = run(bench, functions, rounds.div_ceil(4), Setting::Small).await?;
            let title = format!("Cold start, the share of a core of {SMALL_MEMORY_MB} MB, AWS by TLS");
            show(&small, &title, report);
        }
        Err(error) => report.say(&format!(
            "The CPU cannot be limited on this machine ({error:#}), so cold starts with a small share are missing."
        )),
    }
    Ok(())
}

async fn run(bench: &mut Bench, functions: &[Function], rounds: usize, setting: Setting) -> anyhow::Result<Found> {
    let mut found = Found::new();
    for round in 0..rounds {
        eprintln!("bench: cold starts, round {} of {rounds}", round + 1);
        for &function in functions {
            for subject in bench.subjects(function) {
                let subject = setting.of(bench, subject)?;
                let event = bench.event(function.first())?;
                // Each start has its own group: an ended process may have overdrawn the quota of its group.
                let share = setting.share()?;
                let mut instance = Instance::start(&subject, share.as_ref()).await?;
                let (cold, answer) = explained(&subject, instance.cold(&event).await)?;
                succeeded(&subject, &answer)?;
                found.entry((function, subject.maker)).or_default().add(&cold, instance.other_sockets()?);
            }
        }
    }
    Ok(found)
}

/// Returns the subject with AWS over TLS, with certificates of the benchmark's own authority.
///
/// On Lambda, floors trust the system's root certificates, the service trusts Amazon's, which are compiled in, and
/// Python trusts those in botocore. Here, each also trusts the benchmark's authority, so it reads one more certificate
/// than on Lambda.
fn by_tls(bench: &Bench, subject: Subject) -> anyhow::Result<Subject> {
    let endpoints = &bench.backends.endpoints;
    let authority = endpoints.authority.to_string_lossy().into_owned();
    let bundle = bench.home.join("certificates.pem");
    let system = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"];
    let mut all = system.into_iter().find_map(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
    all.push_str(&std::fs::read_to_string(&endpoints.authority)?);
    std::fs::write(&bundle, all)?;
    let bundle = bundle.to_string_lossy().into_owned();
    let roots = if subject.maker == Maker::Service { authority.clone() } else { bundle.clone() };
    Ok(subject.with(&[
        ("AWS_ENDPOINT_URL_DYNAMODB", endpoints.dynamo_tls.clone()),
        ("AWS_ENDPOINT_URL_SESV2", endpoints.mailbox_tls.clone()),
        ("AWS_ENDPOINT_URL_SQS", endpoints.queues_tls.clone()),
        ("AWS_ENDPOINT_URL_EVENTBRIDGE", endpoints.mailbox_tls.clone()),
        ("SSL_CERT_FILE", roots),
        ("AWS_CA_BUNDLE", bundle),
        ("NODE_EXTRA_CA_CERTS", authority),
    ]))
}

fn show(found: &Found, title: &str, report: &mut Report) {
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|((function, maker), starts)| {
            vec![
                format!("{} {}", function.name(), maker.name()),
                starts.init.spread(),
                starts.first.spread(),
                starts.both.spread(),
                starts.cpu.spread(),
                starts.sockets.to_string(),
            ]
        })
        .collect();
    report.table(
        &format!("{title} (ms: median, 10th to 90th percentile)"),
        &["", "to the first `next`", "first invocation", "both", "CPU", "connections"],
        &rows,
    );
}

fn targets(found: &Found, report: &mut Report) {
    let both = |function, maker| found.get(&(function, maker)).map(|starts| starts.both.median());
    let cpu = |function, maker| found.get(&(function, maker)).map(|starts| starts.cpu.median());
    for function in Function::ALL {
        let Some(own) = both(function, Maker::Service) else { continue };
        if let Some(floor) = both(function, Maker::Floor) {
            report.at_most(
                format!("{}: cold start, over its floor's", function.name()),
                own / floor,
                function.cold_over_floor(),
            );
        }
        if let (Some(own), Some(floor)) = (cpu(function, Maker::Service), cpu(function, Maker::Floor)) {
            report.say(&format!("{}: CPU of a cold start is {} × its floor's.", function.name(), short(own / floor)));
        }
        for peer in [Maker::Node, Maker::Python] {
            if let Some(peers) = both(function, peer) {
                report.at_most(
                    format!("{}: cold start, over {}'s", function.name(), peer.name()),
                    own / peers,
                    1.0 / 5.0,
                );
            }
        }
    }
    if let Some(login) = found.get(&(Function::Login, Maker::Service)) {
        #[expect(clippy::cast_precision_loss, reason = "a handful of sockets")]
        report.at_most("anonymous-login: connections opened", login.sockets as f64, 0.0);
    }
}
