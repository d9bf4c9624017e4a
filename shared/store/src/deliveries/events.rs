//! SES's reports about mails that it has accepted.

use jiff::Timestamp;

use super::item::read_delivery;
use super::write::text;
use super::{Delivery, DeliveryState};
use crate::item::{Guarded, guarded, value};
use crate::time::Time;
use crate::{MailRef, Store, StoreError};

/// A report by SES about a mail that it has accepted, with SES's word for the reason. Later variants outrank earlier
/// ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailEvent<'a> {
    /// The receiver's server does not accept the mail for now, and SES keeps trying.
    Delayed,
    /// The receiver's server did not accept the mail, and SES has stopped trying. A later mail may be accepted.
    GivenUp(&'a str),
    /// The receiver's server has accepted the mail.
    Delivered,
    /// SES has accepted the mail but does not send it, because of the outcome of earlier mails to the address. The
    /// report says nothing new about the address.
    Withheld(&'a str),
    /// The receiver's server has rejected the mail permanently.
    Bounced(&'a str),
    /// The receiver has marked the mail as spam.
    Complained(&'a str),
}

/// The effect of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailEventOutcome {
    /// The report has been recorded.
    Written,
    /// The delivery already has this state or one that outranks it, or a newer mail to the person has been started
    /// since.
    Late,
    /// The delivery does not exist.
    Absent,
}

impl<'a> MailEvent<'a> {
    fn state(self) -> DeliveryState {
        match self {
            Self::Delayed | Self::GivenUp(_) => DeliveryState::Delayed,
            Self::Delivered => DeliveryState::Delivered,
            Self::Withheld(_) | Self::Bounced(_) => DeliveryState::Bounced,
            Self::Complained(_) => DeliveryState::Complained,
        }
    }

    fn reason(self) -> Option<&'a str> {
        match self {
            Self::Delayed | Self::Delivered => None,
            Self::GivenUp(reason) | Self::Withheld(reason) | Self::Bounced(reason) | Self::Complained(reason) => {
                Some(reason)
            }
        }
    }

    /// Returns the states of accepted, or possibly accepted, mails that this report outranks. They include failed
    /// mails, because a sender that was killed in an earlier attempt may have sent the mail.
    fn outranked(self) -> &'static [DeliveryState] {
        use DeliveryState::{Bounced, Delayed, Delivered, Failed, Sending, Sent};
        match self {
            Self::Delayed | Self::GivenUp(_) => &[Failed, Sending, Sent],
            Self::Delivered => &[Failed, Sending, Sent, Delayed],
            Self::Withheld(_) | Self::Bounced(_) => &[Failed, Sending, Sent, Delayed, Delivered],
            Self::Complained(_) => &[Failed, Sending, Sent, Delayed, Delivered, Bounced],
        }
    }
}

impl Store {
    /// Returns the mail that a tag identifies, or `None` if this deployment did not create the tag.
    #[must_use]
    pub fn mail_of_tag(&self, tag: &str) -> Option<MailRef> {
        self.secret.open_mail(tag)
    }

    /// Returns the tag that identifies the last mail of a delivery in SES's events, or `None` if SES has certainly not
    /// accepted it.
    #[must_use]
    pub fn mail_tag(&self, delivery: &Delivery) -> Option<String> {
        self.secret.seal_mail(&MailRef { key: delivery.key.clone(), begun: delivery.mail? })
    }

    /// Records a report by SES, unless the delivery's state outranks it. The order in which reports arrive does not
    /// matter. Reports count for the last mail to the person and, until a newer one is sent, for the mail before. The
    /// version stays the same, because a sender that holds the lease must still be able to record the outcome.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn record_mail_event(
        &self,
        mail: &MailRef,
        mail_event: MailEvent<'_>,
        at: Timestamp,
    ) -> Result<MailEventOutcome, StoreError> {
        let refused = match self.record_at("", mail, mail_event, at).await? {
            Guarded::Written(_) => return Ok(MailEventOutcome::Written),
            Guarded::Refused(None) => return Ok(MailEventOutcome::Absent),
            Guarded::Refused(Some(refused)) => read_delivery(refused)?,
        };
        if !refused.previous.is_some_and(|before| before.is_of(mail)) {
            return Ok(MailEventOutcome::Late);
        }
        if self.record_at("#before.", mail, mail_event, at).await?.is_written() {
            return Ok(MailEventOutcome::Written);
        }
        // In the meantime, the newer mail may have been ended, so that the mail before is the last one again.
        Ok(if self.record_at("", mail, mail_event, at).await?.is_written() {
            MailEventOutcome::Written
        } else {
            MailEventOutcome::Late
        })
    }

    /// Records a report in the attributes under `path`, on the condition that they belong to the mail and that the
    /// report outranks their state.
    async fn record_at(
        &self,
        path: &str,
        mail: &MailRef,
        mail_event: MailEvent<'_>,
        at: Timestamp,
    ) -> Result<Guarded, StoreError> {
        let states: Vec<String> = (0..mail_event.outranked().len()).map(|place| format!(":s{place}")).collect();
        let mut outranked = format!("{path}#state IN ({})", states.join(", "));
        if matches!(mail_event, MailEvent::GivenUp(_)) {
            // A delay with a reason is final.
            outranked = format!("{outranked} OR ({path}#state = :state AND attribute_not_exists({path}#reason))");
        }
        let reason = if mail_event.reason().is_some() {
            format!(", {path}#reason = :reason")
        } else {
            format!(" REMOVE {path}#reason")
        };
        let mut update = self
            .update(mail.key.clone())
            .update_expression(format!("SET {path}#state = :state, {path}#at = :at{reason}"))
            .condition_expression(format!("{path}#mail = :mail AND ({outranked})"))
            .expression_attribute_names("#state", "state")
            .expression_attribute_names("#at", "at")
            .expression_attribute_names("#reason", "reason")
            .expression_attribute_names("#mail", "mail")
            .expression_attribute_values(":state", value("delivery", &mail_event.state())?)
            // The next mail must be later than this one.
            .expression_attribute_values(":at", Time(at.max(mail.begun)).into())
            .expression_attribute_values(":mail", Time(mail.begun).into());
        if !path.is_empty() {
            update = update.expression_attribute_names("#before", "before");
        }
        if let Some(reason) = mail_event.reason() {
            update = update.expression_attribute_values(":reason", text(reason));
        }
        for (place, state) in states.into_iter().zip(mail_event.outranked()) {
            update = update.expression_attribute_values(place, value("delivery", state)?);
        }
        guarded(update).await
    }
}
