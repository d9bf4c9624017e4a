//! Authentication, from credentials to a caller or a rejection.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

mod access_tokens;
mod applications;
mod claims;
mod configuration;
mod email_domains;
mod every_token;
mod guest_tokens;
mod identities;
mod opaque_tokens;
mod providers;
mod remote_keys;
mod requirements;
mod service_apps;
mod strangers;
mod support;
mod user_tokens;
