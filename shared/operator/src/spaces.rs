//! Commands that show and delete a space.

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
    /// Deletes a space permanently: nobody can find it, and its invitations admit nobody
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
            if marking == Marking::Marked {
                operator.audit_space(Act::SpaceDeleted, *id);
            }
            let text = "deleted. Nobody can find it any more, and its invitations admit nobody. Queued mails are no longer \
                        sent, and people who were mailed a meeting are sent a cancellation.";
            marking.exists().then(|| text.to_owned()).ok_or_else(unknown)
        }
    }
}

/// Describes who may enter the space.
fn entrance(settings: &Settings) -> String {
    let Settings { member_only, invited_only, password_for_all_guests, pin } = settings;
    let rules = [
        (*invited_only, "only people named in an invitation"),
        (!invited_only && *member_only, "by invitation"),
        (!invited_only && !member_only, "by invitation and by the space's id"),
        (pin.is_some(), "with a PIN for people not named in an invitation"),
        (pin.is_none() && *password_for_all_guests, "only people named in an invitation, because no PIN is set"),
    ];
    let that_hold: Vec<&str> = rules.into_iter().filter_map(|(holds, rule)| holds.then_some(rule)).collect();
    that_hold.join(", ")
}
