//! Sizes, calls of the table, capacity units, and what a million of each request costs.

use std::process::{Command, Stdio};

use crate::bench::{Bench, explained, succeeded};
use crate::events::Kind;
use crate::instance::Instance;
use crate::report::Report;
use crate::stats::{short, thousands};
use crate::subjects::{Function, Maker, Subject};

/// Dollars, from AWS's public price list for US East (N. Virginia) in November 2026; free tiers left out.
mod price {
    /// A million write request units of a standard table.
    pub(super) const WRITES: f64 = 0.625;
    /// A million read request units.
    pub(super) const READS: f64 = 0.125;
    /// A million invocations.
    pub(super) const INVOCATIONS: f64 = 0.20;
    /// A GB-second on arm64.
    pub(super) const GB_SECOND: f64 = 0.000_013_333_4;
    /// A million requests of an HTTP API.
    pub(super) const HTTP_API: f64 = 1.00;
    /// A thousand mails.
    pub(super) const THOUSAND_MAILS: f64 = 0.10;
    /// A GB of log taken in.
    pub(super) const LOG_GB: f64 = 0.50;
}

/// What a function gets, in GB.
const MEMORY: f64 = 0.25;
/// What one round trip to DynamoDB takes within a region, in milliseconds: more than its CPU, and billed too.
const ROUND_TRIP: f64 = 5.0;

/// Kinds with the round trips that they wait for one after another.
const KINDS: [(Function, Kind, f64); 9] = [
    (Function::Login, Kind::Login, 0.0),
    (Function::Create, Kind::Create(1), 1.0),
    (Function::Create, Kind::Create(10), 1.0),
    (Function::Create, Kind::Create(100), 1.0),
    (Function::Create, Kind::Create(1_000), 1.0),
    (Function::Join, Kind::JoinFirst, 2.0),
    (Function::Join, Kind::JoinAgain, 1.0),
    (Function::Join, Kind::Page, 1.0),
    (Function::Deliver, Kind::Deliver(1), 4.0),
];

/// Sizes of the binaries, as they are and as uploaded.
pub(crate) fn sizes(bench: &Bench, report: &mut Report) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    for function in Function::ALL {
        for maker in [Maker::Service, Maker::Floor] {
            let Some(subject) = bench.programs.subject(maker, function, &bench.environment) else { continue };
            let Some(program) = subject.command.first() else { continue };
            // The zip of one file is its deflated bytes and a hundred more; gzip deflates as well.
            let zipped = Command::new("gzip").args(["-6", "-c", program]).stdin(Stdio::null()).output()?.stdout.len();
            rows.push(vec![subject.name(), thousands(subject.size()?), thousands(zipped as u64)]);
        }
    }
    report.table("Size", &["", "bytes of the binary", "bytes zipped"], &rows);
    Ok(())
}

/// Calls and units of each kind of request, counted by the meter, and their price.
pub(crate) async fn measure(bench: &mut Bench, report: &mut Report) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    for (function, kind, round_trips) in KINDS {
        let metered = bench.backends.endpoints.dynamo_metered.clone();
        let subject = bench.service(function)?.with(&[("AWS_ENDPOINT_URL_DYNAMODB", metered)]);
        let target = bench.backends.space(10)?;
        let mut instance = Instance::start(&subject, None).await?;
        explained(&subject, instance.ready().await)?;
        // The first request also does what is remembered for the next ones.
        let first = bench.event_about(kind, &target)?;
        succeeded(&subject, &explained(&subject, instance.invoke(&first).await)?.answer)?;
        bench.backends.units()?;
        let (before, log) = (instance.cpu()?, log_bytes(&subject)?);
        let event = bench.event_about(kind, &target)?;
        succeeded(&subject, &explained(&subject, instance.invoke(&event).await)?.answer)?;
        let cpu = instance.cpu()?.saturating_sub(before).as_secs_f64() * 1_000.0;
        let (units, log) = (bench.backends.units()?, log_bytes(&subject)? - log);
        let calls: Vec<String> = units.calls.iter().map(|(name, count)| format!("{count} {name}")).collect();
        let is_delivery = function == Function::Deliver;
        // A function of 256 MB has a seventh of a core, so CPU takes seven times as long there.
        let billed = (round_trips * ROUND_TRIP + cpu * 7.0) / 1_000.0;
        let lambda = price::INVOCATIONS + billed * MEMORY * price::GB_SECOND * 1e6;
        let table = units.write * price::WRITES + units.read * price::READS;
        let rest = if is_delivery { price::THOUSAND_MAILS * 1_000.0 } else { price::HTTP_API };
        let log = log * price::LOG_GB / 1e3;
        rows.push(vec![
            kind.name(),
            calls.join(", "),
            short(units.read),
            short(units.write),
            short(table),
            short(lambda),
            short(log),
            short(rest),
            short(table + lambda + log + rest),
        ]);
    }
    let head = [
        "",
        "calls of the table",
        "read units",
        "write units",
        "table $",
        "Lambda $",
        "log $",
        "API or SES $",
        "a million, $",
    ];
    report.table("Calls and cost of a million requests", &head, &rows);
    Ok(())
}

fn log_bytes(subject: &Subject) -> anyhow::Result<f64> {
    #[expect(clippy::cast_precision_loss, reason = "kilobytes, for a price")]
    let bytes = std::fs::metadata(subject.log())?.len() as f64;
    Ok(bytes)
}
