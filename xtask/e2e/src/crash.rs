//! Kills deliver-invites while it sends mail.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::ensure;
use serde_json::json;

use crate::emulator::{TIMEOUT, kill_function, wait_for, wait_for_within};
use crate::queues;
use crate::service::{DeployedService, expect, invitee};
use crate::table;
use crate::transcript::section;

/// Number of invitees: enough for the bulk queue, whose two instances share five messages and send about 8 mails a
/// second. The emulated account's limit is 14.
const INVITEES: usize = 50;

/// Maximum number of people who receive their mail twice: those whose mails the killed instances had sent but not
/// recorded.
const MAX_TWICE: usize = 10;

/// Visibility timeout of the mail queues in seconds, instead of the template's 12 minutes. It exceeds the function
/// timeout of deliver-invites and the lease duration of one minute, so the leases of the killed instances have expired
/// by then.
const VISIBILITY_TIMEOUT: u32 = 130;

/// Time until the messages of the killed instances are received again and their mails are sent.
const RECOVERY: Duration = Duration::from_secs(VISIBILITY_TIMEOUT as u64 + 60);

pub(crate) fn run(service: &DeployedService<'_>) -> anyhow::Result<()> {
    section("Crash");
    queues::set_visibility_timeout(service, VISIBILITY_TIMEOUT)?;
    service.transcript.step(format!(
        "visibility timeout of the mail queues set to {VISIBILITY_TIMEOUT} s instead of 12 minutes, to save time"
    ));
    let addresses: Vec<_> = (0..INVITEES).map(|number| format!("guest{number}@crash.example")).collect();
    let invitees: Vec<_> = addresses.iter().map(|address| invitee(address, "member")).collect();
    let request = json!({ "topic": { "title": "Crash" }, "invitees": invitees });
    let created = service.create(&service.rosa()?, &[], &request)?;
    let mails = || -> anyhow::Result<BTreeMap<String, usize>> {
        let mut mails = BTreeMap::new();
        for mail in service.emulator.mails()?.into_iter().filter(|mail| mail.to.ends_with("@crash.example")) {
            *mails.entry(mail.to).or_default() += 1;
        }
        Ok(mails)
    };
    let before = wait_for("the first mails", || Ok(Some(mails()?.len()).filter(|sent| *sent >= 5)))?;
    let killed = kill_function(service.output("DeliverInvitesName")?)?;
    ensure!(killed > 0, "deliver-invites was not running");
    let sent = mails()?.len();
    ensure!((before..INVITEES).contains(&sent), "deliver-invites was killed too late, after {sent} mails");
    service.transcript.step(format!("killed deliver-invites (SIGKILL) after {sent} of {INVITEES} mails"));

    let all = || -> anyhow::Result<Option<BTreeMap<String, usize>>> {
        Ok(Some(mails()?).filter(|mails| mails.len() == INVITEES))
    };
    wait_for_within(RECOVERY, "every mail", all)?;
    let settled = || -> anyhow::Result<Option<()>> {
        let items = table::items(service)?;
        let invite = table::invitation_partition(&items, &created.invite)?;
        let deliveries = items.iter().filter(|((pk, sk), _)| *pk == invite && sk.starts_with("TO#"));
        let sent = deliveries.filter(|(_, delivery)| table::text(delivery, "state") == "sent").count();
        Ok((sent == INVITEES).then_some(()))
    };
    wait_for_within(RECOVERY, "every delivery recorded as sent", settled)?;
    queues::wait_until_empty(service, TIMEOUT)?;
    queues::set_visibility_timeout(service, 720)?;
    let mails = mails()?;
    let twice = mails.values().filter(|count| **count > 1).count();
    ensure!(twice <= MAX_TWICE && mails.values().all(|count| *count <= 2), "too many duplicate mails: {mails:?}");
    expect("the recipients", &mails.keys().cloned().collect::<Vec<_>>(), &sorted(addresses))?;
    service.transcript.step(format!(
        "its messages were received again: all {INVITEES} mails sent and recorded, {twice} of them twice"
    ));
    Ok(())
}

fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort();
    texts
}
