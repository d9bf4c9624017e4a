//! Users whom the operator has blocked. The mark is part of the user's item.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use spaces_model::UserId;

use crate::time::Time;
use crate::{Store, StoreError, item, key};

/// The part of a user's item that says whether they are blocked.
#[derive(Deserialize)]
struct BlockedItem {
    blocked: Option<Block>,
}

/// The operator's mark in a user's item.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Block {
    at: Time,
}

impl Store {
    /// Returns the time at which a user was blocked, or `None` if they are not blocked.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn blocked_at(&self, user: UserId) -> Result<Option<Timestamp>, StoreError> {
        let item = self.get(key::user(user)).await?;
        let marked = item.map(|item| item::read::<BlockedItem>("user", item)).transpose()?;
        Ok(marked.and_then(|user| user.blocked).map(|block| block.at.0))
    }

    /// Blocks a user, known or not, and returns whether they were not blocked before. Blocking a blocked user keeps the
    /// original time.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn block(&self, user: UserId, now: Timestamp) -> Result<bool, StoreError> {
        let update = self
            .update(key::user(user))
            .update_expression("SET id = :id, #blocked = :block")
            .condition_expression("attribute_not_exists(#blocked)")
            .expression_attribute_names("#blocked", "blocked")
            .expression_attribute_values(":id", AttributeValue::S(user.to_string()))
            .expression_attribute_values(":block", item::value("user", &Block { at: Time(now) })?);
        Ok(item::guarded(update).await?.is_written())
    }

    /// Unblocks a user, and returns whether they were blocked.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn unblock(&self, user: UserId) -> Result<bool, StoreError> {
        let update = self
            .update(key::user(user))
            .update_expression("REMOVE #blocked")
            .condition_expression("attribute_exists(#blocked)")
            .expression_attribute_names("#blocked", "blocked");
        Ok(item::guarded(update).await?.is_written())
    }
}
