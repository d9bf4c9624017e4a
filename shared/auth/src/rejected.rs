//! Reasons for rejecting credentials.

/// The check that credentials failed. It is only for the log: clients learn only that their credentials are rejected.
///
/// No variant contains anything from the credentials, so every variant can be logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Rejected {
    /// The `Authorization` header has no known scheme.
    #[error("unknown authorization scheme")]
    Scheme,
    /// The scheme is not followed by exactly one token (RFC 9110 section 11.2, `token68`).
    #[error("the credentials are not exactly one token")]
    NotAToken,
    /// The token is over 8 KiB.
    #[error("the token is too large")]
    TooLarge,
    /// The token is not a JWS in compact serialization whose header and payload are JSON objects (RFC 7515 section
    /// 7.1).
    #[error("the token is not a compact JWS of JSON objects")]
    Malformed,
    /// A header parameter is not allowed or has the wrong type.
    #[error("the header parameter {0} is not accepted")]
    Header(&'static str),
    /// The `alg` is not accepted, not used by the issuer, or not that of the key.
    #[error("the algorithm is not accepted")]
    Algorithm,
    /// The token is of a kind that the scheme does not accept.
    #[error("the token is of the wrong kind")]
    Kind,
    /// A required claim is missing.
    #[error("the claim {0} is missing")]
    Missing(&'static str),
    /// A claim that is configured as required in the issuer's access tokens is missing.
    #[error("a claim that the issuer's access tokens must have is missing")]
    MissingRequired,
    /// A claim has the wrong type or form.
    #[error("the claim {0} is malformed")]
    Claim(&'static str),
    /// `exp` has passed.
    #[error("the token has expired")]
    Expired,
    /// `nbf` is in the future.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// `iat` or `auth_time` is in the future.
    #[error("the token claims to be issued in the future")]
    IssuedInFuture,
    /// The time from `iat`, or from now, to `exp` is longer than allowed for this kind of token.
    #[error("the lifetime of the token is too long")]
    TooLongLived,
    /// The issuer is not trusted, or not the one that this token must have.
    #[error("the issuer is not trusted")]
    Issuer,
    /// `aud` does not name this service.
    #[error("the token is for another audience")]
    Audience,
    /// The issuer is trusted, but not for access tokens.
    #[error("the issuer's access tokens are not accepted")]
    AccessTokensOff,
    /// No usable key has the token's key id, or the token has no key id and there isn't exactly one key.
    #[error("the key is unknown")]
    Key,
    /// Several different keys have the token's key id.
    #[error("the key id is ambiguous")]
    AmbiguousKey,
    /// The signature is not valid for the key.
    #[error("the signature is wrong")]
    Signature,
    /// No claim identifies the user.
    #[error("the token names no user")]
    NoUser,
    /// A claim does not have the value that the issuer's configuration requires.
    #[error("a claim does not have a required value")]
    Requirement,
    /// The token was issued to an application for itself, so it represents no person.
    #[error("the token represents an application, not a person")]
    Application,
    /// The opaque token does not match the configured pattern.
    #[error("the token does not match the configured pattern")]
    Pattern,
    /// The token is opaque, and no introspection endpoint is configured.
    #[error("opaque tokens are not accepted")]
    IntrospectionOff,
    /// The introspection endpoint says that the token is not active.
    #[error("the token is not active")]
    Inactive,
    /// The service app is not registered.
    #[error("the service app is unknown")]
    UnknownServiceApp,
    /// The operator has disabled the service app.
    #[error("the service app is disabled")]
    Disabled,
    /// The registration of the service app has no readable keys.
    #[error("the service app's registered keys are unreadable")]
    Registration,
}
