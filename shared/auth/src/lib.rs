//! Authentication of callers by an `Authorization` header or a session cookie, and issuing of guest tokens.
//!
//! Every token passes the same checks, in an order that makes garbage cheap to reject: size, shape, header, time,
//! issuer and audience, then the key and the signature. Only then are the claims used. `jsonwebtoken` verifies
//! signatures; its validation of claims is not used, because it reads the clock itself and by default accepts tokens
//! that must be rejected (an unknown `crit`, an absent or wrongly typed `aud`, a future `nbf`).
//!
//! Without the feature `issuers`, the crate has only what needs no network: [`Secrets`], [`GuestTokens`], [`user_id`].
//! With it, the `Authenticator` turns any [`Credentials`] into a [`Caller`](spaces_model::Caller).

mod claims;
mod credentials;
mod guest;
#[cfg(feature = "issuers")]
mod issuers;
mod jws;
mod keys;
mod rejected;
mod secret;
mod signing;
mod ttl_cache;
mod user_id;

pub use credentials::{Credentials, Scheme};
pub use guest::GuestTokens;
#[cfg(feature = "issuers")]
pub use issuers::{
    AuthConfig, AuthConfigError, AuthError, Authenticator, FetchError, GuestKeys, IntrospectionConfig, Issuers,
    Unavailable,
};
pub use keys::{KeyFault, check_keys};
pub use rejected::Rejected;
pub use secret::{Secrets, SigningSecretError};
pub use signing::{SigningError, SigningKey};
pub use ttl_cache::TtlCache;
pub use user_id::user_id;
