//! Credentials that somebody else vouches for: issuers with their keys, introspection endpoints, service apps.

mod authenticator;
mod config;
mod fetch;
mod fields;
mod identity;
mod introspection;
mod remote_keys;
mod service_app;
mod tokens;

pub use authenticator::{AuthConfig, AuthError, Authenticator, JWKS_FRESH, Unavailable};
pub use config::{IntrospectionConfig, Issuers};
pub use fetch::FetchError;
pub use fields::AuthConfigError;
