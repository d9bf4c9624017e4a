//! Messages from the relay to the sender: the people whose mails about an invitation need checking.
//!
//! A message only names people: the sender reads from the table which message each of them must get. It contains no
//! address and no invitation id, only the hashes used in keys.

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use spaces_model::{Invitation, InviteId, Invitee, InviteeTarget, MailKind, MailSender, SpaceId};

use crate::deliveries;
use crate::item;
use crate::{Delivery, Store, StoreError, invitations, key};

/// Maximum number of people in one message.
pub const MAX_PEOPLE: usize = 10;
/// Number of deliveries written at once.
const PUTS: usize = 32;

/// The hash of an invitation's id, under which its items are stored.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InvitationRef(pub(crate) String);

/// The keyed hash of an invitee's address or user id, under which their delivery is stored.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonRef(pub(crate) String);

/// A message from the relay to the sender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxMessage {
    /// The invitation.
    pub invite: InvitationRef,
    /// The mailing that caused the message.
    pub mailing: u32,
    /// The reason for the mailing.
    pub kind: MailKind,
    /// The people to check, at most [`MAX_PEOPLE`].
    pub people: Vec<PersonRef>,
}

impl InvitationRef {
    /// Returns the hash of an invitation's id.
    #[must_use]
    pub fn of(invitation: &Invitation) -> Self {
        Self::of_id(invitation.id)
    }

    /// Returns the hash of an id.
    #[must_use]
    pub fn of_id(id: InviteId) -> Self {
        Self(key::hash(id))
    }
}

impl Store {
    /// Returns the keyed hash of an invitee.
    #[must_use]
    pub fn person(&self, target: &InviteeTarget) -> PersonRef {
        PersonRef(self.secret.invitee(target))
    }

    /// Puts the delivery of each of these people, unless it exists.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; some deliveries may have been put by then.
    pub async fn put_deliveries(
        &self,
        invitation: &Invitation,
        people: &[Invitee],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        stream::iter(people)
            .map(|invitee| async {
                self.put_if_absent(deliveries::write_new(&self.secret, invitation, invitee, now)?).await.map(drop)
            })
            .buffer_unordered(PUTS)
            .try_collect()
            .await
    }

    /// Extends the lifetime of an invitation's deliveries to that of the invitation.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; some deliveries may have been written by then.
    pub async fn keep_deliveries(&self, invitation: &Invitation) -> Result<(), StoreError> {
        let invite = InvitationRef::of(invitation);
        let expires_at = AttributeValue::N(invitations::expires_at(invitation).to_string());
        stream::iter(self.people_of(&invite).await?)
            .map(|person| {
                let update = self
                    .update(key::delivery_at(&invite.0, &person.0))
                    .update_expression("SET expires_at = :expires_at")
                    .condition_expression("attribute_exists(pk)")
                    .expression_attribute_values(":expires_at", expires_at.clone());
                async { item::guarded(update).await.map(drop) }
            })
            .buffer_unordered(PUTS)
            .try_collect()
            .await
    }

    /// Reads the invitation whose items are stored under this hash.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn invitation_of(&self, invite: &InvitationRef) -> Result<Option<Invitation>, StoreError> {
        self.get(key::invitation_at(&invite.0)).await?.map(invitations::read_invitation).transpose()
    }

    /// Reads the items that a message names, in one round trip: the invitation, and its deliveries to these people. People
    /// without a delivery are left out, and a corrupt delivery does not hold up the others.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn named_in_message(
        &self,
        message: &OutboxMessage,
    ) -> Result<(Option<Invitation>, Vec<Result<Delivery, StoreError>>), StoreError> {
        let mut people: Vec<&PersonRef> = message.people.iter().collect();
        // DynamoDB rejects a batch that contains a key twice.
        people.sort_unstable();
        people.dedup();
        let invite = &message.invite.0;
        let deliveries = people.into_iter().map(|person| key::delivery_at(invite, &person.0));
        let items = self.items(std::iter::once(key::invitation_at(invite)).chain(deliveries)).await?;
        let (invitation, deliveries): (Vec<_>, Vec<_>) =
            items.into_iter().partition(|item| item::text(item, "sk") == Some(key::INVITE));
        let invitation = invitation.into_iter().next().map(invitations::read_invitation).transpose()?;
        Ok((invitation, deliveries.into_iter().map(deliveries::read_delivery).collect()))
    }

    /// Reads the people to whom an invitation was or will be delivered, including those who are no longer on it.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn people_of(&self, invite: &InvitationRef) -> Result<Vec<PersonRef>, StoreError> {
        let mut pages = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :invite AND begins_with(sk, :delivery)")
            .projection_expression("sk")
            .expression_attribute_values(":invite", AttributeValue::S(key::invitation_at(&invite.0).pk))
            .expression_attribute_values(":delivery", AttributeValue::S(key::DELIVERY.to_owned()))
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        let mut people = Vec::new();
        while let Some(item) = pages.next().await {
            let item = item.map_err(StoreError::from_sdk)?;
            let person = item::text(&item, "sk").and_then(|sk| sk.strip_prefix(key::DELIVERY));
            people.extend(person.map(|person| PersonRef(person.to_owned())));
        }
        Ok(people)
    }

    /// Finds the invitations of a space. The index is eventually consistent and may lack those of the last few seconds;
    /// the sender of any mail about them reads the space first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn invitations_of(&self, space: SpaceId) -> Result<Vec<InvitationRef>, StoreError> {
        let mut pages = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("gsi2")
            .key_condition_expression("gsi2pk = :space AND begins_with(gsi2sk, :invite)")
            .expression_attribute_values(":space", AttributeValue::S(key::space_partition(space)))
            .expression_attribute_values(":invite", AttributeValue::S(format!("{}#", key::INVITE)))
            .into_paginator()
            .items()
            .send();
        let mut invitations = Vec::new();
        while let Some(item) = pages.next().await {
            let item = item.map_err(StoreError::from_sdk)?;
            let hash = item::text(&item, "pk").and_then(key::hash_of_partition);
            let hash = hash.ok_or_else(|| StoreError::corrupt("invitation", "its pk names no invitation"))?;
            invitations.push(InvitationRef(hash.to_owned()));
        }
        Ok(invitations)
    }

    /// Counts mails of a sender in the current clock hour, and returns the new total.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn count_mails_this_hour(
        &self,
        sender: &MailSender,
        mails: usize,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let key = key::mail_limit(sender);
        let count = |expression: &str, condition: &str| {
            self.update(key.clone())
                .update_expression(expression)
                .condition_expression(condition)
                .expression_attribute_names("#hour", "hour")
                .expression_attribute_values(":hour", AttributeValue::S(key::hour(now)))
                .expression_attribute_values(":mails", AttributeValue::N(mails.to_string()))
                .return_values(aws_sdk_dynamodb::types::ReturnValue::AllNew)
        };
        let add = || item::guarded(count("ADD in_hour :mails", "#hour = :hour"));
        let item = match add().await? {
            item::Guarded::Written(item) => item,
            item::Guarded::Refused(_) => {
                let is_new = "attribute_not_exists(#hour) OR #hour <> :hour";
                match item::guarded(count("SET #hour = :hour, in_hour = :mails", is_new)).await? {
                    item::Guarded::Written(item) => item,
                    // Another relay has begun the hour in the meantime.
                    item::Guarded::Refused(_) => match add().await? {
                        item::Guarded::Written(item) => item,
                        item::Guarded::Refused(_) => return Ok(mails as u64),
                    },
                }
            }
        };
        let count = item.get("in_hour").and_then(|count| count.as_n().ok()).and_then(|count| count.parse().ok());
        count.ok_or_else(|| StoreError::corrupt("limit", "its in_hour is not a number"))
    }
}
