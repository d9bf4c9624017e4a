//! The delivery of an invitation to each of its invitees: one item per person, under a keyed hash of their address or
//! user id.
//!
//! The invitation holds the current facts; the deliveries hold what each person has been sent. A delivery stays when
//! its person is removed from the invitation, because the sender needs it to send the cancellation.

mod dates;
mod ends;
mod events;
mod item;
mod previous;
mod shown;
mod write;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use spaces_model::{Invitation, Invitee, InviteeTarget, ItipMethod, Known, MailKind, Meeting, Message, SpaceId};

use self::item::{times, write_lease, write_meeting, write_message};
use self::write::{Condition, number, text};
use crate::item::value;
use crate::key::Key;
use crate::time::Time;
use crate::{MailRef, Store, StoreError, key};

pub use self::events::{MailEvent, MailEventOutcome};
pub(crate) use self::item::{read_delivery, write_new};
pub use self::previous::PreviousMail;

/// The failure reason for a user without a known address.
pub const NO_ADDRESS: &str = "no verified address is known for this user";

/// The state of the mails about one invitation to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The space of the invitation; `None` if the delivery was put by a release without events.
    pub space: Option<SpaceId>,
    /// The person.
    pub invitee: Invitee,
    /// The state of the last mail that was started; `None` if the service sends no mail for this invitation.
    pub state: Option<DeliveryState>,
    /// The time of the last state change.
    pub at: Timestamp,
    /// The reason for the mail.
    pub kind: MailKind,
    /// Number of attempts to send it.
    pub attempts: u32,
    /// The messages that the person has received or may have received.
    pub known: Known,
    /// The lease of the sender that is sending the mail, or was killed while sending it.
    pub lease: Option<LeaseTerm>,
    /// The last message that was rejected permanently or given up.
    pub refused: Option<Message>,
    /// The times of the requests that the person received or may have received, in ascending order.
    pub mailed: Vec<Timestamp>,
    /// The time at which the person declined the invitation.
    pub answered: Option<Timestamp>,
    /// The time at which the person joined through the invitation.
    pub joined: Option<Timestamp>,
    /// The SES message id of the last mail.
    pub message_id: Option<String>,
    /// The reason why the mail, or the last attempt to send it, failed.
    pub reason: Option<String>,
    /// The time at which the last mail was started, which identifies it in SES's events. `None` if SES has certainly
    /// not accepted it.
    pub mail: Option<Timestamp>,
    /// The mail before the one that is queued or being sent.
    pub previous: Option<PreviousMail>,
    key: Key,
    /// Number of writes by senders. Each write is conditional on the version that was read.
    version: u32,
}

/// The state of a mail to one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryState {
    /// The mail waits for an attempt.
    Queued,
    /// A sender has leased the mail and has not recorded the outcome yet.
    Sending,
    /// SES has accepted the mail.
    Sent,
    /// The receiver's server does not accept the mail for now, and SES keeps trying.
    Delayed,
    /// The receiver's server has accepted the mail.
    Delivered,
    /// The receiver's server has rejected the mail permanently.
    Bounced,
    /// The receiver has marked the mail as spam.
    Complained,
    /// The mail failed permanently before SES accepted it.
    Failed,
    /// The mail is not sent, because the receiver or a limit does not allow it.
    Suppressed,
    /// The mail was no longer needed before anything was attempted.
    Cancelled,
}

/// A sender's exclusive right to send a mail until a time, and the message it is sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaseTerm {
    /// The end of the lease.
    pub until: Timestamp,
    /// The message that is being sent.
    pub message: Message,
}

impl Delivery {
    /// Returns the number of attempts to send this mail so far. Each mail to a person is counted separately.
    #[must_use]
    pub fn attempts_at(&self, message: Message, kind: MailKind) -> u32 {
        let is_begun = matches!(self.state, Some(DeliveryState::Queued | DeliveryState::Sending))
            && self.kind == kind
            && self.lease.is_none_or(|lease| lease.message == message);
        if is_begun { self.attempts } else { 0 }
    }

    /// Returns the time of the last request that the person received or may have received.
    #[must_use]
    pub fn last_mailed(&self) -> Option<Timestamp> {
        self.mailed.last().copied()
    }

    /// Returns the message of the lease if SES has reported about it: it was sent, although its sender has not recorded
    /// that.
    pub(crate) fn reported(&self) -> Option<Message> {
        item::reported(self.state, self.lease)
    }

    /// Returns the times of the requests before `message`. A request repeated after its sender was killed counts once.
    #[must_use]
    pub fn mailed_before(&self, message: Message) -> &[Timestamp] {
        match (self.lease, self.mailed.split_last()) {
            (Some(lease), Some((_, before))) if lease.message == message => before,
            _ => &self.mailed,
        }
    }

    /// Returns the time of a mail that starts now, which is at least one second after the previous one.
    fn next_mailing(&self, now: Timestamp) -> Timestamp {
        if self.known.last_message.is_none() && self.lease.is_none() && self.mailed.is_empty() {
            return now;
        }
        let last = self.last_mailed().map_or(self.at, |mailed| mailed.max(self.at));
        now.max(last.saturating_add(SignedDuration::from_secs(1)).unwrap_or(Timestamp::MAX))
    }

    /// Returns whether the person has declined the invitation and has not joined since.
    #[must_use]
    pub fn is_declined(&self) -> bool {
        self.answered.is_some_and(|answered| self.joined.is_none_or(|joined| joined < answered))
    }
}

/// The right to send one mail, with the data needed to record the outcome.
#[derive(Debug)]
pub struct Lease {
    key: Key,
    message: Message,
    attempts: u32,
    /// The meeting that the person may already have had in their calendar.
    had_meeting: Option<Meeting>,
    /// The times of the requests that the person may have received before this attempt.
    mailed: Vec<Timestamp>,
    /// The lease of a sender that was killed while sending the same message, and may have sent it.
    killed: Option<LeaseTerm>,
    at: Timestamp,
    version: u32,
    tag: String,
}

impl Lease {
    /// Returns the number of this attempt, starting at 1.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempts
    }

    /// Returns the time of this mail, at least one second after the previous one: of two calendar entries with the same
    /// SEQUENCE, the one with the later DTSTAMP counts (RFC 5546 section 2.1.5), and DTSTAMP has no fractions of a
    /// second.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// Returns the tag that identifies the mail in SES's events: encrypted, at most 256 letters, digits, `_` and `-`.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }
}

impl Store {
    /// Reads the deliveries of an invitation, keyed by invitee.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn deliveries(&self, invitation: &Invitation) -> Result<HashMap<InviteeTarget, Delivery>, StoreError> {
        let mut pages = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :invite AND begins_with(sk, :delivery)")
            .expression_attribute_values(":invite", AttributeValue::S(key::invitation_partition(invitation.id)))
            .expression_attribute_values(":delivery", AttributeValue::S(key::DELIVERY.to_owned()))
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        let mut deliveries = HashMap::new();
        while let Some(item) = pages.next().await {
            let delivery = read_delivery(item.map_err(StoreError::from_sdk)?)?;
            deliveries.insert(delivery.invitee.target.clone(), delivery);
        }
        Ok(deliveries)
    }

    /// Leases the delivery for sending a message until a time, and records the message that is about to be sent.
    /// Returns `None` if another sender has written the delivery since it was read, or if `message` is a request and
    /// the person has declined the invitation since.
    ///
    /// `meeting` is the meeting of a request. A cancellation whose sender was killed counts as sent from now on: it may
    /// have been, so an earlier request must not make a new one look unnecessary.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn lease(
        &self,
        delivery: &Delivery,
        message: Message,
        kind: MailKind,
        meeting: Option<&Meeting>,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Lease>, StoreError> {
        let attempts = delivery.attempts_at(message, kind).saturating_add(1);
        let at = delivery.next_mailing(now);
        let version = delivery.version.saturating_add(1);
        let killed = delivery.lease.filter(|lease| lease.message == message && delivery.reported().is_none());
        // A repeated message keeps the tag of the mail that may have been sent: a report about either mail is a report
        // about the message.
        let begun = killed.and(delivery.mail).unwrap_or(at);
        let mail = MailRef { key: delivery.key.clone(), begun };
        let tag = self.secret.seal_mail(&mail).ok_or_else(|| StoreError::corrupt("delivery", "it has another key"))?;
        let mut set = vec![
            ("state", text("sending")),
            ("at", Time(at).into()),
            ("kind", value("delivery", &kind)?),
            ("attempts", number(attempts)),
            ("lease", write_lease(LeaseTerm { until, message })?),
            ("mail", Time(begun).into()),
        ];
        let mut gone = vec!["reason"];
        let cancelled =
            delivery.lease.map(|killed| killed.message).filter(|killed| killed.method == ItipMethod::Cancel);
        if let Some(sent) = delivery.reported().or(cancelled) {
            set.push(("told", write_message(sent)?));
        }
        let before = if killed.is_some() { None } else { PreviousMail::of(delivery) };
        if let Some(before) = &before {
            set.push(("before", before.write()?));
        }
        if message.method == ItipMethod::Request {
            set.push(("mailed", times(delivery.mailed_before(message).iter().copied().chain([at]))));
            match meeting {
                Some(meeting) => set.push(("meeting", write_meeting(meeting)?)),
                None if delivery.known.meeting.is_none() => gone.push("meeting"),
                None => {}
            }
        }
        let mut conditions = vec![Condition::State(delivery.state)];
        if message.method == ItipMethod::Request && delivery.answered.is_none() {
            conditions.push(Condition::Absent("answered"));
        }
        if before.is_some() && delivery.state == Some(DeliveryState::Delayed) && delivery.reason.is_none() {
            // The only report that leaves this state unchanged adds a reason.
            conditions.push(Condition::Absent("reason"));
        }
        let is_ours = self.write_delivery(&delivery.key, delivery.version, &set, &gone, &conditions).await?;
        Ok(is_ours.then(|| Lease {
            key: delivery.key.clone(),
            message,
            attempts,
            had_meeting: delivery.known.meeting.clone(),
            mailed: if killed.is_some() { &delivery.mailed } else { delivery.mailed_before(message) }.to_vec(),
            killed,
            at,
            version,
            tag,
        }))
    }
}
