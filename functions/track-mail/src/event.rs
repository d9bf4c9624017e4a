//! The events of SES, as EventBridge hands them to a queue and Lambda hands them over.
//!
//! Source: *Contents of event data that Amazon SES publishes to EventBridge*, Amazon SES developer guide.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use spaces_model::EmailAddress;
use spaces_store::MailNews;

/// The tag by which deliver-invites names a mail.
const TAG: &str = "m";
/// The tag by which it names the sender and the receiver.
const ORIGIN: &str = "o";
/// The reason of a mail in which SES has found a virus: it says nothing about its receiver.
pub(crate) const REJECTED: &str = "Rejected";
/// The reason of a mail that SES accepted and did not send, because earlier mails to the address bounced or were complained of. SES's
/// own words tell which, also where those were mails of others.
const WITHHELD: &str = "Suppressed";
/// SES's words for that, as subtypes of a bounce or a complaint: of its own list, and of the account's.
const SUBTYPES_OF_LISTS: [&str; 2] = ["Suppressed", "OnAccountSuppressionList"];
/// The reason of a report of which SES gives none.
const UNDETERMINED: &str = "Undetermined";

/// A batch of messages.
#[derive(Debug, Deserialize)]
pub struct Batch {
    #[serde(rename = "Records")]
    pub(crate) records: Vec<Record>,
}

/// A record of a batch.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Record {
    Message(QueueMessage),
    /// No message as Lambda sends them. It must not fail the others of its batch.
    Unreadable(Value),
}

impl Record {
    /// Returns the id by which the answer names the message; an empty one makes the whole batch come again.
    pub(crate) fn message_id(&self) -> &str {
        match self {
            Self::Message(message) => &message.message_id,
            Self::Unreadable(record) => record.get("messageId").and_then(Value::as_str).unwrap_or_default(),
        }
    }
}

/// A message of the queue.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QueueMessage {
    pub(crate) message_id: String,
    pub(crate) body: String,
}

/// An event of EventBridge.
#[derive(Debug, Deserialize)]
pub(crate) struct Event {
    time: Timestamped,
    detail: Detail,
}

#[derive(Debug, Deserialize)]
struct Detail {
    mail: Mail,
    #[serde(flatten)]
    report: Report,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mail {
    message_id: String,
    #[serde(default)]
    destination: Vec<String>,
    #[serde(default)]
    tags: HashMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "eventType")]
enum Report {
    Delivery {
        delivery: Occasion,
    },
    DeliveryDelay {
        #[serde(rename = "deliveryDelay")]
        delay: Occasion,
    },
    Bounce {
        bounce: Bounce,
    },
    Complaint {
        complaint: Complaint,
    },
    Reject,
    #[serde(other)]
    Other,
}

#[derive(Debug, Deserialize)]
struct Occasion {
    timestamp: Timestamped,
}

#[derive(Debug, Deserialize)]
struct Bounce {
    #[serde(rename = "bounceType")]
    kind: String,
    #[serde(rename = "bounceSubType")]
    subtype: Option<String>,
    #[serde(rename = "bouncedRecipients", default)]
    recipients: Vec<IgnoredAny>,
    timestamp: Timestamped,
}

#[derive(Debug, Deserialize)]
struct Complaint {
    #[serde(rename = "complaintSubType")]
    subtype: Option<String>,
    #[serde(rename = "complaintFeedbackType")]
    feedback: Option<String>,
    #[serde(rename = "complainedRecipients", default)]
    recipients: Vec<IgnoredAny>,
    timestamp: Timestamped,
}

/// A time, or what cannot be read as one.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(from = "String")]
struct Timestamped(Option<Timestamp>);

impl From<String> for Timestamped {
    fn from(text: String) -> Self {
        Self(text.parse().ok())
    }
}

impl Event {
    /// Returns the tag of the mail, if it has one.
    pub(crate) fn tag(&self) -> Option<&str> {
        self.detail.mail.tags.get(TAG)?.first().map(String::as_str)
    }

    /// Returns the tag of the mail's sender and receiver, if it has one.
    pub(crate) fn origin(&self) -> Option<&str> {
        self.detail.mail.tags.get(ORIGIN)?.first().map(String::as_str)
    }

    /// Returns the one address that the mail was sent to; none if it cannot be read.
    pub(crate) fn receiver(&self) -> Option<EmailAddress> {
        self.detail.mail.destination.first()?.parse().ok()
    }

    /// Returns the id by which SES knows the mail.
    pub(crate) fn message_id(&self) -> &str {
        &self.detail.mail.message_id
    }

    /// Returns whether the mail went to one receiver, as each of this service does: a report about several says nothing about one.
    pub(crate) fn is_of_one(&self) -> bool {
        let named = match &self.detail.report {
            Report::Bounce { bounce } => bounce.recipients.len(),
            Report::Complaint { complaint } => complaint.recipients.len(),
            Report::Delivery { .. } | Report::DeliveryDelay { .. } | Report::Reject | Report::Other => 1,
        };
        self.detail.mail.destination.len() == 1 && named <= 1
    }

    /// Returns the news about the mail; none for an event that changes no state.
    pub(crate) fn news(&self) -> Option<MailNews<'_>> {
        match &self.detail.report {
            Report::Delivery { .. } => Some(MailNews::Delivered),
            Report::DeliveryDelay { .. } => Some(MailNews::Delayed),
            // A transient bounce may also be the answer of somebody out of office, to a mail that was delivered.
            Report::Bounce { bounce } => Some(match (bounce.kind.as_str(), word(bounce.subtype.as_deref())) {
                ("Permanent", subtype) if SUBTYPES_OF_LISTS.contains(&subtype) => MailNews::Withheld(WITHHELD),
                ("Permanent", reason) => MailNews::Bounced(reason),
                (_, reason) => MailNews::GivenUp(reason),
            }),
            Report::Complaint { complaint } => {
                let subtype = complaint.subtype.as_deref();
                if subtype.is_some_and(|subtype| SUBTYPES_OF_LISTS.contains(&subtype)) {
                    // Nobody has got this mail, so nobody has complained of it.
                    return Some(MailNews::Withheld(WITHHELD));
                }
                let feedback = complaint.feedback.as_deref();
                // Neither is about the receiver's will: they say that it is no spam, or their server could not verify the sender.
                let is_none = matches!(feedback, Some("not-spam" | "auth-failure"));
                (!is_none).then(|| MailNews::Complained(word(subtype.or(feedback))))
            }
            // SES has found a virus, and does not send what it has accepted.
            Report::Reject => Some(MailNews::Bounced(REJECTED)),
            Report::Other => None,
        }
    }

    /// Returns the time of what happened, at `now` at the latest: the receiver's server says it, and its clock may be fast. The event and then
    /// `now` stand for a time that cannot be read.
    pub(crate) fn at(&self, now: Timestamp) -> Timestamp {
        let own = match &self.detail.report {
            Report::Delivery { delivery: occasion } | Report::DeliveryDelay { delay: occasion } => occasion.timestamp.0,
            Report::Bounce { bounce } => bounce.timestamp.0,
            Report::Complaint { complaint } => complaint.timestamp.0,
            Report::Reject | Report::Other => None,
        };
        [own, self.time.0].into_iter().flatten().fold(now, Timestamp::min)
    }
}

/// Returns SES's word for a reason, which names nobody.
fn word(reason: Option<&str>) -> &str {
    let is_word = |text: &&str| {
        (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    reason.filter(is_word).unwrap_or(UNDETERMINED)
}
