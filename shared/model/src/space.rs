//! Spaces and their members.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Card, Description, GuestId, InviteId, Role, ServiceAppId, SpaceId, Title, UserId};

/// A group chat and meeting room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Space {
    /// The space's id.
    pub id: SpaceId,
    /// The kind of space.
    pub kind: SpaceKind,
    /// The title.
    pub title: Title,
    /// The description.
    pub description: Description,
    /// The status.
    pub status: SpaceStatus,
    /// The user who created the space, or for whom a service app created it.
    pub creator: UserId,
    /// The service app that created the space for the creator.
    pub acted_by: Option<ServiceAppId>,
    /// The time of creation.
    pub created: Timestamp,
    /// The settings that decide who gets in.
    pub settings: Settings,
    /// The two members of a direct space, sorted; none for other kinds of space.
    pub between: Option<[MemberId; 2]>,
    /// Number of people mailed by the invitation that created the space, as first stored.
    pub first_mails: u32,
    /// Number of changes to the title, description, status and settings.
    pub version: u32,
}

impl Space {
    /// Creates the direct space of two people. Its own title is never shown: each of the two sees the other's name.
    #[must_use]
    pub fn direct(id: SpaceId, creator: UserId, other: MemberId, now: Timestamp) -> Self {
        let mut between = [MemberId::User(creator), other];
        between.sort_unstable();
        Self { between: Some(between), ..Self::permanent(id, SpaceKind::Direct, "Direct", creator, true, now) }
    }

    /// Creates the meeting room of a person. Its initial title is their name.
    #[must_use]
    pub fn personal(id: SpaceId, owner: UserId, name: &str, member_only: bool, now: Timestamp) -> Self {
        Self::permanent(id, SpaceKind::Personal, name, owner, member_only, now)
    }

    /// Creates a direct space or a meeting room.
    fn permanent(
        id: SpaceId,
        kind: SpaceKind,
        title: &str,
        creator: UserId,
        member_only: bool,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            kind,
            title: Title::from_name(title),
            description: Description::default(),
            status: SpaceStatus::Active,
            creator,
            acted_by: None,
            created: now,
            settings: Settings::of_new_space(member_only),
            between: None,
            first_mails: 0,
            version: 0,
        }
    }

    /// Creates a membership that begins now and does not come from an invitation.
    #[must_use]
    pub fn member(&self, id: MemberId, role: Role, display_name: &str, own_act: bool, now: Timestamp) -> Member {
        Member {
            id,
            role,
            role_set: None,
            display_name: display_name.to_owned(),
            joined: now,
            own_act,
            invite: None,
            standing: Standing::Present,
            card: self.other_than(id).map_or_else(|| Card::new(self.kind, now), |other| Card::direct(other, now)),
            version: 0,
        }
    }

    /// Returns the other member of a direct space; none for other kinds of space, or if `member` is neither of the two.
    #[must_use]
    pub fn other_than(&self, member: MemberId) -> Option<MemberId> {
        match self.between {
            Some([one, other]) if one == member => Some(other),
            Some([one, other]) if other == member => Some(one),
            _ => None,
        }
    }

    /// Returns the title as a member sees it: in a direct space the name of the other member, taken from `members`,
    /// else the space's own title.
    #[must_use]
    pub fn title_for<'a>(&'a self, member: MemberId, members: impl IntoIterator<Item = &'a Member>) -> &'a str {
        let other = self.other_than(member);
        let other = other.and_then(|other| members.into_iter().find(|member| member.id == other));
        other.map_or(self.title.as_str(), |other| &other.display_name)
    }

    /// Returns whether a person's membership is permanent, as it is for both members of a direct space and for the
    /// owner of a meeting room. Nobody can end such a membership or change its role.
    #[must_use]
    pub fn has_permanent_member(&self, member: MemberId) -> bool {
        match self.kind {
            SpaceKind::Group => false,
            SpaceKind::Direct => true,
            SpaceKind::Personal => member == MemberId::User(self.creator),
        }
    }
}

/// The settings of a space that decide who gets in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// True if nobody can join with the space's id alone.
    pub member_only: bool,
    /// True if nobody but members and invitees gets in.
    pub invited_only: bool,
    /// True if everybody who is neither a member nor an invitee needs the PIN. If no PIN is set, they do not get in.
    pub password_for_all_guests: bool,
    /// The PIN needed by people who are neither members nor invitees.
    pub pin: Option<PinHash>,
}

impl Settings {
    /// Returns the settings of a new space.
    #[must_use]
    pub const fn of_new_space(member_only: bool) -> Self {
        Self { member_only, invited_only: false, password_for_all_guests: false, pin: None }
    }

    /// Returns whether people who are neither members nor invitees need a password.
    #[must_use]
    pub const fn wants_password(&self) -> bool {
        self.password_for_all_guests || self.pin.is_some()
    }
}

/// The keyed hash of a space's PIN.
#[derive(Clone, PartialEq, Eq)]
pub struct PinHash([u8; 32]);

impl PinHash {
    /// Wraps a hash.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the hash.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Omits the hash.
impl fmt::Debug for PinHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PinHash").finish_non_exhaustive()
    }
}

/// The kind of a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SpaceKind {
    /// A space that people are invited to.
    Group,
    /// A space of exactly two people. Each pair has at most one.
    Direct,
    /// Somebody's own meeting room.
    Personal,
}

impl SpaceKind {
    /// Returns the kind as the wire spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Direct => "direct",
            Self::Personal => "personal",
        }
    }
}

/// The status of a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SpaceStatus {
    /// In use.
    #[default]
    Active,
    /// Closed to newcomers and to changes, until it is unarchived.
    Archived,
    /// Deleted. The item is kept, so that nothing can create the space a second time.
    Deleted,
}

impl SpaceStatus {
    /// Returns the status as the wire represents it.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Active => 0,
            Self::Archived => 1,
            Self::Deleted => 2,
        }
    }
}

/// The id of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MemberId {
    /// A person with an account.
    User(UserId),
    /// A person without an account.
    Guest(GuestId),
}

impl MemberId {
    /// Parses the id of a member of this kind. The kind is matched ignoring case.
    #[must_use]
    pub fn parse(kind: &str, id: &str) -> Option<Self> {
        if kind.eq_ignore_ascii_case("userId") {
            id.parse().map(Self::User).ok()
        } else if kind.eq_ignore_ascii_case("anonymousId") {
            id.parse().map(Self::Guest).ok()
        } else {
            None
        }
    }

    /// Returns the kind of member as the wire spells it.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "userId",
            Self::Guest(_) => "anonymousId",
        }
    }
}

impl fmt::Display for MemberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => id.fmt(f),
            Self::Guest(id) => id.fmt(f),
        }
    }
}

/// A membership: one person in one space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The member's id.
    pub id: MemberId,
    /// The member's role.
    pub role: Role,
    /// The time at which somebody else last set the role by hand; none if nobody did.
    pub role_set: Option<Timestamp>,
    /// The name that other members see.
    pub display_name: String,
    /// The time of joining.
    pub joined: Timestamp,
    /// True if the member joined by an act of their own instead of being added by somebody else.
    pub own_act: bool,
    /// The invitation through which the member joined; none if they joined without one.
    pub invite: Option<InviteId>,
    /// The member's standing: in the space, or gone.
    pub standing: Standing,
    /// The entry in the member's list of spaces, kept while they are in the space. Joining writes it; no other change
    /// to the membership does.
    pub card: Card,
    /// Number of changes to the membership. Each write is conditional on the version that it is based on.
    pub version: u32,
}

impl Member {
    /// Returns whether the person is in the space now.
    #[must_use]
    pub fn is_present(&self) -> bool {
        self.standing == Standing::Present
    }

    /// Returns whether ending the membership changes nothing, because it has already ended. Somebody who has left can
    /// still be removed by others.
    #[must_use]
    pub fn is_over_for(&self, by: MemberId) -> bool {
        match self.standing {
            Standing::Present => false,
            Standing::Left { .. } => by == self.id,
            Standing::Removed { .. } => true,
        }
    }

    /// Returns whether the person is an admin of the space now.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.is_present() && self.role == Role::Admin
    }
}

/// The standing of somebody with a membership. Memberships are never deleted, because a replayed request could create a
/// deleted one again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// In the space.
    Present,
    /// Left by their own choice.
    Left {
        /// The time of leaving.
        at: Timestamp,
    },
    /// Removed by somebody else.
    Removed {
        /// The time of removal.
        at: Timestamp,
        /// The member who removed them.
        by: MemberId,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(number: u8) -> MemberId {
        MemberId::User(UserId::from_bytes([number; 12]))
    }

    fn direct() -> Space {
        let id = SpaceId::from_bytes([9; 12]);
        Space::direct(id, UserId::from_bytes([2; 12]), user(1), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_direct_space_is_titled_after_the_other_member() {
        let space = direct();
        let member = |number, name| space.member(user(number), Role::Member, name, true, Timestamp::UNIX_EPOCH);
        let members = [member(1, "Ana"), member(2, "Ben")];
        assert_eq!(members[0].card, Card::direct(user(2), Timestamp::UNIX_EPOCH));
        assert_eq!(space.between, Some([user(1), user(2)]));
        assert_eq!(space.title_for(user(1), &members), "Ben");
        assert_eq!(space.title_for(user(2), &members), "Ana");
        assert_eq!(space.title_for(user(3), &members), "Direct");
        let room = Space::personal(space.id, UserId::from_bytes([1; 12]), "Ana", true, Timestamp::UNIX_EPOCH);
        assert_eq!(room.title_for(user(2), &members), "Ana");
    }

    #[test]
    fn the_owner_of_a_room_and_both_members_of_a_direct_space_are_permanent() {
        let room = Space::personal(direct().id, UserId::from_bytes([1; 12]), "Ana", true, Timestamp::UNIX_EPOCH);
        assert_eq!([1, 2].map(|number| room.has_permanent_member(user(number))), [true, false]);
        assert_eq!([1, 2].map(|number| direct().has_permanent_member(user(number))), [true, true]);
    }

    #[test]
    fn a_room_is_named_after_its_owner_whatever_the_name() {
        for (name, title) in [("Ana García", "Ana García"), (" \u{7}Ana\n ", "Ana"), ("", "User"), ("\u{0}", "User")]
        {
            assert_eq!(Title::from_name(name).as_str(), title);
        }
        assert_eq!(Title::new(Title::from_name(&"é".repeat(300)).as_str()).unwrap().as_str().chars().count(), 200);
    }
}
