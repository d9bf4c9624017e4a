//! The delivery of an invitation to each of its invitees: one item per person, under a keyed hash of their address or id.
//!
//! The invitation says what is true; these items say what each person was told. They stay when a person is taken off the
//! invitation: from them the sender knows whom to tell.

mod dates;
mod item;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use spaces_model::{Invitation, Invitee, InviteeTarget, Known, MailKind, Meeting, Message, What};

use self::item::{LeaseItem, read_delivery, times, told, write_meeting};
use crate::item::{attributes, guarded, value};
use crate::key::Key;
use crate::time::Time;
use crate::{InvitationRef, PersonRef, Store, StoreError, key};

pub(crate) use self::item::write_new;

/// The reason of a mail to a user of whom no address is known.
pub const NO_ADDRESS: &str = "no verified address is known for this user";

/// The progress of the mails about one invitation to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
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
        now.max(self.at.saturating_add(SignedDuration::from_secs(1)).unwrap_or(Timestamp::MAX))
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
    /// The times of the requests before this message.
    mailed_before: Vec<Timestamp>,
    at: Timestamp,
    version: u32,
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

    /// Reads the deliveries of an invitation to these people, in one round trip. Who has none is left out, and one that is
    /// corrupt does not hold up the others.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn deliveries_to(
        &self,
        invite: &InvitationRef,
        people: &[PersonRef],
    ) -> Result<Vec<Result<Delivery, StoreError>>, StoreError> {
        let mut people: Vec<&PersonRef> = people.iter().collect();
        // A batch must name each key once.
        people.sort_unstable();
        people.dedup();
        let keys = people.into_iter().map(|person| key::delivery_at(&invite.0, &person.0));
        Ok(self.items(keys).await?.into_iter().map(read_delivery).collect())
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
        let lease = attributes("delivery", &LeaseItem { until: Time(until), message })?;
        let mut set = vec![
            ("state", text("sending")),
            ("at", Time(at).into()),
            ("kind", value("delivery", &kind)?),
            ("attempts", number(attempts)),
            ("lease", AttributeValue::M(lease)),
        ];
        if let Some(killed) = delivery.lease
            && killed.message.what == What::Cancel
        {
            set.push(("told", told(killed.message)?));
        }
        let mailed_before = delivery.mailed_before(message).to_vec();
        if message.what == What::Request {
            set.push(("mailed", times(mailed_before.iter().copied().chain([at]))));
            if let Some(meeting) = meeting {
                set.push(("meeting", write_meeting(meeting)?));
            }
        }
        let is_unanswered = message.what == What::Request && delivery.answered.is_none();
        let condition = is_unanswered.then_some("answered");
        let is_ours = self.write_delivery(&delivery.key, delivery.version, &set, &["reason"], condition).await?;
        Ok(is_ours.then(|| Lease {
            key: delivery.key.clone(),
            message,
            attempts,
            had_meeting: delivery.known.meeting.clone(),
            mailed_before,
            at,
            version: delivery.version.saturating_add(1),
        }))
    }

    /// Records that SES accepted the message.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn record_sent(&self, lease: &Lease, now: Timestamp, message_id: &str) -> Result<(), StoreError> {
        let mut set = vec![
            ("state", text("sent")),
            ("at", Time(now.max(lease.at)).into()),
            ("message_id", text(message_id)),
            ("told", told(lease.message)?),
        ];
        let ended: &[&str] = if lease.message.what == What::Cancel { &["meeting"] } else { &[] };
        self.settle(lease, &mut set, ended).await
    }

    /// Records that the message was refused for good, and why.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn record_failed(&self, lease: &Lease, now: Timestamp, reason: &str) -> Result<(), StoreError> {
        let mut set = vec![
            ("state", text("failed")),
            ("at", Time(now.max(lease.at)).into()),
            ("refused", told(lease.message)?),
            ("reason", text(reason)),
        ];
        self.settle_unsent(lease, &mut set).await
    }

    /// Gives the right to send back after SES has said that it has not accepted the message, so that the next attempt need not
    /// wait for the lease to end.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn release(&self, lease: &Lease, now: Timestamp, reason: &str) -> Result<(), StoreError> {
        self.requeue(lease, lease.attempts, now, reason).await
    }

    /// Gives the right to send back, and the attempt with it, after SES has said that it takes no mail of the account now.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn release_uncounted(&self, lease: &Lease, now: Timestamp, reason: &str) -> Result<(), StoreError> {
        self.requeue(lease, lease.attempts.saturating_sub(1), now, reason).await
    }

    async fn requeue(&self, lease: &Lease, attempts: u32, now: Timestamp, reason: &str) -> Result<(), StoreError> {
        let mut set = vec![
            ("state", text("queued")),
            ("at", Time(now.max(lease.at)).into()),
            ("reason", text(reason)),
            ("attempts", number(attempts)),
        ];
        self.settle_unsent(lease, &mut set).await
    }

    /// Ends a mail that waits and is not sent: it is given up, or nobody needs it any more. Messages that `refused` covers are not sent
    /// later, either, and with `is_forgotten` the person counts as somebody who got none before. Returns whether the delivery still
    /// was as it was read.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn end_delivery(
        &self,
        delivery: &Delivery,
        state: DeliveryState,
        refused: Option<Message>,
        is_forgotten: bool,
        now: Timestamp,
        reason: Option<&str>,
    ) -> Result<bool, StoreError> {
        let mut set = vec![("state", value("delivery", &state)?), ("at", Time(now.max(delivery.at)).into())];
        if let Some(refused) = refused {
            set.push(("refused", told(refused)?));
        }
        set.extend(reason.map(|reason| ("reason", text(reason))));
        let removed: &[&str] = if is_forgotten { &["lease", "told"] } else { &["lease"] };
        self.write_delivery(&delivery.key, delivery.version, &set, removed, None).await
    }

    /// Makes a sender that has read the delivery before, and what was true then, fail to take its lease. With
    /// `is_forgotten`, the person counts as somebody who got no message before. Returns whether the delivery still was as it was read.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn fence(&self, delivery: &Delivery, is_forgotten: bool) -> Result<bool, StoreError> {
        let removed: &[&str] = if is_forgotten { &["told"] } else { &[] };
        self.write_delivery(&delivery.key, delivery.version, &[], removed, None).await
    }

    /// Ends the lease of a message that was not sent: what the person has is as before.
    async fn settle_unsent(&self, lease: &Lease, set: &mut Vec<(&str, AttributeValue)>) -> Result<(), StoreError> {
        let mut gone = Vec::new();
        if lease.mailed_before.is_empty() {
            gone.push("mailed");
        } else {
            set.push(("mailed", times(lease.mailed_before.iter().copied())));
        }
        match &lease.had_meeting {
            None => gone.push("meeting"),
            Some(meeting) => set.push(("meeting", write_meeting(meeting)?)),
        }
        self.settle(lease, set, &gone).await
    }

    /// Ends a lease that is still ours. If another sender took it meanwhile, what that one records counts.
    async fn settle(
        &self,
        lease: &Lease,
        set: &mut [(&str, AttributeValue)],
        remove: &[&str],
    ) -> Result<(), StoreError> {
        let remove: Vec<&str> = remove.iter().copied().chain(["lease"]).collect();
        if !self.write_delivery(&lease.key, lease.version, set, &remove, None).await? {
            tracing::warn!("a lease ended before its mail was recorded; another sender has it");
        }
        Ok(())
    }

    /// Writes some attributes of a delivery in the version that was read, and returns whether it still was that one, and had
    /// no attribute `absent`.
    async fn write_delivery(
        &self,
        key: &Key,
        version: u32,
        set: &[(&str, AttributeValue)],
        remove: &[&str],
        absent: Option<&str>,
    ) -> Result<bool, StoreError> {
        let mut assigned = vec!["#version = :next".to_owned()];
        assigned.extend(set.iter().map(|(name, _)| format!("#{name} = :{name}")));
        let removed: Vec<String> = remove.iter().map(|name| format!("#{name}")).collect();
        let removed = if remove.is_empty() { String::new() } else { format!(" REMOVE {}", removed.join(", ")) };
        let mut update = self
            .update(key.clone())
            .update_expression(format!("SET {}{removed}", assigned.join(", ")))
            .condition_expression(match absent {
                Some(name) => format!("#version = :held AND attribute_not_exists({name})"),
                None => "#version = :held".to_owned(),
            })
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":held", number(version))
            .expression_attribute_values(":next", number(version.saturating_add(1)));
        for name in remove {
            update = update.expression_attribute_names(format!("#{name}"), *name);
        }
        for (name, value) in set {
            update = update
                .expression_attribute_names(format!("#{name}"), *name)
                .expression_attribute_values(format!(":{name}"), value.clone());
        }
        Ok(guarded(update).await?.is_written())
    }
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn number(number: u32) -> AttributeValue {
    AttributeValue::N(number.to_string())
}
