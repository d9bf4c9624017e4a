//! Authenticates callers, completes them from the directory and records there what their tokens say.

use jiff::{SignedDuration, Timestamp};
use spaces_auth::{AuthError, Authenticator, Credentials, TtlCache, Unavailable};
use spaces_http::{Call, Code, ConfigError, Problem};
use spaces_model::{Caller, Email, ErrorChain, ServiceAppId, ServiceAppRegistration, User, UserId};
use spaces_store::{Store, StoreError};

use crate::{CallersConfig, store_problem};

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
            Err(AuthError::Unavailable(error)) => Err(unavailable(error)),
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

fn auth_problem(error: AuthError<StoreError>) -> Problem {
    match error {
        AuthError::Rejected(rejected) => unauthenticated(&rejected),
        AuthError::Lookup(error) => store_problem(error),
        AuthError::Unavailable(error) => unavailable(error),
    }
}

/// 503 with the time until another attempt makes sense, where it is known, in whole seconds.
fn unavailable(error: Unavailable) -> Problem {
    let problem = Problem::new(Code::Unavailable);
    let seconds = error.retry_after().map(|after| after.as_secs() + i64::from(after.subsec_nanos() > 0));
    let problem = match seconds.and_then(|seconds| u32::try_from(seconds).ok()) {
        Some(seconds) => problem.with_retry_after(seconds),
        None => problem,
    };
    problem.caused_by(error)
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
