//! The delivery of an invitation to each of its invitees: one item per person, under a keyed hash of their address or id.
//!
//! The invitation says what is true; these items say what each person was told.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use spaces_model::{EmailAddress, Invitation, Invitee, InviteeTarget, MailKind, Role, UserId};

use crate::item::{self, Attributes, Guarded};
use crate::key::Key;
use crate::time::Time;
use crate::{Store, StoreError, invitations, key};

/// The progress of the mails about one invitation to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The state of the last mailing that was begun; none if we send no mail.
    pub state: Option<DeliveryState>,
    /// When it got there.
    pub at: Timestamp,
    /// The reason for the mail.
    pub kind: MailKind,
    /// The number of attempts at it.
    pub attempts: u32,
    /// The sender that has the mail to itself now.
    pub lease: Option<LeaseTerm>,
    /// The last message that the person is known to have been sent.
    pub told: Option<Told>,
    /// The id that SES gave the last mail.
    pub message_id: Option<String>,
    /// The reason for which the mail failed for good, or the last attempt at it failed.
    pub reason: Option<String>,
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
    /// The receiver's server does not take it for now, and SES goes on trying.
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
    /// The invitation was revoked before anything was attempted.
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

/// The last message that somebody was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// The message.
    pub message: Message,
    /// When SES accepted it.
    pub at: Timestamp,
}

/// A message about an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its content.
    pub what: What,
    /// The SEQUENCE of its calendar entry.
    pub sequence: u32,
    /// The number of its mailing.
    pub mailing: u32,
}

/// The content of a message: the METHOD of its calendar entry (RFC 5546).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// The person is invited.
    Request,
    /// The person is not invited any more, or the meeting is off.
    Cancel,
}

#[derive(Serialize, Deserialize)]
struct DeliveryItem {
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<EmailAddress>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserId>,
    role: Role,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<DeliveryState>,
    at: Time,
    kind: MailKind,
    #[serde(default)]
    attempts: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    lease: Option<LeaseItem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    told: Option<ToldItem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// TTL, in seconds since 1970.
    expires_at: i64,
}

#[derive(Serialize, Deserialize)]
struct LeaseItem {
    until: Time,
    #[serde(flatten)]
    message: Message,
}

#[derive(Serialize, Deserialize)]
struct ToldItem {
    at: Time,
    #[serde(flatten)]
    message: Message,
}

/// The right to send one mail, and what to record about it.
#[derive(Debug)]
pub struct Lease {
    key: Key,
    until: Timestamp,
    message: Message,
    attempts: u32,
}

/// What came of asking for a lease.
#[derive(Debug)]
pub enum LeaseOutcome {
    /// It is ours.
    Taken(Lease),
    /// There is nothing left to send: the mail is sent, or refused for good.
    Settled,
    /// Another sender has it until this time.
    HeldUntil(Timestamp),
}

impl Lease {
    /// Returns the number of this attempt, from 1.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempts
    }
}

impl Store {
    /// Reads the deliveries of an invitation that have begun, by their invitee.
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
            let (target, delivery) = read_delivery(item.map_err(StoreError::of_call)?)?;
            deliveries.insert(target, delivery);
        }
        Ok(deliveries)
    }

    /// Takes the right to send one mail, until a time, unless it is settled or another sender has it.
    ///
    /// The condition closes the race of two senders that read "not sent yet" together: one write wins.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn lease(
        &self,
        invitation: &Invitation,
        invitee: &Invitee,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<LeaseOutcome, StoreError> {
        let key = key::delivery(&self.secret, invitation.id, &invitee.target);
        let message =
            Message { what: What::Request, sequence: invitation.sequence, mailing: invitation.mailing.number };
        let item = DeliveryItem {
            expires_at: invitations::expires_at(invitation),
            ..begun(invitee, invitation.mailing.kind, now, LeaseItem { until: Time(until), message })
        };
        let mut attributes = item::attributes("delivery", &item)?;
        attributes.remove("attempts");
        attributes.extend(key::gsi1(key::by_target(&self.secret, &invitee.target, invitation.created, invitation.id)));
        let mut names: Vec<&str> = attributes.keys().map(String::as_str).collect();
        names.sort_unstable();
        let assigned: Vec<String> = names.iter().map(|name| format!("#{name} = :{name}")).collect();
        let mut update = self
            .update(key.clone())
            .update_expression(format!("SET {} ADD attempts :one", assigned.join(", ")))
            .condition_expression(
                "attribute_not_exists(pk) OR ((attribute_not_exists(#state) OR #state = :queued \
                 OR (#state = :state AND #lease.#until <= :now)) AND (attribute_not_exists(told) OR told.mailing < :mailing))",
            )
            .expression_attribute_names("#until", "until")
            .expression_attribute_values(":queued", text("queued"))
            .expression_attribute_values(":mailing", AttributeValue::N(message.mailing.to_string()))
            .expression_attribute_values(":now", Time(now).into())
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .return_values(ReturnValue::AllNew);
        for (name, value) in attributes {
            update = update
                .expression_attribute_names(format!("#{name}"), &name)
                .expression_attribute_values(format!(":{name}"), value);
        }
        match item::guarded(update).await? {
            Guarded::Written(written) => {
                let (_, delivery) = read_delivery(written)?;
                Ok(LeaseOutcome::Taken(Lease { key, until, message, attempts: delivery.attempts }))
            }
            Guarded::Refused(held) => {
                let (_, held) = read_delivery(held.unwrap_or_default())?;
                Ok(match held.lease {
                    Some(lease) => LeaseOutcome::HeldUntil(lease.until),
                    None => LeaseOutcome::Settled,
                })
            }
        }
    }

    /// Records that SES accepted the mail.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn record_sent(&self, lease: Lease, now: Timestamp, message_id: &str) -> Result<(), StoreError> {
        let told = item::attributes("delivery", &ToldItem { at: Time(now), message: lease.message })?;
        let values = [("message_id", text(message_id)), ("told", AttributeValue::M(told))];
        self.settle(lease, DeliveryState::Sent, now, &values, &["reason"]).await
    }

    /// Records that the mail was refused for good, and why.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn record_failed(&self, lease: Lease, now: Timestamp, reason: &str) -> Result<(), StoreError> {
        self.settle(lease, DeliveryState::Failed, now, &[("reason", text(reason))], &[]).await
    }

    /// Gives the right to send back, so that the next attempt need not wait for the lease to end.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn release(&self, lease: Lease, now: Timestamp, reason: &str) -> Result<(), StoreError> {
        self.settle(lease, DeliveryState::Queued, now, &[("reason", text(reason))], &[]).await
    }

    /// Ends a lease that is still ours. If another sender took it meanwhile, what that one records counts.
    async fn settle(
        &self,
        lease: Lease,
        state: DeliveryState,
        now: Timestamp,
        set: &[(&str, AttributeValue)],
        remove: &[&str],
    ) -> Result<(), StoreError> {
        let state = item::attributes("delivery", &StateItem { state, at: Time(now) })?;
        let set: Vec<_> =
            state.into_iter().chain(set.iter().map(|(name, value)| ((*name).to_owned(), value.clone()))).collect();
        let assigned: Vec<String> = set.iter().map(|(name, _)| format!("#{name} = :{name}")).collect();
        let removed: Vec<String> = remove.iter().chain(&["lease"]).map(|name| format!("#{name}")).collect();
        let mut update = self
            .update(lease.key)
            .update_expression(format!("SET {} REMOVE {}", assigned.join(", "), removed.join(", ")))
            .condition_expression("#state = :sending AND #lease.#until = :until")
            .expression_attribute_names("#until", "until")
            .expression_attribute_names("#lease", "lease")
            .expression_attribute_values(":sending", text("sending"))
            .expression_attribute_values(":until", Time(lease.until).into());
        for name in remove {
            update = update.expression_attribute_names(format!("#{name}"), *name);
        }
        for (name, value) in set {
            update = update
                .expression_attribute_names(format!("#{name}"), &name)
                .expression_attribute_values(format!(":{name}"), value);
        }
        if !item::guarded(update).await?.is_written() {
            tracing::warn!("a lease ended before its mail was recorded; another sender has it");
        }
        Ok(())
    }
}

#[derive(Serialize)]
struct StateItem {
    state: DeliveryState,
    at: Time,
}

/// A delivery whose first or next attempt begins.
fn begun(invitee: &Invitee, kind: MailKind, now: Timestamp, lease: LeaseItem) -> DeliveryItem {
    let (email, user) = invitations::write_target(&invitee.target);
    DeliveryItem {
        email,
        user,
        role: invitee.role,
        state: Some(DeliveryState::Sending),
        at: Time(now),
        kind,
        attempts: 0,
        lease: Some(lease),
        told: None,
        message_id: None,
        reason: None,
        expires_at: 0,
    }
}

fn read_delivery(attributes: Attributes) -> Result<(InviteeTarget, Delivery), StoreError> {
    let item: DeliveryItem = item::read("delivery", attributes)?;
    let target = invitations::read_target(item.email, item.user)
        .ok_or_else(|| StoreError::corrupt("delivery", "it must have either an email or a user"))?;
    let delivery = Delivery {
        state: item.state,
        at: item.at.0,
        kind: item.kind,
        attempts: item.attempts,
        lease: item.lease.map(|LeaseItem { until: Time(until), message }| LeaseTerm { until, message }),
        told: item.told.map(|ToldItem { at: Time(at), message }| Told { message, at }),
        message_id: item.message_id,
        reason: item.reason,
    };
    Ok((target, delivery))
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}
