//! The domain of the invitation service: spaces, invitations, who may join as what.
//!
//! Everything here is pure. The time and random bytes come in as arguments, nothing knows HTTP, DynamoDB or tokens, and a
//! value that exists is valid: an [`EmailAddress`], a [`Role`] or an [`InviteId`] cannot be constructed wrong.

mod address;
mod caller;
mod id;
mod mode;
mod role;
mod service_app;
mod text;

pub use address::{AddressError, EmailAddress};
pub use caller::{Caller, Email, Guest, ServiceApp, User};
pub use id::{GuestId, IdError, InviteId, ServiceAppId, SpaceId, UserId};
pub use mode::{Channel, InviteMode, ModeError};
pub use role::{Role, RoleError};
pub use service_app::{ServiceAppRegistration, ServiceAppStatus};
pub use text::without_controls;
