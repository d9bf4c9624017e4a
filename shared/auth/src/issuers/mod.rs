//! Credentials that others vouch for: issuers with their keys, introspection endpoints, service apps.

mod application;
mod authenticator;
mod breaker;
mod budget;
mod config;
mod email_domains;
mod fetch;
mod fields;
mod guests;
mod identity;
mod introspection;
mod introspection_config;
mod remote_keys;
mod requirements;
mod service_app;
mod tokens;

pub use authenticator::{AuthConfig, AuthError, Authenticator, Unavailable};
pub use config::Issuers;
pub use fetch::FetchError;
pub use fields::AuthConfigError;
pub use guests::GuestKeys;
pub use introspection_config::IntrospectionConfig;
