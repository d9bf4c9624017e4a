//! SES's events to the states of mails. The emulator's SES publishes none, and its EventBridge refuses those of AWS's services, so
//! they are put into the queue here.

use anyhow::ensure;
use serde_json::{Value, json};

use crate::emulator::until;
use crate::invitations::Told;
use crate::protocol::part;
use crate::queues;
use crate::service::Service;
use crate::table;

const QUEUE: &str = "MailEventQueueUrl";

pub(crate) fn tell(service: &Service<'_>, told: &Told) -> anyhow::Result<()> {
    part("Mail events");
    let shown = service.operate(&["invitation", "show", &told.invite])?;
    let tags: Vec<&str> = shown.split_whitespace().filter_map(|word| word.strip_prefix("m=")).collect();
    let [delivered, bounced] = tags.as_slice() else { anyhow::bail!("two mails have no tags each: {shown}") };

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

    until("the states of both mails", || {
        let items = table::items(service)?;
        let invite = table::invitation_partition(&items, &told.invite)?;
        let deliveries = items.iter().filter(|((pk, sk), _)| *pk == invite && sk.starts_with("TO#"));
        let mut states: Vec<String> = deliveries.map(|(_, delivery)| table::text(delivery, "state")).collect();
        states.sort();
        Ok((states == ["bounced", "delivered"]).then_some(()))
    })?;
    until("every event recorded", || Ok((queues::messages(service, QUEUE)? == 0).then_some(())))?;
    ensure!(queues::messages(service, "MailEventDeadLettersUrl")? == 0, "events of SES were given up");
    service
        .log
        .saw("a delivery and a bounce in track-mail's queue: delivered, bounced; a late delivery changes nothing");
    Ok(())
}

/// An event of SES, as EventBridge hands it to a queue.
fn event(kind: &str, tag: &str, own: &Value) -> Value {
    let mail = json!({ "messageId": "rehearsal", "destination": ["somebody@example.com"], "tags": { "m": [tag] } });
    let mut detail = json!({ "eventType": kind, "mail": mail });
    if let (Some(detail), Some(own)) = (detail.as_object_mut(), own.as_object()) {
        detail.extend(own.clone());
    }
    json!({ "source": "aws.ses", "detail-type": format!("Email {kind}"), "time": "2026-11-21T12:00:00Z", "detail": detail })
}
