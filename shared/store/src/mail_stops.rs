//! Addresses that must not be mailed: stopped by their receivers, bounced, or complained about.
//!
//! There is one item per address, which holds marks with times. Of two marks about the same thing, the later one
//! counts, in whatever order they are written. Nothing is deleted, so a request that is repeated late neither restores
//! nor lifts a stop. The item never expires. It contains no address, only the keyed hash in its key.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use spaces_model::{EmailAddress, UserId};

use crate::item::{self, Attributes, Guarded};
use crate::mail_received::Received;
use crate::time::Time;
use crate::{Store, StoreError, key};

/// Time for which a hard bounce stops mail, unless a later token proves the address.
const BOUNCE: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Time within which the link in a mail can lift a stop. Mails get forwarded, and their links work for two years.
const LIFTED_BY_MAIL: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Maximum number of inviters that an address stops individually. An address that stops more receives no mail at all:
/// the item is read for each mail and must stay small.
pub const MAX_STOPPED_INVITERS: usize = 100;
/// Maximum number of attempts at a write that conflicts with another one.
const MAX_ROUNDS: usize = 4;

/// A reference to an address: a keyed hash, which does not reveal the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressRef(pub(crate) String);

/// The way in which mail was stopped or a stop was lifted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StopWay {
    /// The unsubscribe button of a mail program (RFC 8058).
    OneClick,
    /// The page linked in each mail.
    Page,
    /// The signed-in owner of the address.
    SignedIn,
}

#[derive(Serialize)]
struct NewMark {
    at: Time,
    by: StopWay,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    lifted: bool,
}

/// A stop, or the mark that lifted it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct StopMark {
    at: Time,
    /// The way in which the stop was set or lifted.
    pub by: String,
    /// `true` if the mark lifts the stop before it.
    #[serde(default)]
    pub lifted: bool,
}

impl StopMark {
    /// Returns the time of the mark.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at.0
    }
}

/// Everything that may stop mail to an address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MailStops {
    /// The last mark about all mail.
    pub all: Option<StopMark>,
    /// The last mark about the mail of each inviter.
    pub inviters: BTreeMap<UserId, StopMark>,
    /// The time of the last hard bounce.
    pub bounced: Option<Timestamp>,
    /// The time of the last complaint.
    pub complained: Option<Timestamp>,
    /// The time before which no mark counts, because the operator has lifted them.
    pub cleared: Option<Timestamp>,
    pub(crate) received: Received,
}

#[derive(Deserialize)]
struct MailItem {
    all: Option<StopMark>,
    bounced: Option<Time>,
    complained: Option<Time>,
    cleared: Option<Time>,
}

impl MailStops {
    fn counts(&self, at: Timestamp) -> bool {
        self.cleared.is_none_or(|cleared| cleared < at)
    }

    fn holds(&self, mark: Option<&StopMark>) -> bool {
        mark.is_some_and(|mark| !mark.lifted && self.counts(mark.at()))
    }

    /// Returns whether the receiver has stopped all mail.
    #[must_use]
    pub fn is_all_stopped(&self) -> bool {
        self.holds(self.all.as_ref())
    }

    /// Returns whether the receiver has stopped the mail of this inviter.
    #[must_use]
    pub fn is_inviter_stopped(&self, inviter: UserId) -> bool {
        self.holds(self.inviters.get(&inviter))
    }

    /// Returns whether a complaint stops all mail, which lasts until the receiver or the operator lifts it.
    #[must_use]
    pub fn is_complained(&self) -> bool {
        let lifted = self.all.as_ref().filter(|mark| mark.lifted).map(StopMark::at);
        self.complained.is_some_and(|at| self.counts(at) && lifted.is_none_or(|lifted| lifted < at))
    }

    /// Returns whether the link in a mail may lift the stops on the mail of this inviter: there is at least one, and
    /// none is older than 30 days.
    #[must_use]
    pub fn is_lifted_by_mail(&self, inviter: UserId, now: Timestamp) -> bool {
        let marks = [self.all.as_ref(), self.inviters.get(&inviter)].into_iter().flatten();
        let stopped = marks.filter(|mark| self.holds(Some(mark))).map(StopMark::at);
        let oldest = stopped.chain(self.complained.filter(|_| self.is_complained())).min();
        oldest.is_some_and(|at| now.duration_since(at) < LIFTED_BY_MAIL)
    }

    /// Returns the time until which a bounce stops all mail, unless the address is proven after the bounce.
    #[must_use]
    pub fn bounces_until(&self, now: Timestamp) -> Option<Timestamp> {
        let at = self.bounced.filter(|at| self.counts(*at))?;
        Some(at.saturating_add(BOUNCE).unwrap_or(Timestamp::MAX)).filter(|until| *until > now)
    }
}

impl Store {
    /// Returns the reference to an address.
    #[must_use]
    pub fn address_ref(&self, address: &EmailAddress) -> AddressRef {
        AddressRef(self.secret.address(address))
    }

    /// Reads everything that may stop mail to an address.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn mail_stops(&self, address: &AddressRef) -> Result<MailStops, StoreError> {
        self.get(key::mail(&address.0)).await?.map_or_else(|| Ok(MailStops::default()), read)
    }

    /// Returns whether nothing stops the mail of this inviter to an address, given the address's stops.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn may_mail(
        &self,
        address: &EmailAddress,
        stops: &MailStops,
        inviter: UserId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        if stops.is_all_stopped() || stops.is_inviter_stopped(inviter) || stops.is_complained() {
            return Ok(false);
        }
        match stops.bounced.filter(|_| stops.bounces_until(now).is_some()) {
            None => Ok(true),
            Some(bounced) => Ok(self.proven(address).await?.is_some_and(|proven| proven > bounced)),
        }
    }

    /// Stops all mail to an address.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn stop_all_mail(&self, address: &AddressRef, by: StopWay, now: Timestamp) -> Result<(), StoreError> {
        let update = self
            .update(key::mail(&address.0))
            .update_expression("SET #all = :mark")
            // If a stop is set and lifted at the same time, the stop wins.
            .condition_expression("attribute_not_exists(#all) OR #all.#at <= :at")
            .expression_attribute_names("#all", "all")
            .expression_attribute_names("#at", "at")
            .expression_attribute_values(":mark", mark(by, false, now)?)
            .expression_attribute_values(":at", Time(now).into());
        item::guarded(update).await.map(drop)
    }

    /// Stops the mail of one inviter to an address, or all mail if the address has stopped too many inviters.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn stop_inviter(
        &self,
        address: &AddressRef,
        inviter: UserId,
        by: StopWay,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let id = inviter.to_string();
        for _ in 0..MAX_ROUNDS {
            let another = self
                .update(key::mail(&address.0))
                .update_expression("SET inviters.#id = :mark")
                .condition_expression(
                    "attribute_exists(inviters) AND (inviters.#id.#at <= :at OR attribute_not_exists(inviters.#id) AND size(inviters) < :max)",
                )
                .expression_attribute_names("#id", &id)
                .expression_attribute_names("#at", "at")
                .expression_attribute_values(":mark", mark(by, false, now)?)
                .expression_attribute_values(":at", Time(now).into())
                .expression_attribute_values(":max", AttributeValue::N(MAX_STOPPED_INVITERS.to_string()));
            match item::guarded(another).await? {
                Guarded::Written(_) => return Ok(()),
                Guarded::Refused(Some(held)) if held.contains_key("inviters") => {
                    let is_known = read(held)?.inviters.contains_key(&inviter);
                    return if is_known { Ok(()) } else { self.stop_all_mail(address, by, now).await };
                }
                Guarded::Refused(_) => {}
            }
            let first = [(id.clone(), mark(by, false, now)?)].into();
            let first = self
                .update(key::mail(&address.0))
                .update_expression("SET inviters = :first")
                .condition_expression("attribute_not_exists(inviters)")
                .expression_attribute_values(":first", AttributeValue::M(first));
            if item::guarded(first).await?.is_written() {
                return Ok(());
            }
        }
        Err(StoreError::Unavailable("the stops of an address kept changing".into()))
    }

    /// Lifts the stop of all mail and that of one inviter, and a complaint, but not a bounce.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn lift_stops(
        &self,
        address: &AddressRef,
        inviter: UserId,
        by: StopWay,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let update = |expression: &str, condition: &str| {
            self.update(key::mail(&address.0))
                .update_expression(expression)
                .condition_expression(condition)
                .expression_attribute_names("#at", "at")
                .expression_attribute_values(":at", Time(now).into())
        };
        let of_inviter = update("SET inviters.#id = :mark", "inviters.#id.#at < :at")
            .expression_attribute_names("#id", inviter.to_string())
            .expression_attribute_values(":mark", mark(by, true, now)?);
        let of_all =
            update("SET #all = :mark", "attribute_exists(pk) AND (attribute_not_exists(#all) OR #all.#at < :at)")
                .expression_attribute_names("#all", "all")
                .expression_attribute_values(":mark", mark(by, true, now)?);
        item::guarded(of_inviter).await?;
        item::guarded(of_all).await.map(drop)
    }

    /// Lifts everything that stops mail to an address, including bounces and complaints. Returns whether there was
    /// anything to lift.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn clear_stops(&self, address: &EmailAddress, now: Timestamp) -> Result<bool, StoreError> {
        // The item also exists for an address that only received mail.
        let marks = ["#all", "inviters", "bounced", "complained"].map(|mark| format!("attribute_exists({mark})"));
        let update = self
            .later(address, "cleared", now)
            .condition_expression(marks.join(" OR "))
            .expression_attribute_names("#all", "all");
        Ok(match item::guarded(update).await? {
            Guarded::Written(_) => true,
            Guarded::Refused(_) => false,
        })
    }

    /// Records a hard bounce: the address is not mailed for 90 days, or until a later token proves it.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn record_bounce(&self, address: &EmailAddress, at: Timestamp) -> Result<(), StoreError> {
        let update = self.later(address, "bounced", at);
        let update = update.condition_expression("attribute_not_exists(#mark) OR #mark < :at");
        item::guarded(update).await.map(drop)
    }

    /// Records a complaint: the address is not mailed until the complaint is lifted.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn record_complaint(&self, address: &EmailAddress, at: Timestamp) -> Result<(), StoreError> {
        let update = self.later(address, "complained", at);
        let update = update.condition_expression("attribute_not_exists(#mark) OR #mark < :at");
        item::guarded(update).await.map(drop)
    }

    fn later(&self, address: &EmailAddress, mark: &str, at: Timestamp) -> UpdateItemFluentBuilder {
        self.update(key::mail(&self.secret.address(address)))
            .update_expression("SET #mark = :at")
            .expression_attribute_names("#mark", mark)
            .expression_attribute_values(":at", Time(at).into())
    }
}

fn mark(by: StopWay, lifted: bool, now: Timestamp) -> Result<AttributeValue, StoreError> {
    item::value("mail", &NewMark { at: Time(now), by, lifted })
}

fn read(mut attributes: Attributes) -> Result<MailStops, StoreError> {
    let received = Received::read(&attributes)?;
    let inviters = match attributes.remove("inviters") {
        Some(AttributeValue::M(inviters)) => inviters,
        _ => Attributes::new(),
    };
    let mail: MailItem = item::read("mail", attributes)?;
    // A later release may store entries other than users' marks in the map.
    let inviters = inviters.into_iter().filter_map(|(id, mark)| Some((id.parse::<UserId>().ok()?, mark)));
    let inviters = inviters.map(|(id, mark)| {
        let mark = serde_dynamo::from_attribute_value(mark).map_err(|error| StoreError::corrupt("mail", error))?;
        Ok((id, mark))
    });
    Ok(MailStops {
        all: mail.all,
        inviters: inviters.collect::<Result<_, StoreError>>()?,
        bounced: mail.bounced.map(|at| at.0),
        complained: mail.complained.map(|at| at.0),
        cleared: mail.cleared.map(|at| at.0),
        received,
    })
}
