//! The index of a company's people, by the words of their names and addresses and by their whole names.
//!
//! A row consists only of its key and is derived from the user's item, so it is deleted rather than marked. A writer of
//! a user's words reads the user's item after writing, and writes again if it has changed. So for any number of
//! writers, in any order and with stream records of any age, each writer's last write agrees with an item that was
//! current after it, and each writer deletes the wrong rows it has put.

use std::collections::BTreeSet;

use futures_util::future::{try_join, try_join_all};
use spaces_model::{User, UserId, index_words};

use crate::key::Key;
use crate::{Store, StoreError, UserImage, key};

/// Maximum number of times a user's words are written while the user keeps changing.
const MAX_ROUNDS: usize = 8;

/// The index rows of a user, according to an image of their item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserWords(BTreeSet<Key>);

impl UserWords {
    /// Returns the words of a user. A user without a company has none, because nobody may find them.
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
    /// Puts the current words of a user, and deletes those in `before` that are no longer the user's.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; some rows may have been written by then.
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

    /// Reads the words of a user. An unknown user has none.
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
        Box::pin(delete.send()).await.map(drop).map_err(StoreError::from_sdk)
    }
}
