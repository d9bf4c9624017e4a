//! The delivery of an invitation to each of its invitees: one item per person, under a keyed hash of their address or id.
//!
//! The invitation says what is true; these items say what each person was told. They stay when a person is taken off the
//! invitation: from them the sender knows whom to tell.

mod before;
mod dates;
mod ends;
mod item;
mod news;
mod shown;
mod write;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use spaces_model::{Invitation, Invitee, InviteeTarget, Known, MailKind, Meeting, Message, SpaceId, What};

use self::item::{times, told, write_lease, write_meeting};
use self::write::{Condition, number, text};
use crate::item::value;
use crate::key::Key;
use crate::time::Time;
use crate::{MailRef, Store, StoreError, key};

pub use self::before::Before;
pub(crate) use self::item::{read_delivery, write_new};
pub use self::news::{MailNews, Noted};

/// The reason of a mail to a user of whom no address is known.
pub const NO_ADDRESS: &str = "no verified address is known for this user";

/// The progress of the mails about one invitation to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The space that the invitation is into; none if a release before events put the delivery.
    pub space: Option<SpaceId>,
    /// The person.
    pub invitee: Invitee,
    /// The state of the last mailing that was begun; none if we mail nothing.
    pub state: Option<DeliveryState>,
    /// The time of the last change of the state.
    pub at: Timestamp,
    /// The reason for the mail.
    pub kind: MailKind,
    /// The number of attempts at it.
    pub attempts: u32,
    /// The messages that they have, or may have, got.
    pub known: Known,
    /// The sender that has the mail to itself now, or was killed.
    pub lease: Option<LeaseTerm>,
    /// The last message that was refused for good or given up.
    pub refused: Option<Message>,
    /// The times of the requests that they got, or may have got, in ascending order.
    pub mailed: Vec<Timestamp>,
    /// The time at which they declined the invitation.
    pub answered: Option<Timestamp>,
    /// The time at which they joined by the invitation.
    pub joined: Option<Timestamp>,
    /// The id that SES gave the last mail.
    pub message_id: Option<String>,
    /// The reason why the mail failed for good, or the last attempt at it.
    pub reason: Option<String>,
    /// The time at which the last mail was begun, by which SES's reports are told apart from those of other mails. None if SES certainly
    /// did not take it.
    pub mail: Option<Timestamp>,
    /// The mail before the one that waits or is being sent.
    pub before: Option<Before>,
    key: Key,
    /// The number of writes by senders. Each names the one that it was decided on.
    version: u32,
}

/// The state of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryState {
    /// It waits for an attempt.
    Queued,
    /// A sender has taken it, and has not recorded yet what came of it.
    Sending,
    /// SES has accepted it.
    Sent,
    /// The receiver's server does not take it for now, and SES keeps trying.
    Delayed,
    /// The receiver's server has accepted it.
    Delivered,
    /// The receiver's server has refused it for good.
    Bounced,
    /// The receiver has called it spam.
    Complained,
    /// It was refused for good before SES accepted it.
    Failed,
    /// It is not sent, because the receiver or a limit does not allow it.
    Suppressed,
    /// The person was not to be mailed any more before anything was attempted.
    Cancelled,
}

/// The time for which a sender has a mail to itself, and what it is about to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaseTerm {
    /// The end of the lease.
    pub until: Timestamp,
    /// The message that is being sent.
    pub message: Message,
}

impl Delivery {
    /// Returns the number of attempts at this mail so far. Each mail to a person counts its own from the first.
    #[must_use]
    pub fn attempts_at(&self, message: Message, kind: MailKind) -> u32 {
        let is_begun = matches!(self.state, Some(DeliveryState::Queued | DeliveryState::Sending))
            && self.kind == kind
            && self.lease.is_none_or(|lease| lease.message == message);
        if is_begun { self.attempts } else { 0 }
    }

    /// Returns the time of the last request that the person got, or may have got.
    #[must_use]
    pub fn last_mailed(&self) -> Option<Timestamp> {
        self.mailed.last().copied()
    }

    /// Returns the message of the lease if SES has reported about it: it was sent, although its sender has not recorded that.
    pub(crate) fn reported(&self) -> Option<Message> {
        item::reported(self.state, self.lease)
    }

    /// Returns the times of the requests before `message`. A repeat of one whose sender was killed counts once with it.
    #[must_use]
    pub fn mailed_before(&self, message: Message) -> &[Timestamp] {
        match (self.lease, self.mailed.split_last()) {
            (Some(lease), Some((_, before))) if lease.message == message => before,
            _ => &self.mailed,
        }
    }

    /// Returns the time of a mailing that begins now, which is in a later second than the one before.
    fn next_mailing(&self, now: Timestamp) -> Timestamp {
        if self.known.told.is_none() && self.lease.is_none() && self.mailed.is_empty() {
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

/// The right to send one mail, and what to record about it.
#[derive(Debug)]
pub struct Lease {
    key: Key,
    message: Message,
    attempts: u32,
    /// The meeting that the person may have had in their calendar before this message.
    had_meeting: Option<Meeting>,
    /// The times of the requests that the person may have got before this attempt.
    mailed: Vec<Timestamp>,
    /// The lease of a sender that was killed at the same message, and has perhaps sent it.
    killed: Option<LeaseTerm>,
    at: Timestamp,
    version: u32,
    tag: String,
}

impl Lease {
    /// Returns the number of this attempt, from 1.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempts
    }

    /// Returns the time of this mailing. It is in another second than the one before: of two calendar entries with the same
    /// SEQUENCE, the one with the later DTSTAMP counts (RFC 5546 section 2.1.5), and a DTSTAMP has no fractions.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// Returns the tag by which SES's events name the mail: encrypted, at most 256 letters, digits, `_` and `-`.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }
}

impl Store {
    /// Reads the deliveries of an invitation, by their invitee.
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
            let delivery = read_delivery(item.map_err(StoreError::of_call)?)?;
            deliveries.insert(delivery.invitee.target.clone(), delivery);
        }
        Ok(deliveries)
    }

    /// Takes the right to send a message until a time, and records what is about to be told. None if another sender has
    /// written the delivery since it was read, or the person has declined the invitation since and `message` is a request.
    ///
    /// `meeting` is the one of a request. A cancellation whose sender was killed counts as told from now on: it may have been
    /// sent, and a request must not pass for known because of an earlier one.
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
        // A repeat has the name of the mail that was perhaps sent: a report about either is one about the message.
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
        let cancelled = delivery.lease.map(|killed| killed.message).filter(|killed| killed.what == What::Cancel);
        if let Some(sent) = delivery.reported().or(cancelled) {
            set.push(("told", told(sent)?));
        }
        let before = if killed.is_some() { None } else { Before::of(delivery) };
        if let Some(before) = &before {
            set.push(("before", before.write()?));
        }
        if message.what == What::Request {
            set.push(("mailed", times(delivery.mailed_before(message).iter().copied().chain([at]))));
            match meeting {
                Some(meeting) => set.push(("meeting", write_meeting(meeting)?)),
                None if delivery.known.meeting.is_none() => gone.push("meeting"),
                None => {}
            }
        }
        let mut conditions = vec![Condition::State(delivery.state)];
        if message.what == What::Request && delivery.answered.is_none() {
            conditions.push(Condition::Absent("answered"));
        }
        if before.is_some() && delivery.state == Some(DeliveryState::Delayed) && delivery.reason.is_none() {
            // The one report that leaves the state as it is gives it a reason.
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
