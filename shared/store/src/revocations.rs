//! Revoking what somebody made in a space.

use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::Timestamp;
use spaces_model::{SpaceId, UserId};

use crate::{InvitationPage, Marking, Store, StoreError};

/// The number of invitations that are revoked at once.
const AT_ONCE: usize = 16;
/// The number of open invitations that are held in memory: one may have tens of kilobytes.
const IN_MEMORY: usize = 100;
/// The number of times that invitations are looked for, up to a thousand at a time.
const MAX_SEARCHES: usize = 20;

impl Store {
    /// Revokes the open invitations that somebody made or updated last in a space, the newest first, and returns whether it has
    /// looked at all. Repeating it revokes what a failure has left. `revoked` is called once each of them is revoked.
    ///
    /// They are found by an index, which may lack those of the last seconds.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; some may have been revoked by then.
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
                    if marked == Marking::Now {
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
