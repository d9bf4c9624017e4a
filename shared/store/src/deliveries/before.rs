//! The mail before a further one that is not sent yet.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};
use spaces_model::MailKind;

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
        let mut set = vec![
            ("state", value("delivery", &before.state)?),
            ("at", before.at.into()),
            ("kind", value("delivery", &before.kind)?),
        ];
        let mut gone = vec!["before", "lease"];
        match &before.reason {
            Some(reason) => set.push(("reason", text(reason))),
            None => gone.push("reason"),
        }
        match before.mail {
            Some(mail) => set.push(("mail", mail.into())),
            None => gone.push("mail"),
        }
        if is_forgotten {
            gone.push("told");
        }
        let unreported = [Condition::State(delivery.state), Condition::Before(before)];
        self.write_delivery(&delivery.key, delivery.version, &set, &gone, &unreported).await
    }
}
