//! The index of a company's people: by the words of their names and addresses, and once by their whole names.
//!
//! A row of it is nothing but its key, and it is derived from the user's item. Therefore it is deleted and not marked: whoever
//! writes a user's words reads the user's item after writing, and writes again if it has changed since it was read. So of any
//! number of writers, in any order and with records of any age, the last write of each agrees with an item that was
//! current after it, and whatever is put wrongly meanwhile is deleted by the writer who put it.

use std::collections::BTreeSet;

use futures_util::future::{try_join, try_join_all};
use spaces_model::{User, UserId, index_words};

use crate::key::Key;
use crate::{Store, StoreError, UserImage, key};

/// The number of times that a user's words are written again because the user has changed meanwhile.
const MAX_ROUNDS: usize = 8;

/// The rows under which a user is found and listed, as an image of their item says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserWords(BTreeSet<Key>);

impl UserWords {
    /// Returns the words of a user. Somebody without a company has none: nobody may find them.
    #[must_use]
    pub fn of(user: &UserImage) -> Self {
        let Some(company) = &user.company else { return Self::default() };
        let words = index_words(user.name.as_deref(), user.email.as_ref());
        let name = user.name.as_deref().unwrap_or(User::NAMELESS);
        let listed = key::listed(company, name, user.id);
        Self(words.iter().map(|word| key::word(company, word, user.id)).chain([listed]).collect())
    }

    pub(crate) fn keys(self) -> impl Iterator<Item = Key> {
        self.0.into_iter()
    }
}

impl Store {
    /// Puts the words of a user as the user is now, and deletes those of `before` that are no longer the user's.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; some may have been written by then.
    pub async fn index_user(&self, user: UserId, before: &[UserWords]) -> Result<(), StoreError> {
        let mut stored: BTreeSet<Key> = before.iter().flat_map(|words| &words.0).cloned().collect();
        let mut current = self.words_of(user).await?.0;
        for _ in 0..MAX_ROUNDS {
            let puts = current.iter().map(|word| self.put_if_absent(word.clone().attributes()));
            let deletes = stored.difference(&current).map(|word| self.delete(word.clone()));
            try_join(try_join_all(puts), try_join_all(deletes)).await?;
            let now = self.words_of(user).await?.0;
            if now == current {
                return Ok(());
            }
            stored.append(&mut current);
            current = now;
        }
        Err(StoreError::Unavailable("the user kept changing".into()))
    }

    /// Reads the words of a user; of somebody who is not known, none.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn words_of(&self, user: UserId) -> Result<UserWords, StoreError> {
        Ok(self.user_image(user).await?.as_ref().map(UserWords::of).unwrap_or_default())
    }

    /// Deletes an item that is derived from another one.
    pub(crate) async fn delete(&self, key: Key) -> Result<(), StoreError> {
        let delete = self.client.delete_item().table_name(&self.table).set_key(Some(key.attributes()));
        Box::pin(delete.send()).await.map(drop).map_err(StoreError::of_call)
    }
}
