//! One space: what it is and who is in it, and deleting it.

use jiff::Timestamp;
use spaces_model::{Role, SpaceId, format_time};
use spaces_store::Store;

use crate::{OperatorError, invitations};

/// What to do about a space.
#[derive(Debug, PartialEq, Eq)]
pub enum SpaceCommand {
    /// Show it.
    Show(SpaceId),
    /// Delete it, for good.
    Delete(SpaceId),
}

pub(crate) async fn run(command: &SpaceCommand, store: &Store, now: Timestamp) -> Result<String, OperatorError> {
    let unknown = || OperatorError::NotFound("space with this id".to_owned());
    match command {
        SpaceCommand::Show(id) => {
            let space = store.space(*id).await?.ok_or_else(unknown)?;
            let members = store.member_roles(*id).await?;
            let count = |role| members.iter().filter(|held| **held == role).count();
            let invitations = invitations::of_space(store, *id).await?;
            Ok(format!(
                "title        {}\ntype         {}\nstatus       {:?}\ncreated      {} by {}\nmembers      {} admins, {} \
                 members, {} guests\ninvitations  {}\n{}",
                space.title.as_str(),
                space.kind.as_str(),
                space.status,
                format_time(space.created),
                space.creator,
                count(Role::Admin),
                count(Role::Member),
                count(Role::Guest),
                invitations.len(),
                invitations::listed(&invitations, now),
            ))
        }
        SpaceCommand::Delete(id) => {
            let found = store.mark_space_deleted(*id).await?;
            let text = "deleted. Nobody finds it any more, and its invitations admit nobody; functions that have one in memory admit \
                        people for 5 seconds more. Mails that wait are not sent any more, and the people who were mailed a \
                        meeting are sent its cancellation.";
            found.then(|| text.to_owned()).ok_or_else(unknown)
        }
    }
}
