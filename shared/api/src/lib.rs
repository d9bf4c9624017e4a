//! The parts of the API's calls that need both authentication and the table.
//!
//! `spaces-auth` verifies identities and does not know the table; `spaces-store` stores users and does not know tokens.
//! This crate combines them for the functions that need both: authenticated callers, permissions, acting for a user,
//! ids of repeatable requests, rate limits.

mod act_as;
mod audit;
mod backend;
mod callers;
mod callers_config;
pub mod idempotency;
mod introspection;
pub mod inviting;
mod mail_limits;
mod password;
mod permission;
mod rate_limit;
mod usage;
pub mod wire;

pub use act_as::user_acted_for;
pub use audit::audit;
pub use backend::Backend;
pub use callers::{Callers, LookedUpCaller};
pub use callers_config::CallersConfig;
pub use mail_limits::{MailLimits, refund_unless_stored};
pub use password::Password;
pub use permission::{Administer, Claim, Delete, EndMembership, Permission, Permitted, Prefer, Read, Update};
pub use rate_limit::RateLimit;
pub use spaces_auth::TtlCache;
pub use usage::record_use;

use spaces_http::{Code, Problem};
use spaces_store::StoreError;

/// Returns the problem for a request that failed because of the table.
#[must_use]
pub fn store_problem(error: StoreError) -> Problem {
    let code = match &error {
        StoreError::Unavailable(_) => Code::Unavailable,
        StoreError::Corrupt { .. } | StoreError::Invalid(_) | StoreError::Refused(_) => Code::Internal,
    };
    Problem::new(code).caused_by(error)
}
