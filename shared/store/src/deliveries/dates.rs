//! The invitees' responses: declining and joining.

use jiff::Timestamp;
use spaces_model::{Invitation, Invitee, InviteeTarget, UserId};

use super::item::write_new;
use crate::item::{self, Guarded};
use crate::key::{self, Key};
use crate::time::Time;
use crate::{InvitationRef, Store, StoreError};

impl Store {
    /// Records that an invitee has declined the invitation, unless they have already done so and have not joined since.
    /// A sender that is about to mail them a request then sends nothing, but a mail that is already being sent is still
    /// recorded.
    ///
    /// Returns whether the response is new.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn record_answer(
        &self,
        invitation: &Invitation,
        invitee: &Invitee,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let key = key::delivery(&self.secret, invitation.id, &invitee.target);
        let dated = self.date_delivery(key.clone(), "answered", IS_UNANSWERED, now).await?;
        if dated != Dated::Absent {
            return Ok(dated == Dated::Written);
        }
        // The relay has not put the delivery yet, and the response must not be lost.
        let mut unrelayed = write_new(&self.secret, invitation, invitee, now)?;
        unrelayed.insert("answered".to_owned(), Time(now).into());
        if self.put_if_absent(unrelayed).await?.is_none() {
            return Ok(true);
        }
        Ok(self.date_delivery(key, "answered", IS_UNANSWERED, now).await? == Dated::Written)
    }

    /// Records that a user has joined through an invitation, in the deliveries to their id and to the address that the
    /// directory says they own. Nothing is recorded for a target that the invitation has never named.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn record_joined(&self, invite: &InvitationRef, user: UserId, at: Timestamp) -> Result<(), StoreError> {
        let known = self.user(user).await?;
        let address = known.as_ref().and_then(|user| user.email.as_ref()?.verified());
        let targets = [Some(InviteeTarget::User(user)), address.cloned().map(InviteeTarget::Email)];
        let mut missing = Vec::new();
        for target in targets.into_iter().flatten() {
            let key = key::delivery_at(&invite.0, &self.person(&target).0);
            if self.date_delivery(key, "joined", IS_EARLIER, at).await? == Dated::Absent {
                missing.push(target);
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        // The membership may be relayed before the invitation.
        let Some(invitation) = self.invitation_of(invite).await? else { return Ok(()) };
        for invitee in invitation.invitees.iter().filter(|invitee| missing.contains(&invitee.target)) {
            let mut unrelayed = write_new(&self.secret, &invitation, invitee, at)?;
            unrelayed.insert("joined".to_owned(), Time(at).into());
            if self.put_if_absent(unrelayed).await?.is_some() {
                let key = key::delivery(&self.secret, invitation.id, &invitee.target);
                self.date_delivery(key, "joined", IS_EARLIER, at).await?;
            }
        }
        Ok(())
    }

    /// Sets a date of a delivery on a condition. The version stays the same, because a sender that holds the lease must
    /// still be able to record the outcome.
    async fn date_delivery(&self, key: Key, name: &str, condition: &str, at: Timestamp) -> Result<Dated, StoreError> {
        let update = self
            .update(key)
            .update_expression("SET #name = :at")
            .condition_expression(format!("attribute_exists(pk) AND ({condition})"))
            .expression_attribute_names("#name", name)
            .expression_attribute_values(":at", Time(at).into());
        Ok(match item::guarded(update).await? {
            Guarded::Written(_) => Dated::Written,
            Guarded::Refused(Some(_)) => Dated::Unchanged,
            Guarded::Refused(None) => Dated::Absent,
        })
    }
}

const IS_EARLIER: &str = "attribute_not_exists(joined) OR joined < :at";
const IS_UNANSWERED: &str = "attribute_not_exists(answered) OR joined > answered";

/// The result of setting a date of a delivery.
#[derive(Debug, PartialEq, Eq)]
enum Dated {
    Written,
    Unchanged,
    Absent,
}
