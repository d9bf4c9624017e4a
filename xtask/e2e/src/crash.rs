//! deliver-invites dies in the middle of its work.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::ensure;
use serde_json::json;

use crate::emulator::{PATIENCE, kill_function, until, until_within};
use crate::protocol::part;
use crate::queues;
use crate::service::{Service, expect, invitee};
use crate::table;

/// More than one may have to be mailed by the quick queue. The bulk queue's two instances share five messages, and send some 8
/// mails a second, as the emulator's account may send 14.
const INVITEES: usize = 50;

/// The most people who may be sent their mail twice: those whose mails the dead instances were about to record.
const MAX_TWICE: usize = 10;

/// The seconds for which a message that is being handled is hidden, in place of the template's 12 minutes: longer than
/// deliver-invites may run. The leases of the dead instances, a minute, have ended by then.
const VISIBILITY_TIMEOUT: u32 = 130;

/// The messages of the dead instances come again, and their mails are sent.
const RECOVERY: Duration = Duration::from_secs(VISIBILITY_TIMEOUT as u64 + 60);

pub(crate) fn tell(service: &Service<'_>) -> anyhow::Result<()> {
    part("Crash");
    queues::set_visibility_timeout(service, VISIBILITY_TIMEOUT)?;
    service.log.saw(format!("the mail queues hide messages for {VISIBILITY_TIMEOUT} s, not 12 minutes, to save time"));
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
    let before = until("the first mails", || Ok(Some(mails()?.len()).filter(|sent| *sent >= 5)))?;
    let killed = kill_function(service.output("DeliverInvitesName")?)?;
    ensure!(killed > 0, "deliver-invites was not running");
    let sent = mails()?.len();
    ensure!((before..INVITEES).contains(&sent), "deliver-invites was killed too late: {sent} mails were sent");
    service.log.saw(format!("killed deliver-invites (SIGKILL) when {sent} of {INVITEES} mails were sent"));

    let all = || -> anyhow::Result<Option<BTreeMap<String, usize>>> {
        Ok(Some(mails()?).filter(|mails| mails.len() == INVITEES))
    };
    until_within(RECOVERY, "every mail", all)?;
    let settled = || -> anyhow::Result<Option<()>> {
        let items = table::items(service)?;
        let invite = table::invitation_partition(&items, &created.invite)?;
        let deliveries = items.iter().filter(|((pk, sk), _)| *pk == invite && sk.starts_with("TO#"));
        let sent = deliveries.filter(|(_, delivery)| table::text(delivery, "state") == "sent").count();
        Ok((sent == INVITEES).then_some(()))
    };
    until_within(RECOVERY, "every delivery recorded as sent", settled)?;
    queues::until_empty(service, PATIENCE)?;
    queues::set_visibility_timeout(service, 720)?;
    let mails = mails()?;
    let twice = mails.values().filter(|count| **count > 1).count();
    ensure!(twice <= MAX_TWICE && mails.values().all(|count| *count <= 2), "too many mails twice: {mails:?}");
    expect("those who were written to", &mails.keys().cloned().collect::<Vec<_>>(), &sorted(addresses))?;
    service
        .log
        .saw(format!("its messages came again: all {INVITEES} were written to and recorded, {twice} of them twice"));
    Ok(())
}

fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort();
    texts
}
