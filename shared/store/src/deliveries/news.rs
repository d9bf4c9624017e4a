//! SES's reports of mails that it has accepted.

use jiff::Timestamp;

use super::item::read_delivery;
use super::write::text;
use super::{Delivery, DeliveryState};
use crate::item::{Guarded, guarded, value};
use crate::time::Time;
use crate::{MailRef, Store, StoreError};

/// A report of SES about a mail that it has accepted, with SES's word for the reason. In their order, later ones outrank earlier
/// ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailNews<'a> {
    /// The receiver's server does not take it for now, and SES keeps trying.
    Delayed,
    /// The receiver's server did not take it, and SES has stopped trying. Another mail may be taken.
    GivenUp(&'a str),
    /// The receiver's server has accepted it.
    Delivered,
    /// SES has accepted it and does not send it, because of what became of earlier mails to the address. The report says nothing new about
    /// the address.
    Withheld(&'a str),
    /// The receiver's server has refused it for good.
    Bounced(&'a str),
    /// The receiver has called it spam.
    Complained(&'a str),
}

/// The effect of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// The delivery has the state of the report now.
    Written,
    /// The delivery has this state or one that outranks it, or another mail to the person has been begun since.
    Late,
    /// There is no such delivery.
    Absent,
}

impl<'a> MailNews<'a> {
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

    /// Returns the states of a mail that SES has, or may have, accepted which this report outranks. A mail that failed is of these: a sender
    /// that was killed at an attempt before the last may have sent it.
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
    /// Returns the mail that a tag names; none for a tag that this deployment has not made.
    #[must_use]
    pub fn mail_of_tag(&self, tag: &str) -> Option<MailRef> {
        self.secret.open_mail(tag)
    }

    /// Returns the tag by which SES's events name the last mail of a delivery; none if SES certainly has not taken it.
    #[must_use]
    pub fn mail_tag(&self, delivery: &Delivery) -> Option<String> {
        self.secret.seal_mail(&MailRef { key: delivery.key.clone(), begun: delivery.mail? })
    }

    /// Records a report of SES, unless the delivery knows better: by rank, whatever the order of the reports, and for the last mail
    /// to the person or, while a further one is not sent, the one before. The version stays: a sender that has the lease must be able to
    /// record.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn note_mail(&self, mail: &MailRef, news: MailNews<'_>, at: Timestamp) -> Result<Noted, StoreError> {
        let refused = match self.note_at("", mail, news, at).await? {
            Guarded::Written(_) => return Ok(Noted::Written),
            Guarded::Refused(None) => return Ok(Noted::Absent),
            Guarded::Refused(Some(refused)) => read_delivery(refused)?,
        };
        if !refused.before.is_some_and(|before| before.is_of(mail)) {
            return Ok(Noted::Late);
        }
        if self.note_at("#before.", mail, news, at).await?.is_written() {
            return Ok(Noted::Written);
        }
        // Meanwhile the further mail may have been ended, and the one before is the last again.
        Ok(if self.note_at("", mail, news, at).await?.is_written() { Noted::Written } else { Noted::Late })
    }

    /// Records a report in the attributes of this path, on the condition that they are of the mail, and that it outranks their state.
    async fn note_at(
        &self,
        path: &str,
        mail: &MailRef,
        news: MailNews<'_>,
        at: Timestamp,
    ) -> Result<Guarded, StoreError> {
        let states: Vec<String> = (0..news.outranked().len()).map(|place| format!(":s{place}")).collect();
        let mut outranked = format!("{path}#state IN ({})", states.join(", "));
        if matches!(news, MailNews::GivenUp(_)) {
            // A delay with a reason has ended.
            outranked = format!("{outranked} OR ({path}#state = :state AND attribute_not_exists({path}#reason))");
        }
        let reason = if news.reason().is_some() {
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
            .expression_attribute_values(":state", value("delivery", &news.state())?)
            // The next mail must be later than this one.
            .expression_attribute_values(":at", Time(at.max(mail.begun)).into())
            .expression_attribute_values(":mail", Time(mail.begun).into());
        if !path.is_empty() {
            update = update.expression_attribute_names("#before", "before");
        }
        if let Some(reason) = news.reason() {
            update = update.expression_attribute_values(":reason", text(reason));
        }
        for (place, state) in states.into_iter().zip(news.outranked()) {
            update = update.expression_attribute_values(place, value("delivery", state)?);
        }
        guarded(update).await
    }
}
