//! Revokes the invitations that a person made in a space.

use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::Timestamp;
use spaces_model::{SpaceId, UserId};

use crate::{InvitationPage, Marking, Store, StoreError};

/// Number of invitations revoked at once.
const AT_ONCE: usize = 16;
/// Maximum number of open invitations held in memory: each may take tens of kilobytes.
const IN_MEMORY: usize = 100;
/// Maximum number of searches, of up to 1,000 invitations each.
const MAX_SEARCHES: usize = 20;

impl Store {
    /// Revokes the open invitations that `maker` created or last updated in a space, newest first, and returns whether
    /// all invitations were examined. Repeating a failed call revokes the remaining ones. `revoked` is called for each
    /// revoked invitation.
    ///
    /// The invitations come from an index that may lack those of the last few seconds.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; some invitations may have been revoked by then.
    pub async fn revoke_invitations_of(
        &self,
        space: SpaceId,
        maker: UserId,
        now: Timestamp,
        revoked: impl Fn(),
    ) -> Result<bool, StoreError> {
        let mut after = None;
        for _ in 0..MAX_SEARCHES {
            let page = self.invitations_page(space, after.as_deref(), IN_MEMORY, |invitation| {
                (invitation.creator == maker || invitation.inviter.id == maker) && invitation.check_open(now).is_ok()
            });
            let InvitationPage { found, rest } = page.await?;
            after = rest.or_else(|| found.get(IN_MEMORY - 1).map(|(place, _)| place.clone()));
            stream::iter(found)
                .map(|(_, invitation)| async move { self.revoke_invitation(invitation.id, now).await })
                .buffer_unordered(AT_ONCE)
                .try_for_each(|marked| {
                    if marked == Marking::Marked {
                        revoked();
                    }
                    std::future::ready(Ok(()))
                })
                .await?;
            if after.is_none() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
