//! How an invitation reaches its invitees and where its link leads.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The target of the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum InviteMode {
    /// Into the space. The wire also says `join`.
    #[default]
    Invite,
    /// Into the space and straight into its meeting.
    Meet,
}

/// The party that brings the invitation to the invitees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// We send one mail to each invitee.
    #[default]
    Server,
    /// The client sends the mail that the answer carries.
    Client,
    /// The client puts the fragment that the answer carries into an Outlook item.
    Outlook,
}

/// A text that names no mode or no channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ModeError {
    /// Not a mode.
    #[error("must be invite, join or meet")]
    Mode,
    /// Not a channel.
    #[error("must be server, client or outlook")]
    Channel,
}

impl InviteMode {
    /// The mode as the wire spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Meet => "meet",
        }
    }

    /// The last segment of the link's path.
    #[must_use]
    pub const fn path_segment(self) -> &'static str {
        match self {
            Self::Invite => "join",
            Self::Meet => "meet",
        }
    }
}

impl FromStr for InviteMode {
    type Err = ModeError;

    /// Reads a mode in any case.
    fn from_str(text: &str) -> Result<Self, ModeError> {
        match text.to_ascii_lowercase().as_str() {
            "invite" | "join" => Ok(Self::Invite),
            "meet" => Ok(Self::Meet),
            _ => Err(ModeError::Mode),
        }
    }
}

impl FromStr for Channel {
    type Err = ModeError;

    /// Reads a channel in any case.
    fn from_str(text: &str) -> Result<Self, ModeError> {
        match text.to_ascii_lowercase().as_str() {
            "server" => Ok(Self::Server),
            "client" => Ok(Self::Client),
            "outlook" => Ok(Self::Outlook),
            _ => Err(ModeError::Channel),
        }
    }
}
