//! SES's reports of mails that it has accepted.

use jiff::Timestamp;

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
            Self::Bounced(_) => DeliveryState::Bounced,
            Self::Complained(_) => DeliveryState::Complained,
        }
    }

    fn reason(self) -> Option<&'a str> {
        match self {
            Self::Delayed | Self::Delivered => None,
            Self::GivenUp(reason) | Self::Bounced(reason) | Self::Complained(reason) => Some(reason),
        }
    }

    /// Returns the states of a mail that SES has, or may have, accepted which this report outranks.
    fn outranked(self) -> &'static [DeliveryState] {
        use DeliveryState::{Bounced, Delayed, Delivered, Sending, Sent};
        match self {
            Self::Delayed | Self::GivenUp(_) => &[Sending, Sent],
            Self::Delivered => &[Sending, Sent, Delayed],
            Self::Bounced(_) => &[Sending, Sent, Delayed, Delivered],
            Self::Complained(_) => &[Sending, Sent, Delayed, Delivered, Bounced],
        }
    }
}

impl Store {
    /// Returns the mail that a tag names; none for a tag that this deployment has not made.
    #[must_use]
    pub fn mail_of_tag(&self, tag: &str) -> Option<MailRef> {
        self.secret.open_mail(tag)
    }

    /// Returns the tag by which SES's events name the last mail of a delivery; none if none has been begun.
    #[must_use]
    pub fn mail_tag(&self, delivery: &Delivery) -> Option<String> {
        self.secret.seal_mail(&MailRef { key: delivery.key.clone(), begun: delivery.mail? })
    }

    /// Records a report of SES, unless the delivery knows better: by rank, whatever the order of the reports, and for the last mail
    /// to the person alone. The version stays: a sender that has the lease must be able to record.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn note_mail(&self, mail: &MailRef, news: MailNews<'_>, at: Timestamp) -> Result<Noted, StoreError> {
        let states: Vec<String> = (0..news.outranked().len()).map(|place| format!(":s{place}")).collect();
        let mut outranked = format!("#state IN ({})", states.join(", "));
        if matches!(news, MailNews::GivenUp(_)) {
            // A delay with a reason has ended.
            outranked.push_str(" OR (#state = :state AND attribute_not_exists(#reason))");
        }
        let reason = if news.reason().is_some() { ", #reason = :reason" } else { " REMOVE #reason" };
        let mut update = self
            .update(mail.key.clone())
            .update_expression(format!("SET #state = :state, #at = :at{reason}"))
            .condition_expression(format!("#mail = :mail AND ({outranked})"))
            .expression_attribute_names("#state", "state")
            .expression_attribute_names("#at", "at")
            .expression_attribute_names("#reason", "reason")
            .expression_attribute_names("#mail", "mail")
            .expression_attribute_values(":state", value("delivery", &news.state())?)
            // SES's clock is not ours: the next mail must be later than this one.
            .expression_attribute_values(":at", Time(at.max(mail.begun)).into())
            .expression_attribute_values(":mail", Time(mail.begun).into());
        if let Some(reason) = news.reason() {
            update = update.expression_attribute_values(":reason", text(reason));
        }
        for (place, state) in states.into_iter().zip(news.outranked()) {
            update = update.expression_attribute_values(place, value("delivery", state)?);
        }
        Ok(match guarded(update).await? {
            Guarded::Written(_) => Noted::Written,
            Guarded::Refused(Some(_)) => Noted::Late,
            Guarded::Refused(None) => Noted::Absent,
        })
    }
}
