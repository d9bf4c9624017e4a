//! Sends events of SES to track-mail and checks the states of the mails. The emulated SES publishes no events, and the
//! emulated EventBridge rejects events of AWS services, so the rehearsal puts them into the queue.

use anyhow::ensure;
use serde_json::{Value, json};

use crate::emulator::wait_for;
use crate::invitations::Fixture;
use crate::queues;
use crate::service::DeployedService;
use crate::table;
use crate::transcript::section;

const QUEUE: &str = "MailEventQueueUrl";

pub(crate) fn run(service: &DeployedService<'_>, fixture: &Fixture) -> anyhow::Result<()> {
    section("Mail events");
    let shown = service.operate(&["invitation", "show", &fixture.invite])?;
    let tags: Vec<&str> = shown.split_whitespace().filter_map(|word| word.strip_prefix("m=")).collect();
    let [delivered, bounced] = tags.as_slice() else { anyhow::bail!("expected two mails with a tag each: {shown}") };

    let time = "2026-11-21T12:00:00.000Z";
    let delivery = |tag: &str| event("Delivery", tag, &json!({ "delivery": { "timestamp": time } }));
    let recipients = [json!({ "emailAddress": "somebody@example.com" })];
    let bounce = json!({
        "bounceType": "Permanent", "bounceSubType": "NoEmail", "bouncedRecipients": recipients, "timestamp": time,
    });
    queues::send(service, QUEUE, &delivery(delivered))?;
    queues::send(service, QUEUE, &event("Bounce", bounced, &json!({ "bounce": bounce })))?;
    queues::send(service, QUEUE, &delivery(bounced))?;
    queues::send(service, QUEUE, &delivery("of-another-stack"))?;

    wait_for("the states of both mails", || {
        let items = table::items(service)?;
        let invite = table::invitation_partition(&items, &fixture.invite)?;
        let deliveries = items.iter().filter(|((pk, sk), _)| *pk == invite && sk.starts_with("TO#"));
        let mut states: Vec<String> = deliveries.map(|(_, delivery)| table::text(delivery, "state")).collect();
        states.sort();
        Ok((states == ["bounced", "delivered"]).then_some(()))
    })?;
    wait_for("every event recorded", || Ok((queues::messages(service, QUEUE)? == 0).then_some(())))?;
    ensure!(queues::messages(service, "MailEventDeadLettersUrl")? == 0, "events of SES were dead-lettered");
    service.transcript.step(
        "a delivery and a bounce in the queue of track-mail: delivered, bounced; a late delivery changes nothing",
    );
    Ok(())
}

/// Returns an event of SES in the format in which EventBridge puts it into a queue.
fn event(kind: &str, tag: &str, details: &Value) -> Value {
    let mail = json!({ "messageId": "rehearsal", "destination": ["somebody@example.com"], "tags": { "m": [tag] } });
    let mut detail = json!({ "eventType": kind, "mail": mail });
    if let (Some(detail), Some(details)) = (detail.as_object_mut(), details.as_object()) {
        detail.extend(details.clone());
    }
    json!({ "source": "aws.ses", "detail-type": format!("Email {kind}"), "time": "2026-11-21T12:00:00Z", "detail": detail })
}
