//! The mail before a newer one that has not been sent yet.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use spaces_model::{ItipMethod, MailKind, Message};

use super::item::{times, write_message};
use super::write::{Condition, text};
use super::{Delivery, DeliveryState};
use crate::item::{attributes, value};
use crate::time::Time;
use crate::{MailRef, Store, StoreError};

/// The state of the mail before the one that is queued or being sent. The delivery reverts to it if the newer mail is
/// not sent; until then, SES's reports about it still count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousMail {
    state: DeliveryState,
    at: Time,
    kind: MailKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mail: Option<Time>,
}

impl PreviousMail {
    /// Captures the current mail of a delivery before a newer one is started. Returns `None` while that mail is still
    /// queued, in which case the mail before it is kept.
    pub(super) fn of(delivery: &Delivery) -> Option<Self> {
        let state = match delivery.state? {
            DeliveryState::Queued => return None,
            // Its sender was killed and may have sent it.
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
    /// Ends a newer mail that is queued and will not be sent: the delivery reverts to the state of the mail before.
    /// With `forget_told`, the person counts as having received no message. Returns whether the delivery was unchanged
    /// since it was read.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn put_back(
        &self,
        delivery: &Delivery,
        before: &PreviousMail,
        forget_told: bool,
    ) -> Result<bool, StoreError> {
        let mut set = vec![("at", before.at.into()), ("kind", value("delivery", &before.kind)?)];
        let mut gone = vec!["before", "lease"];
        before.restore(&mut set, &mut gone)?;
        if forget_told {
            gone.push("told");
        }
        let unreported = [Condition::State(delivery.state), Condition::Previous(before)];
        self.write_delivery(&delivery.key, delivery.version, &set, &gone, &unreported).await
    }

    /// Ends a newer mail to a person who does not want it. Apart from the state, which is that of the mail before, the
    /// delivery looks as if the mail had been sent (time, kind and request times), so that its inviter cannot tell. The
    /// mail is not started again. Returns whether the delivery was unchanged since it was read.
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
        let mut set =
            vec![("at", Time(at).into()), ("kind", value("delivery", &kind)?), ("refused", write_message(message)?)];
        let (mut gone, mut conditions) = (vec!["before", "lease"], vec![Condition::State(delivery.state)]);
        if message.method == ItipMethod::Request {
            set.push(("mailed", times(delivery.mailed_before(message).iter().copied().chain([at]))));
        }
        if let Some(sent) = delivery.reported() {
            set.push(("told", write_message(sent)?));
        }
        match (delivery.state, delivery.lease, &delivery.previous) {
            (Some(DeliveryState::Queued), None, Some(before)) => {
                before.restore(&mut set, &mut gone)?;
                conditions.push(Condition::Previous(before));
            }
            // A sender was killed after it had started, or the release that started the mail kept no state of the mail
            // before.
            (Some(DeliveryState::Queued | DeliveryState::Sending), ..) => {
                set.push(("state", value("delivery", &DeliveryState::Sent)?));
                gone.push("reason");
            }
            _ => {}
        }
        self.write_delivery(&delivery.key, delivery.version, &set, &gone, &conditions).await
    }
}
