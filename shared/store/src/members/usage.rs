//! The parts of a membership that only its member changes: the last use and the preference. They do not change the
//! version, so that they never conflict with a change of the membership.

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use spaces_model::{Member, MemberId, SpaceId};

use super::{CardItem, read_member, write_card};
use crate::item::{self, Attributes, Guarded};
use crate::time::Time;
use crate::{Store, StoreError, key};

/// A preference for notifications from a space. It is stored but has no effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Notification {
    /// On or off.
    Switch(bool),
    /// A word defined by the client.
    Word(String),
}

/// A change of a member's preference for a space. `None` leaves a field unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PreferenceEdit {
    /// Pins or unpins the space.
    pub is_pinned: Option<bool>,
    /// The preference for notifications from the space.
    pub notification: Option<Notification>,
}

/// A member's preference for a space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preference {
    /// `true` if the space is pinned.
    pub is_pinned: bool,
    /// The preference for notifications from the space.
    pub notification: Option<Notification>,
}

/// The attributes of a membership that form the preference. Only a present member is in the index.
#[derive(Deserialize)]
struct PreferenceItem {
    gsi2sk: Option<String>,
    card: Option<CardItem>,
    notification: Option<Notification>,
}

impl Store {
    /// Records that a member uses a space now: one write for the first use in an hour, and nothing for later ones or
    /// for people who are not present.
    ///
    /// The write is conditional on the last use still being the one in `held`, and on the membership being in the
    /// index. So it brings nobody back who has left since `held` was read, and of concurrent uses only one is written.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn record_use(&self, space: SpaceId, held: &Member, now: Timestamp) -> Result<(), StoreError> {
        let Some(card) = held.card.used_at(now).filter(|_| held.is_present()) else { return Ok(()) };
        let [_, place] = key::by_member(held.id, card.used, space);
        let before: Vec<Time> = card.used_before.iter().copied().map(Time).collect();
        let update = self
            .update(key::member(space, held.id))
            .update_expression("SET gsi2sk = :place, #card.#at = :at, #card.#before = :before")
            .condition_expression("attribute_exists(gsi2sk) AND #card.#at = :held")
            .expression_attribute_names("#card", "card")
            .expression_attribute_names("#at", "at")
            .expression_attribute_names("#before", "before")
            .expression_attribute_values(":place", AttributeValue::S(place))
            .expression_attribute_values(":held", Time(held.card.used).into())
            .expression_attribute_values(":at", Time(card.used).into())
            .expression_attribute_values(":before", item::value("member", &before)?);
        self.update_card(space, update).await.map(drop)
    }

    /// Changes a member's preference for a space, and returns the result, or `None` if the member is not in the space.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn edit_preference(
        &self,
        space: SpaceId,
        member: MemberId,
        edit: &PreferenceEdit,
    ) -> Result<Option<Preference>, StoreError> {
        let key = key::member(space, member);
        let PreferenceEdit { is_pinned, notification } = edit;
        if is_pinned.is_none() && notification.is_none() {
            return Ok(self.get(key).await?.map(read_preference).transpose()?.flatten());
        }
        let mut update = self
            .update(key)
            .condition_expression("attribute_exists(gsi2sk) AND attribute_exists(#card)")
            .expression_attribute_names("#card", "card");
        let (mut sets, mut removes) = (Vec::new(), Vec::new());
        if let Some(is_pinned) = is_pinned {
            update = update.expression_attribute_names("#pinned", "pinned");
            if *is_pinned {
                sets.push("#card.#pinned = :pinned");
                update = update.expression_attribute_values(":pinned", AttributeValue::Bool(true));
            } else {
                removes.push("#card.#pinned");
            }
        }
        if let Some(notification) = notification {
            sets.push("#notification = :notification");
            update = update
                .expression_attribute_names("#notification", "notification")
                .expression_attribute_values(":notification", item::value("member", notification)?);
        }
        let clauses = [("SET", sets), ("REMOVE", removes)].into_iter().filter(|(_, parts)| !parts.is_empty());
        let clauses: Vec<String> = clauses.map(|(verb, parts)| format!("{verb} {}", parts.join(", "))).collect();
        let update = update.update_expression(clauses.join(" ")).return_values(ReturnValue::AllNew);
        match self.update_card(space, update).await? {
            Guarded::Written(attributes) => read_preference(attributes),
            Guarded::Refused(_) => Ok(None),
        }
    }

    /// Carries out an update that needs a card. A membership written by an earlier release has none, and gets one
    /// first.
    async fn update_card(&self, space: SpaceId, update: UpdateItemFluentBuilder) -> Result<Guarded, StoreError> {
        match item::guarded(update.clone()).await? {
            Guarded::Refused(Some(held)) if held.contains_key("gsi2sk") && !held.contains_key("card") => {
                let held = read_member(held)?;
                let card = self
                    .update(key::member(space, held.id))
                    .update_expression("SET #card = :card")
                    .condition_expression("attribute_exists(gsi2sk) AND attribute_not_exists(#card)")
                    .expression_attribute_names("#card", "card")
                    .expression_attribute_values(":card", item::value("member", &write_card(&held.card))?);
                item::guarded(card).await?;
                item::guarded(update).await
            }
            guarded => Ok(guarded),
        }
    }
}

fn read_preference(attributes: Attributes) -> Result<Option<Preference>, StoreError> {
    let PreferenceItem { gsi2sk, card, notification } = item::read("member", attributes)?;
    Ok(gsi2sk.map(|_| Preference { is_pinned: card.is_some_and(|card| card.pinned), notification }))
}
