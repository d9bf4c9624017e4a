//! Checks the functions' log groups: they have log lines without secrets or addresses, and with the metrics that
//! CloudWatch would extract (docs/logging.md).

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::invitations::Fixture;
use crate::sam::STACK;
use crate::service::{DeployedService, expect, field};
use crate::transcript::section;

/// The metrics that at least one function must emit.
const METRICS: [&str; 6] =
    ["InvitationsCreated", "Joins", "GuestLogins", "MessagesQueued", "MailsSent", "EventsPublished"];

/// The metric that every function must emit.
const COMMON_METRIC: &str = "ColdStart";

pub(crate) fn run(service: &DeployedService<'_>, fixture: &Fixture) -> anyhow::Result<()> {
    section("Logs");
    // `eyJ` starts every token: it is the base64 of `{"`.
    let forbidden = ["eyJ", "ana@example.com", "bo@example.org", fixture.invite.as_str()];
    let mut counted = METRICS.map(|metric| (metric, 0));
    for group in service.function_logs() {
        let events = service.aws.call(&["logs", "filter-log-events", "--log-group-name", group])?;
        let events = events.get("events").and_then(Value::as_array).context("no events")?;
        let messages = events.iter().filter_map(|event| event.get("message")?.as_str());
        let lines: Vec<_> = messages.flat_map(str::lines).collect();
        for line in &lines {
            let found = forbidden.iter().find(|secret| line.contains(**secret));
            ensure!(found.is_none(), "{group} has a line that contains {found:?}: {line}");
        }
        ensure!(
            count(&lines, COMMON_METRIC)? > 0,
            "{group} has {} lines, none with the metric {COMMON_METRIC}",
            lines.len()
        );
        for (metric, sum) in &mut counted {
            *sum += count(&lines, metric)?;
        }
        service.transcript.step(format!("{group}: {} lines, no secrets or addresses", lines.len()));
    }
    for (metric, sum) in counted {
        ensure!(sum > 0, "no function emits the metric {metric}");
        service.transcript.step(format!("{metric} {sum}"));
    }
    Ok(())
}

/// Returns the sum of a metric in lines of the CloudWatch Embedded Metric Format. Every such line must have the
/// template's namespace.
fn count(lines: &[&str], metric: &str) -> anyhow::Result<u64> {
    let mut count = 0;
    for line in lines.iter().filter(|line| line.contains("\"_aws\"")) {
        let line: Value = serde_json::from_str(line).with_context(|| format!("reading {line}"))?;
        let namespace = field(&line, "/_aws/CloudWatchMetrics/0/Namespace")?;
        expect("the metrics' namespace", &namespace, &format!("SpacesInvitations/{STACK}"))?;
        count += line.get(metric).and_then(Value::as_u64).unwrap_or_default();
    }
    Ok(count)
}
