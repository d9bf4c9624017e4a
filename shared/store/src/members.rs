//! Memberships: the members of spaces and their roles.
//!
//! A membership is never deleted. Leaving and being removed are marks in it, so that a repeated request cannot bring
//! anybody back. Each space counts its admins; a change of their number is a transaction of the membership and the
//! count, so that the last admin stays.

mod change;
mod list;
mod spaces;
mod usage;

use std::collections::HashSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use spaces_model::{Card, GuestId, InviteId, Member, MemberId, Role, Space, SpaceId, SpaceKind, Standing, UserId};

use crate::item::{self, Attributes};
use crate::spaces::read_space;
use crate::time::Time;
use crate::{Store, StoreError, key};

pub use list::MemberPage;
pub use spaces::{ListedSpace, SpaceFilter, SpacePage, SpacesQuery};
pub use usage::{Notification, Preference, PreferenceEdit};

/// Maximum number of attempts to join when the same membership changes concurrently. Joining only raises roles, and
/// there are three.
const MAX_ROUNDS: usize = 4;

#[derive(Serialize, Deserialize)]
struct MemberItem {
    // Not a flattened `MemberIdItem`: serde copies all attributes to read a flattened field, and lists read a hundred
    // memberships.
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
    /// Present while they are in the space.
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<CardItem>,
    version: u32,
}

/// The data that a member's list of spaces filters and sorts by. The index projects it, so it must stay small: a query
/// may read a thousand of them.
#[derive(Serialize, Deserialize)]
struct CardItem {
    /// The kind of the space, unless it is a group space.
    #[serde(skip_serializing_if = "Option::is_none")]
    r#type: Option<SpaceKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    with: Option<MemberIdItem>,
    at: Time,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    before: Vec<Time>,
    #[serde(default, skip_serializing_if = "is_false")]
    pinned: bool,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct MemberIdItem {
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    guest: Option<GuestId>,
}

#[derive(Serialize, Deserialize)]
struct RemovedItem {
    at: Time,
    #[serde(flatten)]
    by: MemberIdItem,
}

/// The invitation through which a person enters a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entrance {
    /// The time of its creation or last update.
    pub made: Timestamp,
    /// `true` if it names the person on behalf of an admin.
    pub names_them: bool,
}

/// The result of a change of a membership.
#[derive(Debug, PartialEq, Eq)]
pub enum MemberChange {
    /// The change is stored. Contains the new membership.
    Done(Member),
    /// Somebody else has changed the membership since it was read. Contains the stored membership, if there is one.
    Conflict(Option<Member>),
    /// The person is the only admin, and a space must keep one.
    OnlyAdmin,
}

impl Store {
    /// Reads a membership of a space, including one that has ended.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn membership(&self, space: SpaceId, member: MemberId) -> Result<Option<Member>, StoreError> {
        self.get(key::member(space, member)).await?.map(read_member).transpose()
    }

    /// Reads a space and the memberships of these people in it, in one round trip. Includes memberships that have
    /// ended.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn space_with(
        &self,
        space: SpaceId,
        people: &[MemberId],
    ) -> Result<(Option<Space>, Vec<Member>), StoreError> {
        // DynamoDB rejects a batch that contains a key twice.
        let people: HashSet<MemberId> = people.iter().copied().collect();
        let keys = people.iter().map(|member| key::member(space, *member)).chain([key::space(space)]);
        let (mut found, mut members) = (None, Vec::with_capacity(people.len()));
        for item in self.items(keys).await? {
            if item::text(&item, "sk") == Some(key::SPACE) {
                found = Some(read_space(item)?);
            } else {
                members.push(read_member(item)?);
            }
        }
        Ok((found, members))
    }

    /// Makes a person a member, raises the role of a member, or brings back a member who has left. Returns the
    /// resulting membership, or `None` if the person was removed and cannot come back this way.
    ///
    /// `held` is the membership as last read. Each write is conditional on it, so of any number of concurrent joins
    /// exactly one creates the membership, and no join lowers a role that another one raised. A role that was set by
    /// hand after the invitation was made stays, even if the person leaves and comes back. A person who was removed
    /// comes back only through an invitation that was made later and names them on behalf of an admin. A person whom
    /// somebody else added becomes a member by their own act, except in a direct space: nobody leaves one, so the two
    /// would share a space forever.
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

    /// Does the same as [`admit`](Self::admit), and also returns whether this raised the role of a member.
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
                MemberChange::Conflict(by) => held = by,
                MemberChange::OnlyAdmin => {
                    return Err(StoreError::Refused("joining must not lower an admin".into()));
                }
            }
        }
        Err(StoreError::Unavailable("the membership kept changing".into()))
    }

    /// Adds a person on behalf of another member, or brings back a person who has left or was removed. `held` is the
    /// membership as last read.
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

    /// Sets the role of a member by hand. The role of a person who is not in the space stays unchanged.
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

    /// Ends a membership: the person leaves or is removed by somebody else. A person who has left can still be removed,
    /// so that they cannot come back; apart from that, an ended membership stays as it is.
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

/// Returns the membership of a person who comes back. A role that was set by hand after the invitation was made is the
/// highest role they can get.
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

/// Serializes the attributes of a membership, without its key. Only a present member has a card and is in the index of
/// their spaces.
fn attributes(space: SpaceId, member: &Member) -> Result<Attributes, StoreError> {
    let Member { id, role, role_set, display_name, joined, own_act, invite, standing, card, version } = member.clone();
    let (left, removed) = match standing {
        Standing::Present => (None, None),
        Standing::Left { at } => (Some(Time(at)), None),
        Standing::Removed { at, by } => (None, Some(RemovedItem { at: Time(at), by: write_member_id(by) })),
    };
    let MemberIdItem { user, guest } = write_member_id(id);
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
        (_, Some(RemovedItem { at: Time(at), by })) => Standing::Removed { at, by: read_member_id("member", &by)? },
    };
    Ok(Member {
        id: read_member_id("member", &MemberIdItem { user, guest })?,
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
        with: with.map(write_member_id),
        at: Time(*used),
        before: used_before.iter().copied().map(Time).collect(),
        pinned: *is_pinned,
    }
}

fn read_card(item: CardItem) -> Result<Card, StoreError> {
    let CardItem { r#type: kind, with, at, before, pinned } = item;
    Ok(Card {
        kind: kind.unwrap_or(SpaceKind::Group),
        with: with.as_ref().map(|who| read_member_id("member", who)).transpose()?,
        used: at.0,
        used_before: before.into_iter().map(|Time(used)| used).collect(),
        is_pinned: pinned,
    })
}

// serde passes a reference to every field.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
const fn is_false(value: &bool) -> bool {
    !*value
}

pub(crate) fn write_member_id(id: MemberId) -> MemberIdItem {
    match id {
        MemberId::User(id) => MemberIdItem { user: Some(id), guest: None },
        MemberId::Guest(id) => MemberIdItem { user: None, guest: Some(id) },
    }
}

pub(crate) fn read_member_id(kind: &'static str, who: &MemberIdItem) -> Result<MemberId, StoreError> {
    match (who.user, who.guest) {
        (Some(id), None) => Ok(MemberId::User(id)),
        (None, Some(id)) => Ok(MemberId::Guest(id)),
        _ => Err(StoreError::corrupt(kind, "it must have either a user or a guest")),
    }
}
