//! Revoking what somebody made in a space.

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::Timestamp;
use spaces_model::{SpaceId, UserId};

use crate::{InvitationRef, Store, StoreError, item, key};

/// The number of invitations of a space that are looked at, the newest first.
const MAX_INVITATIONS: usize = 1_000;
/// The number of invitations that are read and revoked at once.
const AT_ONCE: usize = 16;

impl Store {
    /// Revokes the open invitations that somebody made to a space, among its newest thousand. Repeating it revokes what a failure
    /// has left.
    ///
    /// The index is read eventually consistent, so an invitation of the last seconds may be missing.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; some may have been revoked by then.
    pub async fn revoke_invitations_of(&self, space: SpaceId, maker: UserId, now: Timestamp) -> Result<(), StoreError> {
        stream::iter(self.newest_invitations(space).await?)
            .map(|invite| async move {
                match self.invitation_of(&invite).await? {
                    Some(invitation) if invitation.inviter.id == maker && invitation.check_open(now).is_ok() => {
                        self.revoke_invitation(invitation.id, now).await.map(drop)
                    }
                    _ => Ok(()),
                }
            })
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await
    }

    async fn newest_invitations(&self, space: SpaceId) -> Result<Vec<InvitationRef>, StoreError> {
        let mut items = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("gsi2")
            .key_condition_expression("gsi2pk = :space AND begins_with(gsi2sk, :invite)")
            .projection_expression("pk")
            .expression_attribute_values(":space", AttributeValue::S(key::space_partition(space)))
            .expression_attribute_values(":invite", AttributeValue::S(format!("{}#", key::INVITE)))
            .scan_index_forward(false)
            .into_paginator()
            .items()
            .send();
        let mut invitations = Vec::new();
        while invitations.len() < MAX_INVITATIONS
            && let Some(item) = items.next().await
        {
            let item = item.map_err(StoreError::of_call)?;
            let hash = item::text(&item, "pk").and_then(key::hash_of_partition);
            let hash = hash.ok_or_else(|| StoreError::corrupt("invitation", "its pk is that of no invitation"))?;
            invitations.push(InvitationRef(hash.to_owned()));
        }
        Ok(invitations)
    }
}
