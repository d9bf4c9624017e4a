//! Authentication of callers, from their tokens and the directory.

use jiff::{SignedDuration, Timestamp};
use spaces_auth::{AuthError, Authenticator, Credentials, TtlCache, Unavailable};
use spaces_http::{Call, Code, ConfigError, GUEST_COOKIE, Problem};
use spaces_model::{Caller, Email, Guest, ServiceAppId, ServiceAppRegistration, User, UserId};
use spaces_store::{DirectoryLookup, KnownUser, Store, StoreError};

use crate::{CallersConfig, store_problem};

/// Time for which a service app's registration is cached.
const REGISTRATION_FRESH: SignedDuration = SignedDuration::from_secs(60);
/// Time for which a user is cached while their token's claims stay the same.
const USER_FRESH: SignedDuration = SignedDuration::from_mins(10);
/// Time for which a user's block status is cached.
const BLOCK_FRESH: SignedDuration = SignedDuration::from_secs(60);
/// Maximum number of cookies of one name whose tokens are checked.
const MAX_SESSIONS: usize = 8;
/// Maximum number of entries of each cache.
const CAPACITY: usize = 1_000;

/// Authenticates callers.
pub struct Callers {
    authenticator: Authenticator,
    store: Store,
    cookie: String,
    registrations: TtlCache<ServiceAppId, Option<ServiceAppRegistration>>,
    /// The token's claims about a user, and the user as known to the directory at that time.
    users: TtlCache<UserId, (User, KnownUser)>,
    blocked: TtlCache<UserId, bool>,
    proof_lifetime: SignedDuration,
}

/// A caller who has been looked up in the directory.
pub struct LookedUpCaller {
    caller: Caller,
    /// None for callers who are not kept in the directory.
    sighting: Option<DirectoryLookup>,
}

impl Callers {
    /// Creates an authenticator of callers with this configuration and the directory in this store. If a token says
    /// nothing about the address, the directory's address counts for `proof_lifetime` after its proof.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] if the issuers conflict.
    pub fn new(config: CallersConfig, store: Store, proof_lifetime: SignedDuration) -> Result<Self, ConfigError> {
        let authenticator = Authenticator::new(config.auth).map_err(|error| ConfigError::wrong("ISSUERS", error))?;
        let (registrations, users) = (TtlCache::new(REGISTRATION_FRESH, CAPACITY), TtlCache::new(USER_FRESH, CAPACITY));
        let blocked = TtlCache::new(BLOCK_FRESH, CAPACITY);
        Ok(Self { authenticator, store, cookie: config.cookie, registrations, users, blocked, proof_lifetime })
    }

    /// Fetches the issuers' keys before the first request needs them.
    pub async fn warm_up(&self, now: Timestamp) {
        self.authenticator.prefetch(now).await;
    }

    /// Returns the caller behind the `Authorization` header.
    ///
    /// # Errors
    ///
    /// `unauthenticated`, or `unavailable` if an issuer or the table is needed and does not answer.
    pub async fn identify(&self, call: &Call, now: Timestamp) -> Result<Caller, Problem> {
        let header = call.header("authorization").ok_or_else(|| Problem::new(Code::Unauthenticated))?;
        let credentials = Credentials::parse(header).map_err(|rejected| unauthenticated(&rejected))?;
        let lookup = async |id: ServiceAppId| self.registration(id, now).await;
        let caller = self.authenticator.authenticate(&credentials, now, lookup).await.map_err(auth_problem)?;
        call.log_caller(kind(&caller));
        Ok(caller)
    }

    /// Returns the caller of a browser's session: the first user of a session cookie, else the first guest of a cookie
    /// set by the guest form, else the first guest of a session cookie.
    ///
    /// The mark of a link is ignored in a session cookie, because another host of the domain may have set that cookie.
    ///
    /// # Errors
    ///
    /// `unavailable` if the keys for a token can't be fetched and no other cookie has a user.
    pub async fn session(&self, call: &Call, now: Timestamp) -> Result<Option<Caller>, Problem> {
        let (mut outage, mut other) = (None, None);
        for token in call.cookies(&self.cookie).take(MAX_SESSIONS) {
            match self.authenticator.session(token, now).await {
                Ok(Caller::Guest(guest)) => {
                    other.get_or_insert(Guest { came_by: None, ..guest });
                }
                Ok(caller) => return Ok(Some(logged(call, caller))),
                Err(AuthError::Rejected(_)) => {}
                Err(AuthError::Unavailable(error)) => outage = Some(error),
                Err(AuthError::Lookup(never)) => match never {},
            }
        }
        if let Some(error) = outage {
            return Err(unavailable(error));
        }
        for token in call.cookies(GUEST_COOKIE).take(MAX_SESSIONS) {
            match self.authenticator.guest_session(token, now).await {
                Ok(guest) => return Ok(Some(logged(call, Caller::Guest(guest)))),
                Err(AuthError::Rejected(_)) => {}
                Err(AuthError::Unavailable(error)) => return Err(unavailable(error)),
                Err(AuthError::Lookup(never)) => match never {},
            }
        }
        Ok(other.map(|guest| logged(call, Caller::Guest(guest))))
    }

    /// Looks up a caller in the directory, in one round trip.
    ///
    /// # Errors
    ///
    /// `unavailable` or `internal` if the table fails.
    pub async fn look_up(&self, caller: Caller) -> Result<LookedUpCaller, Problem> {
        let sighting = match &caller {
            Caller::User(said) => Some(self.store.look_up(said).await.map_err(store_problem)?),
            Caller::Guest(_) | Caller::ServiceApp(_) => None,
        };
        Ok(LookedUpCaller { caller, sighting })
    }

    /// Returns a caller with the address on which a role may be based, and stores their token's claims in the
    /// directory. This takes at most one round trip, unless concurrent requests change the same user or address.
    ///
    /// If the token says nothing about the address, the directory's address counts only if it was proven recently.
    ///
    /// # Errors
    ///
    /// `unavailable` or `internal` if the table fails.
    pub async fn decide(&self, caller: LookedUpCaller, now: Timestamp) -> Result<Caller, Problem> {
        let LookedUpCaller { caller, sighting } = caller;
        let Some(sighting) = sighting else { return Ok(caller) };
        let is_by_token = matches!(sighting.claimed().email, Some(Email::Proven { .. }));
        let KnownUser { user, email_proven, .. } = self.known_user(sighting, now).await?;
        let is_recent = email_proven.is_some_and(|at| now.duration_since(at) <= self.proof_lifetime);
        Ok(Caller::User(match user.email {
            Some(Email::Verified(address)) if !is_by_token && !is_recent => {
                User { email: Some(Email::Unverified(address)), ..user }
            }
            email => User { email, ..user },
        }))
    }

    /// Returns a caller as known to the directory, and stores their token's claims there. The result is cached for ten
    /// minutes while the token's claims stay the same, so no role may be based on it.
    ///
    /// # Errors
    ///
    /// `unavailable` or `internal` if the table fails.
    pub async fn known(&self, caller: Caller, now: Timestamp) -> Result<Caller, Problem> {
        match caller {
            Caller::User(said) => Ok(Caller::User(self.profile(said, now).await?.user)),
            other => Ok(other),
        }
    }

    /// Returns the user whose token has these claims, like [`known`](Self::known).
    ///
    /// # Errors
    ///
    /// `unavailable` or `internal` if the table fails.
    pub async fn profile(&self, said: User, now: Timestamp) -> Result<KnownUser, Problem> {
        if let Some((before, known)) = self.users.get(&said.id, now)
            && before == said
        {
            return Ok(known);
        }
        let sighting = self.store.look_up(&said).await.map_err(store_problem)?;
        self.known_user(sighting, now).await
    }

    /// Checks that a caller is not blocked. A service app is blocked if its account is.
    ///
    /// # Errors
    ///
    /// `blocked`; `unavailable` or `internal` if the table fails.
    pub async fn check_allowed(&self, caller: &Caller, now: Timestamp) -> Result<(), Problem> {
        let user = match caller {
            Caller::User(user) => user.id,
            Caller::ServiceApp(app) => app.account,
            Caller::Guest(_) => return Ok(()),
        };
        self.check_user_allowed(user, now).await
    }

    /// Checks that a user is not blocked.
    ///
    /// # Errors
    ///
    /// `blocked`; `unavailable` or `internal` if the table fails.
    pub async fn check_user_allowed(&self, user: UserId, now: Timestamp) -> Result<(), Problem> {
        if self.is_blocked(user, now).await? { Err(Problem::new(Code::Blocked)) } else { Ok(()) }
    }

    /// Returns whether the operator has blocked a user. The result may be up to a minute old.
    ///
    /// # Errors
    ///
    /// `unavailable` or `internal` if the table fails.
    pub async fn is_blocked(&self, user: UserId, now: Timestamp) -> Result<bool, Problem> {
        if let Some(is_blocked) = self.blocked.get(&user, now) {
            return Ok(is_blocked);
        }
        let is_blocked = self.store.blocked_at(user).await.map_err(store_problem)?.is_some();
        self.blocked.put(user, is_blocked, now);
        Ok(is_blocked)
    }

    async fn known_user(&self, sighting: DirectoryLookup, now: Timestamp) -> Result<KnownUser, Problem> {
        let said = sighting.claimed().clone();
        let known = self.store.decide(sighting, now).await.map_err(store_problem)?;
        self.blocked.put(said.id, known.is_blocked, now);
        self.users.put(said.id, (said, known.clone()), now);
        Ok(known)
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
            // Unknown apps are not cached, so that made-up names can't fill the cache.
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

/// Logs the kind of a caller and returns the caller.
fn logged(call: &Call, caller: Caller) -> Caller {
    call.log_caller(kind(&caller));
    caller
}

/// Returns the problem `unavailable` with the whole seconds until another attempt makes sense, if they are known.
fn unavailable(error: Unavailable) -> Problem {
    let problem = Problem::new(Code::Unavailable);
    let seconds = error.retry_after().map(|after| after.as_secs() + i64::from(after.subsec_nanos() > 0));
    let problem = match seconds.and_then(|seconds| u32::try_from(seconds).ok()) {
        Some(seconds) => problem.with_retry_after(seconds),
        None => problem,
    };
    problem.caused_by(error)
}

/// Returns the same problem whichever check failed; only the log says which.
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
