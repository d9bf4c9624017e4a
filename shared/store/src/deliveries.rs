//! How far each invitee's mail has come.
//!
//! The invitation says what is to be sent; these items say what has been. Only deliver-invites writes them.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use spaces_model::{Invitation, InviteId, InviteeTarget};

use crate::item;
use crate::{Store, StoreError, invitations, key};

/// The progress of one invitee's mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// How far it has come.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u32,
    /// Until when the sender that took it has it for itself.
    pub leased_until: Timestamp,
    /// The id that SES gave the mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// Why it failed for good, or the last time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// How far a mail has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryState {
    /// A sender took it; what it did with it is not known yet.
    Leased,
    /// SES took the mail.
    Sent,
    /// SES refused it for good.
    Failed,
}

/// The right to send one mail, and what to record about it.
#[derive(Debug)]
pub struct Lease {
    invite: InviteId,
    invitee: InviteeTarget,
    until: Timestamp,
    attempts: u32,
}

/// What came of asking for a lease.
#[derive(Debug)]
pub enum LeaseOutcome {
    /// It is ours.
    Taken(Lease),
    /// There is nothing left to send: it is sent, or refused for good.
    Settled(DeliveryState),
    /// Another sender has it until this time.
    HeldUntil(Timestamp),
}

impl Lease {
    /// Which attempt this is, from 1.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempts
    }
}

impl Store {
    /// The deliveries of an invitation that have begun, by their invitee.
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
        let mut by_key = HashMap::new();
        while let Some(item) = pages.next().await {
            let item = item.map_err(StoreError::of_call)?;
            let sort_key = item::text(&item, "sk").unwrap_or_default().to_owned();
            by_key.insert(sort_key, item::read::<Delivery>("delivery", item)?);
        }
        let of = |target: &InviteeTarget| by_key.get(&key::delivery(invitation.id, target).sk).cloned();
        let invitees = invitation.invitees.iter().map(|invitee| &invitee.target);
        Ok(invitees.filter_map(|target| Some((target.clone(), of(target)?))).collect())
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
        invitee: &InviteeTarget,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<LeaseOutcome, StoreError> {
        let result = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::delivery(invitation.id, invitee).attributes()))
            .update_expression(
                "SET #state = :leased, leased_until = :until, expires_at = :expires_at ADD attempts :one",
            )
            .condition_expression("attribute_not_exists(pk) OR (#state = :leased AND leased_until <= :now)")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":leased", text("leased"))
            .expression_attribute_values(":until", time(until))
            .expression_attribute_values(":now", time(now))
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .expression_attribute_values(
                ":expires_at",
                AttributeValue::N(invitations::expires_at(invitation).to_string()),
            )
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match result {
            Ok(written) => {
                let delivery: Delivery = item::read("delivery", written.attributes.unwrap_or_default())?;
                let invitee = invitee.clone();
                Ok(LeaseOutcome::Taken(Lease { invite: invitation.id, invitee, until, attempts: delivery.attempts }))
            }
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
                let held = match error.into_err() {
                    UpdateItemError::ConditionalCheckFailedException(error) => error.item.unwrap_or_default(),
                    other => return Err(StoreError::Refused(Box::new(other))),
                };
                let held: Delivery = item::read("delivery", held)?;
                Ok(match held.state {
                    DeliveryState::Leased => LeaseOutcome::HeldUntil(held.leased_until),
                    settled => LeaseOutcome::Settled(settled),
                })
            }
            Err(error) => Err(StoreError::of_call(error)),
        }
    }

    /// Records that SES took the mail.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn record_sent(&self, lease: Lease, message_id: &str) -> Result<(), StoreError> {
        let update = "SET #state = :state, message_id = :message_id REMOVE #error";
        self.settle(lease, update, [(":state", text("sent")), (":message_id", text(message_id))]).await
    }

    /// Records that SES refused the mail for good, and why.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn record_failed(&self, lease: Lease, reason: &str) -> Result<(), StoreError> {
        let update = "SET #state = :state, #error = :reason";
        self.settle(lease, update, [(":state", text("failed")), (":reason", text(reason))]).await
    }

    /// Gives the right to send back, so that the next attempt need not wait for the lease to end.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn release(&self, lease: Lease, now: Timestamp, reason: &str) -> Result<(), StoreError> {
        let update = "SET leased_until = :now, #error = :reason";
        self.settle(lease, update, [(":now", time(now)), (":reason", text(reason))]).await
    }

    /// Ends a lease that is still ours. If another sender took it meanwhile, what that one records counts.
    async fn settle(&self, lease: Lease, update: &str, values: [(&str, AttributeValue); 2]) -> Result<(), StoreError> {
        let mut request = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::delivery(lease.invite, &lease.invitee).attributes()))
            .update_expression(update)
            .condition_expression("#state = :leased AND leased_until = :until")
            .expression_attribute_names("#state", "state")
            .expression_attribute_names("#error", "error")
            .expression_attribute_values(":leased", text("leased"))
            .expression_attribute_values(":until", time(lease.until));
        for (name, value) in values {
            request = request.expression_attribute_values(name, value);
        }
        match request.send().await {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(error))
                if matches!(error.err(), UpdateItemError::ConditionalCheckFailedException(_)) =>
            {
                tracing::warn!("a lease ended before its mail was recorded; another sender has it");
                Ok(())
            }
            Err(error) => Err(StoreError::of_call(error)),
        }
    }
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

/// Times compare as texts because all are written alike: UTC with milliseconds.
fn time(time: Timestamp) -> AttributeValue {
    AttributeValue::S(spaces_model::format_time(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_compare_as_texts() {
        let text = |text: &str| time(text.parse().unwrap()).as_s().unwrap().clone();
        assert!(text("2026-01-01T00:00:00Z") < text("2026-01-01T00:00:00.001Z"));
        assert!(text("2026-01-01T00:00:00.999Z") < text("2026-01-01T00:00:01Z"));
    }
}
