//! Why credentials are not taken.

/// The check that credentials failed. It is for our own log: a client only ever learns that they are bad.
///
/// No variant carries anything that came with the credentials, so it can be logged as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Rejected {
    /// The `Authorization` header has no scheme that we know.
    #[error("unknown authorization scheme")]
    Scheme,
    /// What follows the scheme is not one token (RFC 9110 section 11.2, `token68`).
    #[error("the credentials are not one token")]
    NotAToken,
    /// Over 8 KiB.
    #[error("the token is too large")]
    TooLarge,
    /// Not a JWS in compact serialization with a JSON object for header and payload (RFC 7515 section 7.1).
    #[error("the token is not a compact JWS of JSON objects")]
    Malformed,
    /// A header parameter that must not be there, or has the wrong type.
    #[error("the header parameter {0} is refused")]
    Header(&'static str),
    /// An `alg` that we don't take, the issuer doesn't use, or the key is not for.
    #[error("the algorithm is refused")]
    Algorithm,
    /// A token of another kind than this scheme takes.
    #[error("the token is of another kind")]
    Kind,
    /// A claim that is required is not there.
    #[error("the claim {0} is missing")]
    Missing(&'static str),
    /// A claim that the issuer's access tokens are configured to have is not there.
    #[error("a claim that the issuer's access tokens must have is missing")]
    MissingRequired,
    /// A claim has the wrong type or form.
    #[error("the claim {0} is malformed")]
    Claim(&'static str),
    /// `exp` has passed.
    #[error("the token has expired")]
    Expired,
    /// `nbf` has not come yet.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// `iat` or `auth_time` lies in the future.
    #[error("the token claims to be issued in the future")]
    IssuedInFuture,
    /// More time between `iat`, or now, and `exp` than a token of its kind may have.
    #[error("the token lives too long")]
    TooLongLived,
    /// No issuer that we trust, or not the one that this token must have.
    #[error("the issuer is not trusted")]
    Issuer,
    /// `aud` names somebody else.
    #[error("the token is for another audience")]
    Audience,
    /// The issuer is trusted, but not for access tokens.
    #[error("the issuer's access tokens are not taken")]
    AccessTokensOff,
    /// No usable key has the token's key id, or it names none and there isn't exactly one.
    #[error("the key is unknown")]
    Key,
    /// Several different keys have the token's key id.
    #[error("the key id is ambiguous")]
    AmbiguousKey,
    /// The signature is not the key's.
    #[error("the signature is wrong")]
    Signature,
    /// No claim tells who it is.
    #[error("the token names no user")]
    NoUser,
    /// A claim does not have the value that the issuer's configuration requires.
    #[error("a claim does not have a required value")]
    Requirement,
    /// The token is an application's own: nobody is behind it.
    #[error("the token is an application's own")]
    Application,
    /// An opaque token that is not of the configured form.
    #[error("the token is none of the introspection endpoint's")]
    Pattern,
    /// An opaque token, and no introspection endpoint is configured.
    #[error("opaque tokens are not taken")]
    IntrospectionOff,
    /// The introspection endpoint says that the token is not active.
    #[error("the token is not active")]
    Inactive,
    /// No such service app.
    #[error("the service app is unknown")]
    UnknownServiceApp,
    /// The operator has suspended the service app.
    #[error("the service app is suspended")]
    Suspended,
    /// The registration of the service app has no readable keys.
    #[error("the service app's registered keys are unreadable")]
    Registration,
}
