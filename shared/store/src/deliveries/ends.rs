//! The ends of attempts and of mails.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use spaces_model::{ItipMethod, Message};

use super::item::{times, told, write_lease, write_meeting};
use super::write::{Condition, number, text};
use super::{Delivery, DeliveryState, Lease};
use crate::item::value;
use crate::time::Time;
use crate::{Store, StoreError};

impl Store {
    /// Records that SES accepted the message. The state stays if SES has reported more by then.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn record_sent(&self, lease: &Lease, now: Timestamp, message_id: &str) -> Result<(), StoreError> {
        let mut set = vec![("message_id", text(message_id)), ("told", told(lease.message)?)];
        let ended = ended(lease);
        let reported = set.clone();
        set.extend([("state", text("sent")), ("at", Time(now.max(lease.at)).into())]);
        let unreported = [Condition::State(Some(DeliveryState::Sending))];
        if self.write_delivery(&lease.key, lease.version, &set, ended, &unreported).await? {
            return Ok(());
        }
        self.settle(lease, &reported, ended).await
    }

    /// Records that the message was refused for good, and why.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn record_failed(&self, lease: &Lease, now: Timestamp, reason: &str) -> Result<(), StoreError> {
        let set = vec![
            ("state", text("failed")),
            ("at", Time(now.max(lease.at)).into()),
            ("refused", told(lease.message)?),
            ("reason", text(reason)),
        ];
        self.settle_unsent(lease, set, vec!["lease", "before"]).await
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

    /// Lets the message wait for its next attempt: the lease of a sender that was killed before says again that the message was perhaps sent.
    async fn requeue(&self, lease: &Lease, attempts: u32, now: Timestamp, reason: &str) -> Result<(), StoreError> {
        let mut set =
            vec![("at", Time(now.max(lease.at)).into()), ("reason", text(reason)), ("attempts", number(attempts))];
        let gone = match lease.killed {
            None => {
                set.push(("state", text("queued")));
                vec!["lease"]
            }
            Some(killed) => {
                set.push(("lease", write_lease(killed)?));
                Vec::new()
            }
        };
        self.settle_unsent(lease, set, gone).await
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
        let mut removed = vec!["lease", "before"];
        if delivery.lease.is_none() {
            // SES did not take it: what it reports is about an earlier one.
            removed.push("mail");
        }
        if is_forgotten {
            removed.push("told");
        } else if let Some(sent) = delivery.reported() {
            set.push(("told", told(sent)?));
        }
        let unreported = [Condition::State(delivery.state)];
        self.write_delivery(&delivery.key, delivery.version, &set, &removed, &unreported).await
    }

    /// Makes a sender that has read the delivery before, and what was true then, fail to take its lease. With
    /// `is_forgotten`, the person counts as somebody who got no message before. Returns whether the delivery still was as it was read.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn fence(&self, delivery: &Delivery, is_forgotten: bool) -> Result<bool, StoreError> {
        // The lease has ended. If SES has reported about its message, it stands for `told`.
        let removed: &[&str] = if is_forgotten { &["told", "lease"] } else { &[] };
        self.write_delivery(&delivery.key, delivery.version, &[], removed, &[]).await
    }

    /// Ends the attempt at a message that SES certainly did not take: what the person has is as before.
    async fn settle_unsent<'a>(
        &self,
        lease: &Lease,
        mut set: Vec<(&'a str, AttributeValue)>,
        mut gone: Vec<&'a str>,
    ) -> Result<(), StoreError> {
        if lease.mailed.is_empty() {
            gone.push("mailed");
        } else {
            set.push(("mailed", times(lease.mailed.iter().copied())));
        }
        match &lease.had_meeting {
            None => gone.push("meeting"),
            Some(meeting) => set.push(("meeting", write_meeting(meeting)?)),
        }
        if lease.killed.is_none() {
            gone.push("mail");
        }
        let unreported = [Condition::State(Some(DeliveryState::Sending))];
        if self.write_delivery(&lease.key, lease.version, &set, &gone, &unreported).await? {
            return Ok(());
        }
        // A report proves that the sender that was killed before has sent it.
        self.settle(lease, &[("told", told(lease.message)?)], ended(lease)).await
    }

    /// Ends a lease that is still ours. If another sender took it meanwhile, what that one records counts.
    async fn settle(&self, lease: &Lease, set: &[(&str, AttributeValue)], remove: &[&str]) -> Result<(), StoreError> {
        if !self.write_delivery(&lease.key, lease.version, set, remove, &[]).await? {
            tracing::warn!("a lease ended before its mail was recorded; another sender has it");
        }
        Ok(())
    }
}

/// Returns the attributes that a delivery has no more once the message of the lease was sent.
fn ended(lease: &Lease) -> &'static [&'static str] {
    if lease.message.method == ItipMethod::Cancel { &["meeting", "lease", "before"] } else { &["lease", "before"] }
}
