//! Registrations of service applications.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{EmailAddress, ServiceAppId, UserId};

/// The scope that lets a service application act in the name of a user of its domain. It is the only scope.
pub const ACT_AS_SCOPE: &str = "spaces.create.actas";

/// Maximum number of people that a service application may mail within 24 hours, unless its registration sets another.
pub const MAILS_PER_SERVICE_APP: u32 = 10_000;

/// A service application as registered by the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceAppRegistration {
    /// The name under which it is registered: `iss` and `sub` of its tokens.
    pub id: ServiceAppId,
    /// The public keys that verify its tokens: a JWK Set (RFC 7517 section 5) as JSON text.
    pub keys: String,
    /// The user id of the service account.
    pub account: UserId,
    /// The address of the service account. The application may act only for users with addresses of the same domain.
    pub email: EmailAddress,
    /// The scopes that its tokens may carry.
    pub scopes: BTreeSet<String>,
    /// Maximum number of people that it may mail within 24 hours.
    #[serde(default = "default_mails")]
    pub mails: u32,
    /// The status, which decides whether its tokens are accepted.
    pub status: ServiceAppStatus,
}

const fn default_mails() -> u32 {
    MAILS_PER_SERVICE_APP
}

/// The status of a service application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ServiceAppStatus {
    /// Its tokens are accepted.
    Active,
    /// Its tokens are rejected until the operator enables it again.
    #[serde(rename = "suspended")]
    Disabled,
}
