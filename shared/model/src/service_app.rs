//! What the operator has put down about a service application.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{EmailAddress, ServiceAppId, UserId};

/// The scope that lets a service application act in the name of a user of its domain. There is no other one.
pub const ACT_AS_SCOPE: &str = "spaces.create.actas";

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
    /// Whether its tokens are taken at all.
    pub status: ServiceAppStatus,
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
