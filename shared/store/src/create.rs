//! A space and its first invitation: three conditional puts, sent at once.
//!
//! The invitation is the truth. The space and its creator's membership follow from it, so whatever is missing of them can be
//! put at any time, by anybody and any number of times ([`Store::found`]).

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future;
use spaces_model::{Invitation, Space};

use crate::{Store, StoreError, invitations, item, key, members, spaces};

/// What became of a request to create a space.
#[derive(Debug)]
pub enum Created {
    /// It is created now.
    Now,
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
        let (stored, held_space, held_creator) = Box::pin(future::join3(
            self.put_if_absent(invitations::write_invitation(invitation)?),
            self.put_if_absent(spaces::write_new_space(&space)?),
            self.put_if_absent(members::write_member(space.id, &creator)?),
        ))
        .await;
        held_creator?;
        let held_space = held_space?.map(spaces::read_space).transpose()?;
        match (stored?.map(invitations::read_invitation).transpose()?, held_space) {
            (None, None) => Ok(Created::Now),
            (None, Some(held)) if invitation.founds_again(&held) => {
                self.revoke_invitation(invitation.id, invitation.created).await?;
                Ok(Created::Forgotten)
            }
            // The space is that of an earlier request with the same key, which failed before it could put its invitation.
            (None, Some(held)) => self.follow(held, invitation).await.map(|_| Created::Now),
            // The SDK repeated a put whose answer was lost.
            (Some(before), _) if before == *invitation => Ok(Created::Now),
            (Some(before), held) => {
                let space = self.follow(held.unwrap_or(space), &before).await?;
                Ok(Created::Before { invitation: Box::new(before), space: Box::new(space) })
            }
        }
    }

    /// Puts what is missing of the space that an invitation founds. For an invitation into a space that was there before, it
    /// does nothing.
    ///
    /// Nothing is ever deleted from the table, so this brings nothing back: a deleted space and a membership that has ended are
    /// there, with a mark.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn found(&self, invitation: &Invitation) -> Result<(), StoreError> {
        let Some((space, creator)) = invitation.founded() else { return Ok(()) };
        let creator = members::write_member(space.id, &creator)?;
        let (space, creator) = future::join(self.put_founded_space(&space), self.put_if_absent(creator)).await;
        space?;
        creator?;
        Ok(())
    }

    /// Makes a space follow its invitation where another request with the same key has put it, and returns what it is then.
    async fn follow(&self, held: Space, invitation: &Invitation) -> Result<Space, StoreError> {
        match invitation.founded() {
            Some((founded, _)) if is_of_another_request(&held, &founded) => {
                self.put_founded_space(&founded).await?;
                Ok(Space { title: founded.title, description: founded.description, ..held })
            }
            _ => Ok(held),
        }
    }

    /// Puts the space, or gives it its first title and description if it has others and was never updated.
    async fn put_founded_space(&self, space: &Space) -> Result<(), StoreError> {
        let Some(held) = self.put_if_absent(spaces::write_new_space(space)?).await? else { return Ok(()) };
        let held = spaces::read_space(held)?;
        if !is_of_another_request(&held, space) {
            return Ok(());
        }
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let update = self
            .update(key::space(space.id))
            .update_expression("SET #title = :title, #description = :description")
            .condition_expression("#version = :unchanged")
            .expression_attribute_names("#title", "title")
            .expression_attribute_names("#description", "description")
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":title", text(space.title.as_str()))
            .expression_attribute_values(":description", text(space.description.as_str()))
            .expression_attribute_values(":unchanged", AttributeValue::N("0".to_owned()));
        // If the condition fails, an admin has given the space another title meanwhile.
        item::guarded(update).await.map(|_| ())
    }
}

/// Returns whether a space is as another request with the same key has founded it, and nobody has updated it since.
fn is_of_another_request(held: &Space, founded: &Space) -> bool {
    held.version == 0 && (held.title != founded.title || held.description != founded.description)
}
