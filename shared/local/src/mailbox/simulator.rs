//! SES's mailbox simulator, at a domain of this machine, and the events that SES publishes of each mail.
//!
//! Source: *Using the mailbox simulator manually*, *Monitoring SES events using EventBridge* and *Contents of event data that
//! Amazon SES publishes*, Amazon SES developer guide.

use aws_lc_rs::error::Unspecified;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::message::Message;
use crate::events::Event;
use crate::queues::{ACCOUNT, REGION};

/// The simulator's domain. In AWS it is `simulator.amazonses.com`; a name below `test` is nobody's (RFC 6761, section 6.2).
const DOMAIN: &str = "simulator.test";

/// SES tries to deliver a mail for this long.
const RETRIES: SignedDuration = SignedDuration::from_hours(12);

/// The outcome of a mail for one of its recipients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Delivered,
    Bounced,
    /// As bounced, since the address is on SES's global suppression list.
    Suppressed,
    /// Delivered first.
    Complained,
    /// Delayed, and never delivered or bounced.
    Delayed,
}

impl Fate {
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

    /// The events of recipients with this fate, in their order.
    fn outcomes(self) -> &'static [Outcome] {
        match self {
            Self::Delivered => &[Outcome::Delivery],
            Self::Bounced => &[Outcome::Bounce],
            Self::Suppressed => &[Outcome::Suppression],
            Self::Complained => &[Outcome::Delivery, Outcome::Complaint],
            Self::Delayed => &[Outcome::DeliveryDelay],
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Outcome {
    Send,
    Delivery,
    Bounce,
    Suppression,
    Complaint,
    DeliveryDelay,
}

impl Outcome {
    /// EventBridge's `detail-type`, SES's `eventType`, and the name of the object that is the event's own.
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

/// The events of an accepted mail: sent, then its outcomes. Recipients with the same fate share their events.
///
/// They are published whatever the configuration set; in a deployment it is the configuration set that publishes them.
pub(super) fn events(message: &Message, now: Timestamp) -> Result<Vec<Event>, Unspecified> {
    let to: Vec<&str> = message.to.iter().map(String::as_str).collect();
    let mut events = vec![event(message, Outcome::Send, &to, now)?];
    for fate in Fate::ALL {
        let recipients: Vec<&str> = to.iter().copied().filter(|address| Fate::of(address) == fate).collect();
        if !recipients.is_empty() {
            for outcome in fate.outcomes() {
                events.push(event(message, *outcome, &recipients, now)?);
            }
        }
    }
    Ok(events)
}

fn event(message: &Message, outcome: Outcome, recipients: &[&str], now: Timestamp) -> Result<Event, Unspecified> {
    let (detail_type, event_type, own) = outcome.names();
    let detail = json!({ "eventType": event_type, "mail": mail(message), own: outcome.body(recipients, now)? });
    let mut event = Event::new("aws.ses", detail_type, detail, now)?;
    let set = message.configuration_set.iter();
    event.resources = set.map(|name| format!("arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/{name}")).collect();
    Ok(event)
}

/// The object `mail` of every event.
fn mail(message: &Message) -> Value {
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

/// SES's own tags, and those of the call. The values of each are a list.
fn tags(message: &Message, sender: &str) -> Map<String, Value> {
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

/// The address in `Name <address>`.
fn address(from: &str) -> &str {
    from.rsplit_once('<').map_or(from, |(_, address)| address.trim_end_matches('>'))
}

fn millis(time: Timestamp) -> String {
    format!("{time:.3}")
}
