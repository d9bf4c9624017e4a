//! Credentials to callers: who is behind an `Authorization` header or a session cookie, and the tokens that guests get.
//!
//! Every token is checked by the same steps, in an order that costs a stranger's garbage the least: size, shape, header,
//! time, issuer and audience, then the key and the signature. Only then is anything read out of the claims. Signatures are
//! `jsonwebtoken`'s business; its validation of claims is not used, because it reads the clock by itself and takes, by
//! default, tokens that we must not (an unknown `crit`, an absent or wrongly typed `aud`, a future `nbf`).
//!
//! Without the feature `issuers` the crate does all that needs nobody else: [`Secrets`], [`GuestTokens`],
//! [`user_id`]. With it, the `Authenticator` makes a [`Caller`](spaces_model::Caller) of any [`Credentials`].

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
