//! Sizes, calls to AWS, capacity units, and the price of a million requests of each kind.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use crate::backends::Units;
use crate::bench::{Bench, explained, succeeded};
use crate::instance::Instance;
use crate::kinds::{Kind, MEASURED};
use crate::report::Report;
use crate::stats::{short, thousands};
use crate::subjects::{Function, Maker, Subject};

/// Prices in dollars, from AWS's public price list for US East (N. Virginia) in November 2026, without free tiers.
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
    /// A million requests to SQS.
    pub(super) const SQS: f64 = 0.40;
    /// A million events on a bus.
    pub(super) const EVENTS: f64 = 1.00;
    /// A million mails.
    pub(super) const MAILS: f64 = 100.0;
    /// A GB of ingested log.
    pub(super) const LOG_GB: f64 = 0.50;
}

/// Memory of a function, in GB.
const MEMORY: f64 = 0.25;
/// Time of a round trip to DynamoDB within a region, in milliseconds. The wait is billed in addition to the CPU.
const ROUND_TRIP: f64 = 5.0;

/// Reports the sizes of the binaries, uncompressed and zipped for upload.
pub(crate) fn sizes(bench: &Bench, functions: &[Function], report: &mut Report) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    for &function in functions {
        for maker in [Maker::Service, Maker::Floor] {
            let Some(subject) = bench.programs.subject(maker, function, &bench.environment) else { continue };
            let Some(program) = subject.command.first() else { continue };
            // A zip of one file is a hundred bytes larger than the deflated file, and gzip deflates too.
            let zipped = Command::new("gzip").args(["-6", "-c", program]).stdin(Stdio::null()).output()?.stdout.len();
            rows.push(vec![subject.name(), thousands(subject.size()?), thousands(zipped as u64)]);
        }
    }
    report.table("Size", &["", "bytes of the binary", "bytes zipped"], &rows);
    Ok(())
}

/// Reports the calls and units of a warm request of each kind, and the price of a million requests.
pub(crate) async fn measure(bench: &mut Bench, functions: &[Function], report: &mut Report) -> anyhow::Result<()> {
    let (mut rows, mut found) = (Vec::new(), BTreeMap::new());
    for measured in MEASURED.iter().filter(|measured| functions.contains(&measured.kind.function())) {
        let kind = measured.kind;
        let metered = bench.backends.endpoints.dynamo_metered.clone();
        let subject = bench.service(kind.function())?.with(&[("AWS_ENDPOINT_URL_DYNAMODB", metered)]);
        let target = bench.backends.space(10)?;
        let mut instance = Instance::start(&subject, None).await?;
        explained(&subject, instance.ready().await)?;
        // The first request also fills the caches.
        let first = bench.event_about(kind, &target)?;
        succeeded(&subject, &explained(&subject, instance.invoke(&first).await)?.answer)?;
        let event = bench.event_about(kind, &target)?;
        bench.backends.units()?;
        let (before, log) = (instance.cpu()?, log_bytes(&subject)?);
        succeeded(&subject, &explained(&subject, instance.invoke(&event).await)?.answer)?;
        let cpu = instance.cpu()?.saturating_sub(before).as_secs_f64() * 1_000.0;
        let (units, log) = (bench.backends.units()?, log_bytes(&subject)? - log);
        let calls: Vec<String> = units.calls.iter().map(|(name, count)| format!("{count} {name}")).collect();
        // A function with 256 MB has a seventh of a core, so its CPU time takes seven times as long.
        let billed = (measured.trips * ROUND_TRIP + cpu * 7.0) / 1_000.0;
        let lambda = price::INVOCATIONS + billed * MEMORY * price::GB_SECOND * 1e6;
        let table = units.write * price::WRITES + units.read * price::READS;
        let rest = rest(kind, &units);
        let log = log * price::LOG_GB / 1e3;
        let row = [units.read, units.write, table, lambda, log, rest, table + lambda + log + rest].map(short);
        rows.push([kind.name(), calls.join(", ")].into_iter().chain(row).collect());
        found.insert(kind, units);
    }
    let head = ["", "calls", "read units", "write units", "table $", "Lambda $", "log $", "others $", "a million, $"];
    report.table("Calls and cost of a million requests", &head, &rows);
    targets(&found, report);
    Ok(())
}

/// Returns the price of a million requests at services other than the table, Lambda and the log: the API, SES, SQS and
/// EventBridge.
fn rest(kind: Kind, units: &Units) -> f64 {
    let calls =
        |name: &str| f64::from(u32::try_from(units.calls.get(name).copied().unwrap_or_default()).unwrap_or(u32::MAX));
    match kind.function() {
        Function::Login | Function::Create | Function::Join | Function::Manage | Function::Stop => price::HTTP_API,
        Function::Relay => calls("SendMessageBatch") * price::SQS,
        // Lambda makes two requests to the queue for each message: one to receive it, one to delete it.
        Function::Deliver => calls("SendEmail") * price::MAILS + 2.0 * price::SQS,
        Function::Track => 2.0 * price::SQS,
        Function::Publish => match kind {
            Kind::Publish(events) => f64::from(u32::try_from(events).unwrap_or(u32::MAX)) * price::EVENTS,
            _ => price::EVENTS,
        },
    }
}

fn targets(found: &BTreeMap<Kind, Units>, report: &mut Report) {
    let calls = |kind: Kind, names: &[&str]| {
        let calls = names.iter().filter_map(|name| found.get(&kind)?.calls.get(*name)).sum::<u64>();
        found.contains_key(&kind).then(|| f64::from(u32::try_from(calls).unwrap_or(u32::MAX)))
    };
    let written = |kind| found.get(&kind).map(|units| units.write);
    let with_relay = written(Kind::Create(1)).zip(written(Kind::Relay(1))).map(|(create, relay)| create + relay);
    let table = ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "TransactWriteItems"];
    let writes = ["PutItem", "UpdateItem", "TransactWriteItems"];
    for (what, figure, most) in [
        ("create without invitees: write units", written(Kind::Create(0)), 5.0),
        ("create with one invitee, and the relay: write units", with_relay, 9.0),
        ("create: transactions", calls(Kind::Create(1), &["TransactWriteItems"]), 0.0),
        ("the caller, seen within 10 minutes: calls", calls(Kind::Me, &table), 0.0),
        ("my spaces: queries", calls(Kind::MySpaces, &["Query"]), 1.0),
        ("my spaces: batches", calls(Kind::MySpaces, &["BatchGetItem"]), 1.0),
        ("members: queries", calls(Kind::Members, &["Query"]), 1.0),
        ("relay 1,000 people: calls to SQS", calls(Kind::Relay(1_000), &["SendMessageBatch"]), 12.0),
        ("deliver 1,000 mails: calls of the table a mail", calls(Kind::Deliver(1_000), &table).map(|n| n / 1e3), 3.2),
        ("track an event: writes", calls(Kind::Track(1), &writes), 1.0),
    ] {
        if let Some(figure) = figure {
            report.at_most(what, figure, most);
        }
    }
}

fn log_bytes(subject: &Subject) -> anyhow::Result<f64> {
    #[expect(clippy::cast_precision_loss, reason = "kilobytes, for a price")]
    let bytes = std::fs::metadata(subject.log())?.len() as f64;
    Ok(bytes)
}
