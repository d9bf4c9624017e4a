//! Recording of a member's last use of a space.

use jiff::Timestamp;
use spaces_model::{ErrorChain, Member, SpaceId};
use spaces_store::Store;

/// Records that a member uses a space now, with at most one write an hour. A failure is logged and does not fail the
/// request, because the next use tries to write again.
pub async fn record_use(store: &Store, space: SpaceId, member: &Member, now: Timestamp) {
    if let Err(error) = store.record_use(space, member, now).await {
        tracing::warn!(%space, error = %ErrorChain(&error), "the use of a space was not recorded");
    }
}
