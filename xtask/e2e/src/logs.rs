//! The functions' log groups: that they are written to, what may never be in them, and the metrics that CloudWatch would make
//! of their lines (docs/logging.md).

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::invitations::Told;
use crate::protocol::part;
use crate::sam::STACK;
use crate::service::{Service, expect, field};

/// The metrics of a service that is used, besides [`EVERY`].
const METRICS: [&str; 6] =
    ["InvitationsCreated", "Joins", "GuestLogins", "MessagesQueued", "MailsSent", "EventsPublished"];

/// The metric that every function has.
const EVERY: &str = "ColdStart";

pub(crate) fn tell(service: &Service<'_>, told: &Told) -> anyhow::Result<()> {
    part("Logs");
    // Tokens begin so: a JSON object in base64.
    let never = ["eyJ", "ana@example.com", "bo@example.org", told.invite.as_str()];
    let mut counted = METRICS.map(|metric| (metric, 0));
    for group in service.function_logs() {
        let events = service.aws.call(&["logs", "filter-log-events", "--log-group-name", group])?;
        let events = events.get("events").and_then(Value::as_array).context("no events")?;
        let messages = events.iter().filter_map(|event| event.get("message")?.as_str());
        let lines: Vec<_> = messages.flat_map(str::lines).collect();
        for line in &lines {
            let found = never.iter().find(|secret| line.contains(**secret));
            ensure!(found.is_none(), "{group} has a line with {found:?}: {line}");
        }
        ensure!(count(&lines, EVERY)? > 0, "{group} has {} lines, none with the metric {EVERY}", lines.len());
        for (metric, sum) in &mut counted {
            *sum += count(&lines, metric)?;
        }
        service.log.saw(format!("{group}: {} lines, no secret and no address", lines.len()));
    }
    for (metric, sum) in counted {
        ensure!(sum > 0, "no log has the metric {metric}");
        service.log.saw(format!("{metric} {sum}"));
    }
    Ok(())
}

/// The sum of a metric, in CloudWatch's Embedded Metric Format; in the template's namespace it has to be.
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
