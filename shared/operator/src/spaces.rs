//! One space: what it is and who is in it, and deleting it.

use clap::Subcommand;
use jiff::Timestamp;
use spaces_http::Act;
use spaces_model::{Role, Settings, SpaceId, format_time};
use spaces_store::{Marking, Store};

use crate::audit::Auditor;
use crate::{OperatorError, invitations};

/// A command about a space.
#[derive(Debug, PartialEq, Eq, Subcommand)]
pub enum SpaceCommand {
    /// Shows a space, its members by role, and its invitations
    Show {
        /// The space's id
        id: SpaceId,
    },
    /// Deletes a space for good: nobody finds it any more, and its invitations admit nobody
    Delete {
        /// The space's id
        id: SpaceId,
    },
}

pub(crate) async fn run(
    command: &SpaceCommand,
    store: &Store,
    auditor: &Auditor,
    now: Timestamp,
) -> Result<String, OperatorError> {
    let unknown = || OperatorError::NotFound("space with this id".to_owned());
    match command {
        SpaceCommand::Show { id } => {
            let space = store.space(*id).await?.ok_or_else(unknown)?;
            let members = store.member_roles(*id).await?;
            let count = |role| members.iter().filter(|held| **held == role).count();
            let invitations = invitations::of_space(store, *id).await?;
            Ok(format!(
                "title        {}\ntype         {}\nstatus       {:?}\ncreated      {} by {}\nentrance     {}\nmembers      {} admins, {} \
                 members, {} guests\ninvitations  {}\n{}",
                space.title.as_str(),
                space.kind.as_str(),
                space.status,
                format_time(space.created),
                space.creator,
                entrance(&space.settings),
                count(Role::Admin),
                count(Role::Member),
                count(Role::Guest),
                invitations.len(),
                invitations::listed(&invitations, now),
            ))
        }
        SpaceCommand::Delete { id } => {
            let operator = auditor.operator()?;
            let marking = store.mark_space_deleted(*id).await?;
            if marking == Marking::Now {
                operator.has_changed_space(Act::SpaceDeleted, *id);
            }
            let text = "deleted. Nobody finds it any more, and its invitations admit nobody. Mails that wait are not sent any more, and the people who were mailed a \
                        meeting are sent its cancellation.";
            marking.exists().then(|| text.to_owned()).ok_or_else(unknown)
        }
    }
}

/// Describes who gets in.
fn entrance(settings: &Settings) -> String {
    let Settings { member_only, invited_only, password_for_all_guests, pin } = settings;
    let rules = [
        (*invited_only, "people on an invitation alone"),
        (!invited_only && *member_only, "by invitation"),
        (!invited_only && !member_only, "by invitation and by the space's id"),
        (pin.is_some(), "with a PIN for people on no invitation"),
        (pin.is_none() && *password_for_all_guests, "nobody on no invitation, for want of a PIN"),
    ];
    let that_hold: Vec<&str> = rules.into_iter().filter_map(|(holds, rule)| holds.then_some(rule)).collect();
    that_hold.join(", ")
}
