//! Spaces and who is in them.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Description, GuestId, InviteId, Role, SpaceId, Title, UserId};

/// A group chat and meeting room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Space {
    /// Which space.
    pub id: SpaceId,
    /// Its name.
    pub title: Title,
    /// What it is about.
    pub description: Description,
    /// Whether it is in use.
    pub status: SpaceStatus,
    /// Who created it, or for whom it was created.
    pub creator: UserId,
    /// When it was created.
    pub created: Timestamp,
}

/// Whether a space is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SpaceStatus {
    /// In use.
    #[default]
    Active,
    /// Put aside.
    Archived,
}

impl SpaceStatus {
    /// The status as the wire has it.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Active => 0,
            Self::Archived => 1,
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
    /// The name that the others see.
    pub display_name: String,
    /// Since when.
    pub joined: Timestamp,
    /// The invitation that brought them in; none for the space's creator.
    pub invite: Option<InviteId>,
}
