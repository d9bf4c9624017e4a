//! Revoking what somebody made in a space.

use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::Timestamp;
use spaces_model::{SpaceId, UserId};

use crate::{Store, StoreError};

/// The number of invitations that are revoked at once.
const AT_ONCE: usize = 16;

impl Store {
    /// Revokes the open invitations that somebody made to a space, among its newest thousand. Repeating it revokes what a failure
    /// has left.
    ///
    /// They are found by an index, which may lack those of the last seconds.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; some may have been revoked by then.
    pub async fn revoke_invitations_of(&self, space: SpaceId, maker: UserId, now: Timestamp) -> Result<(), StoreError> {
        let open = self.invitations_page(space, None, usize::MAX, |invitation| {
            invitation.creator == maker && invitation.check_open(now).is_ok()
        });
        stream::iter(open.await?)
            .map(|(_, invitation)| async move { self.revoke_invitation(invitation.id, now).await.map(drop) })
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await
    }
}
