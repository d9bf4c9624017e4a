//! SES events, as they arrive through EventBridge, a queue and Lambda.
//!
//! Source: *Contents of event data that Amazon SES publishes to EventBridge*, Amazon SES developer guide.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use spaces_model::EmailAddress;
use spaces_store::MailEvent;

/// The tag with which deliver-invites names a mail.
const TAG: &str = "m";
/// The tag with which deliver-invites names the sender and the recipient.
const ORIGIN: &str = "o";
/// The reason for a mail in which SES found a virus: it says nothing about the recipient.
pub(crate) const REJECTED: &str = "Rejected";
/// The reason for a mail that SES accepted and did not send because earlier mails, perhaps of other accounts, bounced
/// or drew complaints.
const WITHHELD: &str = "Suppressed";
/// Subtypes of such a bounce or complaint: SES's global suppression list and the account's own.
const SUBTYPES_OF_LISTS: [&str; 2] = ["Suppressed", "OnAccountSuppressionList"];
/// The reason if SES gives none.
const UNDETERMINED: &str = "Undetermined";

/// A batch of messages.
#[derive(Debug, Deserialize)]
pub struct FeedbackBatch {
    #[serde(rename = "Records")]
    pub(crate) records: Vec<Record>,
}

/// A record of a batch.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Record {
    Message(FeedbackMessage),
    /// A record that is not an SQS message. It must not fail the rest of the batch.
    Unreadable(Value),
}

impl Record {
    /// Returns the id that names the message in the response. An empty id makes SQS redeliver the whole batch.
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
pub(crate) struct FeedbackMessage {
    pub(crate) message_id: String,
    pub(crate) body: String,
}

/// An EventBridge event from SES.
#[derive(Debug, Deserialize)]
pub(crate) struct SesEvent {
    time: LenientTimestamp,
    detail: Detail,
}

#[derive(Debug, Deserialize)]
struct Detail {
    mail: SesMail,
    #[serde(flatten)]
    report: SesReport,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SesMail {
    message_id: String,
    #[serde(default)]
    destination: Vec<String>,
    #[serde(default)]
    tags: HashMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "eventType")]
enum SesReport {
    Delivery {
        delivery: DeliveryDetails,
    },
    DeliveryDelay {
        #[serde(rename = "deliveryDelay")]
        delay: DeliveryDetails,
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
struct DeliveryDetails {
    timestamp: LenientTimestamp,
}

#[derive(Debug, Deserialize)]
struct Bounce {
    #[serde(rename = "bounceType")]
    kind: String,
    #[serde(rename = "bounceSubType")]
    subtype: Option<String>,
    #[serde(rename = "bouncedRecipients", default)]
    recipients: Vec<IgnoredAny>,
    timestamp: LenientTimestamp,
}

#[derive(Debug, Deserialize)]
struct Complaint {
    #[serde(rename = "complaintSubType")]
    subtype: Option<String>,
    #[serde(rename = "complaintFeedbackType")]
    feedback: Option<String>,
    #[serde(rename = "complainedRecipients", default)]
    recipients: Vec<IgnoredAny>,
    timestamp: LenientTimestamp,
}

/// A time, or `None` if it cannot be parsed.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(from = "String")]
struct LenientTimestamp(Option<Timestamp>);

impl From<String> for LenientTimestamp {
    fn from(text: String) -> Self {
        Self(text.parse().ok())
    }
}

impl SesEvent {
    /// Returns the mail's tag, if it has one.
    pub(crate) fn tag(&self) -> Option<&str> {
        self.detail.mail.tags.get(TAG)?.first().map(String::as_str)
    }

    /// Returns the tag of the mail's sender and recipient, if it has one.
    pub(crate) fn origin(&self) -> Option<&str> {
        self.detail.mail.tags.get(ORIGIN)?.first().map(String::as_str)
    }

    /// Returns the address that the mail was sent to, or `None` if it cannot be parsed.
    pub(crate) fn receiver(&self) -> Option<EmailAddress> {
        self.detail.mail.destination.first()?.parse().ok()
    }

    /// Returns SES's message ID of the mail.
    pub(crate) fn message_id(&self) -> &str {
        &self.detail.mail.message_id
    }

    /// Returns whether the mail went to one recipient, as every mail of this service does. A report about several
    /// recipients says nothing about a single one.
    pub(crate) fn has_one_recipient(&self) -> bool {
        let named = match &self.detail.report {
            SesReport::Bounce { bounce } => bounce.recipients.len(),
            SesReport::Complaint { complaint } => complaint.recipients.len(),
            SesReport::Delivery { .. } | SesReport::DeliveryDelay { .. } | SesReport::Reject | SesReport::Other => 1,
        };
        self.detail.mail.destination.len() == 1 && named <= 1
    }

    /// Returns the event of the mail that this event of SES reports, or `None` if the event changes no state.
    pub(crate) fn mail_event(&self) -> Option<MailEvent<'_>> {
        match &self.detail.report {
            SesReport::Delivery { .. } => Some(MailEvent::Delivered),
            SesReport::DeliveryDelay { .. } => Some(MailEvent::Delayed),
            // A transient bounce may also be an out-of-office reply to a delivered mail.
            SesReport::Bounce { bounce } => Some(match (bounce.kind.as_str(), word(bounce.subtype.as_deref())) {
                ("Permanent", subtype) if SUBTYPES_OF_LISTS.contains(&subtype) => MailEvent::Withheld(WITHHELD),
                ("Permanent", reason) => MailEvent::Bounced(reason),
                (_, reason) => MailEvent::GivenUp(reason),
            }),
            SesReport::Complaint { complaint } => {
                let subtype = complaint.subtype.as_deref();
                if subtype.is_some_and(|subtype| SUBTYPES_OF_LISTS.contains(&subtype)) {
                    // Nobody received this mail, so nobody complained about it.
                    return Some(MailEvent::Withheld(WITHHELD));
                }
                let feedback = complaint.feedback.as_deref();
                // Neither is a complaint: the first says that the mail is not spam, the second that the server could
                // not authenticate it.
                let is_none = matches!(feedback, Some("not-spam" | "auth-failure"));
                (!is_none).then(|| MailEvent::Complained(word(subtype.or(feedback))))
            }
            // SES found a virus and did not send the mail.
            SesReport::Reject => Some(MailEvent::Bounced(REJECTED)),
            SesReport::Other => None,
        }
    }

    /// Returns the earliest of the report's time, the EventBridge event's time and `now`, since the reporting server's
    /// clock may be ahead. A time that cannot be parsed is skipped.
    pub(crate) fn at(&self, now: Timestamp) -> Timestamp {
        let own = match &self.detail.report {
            SesReport::Delivery { delivery: details } | SesReport::DeliveryDelay { delay: details } => {
                details.timestamp.0
            }
            SesReport::Bounce { bounce } => bounce.timestamp.0,
            SesReport::Complaint { complaint } => complaint.timestamp.0,
            SesReport::Reject | SesReport::Other => None,
        };
        [own, self.time.0].into_iter().flatten().fold(now, Timestamp::min)
    }
}

/// Returns a reason if it is a plain word, which cannot contain an address, and [`UNDETERMINED`] otherwise.
fn word(reason: Option<&str>) -> &str {
    let is_word = |text: &&str| {
        (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    reason.filter(is_word).unwrap_or(UNDETERMINED)
}
