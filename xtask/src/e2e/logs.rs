//! The functions' log groups: that they are written to, and what may never be in them.

use anyhow::{Context, ensure};
use serde_json::Value;

use super::invitations::Told;
use super::protocol::part;
use super::service::Service;

const GROUPS: [&str; 4] = ["CreateSpaceInviteLog", "JoinInviteLog", "AnonymousLoginLog", "DeliverInvitesLog"];

pub(super) fn tell(service: &Service<'_>, told: &Told) -> anyhow::Result<()> {
    part("Logs");
    // Tokens begin so: a JSON object in base64.
    let never = ["eyJ", "ana@example.com", "bo@example.org", told.invite.as_str()];
    let mut lines = 0;
    for name in GROUPS {
        let group = service.resource(name)?;
        let events = service.aws.call(&["logs", "filter-log-events", "--log-group-name", group])?;
        let events = events.get("events").and_then(Value::as_array).context("no events")?;
        let messages = events.iter().filter_map(|event| event.get("message")?.as_str());
        for message in messages {
            let found = never.iter().find(|secret| message.contains(**secret));
            ensure!(found.is_none(), "{group} has a line with {found:?}: {message}");
        }
        ensure!(!events.is_empty(), "{group} has no lines");
        lines += events.len();
    }
    service.log.saw(format!("{lines} lines in four groups, none with a token, an address or the invitation's id"));
    Ok(())
}
