//! SES's mailbox simulator, at a local domain, and the events that SES publishes for each mail.
//!
//! Source: *Using the mailbox simulator manually*, *Monitoring SES events using EventBridge* and *Contents of event
//! data that Amazon SES publishes*, Amazon SES developer guide.

use aws_lc_rs::error::Unspecified;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::message::MailboxMessage;
use crate::events::BusEvent;
use crate::queues::{ACCOUNT, REGION};

/// Domain of the simulator. On AWS it is `simulator.amazonses.com`; nobody can own a name below `test` (RFC 6761,
/// section 6.2).
const DOMAIN: &str = "simulator.test";

/// Time for which SES retries the delivery of a mail.
const RETRIES: SignedDuration = SignedDuration::from_hours(12);

/// The scenario that a recipient's address selects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scenario {
    Delivered,
    Bounced,
    /// Bounced because the address is on SES's global suppression list.
    Suppressed,
    /// Delivered, then reported as spam.
    Complained,
    /// Delayed; neither delivered nor bounced.
    Delayed,
}

impl Scenario {
    const ALL: [Self; 5] = [Self::Delivered, Self::Bounced, Self::Suppressed, Self::Complained, Self::Delayed];

    fn of(address: &str) -> Self {
        let (local, domain) = address.rsplit_once('@').unwrap_or_default();
        if !domain.eq_ignore_ascii_case(DOMAIN) {
            return Self::Delivered;
        }
        let name = local.split_once('+').map_or(local, |(name, _label)| name);
        match name.to_ascii_lowercase().as_str() {
            "bounce" => Self::Bounced,
            "suppressionlist" => Self::Suppressed,
            "complaint" => Self::Complained,
            "delay" => Self::Delayed,
            _ => Self::Delivered,
        }
    }

    /// Returns the events of recipients with this scenario, in order.
    fn events(self) -> &'static [SimulatedEvent] {
        match self {
            Self::Delivered => &[SimulatedEvent::Delivery],
            Self::Bounced => &[SimulatedEvent::Bounce],
            Self::Suppressed => &[SimulatedEvent::Suppression],
            Self::Complained => &[SimulatedEvent::Delivery, SimulatedEvent::Complaint],
            Self::Delayed => &[SimulatedEvent::DeliveryDelay],
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum SimulatedEvent {
    Send,
    Delivery,
    Bounce,
    Suppression,
    Complaint,
    DeliveryDelay,
}

impl SimulatedEvent {
    /// Returns EventBridge's `detail-type`, SES's `eventType`, and the name of the member that is specific to the
    /// event.
    fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Send => ("Email Sent", "Send", "send"),
            Self::Delivery => ("Email Delivered", "Delivery", "delivery"),
            Self::Bounce | Self::Suppression => ("Email Bounced", "Bounce", "bounce"),
            Self::Complaint => ("Email Complaint Received", "Complaint", "complaint"),
            Self::DeliveryDelay => ("Email Delivery Delayed", "DeliveryDelay", "deliveryDelay"),
        }
    }

    fn body(self, recipients: &[&str], now: Timestamp) -> Result<Value, Unspecified> {
        let delayed = |address: &&str| {
            let diagnosis = "smtp; 421 4.4.1 Unable to connect to remote host";
            json!({ "emailAddress": address, "status": "4.4.1", "diagnosticCode": diagnosis })
        };
        let timestamp = millis(now);
        Ok(match self {
            Self::Send => json!({}),
            Self::Delivery => json!({
                "timestamp": timestamp,
                "processingTimeMillis": 1,
                "recipients": recipients,
                "smtpResponse": "250 2.0.0 OK",
                "remoteMtaIp": "127.0.0.1",
                "reportingMTA": "local.invalid",
            }),
            Self::Bounce => bounce("General", "smtp; 550 5.1.1 user unknown", recipients, now)?,
            Self::Suppression => {
                bounce("Suppressed", "The address is on the global suppression list of the simulator", recipients, now)?
            }
            Self::Complaint => json!({
                "feedbackId": feedback_id()?,
                "complaintSubType": null,
                "complainedRecipients": recipients.iter().map(|to| json!({ "emailAddress": to })).collect::<Value>(),
                "timestamp": timestamp,
                "userAgent": "Amazon SES Mailbox Simulator",
                "complaintFeedbackType": "abuse",
                "arrivalDate": timestamp,
            }),
            Self::DeliveryDelay => json!({
                "timestamp": timestamp,
                "delayType": "TransientCommunicationFailure",
                "expirationTime": millis(now.saturating_add(RETRIES).unwrap_or(Timestamp::MAX)),
                "reportingMTA": "local.invalid",
                "delayedRecipients": recipients.iter().map(delayed).collect::<Value>(),
            }),
        })
    }
}

/// Returns the events of an accepted mail: sent, then those of its recipients' scenarios. Recipients with the same
/// scenario share their events.
///
/// They are published regardless of the configuration set; in a deployment, the configuration set publishes them.
pub(super) fn events(message: &MailboxMessage, now: Timestamp) -> Result<Vec<BusEvent>, Unspecified> {
    let to: Vec<&str> = message.to.iter().map(String::as_str).collect();
    let mut events = vec![event(message, SimulatedEvent::Send, &to, now)?];
    for scenario in Scenario::ALL {
        let recipients: Vec<&str> = to.iter().copied().filter(|address| Scenario::of(address) == scenario).collect();
        if !recipients.is_empty() {
            for event_kind in scenario.events() {
                events.push(event(message, *event_kind, &recipients, now)?);
            }
        }
    }
    Ok(events)
}

fn event(
    message: &MailboxMessage,
    event_kind: SimulatedEvent,
    recipients: &[&str],
    now: Timestamp,
) -> Result<BusEvent, Unspecified> {
    let (detail_type, event_type, own) = event_kind.names();
    let detail = json!({ "eventType": event_type, "mail": mail(message), own: event_kind.body(recipients, now)? });
    let mut event = BusEvent::new("aws.ses", detail_type, detail, now)?;
    let set = message.configuration_set.iter();
    event.resources = set.map(|name| format!("arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/{name}")).collect();
    Ok(event)
}

/// Returns the object `mail`, which is part of every event.
fn mail(message: &MailboxMessage) -> Value {
    let headers: Vec<_> = message.headers();
    let header = |wanted: &str| {
        let found = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| value.as_str())
    };
    let sender = address(&message.from);
    json!({
        "timestamp": message.received,
        "source": message.from,
        "sourceArn": format!("arn:aws:ses:{REGION}:{ACCOUNT}:identity/{sender}"),
        "sendingAccountId": ACCOUNT,
        "messageId": message.id,
        "destination": message.to,
        "headersTruncated": false,
        "headers": headers.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect::<Value>(),
        "commonHeaders": {
            "from": [message.from],
            "to": header("to").map_or_else(|| message.to.clone(), |to| vec![to.to_owned()]),
            "messageId": message.id,
            "subject": message.subject,
        },
        "tags": tags(message, sender),
    })
}

/// Returns SES's own tags and those of the call. Each tag has a list of values.
fn tags(message: &MailboxMessage, sender: &str) -> Map<String, Value> {
    let domain = sender.rsplit_once('@').map_or(sender, |(_, domain)| domain);
    let own = [
        ("ses:source-ip", "127.0.0.1"),
        ("ses:from-domain", domain),
        ("ses:caller-identity", "local"),
        ("ses:operation", "SendEmail"),
    ];
    let set = message.configuration_set.iter().map(|name| ("ses:configuration-set", name.as_str()));
    let given = message.tags.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    own.into_iter().chain(set).chain(given).map(|(name, value)| (name.to_owned(), json!([value]))).collect()
}

fn bounce(subtype: &str, diagnosis: &str, recipients: &[&str], now: Timestamp) -> Result<Value, Unspecified> {
    let one = |address: &&str| json!({ "emailAddress": address, "action": "failed", "status": "5.1.1", "diagnosticCode": diagnosis });
    Ok(json!({
        "feedbackId": feedback_id()?,
        "bounceType": "Permanent",
        "bounceSubType": subtype,
        "bouncedRecipients": recipients.iter().map(one).collect::<Value>(),
        "timestamp": millis(now),
        "reportingMTA": "dns; local.invalid",
    }))
}

fn feedback_id() -> Result<String, Unspecified> {
    Ok(format!("{}-000000", crate::uuid::random()?))
}

/// Returns the address in `Name <address>`.
fn address(from: &str) -> &str {
    from.rsplit_once('<').map_or(from, |(_, address)| address.trim_end_matches('>'))
}

fn millis(time: Timestamp) -> String {
    format!("{time:.3}")
}
