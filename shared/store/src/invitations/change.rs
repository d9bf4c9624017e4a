//! Writes invitations: new ones into an existing space, and changes to stored ones.

use aws_sdk_dynamodb::types::AttributeValue;
use spaces_model::Invitation;

use super::{read_invitation, write_invitation};
use crate::item::{self, Guarded};
use crate::{InvitationRef, PersonRef, Store, StoreError, key};

/// Number of hexadecimal digits by which a resend names a person (8 bytes).
const PERSON_DIGITS: usize = 16;

/// The result of a change of an invitation.
#[derive(Debug, PartialEq, Eq)]
pub enum InvitationChange {
    /// The change is stored.
    Done,
    /// Somebody else has changed the invitation since it was read. Contains the stored invitation, if it still exists.
    Conflict(Option<Box<Invitation>>),
}

impl InvitationRef {
    /// Returns the hash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Store {
    /// Puts an invitation into an existing space. If the invitation is already stored, returns the stored one.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn invite(&self, invitation: &Invitation) -> Result<Option<Invitation>, StoreError> {
        self.put_if_absent(write_invitation(invitation)?).await?.map(read_invitation).transpose()
    }

    /// Replaces the invitation that was read, unless somebody has written it since. Each change has its own mailing, so
    /// the mailing's number is the condition. Attributes added by a later release stay.
    ///
    /// `resend_to` limits the mailing of a resend to these people.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn change_invitation(
        &self,
        held: &Invitation,
        wanted: &Invitation,
        resend_to: Option<&[PersonRef]>,
    ) -> Result<InvitationChange, StoreError> {
        let (before, mut after) = (write_invitation(held)?, write_invitation(wanted)?);
        if let (Some(people), Some(AttributeValue::M(mailing))) = (resend_to, after.get_mut("mailing")) {
            let starts = people.iter().filter_map(|person| person.0.get(..PERSON_DIGITS));
            let starts = starts.map(|start| AttributeValue::S(start.to_owned())).collect();
            mailing.insert("to".to_owned(), AttributeValue::L(starts));
        }
        let removed: Vec<String> =
            before.keys().filter(|name| !after.contains_key(*name)).map(|name| format!("#{name}")).collect();
        let changed: Vec<(String, AttributeValue)> =
            after.into_iter().filter(|(name, value)| before.get(name) != Some(value)).collect();
        let assigned: Vec<String> = changed.iter().map(|(name, _)| format!("#{name} = :{name}")).collect();
        let mut expression = format!("SET {}", assigned.join(", "));
        if !removed.is_empty() {
            expression = format!("{expression} REMOVE {}", removed.join(", "));
        }
        let mut update = self
            .update(key::invitation(held.id))
            .update_expression(expression)
            .condition_expression("#mailing.#number = :held")
            .expression_attribute_names("#mailing", "mailing")
            .expression_attribute_names("#number", "number")
            .expression_attribute_values(":held", AttributeValue::N(held.mailing.number.to_string()));
        for name in removed {
            update = update.expression_attribute_names(name.clone(), name.trim_start_matches('#'));
        }
        for (name, value) in &changed {
            update = update
                .expression_attribute_names(format!("#{name}"), name)
                .expression_attribute_values(format!(":{name}"), value.clone());
        }
        let by = match item::guarded(update).await? {
            Guarded::Written(_) => return Ok(InvitationChange::Done),
            Guarded::Refused(by) => by,
        };
        // The response to the first attempt was lost, and the SDK's retry has found what that attempt wrote.
        if by.as_ref().is_some_and(|by| changed.iter().all(|(name, value)| by.get(name) == Some(value))) {
            return Ok(InvitationChange::Done);
        }
        let by = by.map(read_invitation).transpose()?;
        Ok(InvitationChange::Conflict(by.map(Box::new)))
    }
}
