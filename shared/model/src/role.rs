//! Roles in a space.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A permission level in a space, lowest first: `Guest < Member < Admin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Takes part.
    Guest,
    /// Takes part and invites.
    #[default]
    Member,
    /// Manages the space.
    Admin,
}

/// The error for a string that is not a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be admin, member or guest")]
pub struct RoleError;

impl Role {
    /// Returns the role as the wire spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::Member => "member",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = RoleError;

    /// Parses a role, ignoring case.
    fn from_str(text: &str) -> Result<Self, RoleError> {
        [Self::Guest, Self::Member, Self::Admin]
            .into_iter()
            .find(|role| role.as_str().eq_ignore_ascii_case(text))
            .ok_or(RoleError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_ordered_from_guest_to_admin() {
        assert!(Role::Guest < Role::Member && Role::Member < Role::Admin);
    }

    #[test]
    fn a_role_is_read_in_any_case() {
        assert_eq!("ADMIN".parse(), Ok(Role::Admin));
        assert_eq!("Member".parse(), Ok(Role::Member));
        assert_eq!("owner".parse::<Role>(), Err(RoleError));
        assert_eq!("".parse::<Role>(), Err(RoleError));
    }
}
