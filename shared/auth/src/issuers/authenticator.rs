//! Who is behind credentials.

use std::convert::Infallible;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use spaces_model::{Caller, ServiceAppId, ServiceAppRegistration, User};

use super::config::{IntrospectionConfig, Issuers};
use super::fetch::{FetchError, Http};
use super::fields::AuthConfigError;
use super::introspection::Introspection;
use super::service_app::ServiceAppToken;
use super::tokens::Issuer;
use crate::guest::is_guest_token;
use crate::jws::{Unverified, is_jwt_shaped};
use crate::{Credentials, GuestTokens, Rejected, Scheme};

/// How long an issuer's keys are used without asking for them again, unless configured otherwise.
pub const JWKS_FRESH: SignedDuration = SignedDuration::from_hours(1);

/// Whom to trust.
#[derive(Debug)]
pub struct AuthConfig {
    /// Our own guest tokens.
    pub guests: GuestTokens,
    /// The issuers of user tokens and of access tokens that are JWTs.
    pub issuers: Issuers,
    /// The endpoint that knows opaque access tokens. Without one they are refused.
    pub introspection: Option<IntrospectionConfig>,
    /// What the `aud` of a service app's token must name: this service.
    pub service_app_audience: String,
    /// How long an issuer's keys are used without asking for them again.
    pub jwks_fresh: SignedDuration,
}

/// Makes callers of credentials.
///
/// One for a process: it keeps issuers' keys and introspection's answers for a while.
#[derive(Debug)]
pub struct Authenticator {
    guests: GuestTokens,
    issuers: Vec<Issuer>,
    introspection: Option<Introspection>,
    service_app_audience: String,
}

/// Why there is no caller. `E` is the error of the lookup of service apps.
#[derive(Debug, thiserror::Error)]
pub enum AuthError<E> {
    /// The credentials are bad. Which check failed is for the log, never for the client.
    #[error("the credentials are rejected")]
    Rejected(#[source] Rejected),
    /// The registration of a service app could not be looked up.
    #[error("the service app could not be looked up")]
    Lookup(#[source] E),
    /// Somebody who has to be asked doesn't answer: try again later.
    #[error("the credentials can't be checked now")]
    Unavailable(#[source] Unavailable),
}

/// Who doesn't answer, and how we know.
#[derive(Debug, thiserror::Error)]
pub enum Unavailable {
    /// An issuer's keys, of which none were known from before.
    #[error("the keys of {issuer} can't be had")]
    Keys {
        /// The issuer.
        issuer: String,
        /// The last failure.
        source: FetchError,
    },
    /// The introspection endpoint.
    #[error("the introspection endpoint can't be asked")]
    Introspection(#[source] FetchError),
}

/// [`AuthError`] where no service app is looked up.
#[derive(Debug)]
pub(super) enum Failure {
    Rejected(Rejected),
    Unavailable(Unavailable),
}

impl Authenticator {
    /// Builds the authenticator. Nobody is asked anything yet.
    ///
    /// # Errors
    ///
    /// [`AuthConfigError`] if an issuer has the name that our own guest tokens have.
    pub fn new(config: AuthConfig) -> Result<Self, AuthConfigError> {
        if config.issuers.contains(config.guests.issuer()) {
            return Err(AuthConfigError::GuestIssuer);
        }
        let http = Http::default();
        Ok(Self {
            guests: config.guests,
            issuers: config.issuers.into_trusted(&http, config.jwks_fresh),
            introspection: config.introspection.map(|endpoint| Introspection::new(endpoint, http)),
            service_app_audience: config.service_app_audience,
        })
    }

    /// Fetches the issuers' keys, so that the first request doesn't have to. What can't be had now is logged, and fetched
    /// when it is needed.
    pub async fn prefetch(&self, now: Timestamp) {
        join_all(self.issuers.iter().map(|issuer| issuer.prefetch(now))).await;
    }

    /// Who is behind the credentials of an `Authorization` header. `registration` looks a service app up; it is called
    /// only for a token that could be one's.
    ///
    /// # Errors
    ///
    /// [`AuthError`]: 401 for what is rejected, 503 for the rest.
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
                let token =
                    ServiceAppToken::parse(token, &self.service_app_audience, now).map_err(Failure::Rejected)?;
                let registration = registration(token.app().clone()).await.map_err(AuthError::Lookup)?;
                let app = token.verify(registration.as_ref(), now).map_err(Failure::Rejected)?;
                Ok(Caller::ServiceApp(app))
            }
        }
    }

    /// Who is behind the token of a session cookie: what the scheme `jwt` takes, and nothing else.
    ///
    /// # Errors
    ///
    /// [`AuthError`], without a lookup.
    pub async fn session(&self, token: &str, now: Timestamp) -> Result<Caller, AuthError<Infallible>> {
        Ok(self.jwt(token, now).await?)
    }

    async fn jwt(&self, token: &str, now: Timestamp) -> Result<Caller, Failure> {
        let token = Unverified::parse(token)?;
        if is_guest_token(&token) {
            return Ok(Caller::Guest(self.guests.verify_parsed(token, now)?));
        }
        let issuer = self.issuer(&token)?;
        Ok(Caller::User(issuer.user_token(token, now).await?))
    }

    async fn bearer(&self, token: &str, now: Timestamp) -> Result<User, Failure> {
        crate::jws::check_size(token)?;
        if is_jwt_shaped(token) {
            let token = Unverified::parse(token)?;
            return self.issuer(&token)?.access_token(token, now).await;
        }
        let introspection = self.introspection.as_ref().ok_or(Rejected::IntrospectionOff)?;
        introspection.user(token, now).await
    }

    fn issuer(&self, token: &Unverified<'_>) -> Result<&Issuer, Rejected> {
        let iss = token.unproven().text("iss")?;
        self.issuers.iter().find(|issuer| issuer.iss() == iss).ok_or(Rejected::Issuer)
    }
}

impl From<Rejected> for Failure {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(rejected)
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
