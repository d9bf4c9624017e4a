//! Memberships: who is in a space, in which role.
//!
//! A membership is never deleted. Leaving and being removed are marks in it, so that a repeated request cannot bring anybody
//! back. The space counts its admins; whatever changes their number is a transaction of the membership and the count, so that
//! the last one stays.

mod change;
mod list;
mod spaces;
mod usage;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use spaces_model::{Card, GuestId, InviteId, Member, MemberId, Role, SpaceId, SpaceKind, Standing, UserId};

use crate::item::{self, Attributes};
use crate::time::Time;
use crate::{Store, StoreError, key};

pub use list::MemberPage;
pub use spaces::{ListedSpace, SpaceFilter, SpacePage, SpacesQuery};
pub use usage::{Notification, Preference, PreferenceEdit};

/// The number of attempts to join that another change of the same membership may beat. Roles only rise by joining, and there
/// are three.
const MAX_ROUNDS: usize = 4;

#[derive(Serialize, Deserialize)]
struct MemberItem {
    // Not a flattened `WhoItem`: reading one takes a copy of all attributes, and lists read a hundred memberships.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    guest: Option<GuestId>,
    role: Role,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_set: Option<Time>,
    display_name: String,
    joined: Time,
    own_act: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    invite: Option<InviteId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    left: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<RemovedItem>,
    /// There while they are in the space.
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<CardItem>,
    version: u32,
}

/// A card, which the index has beside its keys: somebody may have a thousand of them on a page.
#[derive(Serialize, Deserialize)]
struct CardItem {
    /// The kind of the space, unless it is a group's.
    #[serde(skip_serializing_if = "Option::is_none")]
    r#type: Option<SpaceKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    with: Option<WhoItem>,
    at: Time,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    before: Vec<Time>,
    #[serde(default, skip_serializing_if = "is_false")]
    pinned: bool,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct WhoItem {
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    guest: Option<GuestId>,
}

#[derive(Serialize, Deserialize)]
struct RemovedItem {
    at: Time,
    #[serde(flatten)]
    by: WhoItem,
}

/// The invitation by which somebody comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entrance {
    /// The time of its creation or last update.
    pub made: Timestamp,
    /// True if it names the person on behalf of an admin.
    pub names_them: bool,
}

/// The result of a change of a membership.
#[derive(Debug, PartialEq, Eq)]
pub enum MemberChange {
    /// It is stored; this is the membership now.
    Done(Member),
    /// Somebody else has changed the membership since it was read; this is what they made of it, if there is one.
    Beaten(Option<Member>),
    /// The person is the only admin, and a space keeps one.
    OnlyAdmin,
}

impl Store {
    /// Reads somebody's membership of a space, whatever became of it.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn membership(&self, space: SpaceId, member: MemberId) -> Result<Option<Member>, StoreError> {
        self.get(key::member(space, member)).await?.map(read_member).transpose()
    }

    /// Makes somebody a member, raises the role of a member, or brings back somebody who has left. Returns the membership as it
    /// is afterwards, or none if the person was removed.
    ///
    /// `held` is the membership as last read. Each write has what was read as its condition, so of any number of joins at once
    /// exactly one makes the membership, and no join lowers a role that another one raised. A role that was set by hand after
    /// the invitation was made stays, also for somebody who leaves and comes back, and somebody who was removed comes back only by an invitation that was made later and
    /// names them on behalf of an admin. Somebody whom another person added is from then on a member by an act of their own; not so in a
    /// direct space, which nobody leaves: a space in common that it made would never end.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn admit(
        &self,
        space: SpaceId,
        newcomer: Member,
        held: Option<Member>,
        entrance: Entrance,
    ) -> Result<Option<Member>, StoreError> {
        let admitted = self.admit_or_raise(space, newcomer, held, entrance).await?;
        Ok(admitted.map(|(member, _)| member))
    }

    /// Does the same as [`admit`](Self::admit), and returns as well whether this has raised the role of a member.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn admit_or_raise(
        &self,
        space: SpaceId,
        newcomer: Member,
        held: Option<Member>,
        entrance: Entrance,
    ) -> Result<Option<(Member, bool)>, StoreError> {
        let Entrance { made, names_them } = entrance;
        let mut held = held;
        for _ in 0..MAX_ROUNDS {
            let wanted = match &held {
                Some(held) => match held.standing {
                    Standing::Present => {
                        let is_set_later = held.role_set.is_some_and(|set| set >= made);
                        let role = if is_set_later { held.role } else { held.role.max(newcomer.role) };
                        let own_act = held.own_act || (newcomer.own_act && held.card.kind != SpaceKind::Direct);
                        if (role, own_act) == (held.role, held.own_act) {
                            return Ok(Some((held.clone(), false)));
                        }
                        Member { role, own_act, ..held.clone() }
                    }
                    Standing::Removed { at, .. } if !names_them || made <= at => return Ok(None),
                    Standing::Left { .. } | Standing::Removed { .. } => returning(&newcomer, held, made),
                },
                None => newcomer.clone(),
            };
            match self.change(space, held.as_ref(), wanted).await? {
                MemberChange::Done(member) => {
                    let is_raised = held.is_some_and(|held| held.is_present() && held.role < member.role);
                    return Ok(Some((member, is_raised)));
                }
                MemberChange::Beaten(by) => held = by,
                MemberChange::OnlyAdmin => {
                    return Err(StoreError::Refused("joining was taken for lowering an admin".into()));
                }
            }
        }
        Err(StoreError::Unavailable("the membership kept changing".into()))
    }

    /// Makes somebody a member whom another member adds, or brings back somebody who is gone. `held` is the membership as last
    /// read.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn add_member(
        &self,
        space: SpaceId,
        newcomer: Member,
        held: Option<&Member>,
    ) -> Result<MemberChange, StoreError> {
        self.change(space, held, newcomer).await
    }

    /// Sets the role of a member by hand. Somebody who is not in the space keeps theirs.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn set_role(
        &self,
        space: SpaceId,
        held: &Member,
        role: Role,
        now: Timestamp,
    ) -> Result<MemberChange, StoreError> {
        if !held.is_present() {
            return Ok(MemberChange::Done(held.clone()));
        }
        self.change(space, Some(held), Member { role, role_set: Some(now), ..held.clone() }).await
    }

    /// Ends a membership: the person leaves, or is removed by somebody else. Somebody who has left can still be removed, so that
    /// they do not come back; apart from that, a membership that has ended stays as it ended.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn end_membership(
        &self,
        space: SpaceId,
        held: &Member,
        by: MemberId,
        now: Timestamp,
    ) -> Result<MemberChange, StoreError> {
        if held.is_over_for(by) {
            return Ok(MemberChange::Done(held.clone()));
        }
        let standing = if by == held.id { Standing::Left { at: now } } else { Standing::Removed { at: now, by } };
        self.change(space, Some(held), Member { standing, ..held.clone() }).await
    }
}

/// Returns the membership of somebody who comes back. A role that was set by hand after the invitation was made is the highest that
/// it gives them.
fn returning(newcomer: &Member, held: &Member, made: Timestamp) -> Member {
    let is_set_later = held.role_set.is_some_and(|set| set >= made);
    let role = if is_set_later { newcomer.role.min(held.role) } else { newcomer.role };
    Member { role, role_set: held.role_set, ..newcomer.clone() }
}

pub(crate) fn write_member(space: SpaceId, member: &Member) -> Result<Attributes, StoreError> {
    let mut item = attributes(space, member)?;
    item.extend(key::member(space, member.id).attributes());
    Ok(item)
}

/// Writes the attributes of a membership but for its key. Only who is present has a card, and is in the index of somebody's spaces.
fn attributes(space: SpaceId, member: &Member) -> Result<Attributes, StoreError> {
    let Member { id, role, role_set, display_name, joined, own_act, invite, standing, card, version } = member.clone();
    let (left, removed) = match standing {
        Standing::Present => (None, None),
        Standing::Left { at } => (Some(Time(at)), None),
        Standing::Removed { at, by } => (None, Some(RemovedItem { at: Time(at), by: write_who(by) })),
    };
    let WhoItem { user, guest } = write_who(id);
    let item = MemberItem {
        user,
        guest,
        role,
        role_set: role_set.map(Time),
        display_name,
        joined: Time(joined),
        own_act,
        invite,
        left,
        removed,
        card: member.is_present().then(|| write_card(&card)),
        version,
    };
    let mut attributes = item::attributes("member", &item)?;
    if member.is_present() {
        attributes.extend(key::gsi2(key::by_member(id, card.used, space)));
    }
    Ok(attributes)
}

pub(crate) fn read_member(attributes: Attributes) -> Result<Member, StoreError> {
    let item: MemberItem = item::read("member", attributes)?;
    let MemberItem { user, guest, role, role_set, display_name, joined, own_act, invite, left, removed, card, version } =
        item;
    let standing = match (left, removed) {
        (None, None) => Standing::Present,
        (Some(Time(at)), None) => Standing::Left { at },
        (_, Some(RemovedItem { at: Time(at), by })) => Standing::Removed { at, by: read_who("member", &by)? },
    };
    Ok(Member {
        id: read_who("member", &WhoItem { user, guest })?,
        role,
        role_set: role_set.map(|Time(at)| at),
        display_name,
        joined: joined.0,
        own_act,
        invite,
        standing,
        card: card.map_or_else(|| Ok(Card::new(SpaceKind::Group, joined.0)), read_card)?,
        version,
    })
}

fn write_card(card: &Card) -> CardItem {
    let Card { kind, with, used, used_before, is_pinned } = card;
    CardItem {
        r#type: (*kind != SpaceKind::Group).then_some(*kind),
        with: with.map(write_who),
        at: Time(*used),
        before: used_before.iter().copied().map(Time).collect(),
        pinned: *is_pinned,
    }
}

fn read_card(item: CardItem) -> Result<Card, StoreError> {
    let CardItem { r#type: kind, with, at, before, pinned } = item;
    Ok(Card {
        kind: kind.unwrap_or(SpaceKind::Group),
        with: with.as_ref().map(|who| read_who("member", who)).transpose()?,
        used: at.0,
        used_before: before.into_iter().map(|Time(used)| used).collect(),
        is_pinned: pinned,
    })
}

// serde hands a reference to every field.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
const fn is_false(value: &bool) -> bool {
    !*value
}

pub(crate) fn write_who(id: MemberId) -> WhoItem {
    match id {
        MemberId::User(id) => WhoItem { user: Some(id), guest: None },
        MemberId::Guest(id) => WhoItem { user: None, guest: Some(id) },
    }
}

pub(crate) fn read_who(kind: &'static str, who: &WhoItem) -> Result<MemberId, StoreError> {
    match (who.user, who.guest) {
        (Some(id), None) => Ok(MemberId::User(id)),
        (None, Some(id)) => Ok(MemberId::Guest(id)),
        _ => Err(StoreError::corrupt(kind, "it must have either a user or a guest")),
    }
}
