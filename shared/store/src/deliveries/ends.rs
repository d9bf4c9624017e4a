//! Recording the outcome of attempts and mails.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use spaces_model::{ItipMethod, Message};

use super::item::{times, write_lease, write_meeting, write_message};
use super::write::{Condition, number, text};
use super::{Delivery, DeliveryState, Lease};
use crate::item::value;
use crate::time::Time;
use crate::{Store, StoreError};

impl Store {
    /// Records that SES accepted the message. If SES has already reported more, the state stays.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn record_sent(&self, lease: &Lease, now: Timestamp, message_id: &str) -> Result<(), StoreError> {
        let mut set = vec![("message_id", text(message_id)), ("told", write_message(lease.message)?)];
        let ended = ended(lease);
        let reported = set.clone();
        set.extend([("state", text("sent")), ("at", Time(now.max(lease.at)).into())]);
        let unreported = [Condition::State(Some(DeliveryState::Sending))];
        if self.write_delivery(&lease.key, lease.version, &set, ended, &unreported).await? {
            return Ok(());
        }
        self.settle(lease, &reported, ended).await
    }

    /// Records that the message failed permanently, and the reason.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn record_failed(&self, lease: &Lease, now: Timestamp, reason: &str) -> Result<(), StoreError> {
        let set = vec![
            ("state", text("failed")),
            ("at", Time(now.max(lease.at)).into()),
            ("refused", write_message(lease.message)?),
            ("reason", text(reason)),
        ];
        self.settle_unsent(lease, set, vec!["lease", "before"]).await
    }

    /// Releases the lease after SES has reported that it did not accept the message, so that the next attempt does not
    /// have to wait until the lease expires.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn release(&self, lease: &Lease, now: Timestamp, reason: &str) -> Result<(), StoreError> {
        self.requeue(lease, lease.attempts, now, reason).await
    }

    /// Releases the lease without counting the attempt, after SES has reported that it currently accepts no mail from
    /// the account.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn release_uncounted(&self, lease: &Lease, now: Timestamp, reason: &str) -> Result<(), StoreError> {
        self.requeue(lease, lease.attempts.saturating_sub(1), now, reason).await
    }

    /// Queues the message for its next attempt. If a sender was killed before, its lease is restored, because the
    /// message may have been sent.
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

    /// Ends a mail that is queued and will not be sent, because it is given up or no longer needed. Messages covered by
    /// `refused` are not sent later either. With `forget_told`, the person counts as having received no message
    /// before. Returns whether the delivery was unchanged since it was read.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn end_delivery(
        &self,
        delivery: &Delivery,
        state: DeliveryState,
        refused: Option<Message>,
        forget_told: bool,
        now: Timestamp,
        reason: Option<&str>,
    ) -> Result<bool, StoreError> {
        let mut set = vec![("state", value("delivery", &state)?), ("at", Time(now.max(delivery.at)).into())];
        if let Some(refused) = refused {
            set.push(("refused", write_message(refused)?));
        }
        set.extend(reason.map(|reason| ("reason", text(reason))));
        let mut removed = vec!["lease", "before"];
        if delivery.lease.is_none() {
            // SES has not accepted it, so its reports are about an earlier mail.
            removed.push("mail");
        }
        if forget_told {
            removed.push("told");
        } else if let Some(sent) = delivery.reported() {
            set.push(("told", write_message(sent)?));
        }
        let unreported = [Condition::State(delivery.state)];
        self.write_delivery(&delivery.key, delivery.version, &set, &removed, &unreported).await
    }

    /// Raises the version, so that a sender that has read the delivery earlier fails to lease it. With `forget_told`,
    /// the person counts as having received no message before. Returns whether the delivery was unchanged since it was
    /// read.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn fence(&self, delivery: &Delivery, forget_told: bool) -> Result<bool, StoreError> {
        // The lease has expired. If SES has reported about its message, readers use the lease instead of `told`.
        let removed: &[&str] = if forget_told { &["told", "lease"] } else { &[] };
        self.write_delivery(&delivery.key, delivery.version, &[], removed, &[]).await
    }

    /// Ends an attempt whose message SES has certainly not accepted: what the person has received stays as before.
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
        // SES's report proves that the sender that was killed before did send it.
        self.settle(lease, &[("told", write_message(lease.message)?)], ended(lease)).await
    }

    /// Ends a lease that this sender still holds. If another sender has taken it, that sender's record counts.
    async fn settle(&self, lease: &Lease, set: &[(&str, AttributeValue)], remove: &[&str]) -> Result<(), StoreError> {
        if !self.write_delivery(&lease.key, lease.version, set, remove, &[]).await? {
            tracing::warn!("a lease expired before its mail was recorded; another sender has it");
        }
        Ok(())
    }
}

/// Returns the attributes to remove from a delivery once the message of the lease is sent.
fn ended(lease: &Lease) -> &'static [&'static str] {
    if lease.message.method == ItipMethod::Cancel { &["meeting", "lease", "before"] } else { &["lease", "before"] }
}
