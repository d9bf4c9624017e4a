//! Decides who owns an address, from a token's claims and the directory. Pure functions.

use jiff::Timestamp;
use spaces_model::{Email, EmailAddress, User};

use super::{AddressItem, UserItem};
use crate::invitations::LanguageTag;
use crate::time::Time;

/// The items to store for a user and for the address that the token proves.
pub(super) struct Plan {
    pub(super) user: UserItem,
    /// `None` if there is no such item and none is to be created.
    pub(super) address: Option<AddressItem>,
    /// `true` if the user owns the proven address once the plan is stored.
    pub(super) owns: bool,
}

/// Decides what to store. `address` is the item of the address that the token proves, if it proves one.
pub(super) fn plan(claimed: &User, user: Option<&UserItem>, address: Option<&AddressItem>, now: Timestamp) -> Plan {
    let mut wanted = with_profile(claimed, user.cloned().unwrap_or_else(|| UserItem::new(claimed.id)));
    match &claimed.email {
        Some(Email::Proven { address: proven, at }) => {
            prove(claimed, wanted, address, proven, at.map(|at| whole_seconds(at.min(now))), now)
        }
        Some(Email::Disproven { address: disproven, at }) => {
            let at = at.map(|at| whole_seconds(at.min(now)));
            if wanted.email.as_ref() == Some(disproven) && at.is_none_or(|at| is_not_before(at, wanted.email_proven)) {
                wanted.email = None;
                wanted.email_proven = at.or(wanted.email_proven);
            }
            Plan { user: wanted, address: address.cloned(), owns: false }
        }
        Some(Email::Verified(_) | Email::Unverified(_)) | None => {
            Plan { user: wanted, address: address.cloned(), owns: false }
        }
    }
}

fn prove(
    claimed: &User,
    mut user: UserItem,
    held: Option<&AddressItem>,
    address: &EmailAddress,
    at: Option<Time>,
    now: Timestamp,
) -> Plan {
    let names_it = user.email.as_ref() == Some(address);
    // An older token does not restore the previous address.
    let user_takes = names_it
        || match at {
            Some(at) => is_not_before(at, user.email_proven),
            None => user.email.is_none(),
        };
    let is_owner = held.is_some_and(|held| held.user == Some(claimed.id));
    let owner_yields = is_owner
        || held.is_none_or(|held| match (held.user, at) {
            (_, Some(at)) => is_not_before(at, Some(held.proven)),
            (Some(_), None) => false,
            (None, None) => true,
        });
    if !(user_takes && owner_yields) {
        let address = held.map(|held| match user.email_proven {
            // The address's item is older than the user's, so the address is released, as the relay does when it sees
            // that the user has another address. If it is newer, the user has taken the address since their item was
            // read, so it stays.
            Some(since) if is_owner && !names_it && held.proven.0 <= since.0 => {
                AddressItem { user: None, issuer: None, proven: since }
            }
            _ => held.clone(),
        });
        return Plan { user, address, owns: false };
    }
    let own = held.filter(|_| is_owner).map(|held| held.proven);
    let kept = if names_it { user.email_proven } else { None };
    let proven = match at {
        Some(at) => [own, kept].into_iter().flatten().fold(at, latest),
        None => own.unwrap_or_else(|| whole_seconds(now)),
    };
    if !names_it {
        user.email = Some(address.clone());
    }
    user.email_proven = Some(proven);
    let issuer = if is_owner { held.and_then(|held| held.issuer.clone()) } else { claimed.issuer.clone() };
    Plan { user, address: Some(AddressItem { user: Some(claimed.id), issuer, proven }), owns: true }
}

/// Returns the item updated with the token's claims other than the address. Missing claims leave attributes unchanged.
fn with_profile(claimed: &User, held: UserItem) -> UserItem {
    // A token with a name or an address but without an organisation says that there is none.
    let organisation = match &claimed.organisation {
        None if (claimed.email.is_none() && claimed.name.is_none()) || claimed.issuer.is_none() => held.organisation,
        claimed => claimed.clone(),
    };
    UserItem {
        name: claimed.name.clone().or(held.name),
        language: claimed.language.clone().map(LanguageTag).or(held.language),
        zone: claimed.zone.clone().or(held.zone),
        issuer: claimed.issuer.clone().or(held.issuer),
        organisation,
        ..held
    }
}

fn is_not_before(Time(at): Time, other: Option<Time>) -> bool {
    other.is_none_or(|Time(other)| at >= other)
}

fn latest(Time(one): Time, Time(other): Time) -> Time {
    Time(one.max(other))
}

/// Returns the time without its fraction of a second, because times in tokens have none.
fn whole_seconds(at: Timestamp) -> Time {
    Time(Timestamp::from_second(at.as_second()).unwrap_or(at))
}
