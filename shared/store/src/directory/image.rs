//! Users in the images of the table's stream.

use jiff::Timestamp;
use serde_dynamo::Item;
use spaces_model::{EmailAddress, UserId};

use super::{UserItem, read_user};
use crate::{Company, Store, StoreError, key};

/// The parts of a user's item from which other items of the table are derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserImage {
    /// The user.
    pub id: UserId,
    /// The name shown to others.
    pub name: Option<String>,
    /// The address that they proved last. They own it only if the address's item agrees.
    pub email: Option<EmailAddress>,
    /// The time at which the address was proven or disproven.
    pub email_proven: Option<Timestamp>,
    /// Their company.
    pub company: Option<Company>,
}

impl UserImage {
    /// Returns the address that the user had before and has lost, with the time of the loss.
    #[must_use]
    pub fn lost_since<'a>(&self, before: &'a Self) -> Option<(&'a EmailAddress, Timestamp)> {
        let lost = before.email.as_ref().filter(|address| self.email.as_ref() != Some(*address))?;
        Some((lost, self.email_proven.or(before.email_proven)?))
    }
}

impl Store {
    /// Reads a user as the stream shows them.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn user_image(&self, id: UserId) -> Result<Option<UserImage>, StoreError> {
        self.get(key::user(id)).await?.map(|item| Ok(image(read_user(item)?))).transpose()
    }
}

pub(crate) fn user_of_image(item: Item) -> Result<UserImage, StoreError> {
    read_user(item.into()).map(image)
}

fn image(user: UserItem) -> UserImage {
    let UserItem { id, name, email, email_proven, company, .. } = user;
    UserImage { id, name, email, email_proven: email_proven.map(|at| at.0), company }
}
