//! What the operator has put down about a service application.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{EmailAddress, ServiceAppId, UserId};

/// The scope that lets a service application act in the name of a user of its domain. There is no other one.
pub const ACT_AS_SCOPE: &str = "spaces.create.actas";

/// The number of people whom a service application may mail within 24 hours, unless it is registered with another one.
pub const MAILS_PER_SERVICE_APP: u32 = 10_000;

/// A service application as registered by the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceAppRegistration {
    /// The name under which it is registered: `iss` and `sub` of its tokens.
    pub id: ServiceAppId,
    /// The public keys that its tokens are signed with: a JWK Set (RFC 7517 section 5) as JSON text.
    pub keys: String,
    /// The user id of the service account.
    pub account: UserId,
    /// The address of the service account. Its domain bounds for whom the application may act.
    pub email: EmailAddress,
    /// The scopes that its tokens may carry.
    pub scopes: BTreeSet<String>,
    /// The number of people whom it may mail within 24 hours.
    #[serde(default = "mails")]
    pub mails: u32,
    /// Whether its tokens are taken at all.
    pub status: ServiceAppStatus,
}

const fn mails() -> u32 {
    MAILS_PER_SERVICE_APP
}

/// Whether a service application may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ServiceAppStatus {
    /// It may.
    Active,
    /// It may not, until the operator says otherwise.
    Suspended,
}
