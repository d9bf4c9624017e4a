//! The channel of an invitation and the target of its link.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The target of the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum InviteMode {
    /// The space. The wire also accepts `join`.
    #[default]
    Invite,
    /// The meeting of the space.
    Meet,
}

/// The party that delivers the invitation to the invitees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// This service sends one mail to each invitee.
    #[default]
    Server,
    /// The client sends the mail that is in the response.
    Client,
    /// The client puts the fragment that is in the response into an Outlook item.
    Outlook,
}

/// The error for a string that is not a mode or not a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ModeError {
    /// The text is not a mode.
    #[error("must be invite, join or meet")]
    Mode,
    /// The text is not a channel.
    #[error("must be server, client or outlook")]
    Channel,
}

impl InviteMode {
    /// Returns the mode as the wire spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Meet => "meet",
        }
    }

    /// Returns the last segment of the link's path.
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

    /// Parses a mode, ignoring case.
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

    /// Parses a channel, ignoring case.
    fn from_str(text: &str) -> Result<Self, ModeError> {
        match text.to_ascii_lowercase().as_str() {
            "server" => Ok(Self::Server),
            "client" => Ok(Self::Client),
            "outlook" => Ok(Self::Outlook),
            _ => Err(ModeError::Channel),
        }
    }
}
