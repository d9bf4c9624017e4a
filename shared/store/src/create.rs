//! Creates a space and its first invitation: three conditional puts, sent at once.
//!
//! The invitation is authoritative. The space and its creator's membership are derived from it, so any caller can put
//! missing items at any time, any number of times ([`Store::found`]).

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::join3;
use spaces_model::{Invitation, Space};

use crate::item::Guarded;
use crate::{Store, StoreError, invitations, item, key, members, spaces};

/// The outcome of a request to create a space.
#[derive(Debug)]
pub enum Created {
    /// The request created this space.
    New(Box<Space>),
    /// An earlier request created the space under the same ids.
    Existing {
        /// The stored invitation.
        invitation: Box<Invitation>,
        /// The stored space.
        space: Box<Space>,
    },
    /// An earlier request created the space, and its invitation has been cleaned up since.
    CleanedUp,
}

impl Store {
    /// Creates the space that an invitation founds: puts the invitation, the space and its creator's membership at
    /// once, each on the condition that it does not exist yet.
    ///
    /// A repeated request has the same ids as the first one, so its puts fail and DynamoDB returns the existing items.
    /// Of any number of concurrent requests, exactly one puts the invitation, and each puts whatever else is missing.
    ///
    /// A failure or crash between the puts leaves either the invitation, from which [`Store::found`] derives the rest,
    /// or at most a space known only to its creator.
    ///
    /// # Errors
    ///
    /// [`StoreError`]. The call waits for all three puts, so none is in flight when it returns.
    pub async fn create(&self, invitation: &Invitation) -> Result<Created, StoreError> {
        let (space, creator) =
            invitation.founded().ok_or_else(|| StoreError::Refused("the invitation founds no space".into()))?;
        let (stored, held_space, held_creator) = join3(
            self.put_if_absent(invitations::write_invitation(invitation)?),
            self.put_if_absent(spaces::write_new_space(&space)?),
            self.put_if_absent(members::write_member(space.id, &creator)?),
        )
        .await;
        held_creator?;
        let held_space = held_space?.map(spaces::read_space).transpose()?;
        match (stored?.map(invitations::read_invitation).transpose()?, held_space) {
            (None, None) => Ok(Created::New(Box::new(space))),
            (None, Some(held)) if invitation.founds_again(&held) => self.revoke_recreated(invitation).await,
            // Another request with the same key put the space: a concurrent one, or one that failed before it put its
            // invitation.
            (None, Some(held)) => {
                let held = self.sync_first_mails(held, space.first_mails).await?;
                Ok(Created::New(Box::new(self.sync_texts(held, invitation).await?)))
            }
            // The request that recreated the invitation was killed before it could revoke it.
            (Some(before), Some(held)) if before.founds_again(&held) => self.revoke_recreated(&before).await,
            (Some(before), held) => {
                let space = self.sync_texts(held.unwrap_or(space), &before).await?;
                Ok(Created::Existing { invitation: Box::new(before), space: Box::new(space) })
            }
        }
    }

    /// Revokes an invitation that was recreated after it had been cleaned up.
    async fn revoke_recreated(&self, invitation: &Invitation) -> Result<Created, StoreError> {
        self.revoke_invitation(invitation.id, invitation.created).await?;
        Ok(Created::CleanedUp)
    }

    /// Puts whatever is missing of the space that an invitation founds, and returns the space. For an invitation into
    /// an existing space, it only reads that space.
    ///
    /// The items of spaces and memberships are never deleted, so this brings nothing back: a deleted space and an ended
    /// membership remain as marked items.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn found(&self, invitation: &Invitation) -> Result<Option<Space>, StoreError> {
        let Some((founded, creator)) = invitation.founded() else { return self.space(invitation.space).await };
        let (held, memberships) = self.space_with(founded.id, &[creator.id]).await?;
        if memberships.is_empty() {
            self.put_if_absent(members::write_member(founded.id, &creator)?).await?;
        }
        let held = match held {
            None => {
                self.put_if_absent(spaces::write_new_space(&founded)?).await?.map(spaces::read_space).transpose()?
            }
            held => held,
        };
        match held {
            // An earlier invitation founded the space, which keeps its title.
            Some(held) if invitation.founds_again(&held) => Ok(Some(held)),
            Some(held) => self.sync_texts(held, invitation).await.map(Some),
            None => Ok(Some(founded)),
        }
    }

    /// Updates the number of first mails of a space that another request with the same key put.
    async fn sync_first_mails(&self, held: Space, first_mails: u32) -> Result<Space, StoreError> {
        if held.first_mails == first_mails {
            return Ok(held);
        }
        let update = self
            .update(key::space(held.id))
            .update_expression("SET first_mails = :first_mails")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":first_mails", AttributeValue::N(first_mails.to_string()));
        item::guarded(update).await?;
        Ok(Space { first_mails, ..held })
    }

    /// Updates the title and description of a space to those of the invitation that founds it, if another request with
    /// the same key put the space with different ones and nobody has updated it since. Returns the resulting space.
    async fn sync_texts(&self, held: Space, invitation: &Invitation) -> Result<Space, StoreError> {
        let Some(founds) = &invitation.founds else { return Ok(held) };
        if invitation.founds_again(&held) {
            return Ok(held);
        }
        if held.version != 0 || (held.title == founds.title && held.description == founds.description) {
            return Ok(held);
        }
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let update = self
            .update(key::space(held.id))
            .update_expression("SET #title = :title, #description = :description")
            .condition_expression("#version = :unchanged")
            .expression_attribute_names("#title", "title")
            .expression_attribute_names("#description", "description")
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":title", text(founds.title.as_str()))
            .expression_attribute_values(":description", text(founds.description.as_str()))
            .expression_attribute_values(":unchanged", AttributeValue::N("0".to_owned()));
        match item::guarded(update).await? {
            Guarded::Written(_) => {
                Ok(Space { title: founds.title.clone(), description: founds.description.clone(), ..held })
            }
            // An admin has renamed the space in the meantime.
            Guarded::Refused(Some(now)) => spaces::read_space(now),
            Guarded::Refused(None) => Ok(held),
        }
    }
}
