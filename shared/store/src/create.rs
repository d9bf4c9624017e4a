//! A space and its first invitation: three conditional puts, sent at once.
//!
//! The invitation is the truth. The space and its creator's membership follow from it, so whatever is missing of them can be
//! put at any time, by anybody and any number of times ([`Store::found`]).

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::{join3, try_join};
use spaces_model::{Invitation, Space};

use crate::item::Guarded;
use crate::{Store, StoreError, invitations, item, key, members, spaces};

/// What became of a request to create a space.
#[derive(Debug)]
pub enum Created {
    /// It is created now; this is the space.
    Now(Box<Space>),
    /// It was created before, under the same ids.
    Before {
        /// The invitation as it is stored.
        invitation: Box<Invitation>,
        /// The space as it is stored.
        space: Box<Space>,
    },
    /// It was created before, and its invitation has been cleaned up since.
    Forgotten,
}

impl Store {
    /// Creates the space that an invitation founds: puts the invitation, the space and the membership of its creator at once,
    /// each under the condition that there is none.
    ///
    /// A repeated request has the ids of the first one, so its puts meet the items of the first one and DynamoDB returns them.
    /// Of any number of requests at once exactly one puts the invitation; each of them puts whatever is missing of the others.
    ///
    /// A failure or a crash between the puts leaves either the invitation, from which [`Store::found`] derives the rest, or at
    /// most a space that nobody but its creator knows.
    ///
    /// # Errors
    ///
    /// [`StoreError`]. It waits for all three puts, so none is under way when it returns.
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
            (None, None) => Ok(Created::Now(Box::new(space))),
            (None, Some(held)) if invitation.founds_again(&held) => self.forget(invitation).await,
            // The space is that of an earlier request with the same key, which failed before it could put its invitation.
            (None, Some(held)) => Ok(Created::Now(Box::new(self.follow(held, invitation).await?))),
            // The request that put it again was killed before it could revoke it.
            (Some(before), Some(held)) if before.founds_again(&held) => self.forget(&before).await,
            (Some(before), held) => {
                let space = self.follow(held.unwrap_or(space), &before).await?;
                Ok(Created::Before { invitation: Box::new(before), space: Box::new(space) })
            }
        }
    }

    /// Revokes an invitation that was put again after it had been cleaned up.
    async fn forget(&self, invitation: &Invitation) -> Result<Created, StoreError> {
        self.revoke_invitation(invitation.id, invitation.created).await?;
        Ok(Created::Forgotten)
    }

    /// Puts what is missing of the space that an invitation founds, and returns the space. For an invitation into a space that
    /// was there before, it only reads that space.
    ///
    /// Nothing is ever deleted from the table, so this brings nothing back: a deleted space and a membership that has ended are
    /// there, with a mark.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn found(&self, invitation: &Invitation) -> Result<Option<Space>, StoreError> {
        let Some((founded, creator)) = invitation.founded() else { return self.space(invitation.space).await };
        let (held, member) = try_join(self.space(founded.id), self.membership(founded.id, creator.id)).await?;
        if member.is_none() {
            self.put_if_absent(members::write_member(founded.id, &creator)?).await?;
        }
        let held = match held {
            None => {
                self.put_if_absent(spaces::write_new_space(&founded)?).await?.map(spaces::read_space).transpose()?
            }
            held => held,
        };
        match held {
            // The space is that of an earlier invitation, and keeps its title.
            Some(held) if invitation.founds_again(&held) => Ok(Some(held)),
            Some(held) => self.follow(held, invitation).await.map(Some),
            None => Ok(Some(founded)),
        }
    }

    /// Gives a space the title and description of the invitation that founds it, if another request with the same key has put
    /// it with others and nobody has updated it since. Returns the space as it is then.
    async fn follow(&self, held: Space, invitation: &Invitation) -> Result<Space, StoreError> {
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
            // An admin has given the space another title meanwhile.
            Guarded::Refused(Some(now)) => spaces::read_space(now),
            Guarded::Refused(None) => Ok(held),
        }
    }
}
