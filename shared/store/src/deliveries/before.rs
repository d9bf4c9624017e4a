//! The mail before a further one that is not sent yet.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use spaces_model::{ItipMethod, MailKind, Message};

use super::item::{times, told};
use super::write::{Condition, text};
use super::{Delivery, DeliveryState};
use crate::item::{attributes, value};
use crate::time::Time;
use crate::{MailRef, Store, StoreError};

/// The state of the mail before the one that waits or is being sent. It is that of the delivery again if the further mail is not sent, and
/// SES's reports about it still count until then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    state: DeliveryState,
    at: Time,
    kind: MailKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mail: Option<Time>,
}

impl Before {
    /// Takes the mail of a delivery before a further one is begun; none while that mail waits for its own attempt, and the one
    /// before it stays.
    pub(super) fn of(delivery: &Delivery) -> Option<Self> {
        let state = match delivery.state? {
            DeliveryState::Queued => return None,
            // Its sender was killed: perhaps it was sent.
            DeliveryState::Sending => DeliveryState::Sent,
            state => state,
        };
        Some(Self {
            state,
            at: Time(delivery.at),
            kind: delivery.kind,
            reason: delivery.reason.clone(),
            mail: delivery.mail.map(Time),
        })
    }

    /// Returns whether this is the mail that a tag names.
    pub(super) fn is_of(&self, mail: &MailRef) -> bool {
        self.mail == Some(Time(mail.begun))
    }

    /// Adds the writes that make this the last mail again.
    fn restore(
        &self,
        set: &mut Vec<(&'static str, AttributeValue)>,
        gone: &mut Vec<&'static str>,
    ) -> Result<(), StoreError> {
        set.push(("state", value("delivery", &self.state)?));
        match &self.reason {
            Some(reason) => set.push(("reason", text(reason))),
            None => gone.push("reason"),
        }
        match self.mail {
            Some(mail) => set.push(("mail", mail.into())),
            None => gone.push("mail"),
        }
        Ok(())
    }

    pub(super) fn write(&self) -> Result<AttributeValue, StoreError> {
        attributes("delivery", self).map(AttributeValue::M)
    }
}

impl Store {
    /// Ends a further mail that waits and is not sent: the state is that of the mail before. With `is_forgotten`, the person
    /// counts as somebody who got no message. Returns whether the delivery still was as it was read.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn put_back(&self, delivery: &Delivery, before: &Before, is_forgotten: bool) -> Result<bool, StoreError> {
        let mut set = vec![("at", before.at.into()), ("kind", value("delivery", &before.kind)?)];
        let mut gone = vec!["before", "lease"];
        before.restore(&mut set, &mut gone)?;
        if is_forgotten {
            gone.push("told");
        }
        let unreported = [Condition::State(delivery.state), Condition::Before(before)];
        self.write_delivery(&delivery.key, delivery.version, &set, &gone, &unreported).await
    }

    /// Ends a further mail to somebody who does not want it. Except that its state is that of the mail before, the delivery is as if it
    /// had been sent: time, kind and the times of requests. Otherwise its inviter could tell that it was not. It is not begun again.
    /// Returns whether the delivery still was as it was read.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn withhold(
        &self,
        delivery: &Delivery,
        message: Message,
        kind: MailKind,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let at = delivery.next_mailing(now);
        let mut set = vec![("at", Time(at).into()), ("kind", value("delivery", &kind)?), ("refused", told(message)?)];
        let (mut gone, mut conditions) = (vec!["before", "lease"], vec![Condition::State(delivery.state)]);
        if message.method == ItipMethod::Request {
            set.push(("mailed", times(delivery.mailed_before(message).iter().copied().chain([at]))));
        }
        if let Some(sent) = delivery.reported() {
            set.push(("told", told(sent)?));
        }
        match (delivery.state, delivery.lease, &delivery.before) {
            (Some(DeliveryState::Queued), None, Some(before)) => {
                before.restore(&mut set, &mut gone)?;
                conditions.push(Condition::Before(before));
            }
            // A sender was killed after it had begun, or the release that began it kept no state of the mail before.
            (Some(DeliveryState::Queued | DeliveryState::Sending), ..) => {
                set.push(("state", value("delivery", &DeliveryState::Sent)?));
                gone.push("reason");
            }
            _ => {}
        }
        self.write_delivery(&delivery.key, delivery.version, &set, &gone, &conditions).await
    }
}
