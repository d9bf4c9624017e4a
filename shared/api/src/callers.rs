//! Authenticates callers, completes them from the directory and records there what their tokens say.

use std::num::NonZeroU16;

use jiff::{SignedDuration, Timestamp};
use spaces_auth::{AuthConfig, AuthError, Authenticator, Credentials, GuestTokens, Issuers, Secrets, TtlCache};
use spaces_http::{Call, Code, ConfigError, Env, Problem};
use spaces_model::{Caller, Email, ErrorChain, PublicUrl, ServiceAppId, ServiceAppRegistration, User, UserId};
use spaces_store::{Store, StoreError};

use crate::introspection::introspection;
use crate::store_problem;

/// Time for which a service app's registration is cached.
const REGISTRATION_FRESH: SignedDuration = SignedDuration::from_secs(60);
/// Time for which a user is not written again with the same facts.
const REMEMBERED: SignedDuration = SignedDuration::from_mins(10);
/// Maximum number of cached registrations, and of users.
const CAPACITY: usize = 1_000;

/// Authenticates callers.
pub struct Callers {
    authenticator: Authenticator,
    store: Store,
    cookie: String,
    registrations: TtlCache<ServiceAppId, Option<ServiceAppRegistration>>,
    remembered: TtlCache<UserId, User>,
}

/// Configuration of who may call.
#[derive(Debug)]
pub struct CallersConfig {
    /// Issuers, introspection, guest tokens.
    pub auth: AuthConfig,
    /// The name of the session cookie that the web link reads.
    pub cookie: String,
}

impl CallersConfig {
    /// Reads `ISSUERS`, `INTROSPECTION`, `INTROSPECTION_CLIENT_SECRET`, `SESSION_COOKIE_NAME`, `GUEST_TOKEN_HOURS` and `JWKS_FRESH_MINUTES`.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the variable.
    pub fn from_env(env: &Env, secrets: &Secrets, public_url: &PublicUrl) -> Result<Self, ConfigError> {
        let issuers = Issuers::from_json(env.text("ISSUERS").unwrap_or("[]"))
            .map_err(|error| ConfigError::wrong("ISSUERS", error))?;
        let introspection = introspection(env)?;
        let guests = guest_tokens(env, secrets, public_url)?;
        let jwks_fresh = SignedDuration::from_mins(
            env.parsed::<NonZeroU16>("JWKS_FRESH_MINUTES")?.map_or(60, NonZeroU16::get).into(),
        );
        let auth =
            AuthConfig { guests, issuers, introspection, service_app_audience: public_url.to_string(), jwks_fresh };
        Ok(Self { auth, cookie: env.session_cookie()? })
    }
}

impl Callers {
    /// Authenticates callers with this configuration, and with the directory in this store.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the issuers contradict each other.
    pub fn new(config: CallersConfig, store: Store) -> Result<Self, ConfigError> {
        let authenticator = Authenticator::new(config.auth).map_err(|error| ConfigError::wrong("ISSUERS", error))?;
        let (registrations, remembered) =
            (TtlCache::new(REGISTRATION_FRESH, CAPACITY), TtlCache::new(REMEMBERED, CAPACITY));
        Ok(Self { authenticator, store, cookie: config.cookie, registrations, remembered })
    }

    /// Fetches the issuers' keys before the first request needs them.
    pub async fn warm_up(&self, now: Timestamp) {
        self.authenticator.prefetch(now).await;
    }

    /// Returns the caller behind the `Authorization` header.
    ///
    /// # Errors
    ///
    /// `unauthenticated`, or `unavailable` if an issuer or the table, which are needed to decide, does not answer.
    pub async fn identify(&self, call: &Call, now: Timestamp) -> Result<Caller, Problem> {
        let header = call.header("authorization").ok_or_else(|| Problem::new(Code::Unauthenticated))?;
        let credentials = Credentials::parse(header).map_err(|rejected| unauthenticated(&rejected))?;
        let lookup = async |id: ServiceAppId| self.registration(id, now).await;
        let caller = self.authenticator.authenticate(&credentials, now, lookup).await.map_err(auth_problem)?;
        call.log_caller(kind(&caller));
        Ok(caller)
    }

    /// Returns the caller behind the session cookie; none if there is no cookie or its token is not valid any more.
    ///
    /// # Errors
    ///
    /// `unavailable` if an issuer whose keys are needed does not answer.
    pub async fn session(&self, call: &Call, now: Timestamp) -> Result<Option<Caller>, Problem> {
        let Some(token) = call.cookie(&self.cookie) else { return Ok(None) };
        match self.authenticator.session(token, now).await {
            Ok(caller) => {
                call.log_caller(kind(&caller));
                Ok(Some(caller))
            }
            Err(AuthError::Rejected(_)) => Ok(None),
            Err(AuthError::Unavailable(error)) => Err(Problem::new(Code::Unavailable).caused_by(error)),
            Err(AuthError::Lookup(never)) => match never {},
        }
    }

    /// Adds what the directory knows and the token did not say.
    #[must_use]
    pub fn completed(user: User, known: Option<User>) -> User {
        let Some(known) = known else { return user };
        User {
            id: user.id,
            name: user.name.or(known.name),
            email: user.email.or(known.email),
            language: user.language.or(known.language),
            zone: user.zone.or(known.zone),
        }
    }

    /// Returns whether the directory may know more about this user than the token says.
    #[must_use]
    pub fn is_incomplete(user: &User) -> bool {
        user.email.is_none() || user.name.is_none()
    }

    /// Records in the directory what the token says about a user. A failure does not fail the request: the next one tries
    /// again.
    pub async fn remember(&self, caller: &Caller, now: Timestamp) {
        let Caller::User(user) = caller else { return };
        let says_something = user.name.is_some() || user.email.as_ref().and_then(Email::verified).is_some();
        if !says_something || self.remembered.get(&user.id, now).as_ref() == Some(user) {
            return;
        }
        match self.store.remember(user, now).await {
            Ok(()) => self.remembered.put(user.id, user.clone(), now),
            Err(error) => tracing::warn!(error = %ErrorChain(&error), "a user was not remembered"),
        }
    }

    async fn registration(
        &self,
        id: ServiceAppId,
        now: Timestamp,
    ) -> Result<Option<ServiceAppRegistration>, StoreError> {
        if let Some(registration) = self.registrations.get(&id, now) {
            return Ok(registration);
        }
        let registration = self.store.service_app(&id).await?;
        if registration.is_some() {
            // Unknown apps are not cached: made-up names must not fill the cache.
            self.registrations.put(id, registration.clone(), now);
        }
        Ok(registration)
    }
}

fn guest_tokens(env: &Env, secrets: &Secrets, public_url: &PublicUrl) -> Result<GuestTokens, ConfigError> {
    let lifetime =
        SignedDuration::from_hours(env.parsed::<NonZeroU16>("GUEST_TOKEN_HOURS")?.map_or(24, NonZeroU16::get).into());
    GuestTokens::new(secrets, public_url.as_str(), public_url.as_str(), lifetime)
        .map_err(|error| ConfigError::wrong("SIGNING_SECRET", error))
}

fn auth_problem(error: AuthError<StoreError>) -> Problem {
    match error {
        AuthError::Rejected(rejected) => unauthenticated(&rejected),
        AuthError::Lookup(error) => store_problem(error),
        AuthError::Unavailable(error) => Problem::new(Code::Unavailable).caused_by(error),
    }
}

/// The same answer whichever check failed; only the log learns which.
fn unauthenticated(rejected: &spaces_auth::Rejected) -> Problem {
    Problem::new(Code::Unauthenticated).caused_by(rejected.to_string())
}

fn kind(caller: &Caller) -> &'static str {
    match caller {
        Caller::User(_) => "user",
        Caller::Guest(_) => "guest",
        Caller::ServiceApp(_) => "service_app",
    }
}
