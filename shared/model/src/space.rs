//! Spaces and who is in them.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Card, Description, GuestId, InviteId, Role, ServiceAppId, SpaceId, Title, UserId};

/// A group chat and meeting room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Space {
    /// Which space.
    pub id: SpaceId,
    /// The kind of space.
    pub kind: SpaceKind,
    /// Its name.
    pub title: Title,
    /// Its description.
    pub description: Description,
    /// Whether it is in use.
    pub status: SpaceStatus,
    /// Who created it, or for whom it was created.
    pub creator: UserId,
    /// The service app that created it for the creator.
    pub acted_by: Option<ServiceAppId>,
    /// When it was created.
    pub created: Timestamp,
    /// The settings that decide who gets in.
    pub settings: Settings,
    /// The number of changes to its title, description, status and settings.
    pub version: u32,
}

/// The settings of a space that decide who gets in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// The space's id alone admits nobody.
    pub member_only: bool,
    /// Nobody but members and people on an invitation gets in.
    pub invited_only: bool,
    /// Everybody who is neither a member nor on an invitation needs the PIN, and without a PIN does not get in.
    pub password_for_all_guests: bool,
    /// The PIN that such people need.
    pub pin: Option<PinHash>,
}

impl Settings {
    /// The settings of a new space.
    #[must_use]
    pub const fn of_new_space(member_only: bool) -> Self {
        Self { member_only, invited_only: false, password_for_all_guests: false, pin: None }
    }

    /// Returns whether people who are neither members nor on an invitation need a password.
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

/// Shows nothing of the hash.
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
    /// The one space of two people.
    Direct,
    /// Somebody's own meeting room.
    Personal,
}

impl SpaceKind {
    /// The kind as the wire spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Direct => "direct",
            Self::Personal => "personal",
        }
    }
}

/// Whether a space is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SpaceStatus {
    /// In use.
    #[default]
    Active,
    /// Closed to newcomers and to changes, until it is unarchived.
    Archived,
    /// Deleted. The item stays, so that nothing can create the space a second time.
    Deleted,
}

impl SpaceStatus {
    /// The status as the wire has it.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Active => 0,
            Self::Archived => 1,
            Self::Deleted => 2,
        }
    }
}

/// Who a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MemberId {
    /// A person with an account.
    User(UserId),
    /// A person without one.
    Guest(GuestId),
}

impl MemberId {
    /// Reads the id of a member of this kind, which is read in any case.
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

    /// The kind of member as the wire spells it.
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
    /// Who.
    pub id: MemberId,
    /// What they may do.
    pub role: Role,
    /// The time at which somebody else last set the role by hand.
    pub role_set: Option<Timestamp>,
    /// The name that the others see.
    pub display_name: String,
    /// Since when.
    pub joined: Timestamp,
    /// True if they came by an act of their own, rather than being added by somebody else.
    pub own_act: bool,
    /// The invitation that brought them in; none for the space's creator.
    pub invite: Option<InviteId>,
    /// Their standing: in the space, or gone.
    pub standing: Standing,
    /// Their entry in the list of their spaces, kept while they are in the space. Coming in writes it; no other change of the
    /// membership does.
    pub card: Card,
    /// The number of changes to the membership. Each write names the one that it was decided on.
    pub version: u32,
}

impl Member {
    /// Returns whether the person is in the space now.
    #[must_use]
    pub fn is_present(&self) -> bool {
        self.standing == Standing::Present
    }

    /// Returns whether ending the membership changes nothing any more. Somebody who has left can still be removed by others.
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

/// The standing of somebody with a membership. Memberships are never deleted: one that is gone could be made again by
/// a repeated request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// In the space.
    Present,
    /// Left by their own choice.
    Left {
        /// When.
        at: Timestamp,
    },
    /// Removed by somebody else.
    Removed {
        /// When.
        at: Timestamp,
        /// By whom.
        by: MemberId,
    },
}
