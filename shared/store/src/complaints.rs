//! Complaints per sender: an item for each receiver who has marked a mail of the sender as spam, and the mark that
//! stops the sender.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use spaces_model::{MailSender, UserId};

use crate::item::{self, Attributes};
use crate::mail_limits::{DAY, SENT_WITHIN, WITHIN, day, number_of};
use crate::time::Time;
use crate::{MailOrigin, MailRef, Store, StoreError, key};

/// Minimum number of complaining receivers that can stop a sender.
const TOO_MANY: usize = 3;
/// Complaints stop a sender if at least one receiver in 200 (0.5 %) complains.
const SHARE: u64 = 200;

/// The mails of a sender and the complaints about them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SenderMails {
    /// Number of people mailed in the current 24-hour window.
    pub used: u64,
    /// Start of this window.
    pub since: Option<Timestamp>,
    /// Number of people mailed within 30 days.
    pub mailed: u64,
    /// Number of receivers who have marked mails of these 30 days as spam since the operator last lifted a stop.
    pub complaints: usize,
    /// The time at which complaints stopped the sender.
    pub stopped: Option<Timestamp>,
}

impl SenderMails {
    /// Returns whether there are enough complaints to stop a person.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.complaints >= TOO_MANY && self.complaints as u64 * SHARE >= self.mailed
    }
}

#[derive(Serialize, Deserialize)]
struct ComplaintItem {
    /// The time at which sending the mail began.
    mailed: Time,
    /// The time at which the complaint was recorded.
    at: Time,
    expires_at: i64,
}

/// The marks in a sender's item.
#[derive(Default, Deserialize)]
struct Marks {
    since: Option<Time>,
    stopped: Option<Time>,
    lifted: Option<Time>,
}

impl Store {
    /// Counts a receiver's complaint about a mail, and returns the sender's mails and complaints. Each receiver counts
    /// once, no matter how many complaints they make. Too many complaints stop a person, but not a service app.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn count_complaint(
        &self,
        origin: &MailOrigin,
        mail: &MailRef,
        now: Timestamp,
    ) -> Result<SenderMails, StoreError> {
        let counts_until = mail.begun.saturating_add(SENT_WITHIN).unwrap_or(Timestamp::MAX);
        if counts_until > now {
            let update = self
                .update(key::complaint(&origin.sender, &origin.receiver.0))
                .update_expression("SET mailed = :mailed, #at = :now, expires_at = :expires_at")
                // A complaint about a mail that is already counted changes nothing.
                .condition_expression("attribute_not_exists(pk) OR mailed < :mailed")
                .expression_attribute_names("#at", "at")
                .expression_attribute_values(":mailed", Time(mail.begun).into())
                .expression_attribute_values(":now", Time(now).into())
                .expression_attribute_values(":expires_at", AttributeValue::N(counts_until.as_second().to_string()));
            item::guarded(update).await?;
        }
        let (marks, mut mails) = self.read_sender(&origin.sender, now).await?;
        if let MailSender::User(_) = origin.sender
            && mails.is_over()
            && mails.stopped.is_none()
            && self.stop_sender(&origin.sender, marks.lifted, now).await?
        {
            mails.stopped = Some(now);
        }
        Ok(mails)
    }

    /// Reads the mails of a sender and the complaints about them.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn sender_mails(&self, sender: &MailSender, now: Timestamp) -> Result<SenderMails, StoreError> {
        self.read_sender(sender, now).await.map(|(_, mails)| mails)
    }

    /// Returns whether complaints have stopped a sender. Service apps are never stopped.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn is_sender_stopped(&self, sender: &MailSender) -> Result<bool, StoreError> {
        match sender {
            MailSender::User(_) => {
                let held = self.get(key::mail_limit(sender)).await?;
                Ok(held.is_some_and(|item| item.contains_key("stopped")))
            }
            MailSender::App(_) => Ok(false),
        }
    }

    /// Lifts the stop that complaints have placed on a user. Complaints up to now no longer count. Returns whether the
    /// user was stopped.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn lift_complaints(&self, user: UserId, now: Timestamp) -> Result<bool, StoreError> {
        let kept = now.saturating_add(SENT_WITHIN + WITHIN).unwrap_or(Timestamp::MAX);
        let update = self
            .update(key::mail_limit(&MailSender::User(user)))
            .update_expression("SET lifted = :now, expires_at = :kept REMOVE stopped")
            .condition_expression("attribute_exists(stopped)")
            .expression_attribute_values(":now", Time(now).into())
            .expression_attribute_values(":kept", AttributeValue::N(kept.as_second().to_string()));
        Ok(item::guarded(update).await?.is_written())
    }

    /// Stops a sender, unless the operator has lifted a stop since `lifted` was read. The mark must not expire. Returns
    /// whether the sender was not stopped before.
    async fn stop_sender(&self, sender: &MailSender, lifted: Option<Time>, now: Timestamp) -> Result<bool, StoreError> {
        let update = self
            .update(key::mail_limit(sender))
            .update_expression("SET stopped = :now REMOVE expires_at")
            .expression_attribute_values(":now", Time(now).into());
        let update = match lifted {
            Some(lifted) => update
                .condition_expression("attribute_not_exists(stopped) AND lifted = :lifted")
                .expression_attribute_values(":lifted", lifted.into()),
            None => update.condition_expression("attribute_not_exists(stopped) AND attribute_not_exists(lifted)"),
        };
        Ok(item::guarded(update).await?.is_written())
    }

    async fn read_sender(&self, sender: &MailSender, now: Timestamp) -> Result<(Marks, SenderMails), StoreError> {
        let held = self.get(key::mail_limit(sender)).await?.unwrap_or_default();
        let marks: Marks = item::read("limit", held.clone())?;
        let complaints = self.complaints_of(sender, marks.lifted, now).await?;
        let begin = now.saturating_sub(WITHIN).unwrap_or(Timestamp::MIN);
        let since = marks.since.map(|since| since.0).filter(|since| *since > begin);
        let used = since.and_then(|_| number_of(&held, "used")).unwrap_or_default();
        let stopped = marks.stopped.map(|at| at.0);
        Ok((marks, SenderMails { used, since, mailed: mailed(&held, now), complaints, stopped }))
    }

    /// Returns the number of receivers who have marked mails of the last 30 days as spam since the operator last lifted
    /// a stop.
    async fn complaints_of(
        &self,
        sender: &MailSender,
        lifted: Option<Time>,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let begin = now.saturating_sub(SENT_WITHIN).unwrap_or(Timestamp::MIN);
        let mut pages = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :sender AND begins_with(sk, :complaint)")
            .expression_attribute_values(":sender", AttributeValue::S(key::complaint_partition(sender)))
            .expression_attribute_values(":complaint", AttributeValue::S(key::COMPLAINT.to_owned()))
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        let mut complaints = 0;
        while let Some(item) = pages.next().await {
            let complaint: ComplaintItem = item::read("complaint", item.map_err(StoreError::from_sdk)?)?;
            let is_new = lifted.is_none_or(|lifted| complaint.at.0 > lifted.0 && complaint.mailed.0 > lifted.0);
            complaints += usize::from(is_new && complaint.mailed.0 > begin);
        }
        Ok(complaints)
    }
}

/// Sums the people mailed within 30 days from the daily counts in a sender's item.
fn mailed(item: &Attributes, now: Timestamp) -> u64 {
    let first_day = day(now.saturating_sub(SENT_WITHIN).unwrap_or(Timestamp::MIN));
    let days = item.keys().filter(|name| name.starts_with(DAY) && **name >= first_day);
    days.filter_map(|name| number_of(item, name)).sum()
}
