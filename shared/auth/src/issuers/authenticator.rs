//! Authentication of the caller who presents credentials.

use std::convert::Infallible;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use spaces_model::{Caller, Guest, PublicUrl, ServiceAppId, ServiceAppRegistration, User};

use super::config::Issuers;
use super::email_domains;
use super::fetch::{FetchError, Http};
use super::fields::AuthConfigError;
use super::guests::{GuestKeys, Guests};
use super::introspection::Introspection;
use super::introspection_config::IntrospectionConfig;
use super::remote_keys::JwksAccess;
use super::service_app::ServiceAppToken;
use super::tokens::Issuer;
use crate::guest::is_guest_token;
use crate::jws::{Unverified, is_jwt_shaped};
use crate::{Credentials, Rejected, Scheme};

/// The configuration of the authenticator: the issuers and keys to trust.
#[derive(Debug)]
pub struct AuthConfig {
    /// The URLs of the service: the current one, which publishes the guest tokens' keys, then earlier ones. Each of
    /// them is accepted as `iss` and `aud` of guest tokens and as `aud` of service apps' tokens.
    pub own_urls: Vec<PublicUrl>,
    /// The keys of our own guest tokens.
    pub guests: GuestKeys,
    /// The issuers of user tokens and of access tokens that are JWTs.
    pub issuers: Issuers,
    /// The introspection endpoint for opaque access tokens. Without one, they are rejected.
    pub introspection: Option<IntrospectionConfig>,
    /// Time for which an issuer's keys are used without fetching them again.
    pub jwks_fresh: SignedDuration,
    /// Time after the last successful fetch for which an issuer's keys are used while it does not answer.
    pub jwks_stale: SignedDuration,
    /// Maximum lifetime of a user token or an access token that is a JWT.
    pub user_token_max: SignedDuration,
}

/// Authenticates callers by their credentials.
///
/// Create one per process, because it caches issuers' keys and introspection responses.
#[derive(Debug)]
pub struct Authenticator {
    guests: Guests,
    issuers: Vec<Issuer>,
    introspection: Option<Introspection>,
    user_token_max: SignedDuration,
    addresses: Vec<String>,
}

/// The reason why authentication failed. `E` is the error of the look-up of service apps.
#[derive(Debug, thiserror::Error)]
pub enum AuthError<E> {
    /// The credentials are rejected. The failed check is logged, but never revealed to the client.
    #[error("the credentials are rejected")]
    Rejected(#[source] Rejected),
    /// The registration of a service app could not be looked up.
    #[error("the service app could not be looked up")]
    Lookup(#[source] E),
    /// A service that is needed does not answer; try again later.
    #[error("the credentials can't be checked now")]
    Unavailable(#[source] Unavailable),
}

/// A service that is needed and does not answer.
#[derive(Debug, thiserror::Error)]
pub enum Unavailable {
    /// An issuer's keys can't be fetched, and none are cached or the cached ones are stale.
    #[error("the keys of {issuer} can't be fetched")]
    Keys {
        /// The issuer.
        issuer: String,
        /// The last failure.
        source: FetchError,
    },
    /// The introspection endpoint failed.
    #[error("the introspection request failed")]
    Introspection(#[source] FetchError),
    /// The introspection endpoint has failed repeatedly, so its circuit breaker is open.
    #[error("the introspection endpoint has failed repeatedly and is not called for {after:#}")]
    Paused {
        /// Time until it is called again.
        after: SignedDuration,
    },
    /// The budget of introspection requests for unknown tokens is used up.
    #[error("the budget for unknown tokens is used up for {after:#}")]
    Budget {
        /// Time until the next such request is allowed.
        after: SignedDuration,
    },
}

impl Unavailable {
    /// Returns the time until another attempt makes sense, if it is known.
    #[must_use]
    pub const fn retry_after(&self) -> Option<SignedDuration> {
        match self {
            Self::Keys { .. } | Self::Introspection(_) => None,
            Self::Paused { after } | Self::Budget { after } => Some(*after),
        }
    }
}

/// An [`AuthError`] without the look-up of service apps.
#[derive(Debug)]
pub(super) enum Failure {
    Rejected(Rejected),
    Unavailable(Unavailable),
}

impl Authenticator {
    /// Creates the authenticator. Makes no network call.
    ///
    /// # Errors
    ///
    /// [`AuthConfigError`] if an issuer has the name of this service, if an issuer is on http or a loopback host but
    /// the service is not, or if two issuers conflict.
    pub fn new(mut config: AuthConfig) -> Result<Self, AuthConfigError> {
        let addresses: Vec<String> = config.own_urls.iter().map(ToString::to_string).collect();
        if addresses.iter().any(|address| config.issuers.contains(address)) {
            return Err(AuthConfigError::GuestIssuer);
        }
        if !config.own_urls.iter().all(PublicUrl::is_loopback) {
            config.issuers.check_remote()?;
        }
        check_conflicts(&mut config.issuers, config.introspection.as_mut())?;
        let http = Http::default();
        let fresh = config.jwks_fresh.min(config.jwks_stale);
        let access = JwksAccess { http: http.clone(), fresh, stale: config.jwks_stale };
        Ok(Self {
            guests: Guests::new(config.guests, addresses.clone(), &access)?,
            issuers: config.issuers.into_trusted(&access),
            introspection: config.introspection.map(|endpoint| Introspection::new(endpoint, http)),
            user_token_max: config.user_token_max,
            addresses,
        })
    }

    /// Fetches the issuers' keys, so that the first request doesn't have to. Failures are logged, and the keys are
    /// fetched when they are needed. The guest tokens' keys are fetched with the first guest token.
    pub async fn prefetch(&self, now: Timestamp) {
        join_all(self.issuers.iter().map(|issuer| issuer.prefetch(now))).await;
    }

    /// Authenticates the caller by the credentials of an `Authorization` header. `registration` looks up a service app;
    /// it is called only for a token that could be a service app's.
    ///
    /// # Errors
    ///
    /// [`AuthError`] if the credentials are rejected or can't be checked now.
    pub async fn authenticate<E>(
        &self,
        credentials: &Credentials<'_>,
        now: Timestamp,
        registration: impl AsyncFnOnce(ServiceAppId) -> Result<Option<ServiceAppRegistration>, E>,
    ) -> Result<Caller, AuthError<E>> {
        let token = credentials.token();
        match credentials.scheme() {
            Scheme::Jwt => Ok(self.jwt(token, now).await?),
            Scheme::Bearer => Ok(self.bearer(token, now).await.map(Caller::User)?),
            Scheme::ServiceApp => {
                let token = ServiceAppToken::parse(token, &self.addresses, now).map_err(Failure::Rejected)?;
                let registration = registration(token.app().clone()).await.map_err(AuthError::Lookup)?;
                let app = token.verify(registration.as_ref(), now).map_err(Failure::Rejected)?;
                Ok(Caller::ServiceApp(app))
            }
        }
    }

    /// Authenticates the caller by the token of a session cookie. It accepts exactly the tokens of the scheme `jwt`.
    ///
    /// # Errors
    ///
    /// [`AuthError`], but never [`AuthError::Lookup`].
    pub async fn session(&self, token: &str, now: Timestamp) -> Result<Caller, AuthError<Infallible>> {
        Ok(self.jwt(token, now).await?)
    }

    /// Authenticates the guest by the token of a guest cookie.
    ///
    /// # Errors
    ///
    /// [`AuthError`], but never [`AuthError::Lookup`].
    pub async fn guest_session(&self, token: &str, now: Timestamp) -> Result<Guest, AuthError<Infallible>> {
        let token = Unverified::parse(token).map_err(Failure::from)?;
        Ok(self.guests.guest(token, now).await?)
    }

    async fn jwt(&self, token: &str, now: Timestamp) -> Result<Caller, Failure> {
        let token = Unverified::parse(token)?;
        if is_guest_token(&token) {
            return Ok(Caller::Guest(self.guests.guest(token, now).await?));
        }
        let issuer = self.issuer(&token)?;
        Ok(Caller::User(issuer.user_token(token, self.user_token_max, now).await?))
    }

    async fn bearer(&self, token: &str, now: Timestamp) -> Result<User, Failure> {
        crate::jws::check_size(token)?;
        if is_jwt_shaped(token) {
            let token = Unverified::parse(token)?;
            return self.issuer(&token)?.access_token(token, self.user_token_max, now).await;
        }
        let introspection = self.introspection.as_ref().ok_or(Rejected::IntrospectionOff)?;
        introspection.user(token, now).await
    }

    fn issuer(&self, token: &Unverified<'_>) -> Result<&Issuer, Rejected> {
        let iss = token.unproven().text("iss")?;
        self.issuers.iter().find(|issuer| issuer.identities.is_spelled(iss)).ok_or(Rejected::Issuer)
    }
}

/// Checks that at most one issuer assigns native user ids, and divides the e-mail domains among the issuers.
/// Introspection counts as the issuer that it names.
fn check_conflicts(
    issuers: &mut Issuers,
    introspection: Option<&mut IntrospectionConfig>,
) -> Result<(), AuthConfigError> {
    let mut all: Vec<_> = issuers.0.iter_mut().map(|issuer| &mut issuer.identities).collect();
    let mut introspection = introspection.map(|endpoint| &mut endpoint.identities);
    if let Some(one) = &mut introspection
        && let Some(same) = all.iter().find(|issuer| issuer.is_spelled(&one.iss))
    {
        one.spell_as(same);
    }
    all.extend(introspection);
    let mut native = all.iter().filter(|one| one.native_ids).map(|one| &one.iss);
    if let Some(first) = native.next()
        && let Some(second) = native.find(|other| *other != first)
    {
        return Err(AuthConfigError::both("native_user_ids", first, second, "true".to_owned()));
    }
    let mut domains: Vec<_> = all.iter_mut().map(|one| (one.iss.as_str(), &mut one.email_domains)).collect();
    email_domains::divide(&mut domains)
}

impl From<Rejected> for Failure {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(rejected)
    }
}

impl From<Unavailable> for Failure {
    fn from(unavailable: Unavailable) -> Self {
        Self::Unavailable(unavailable)
    }
}

impl<E> From<Failure> for AuthError<E> {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Rejected(rejected) => Self::Rejected(rejected),
            Failure::Unavailable(unavailable) => Self::Unavailable(unavailable),
        }
    }
}
