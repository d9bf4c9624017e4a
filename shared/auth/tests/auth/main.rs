//! Credentials in, caller or refusal out.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

mod access_tokens;
mod configuration;
mod every_token;
mod identities;
mod opaque_tokens;
mod remote_keys;
mod service_apps;
mod support;
mod user_tokens;
