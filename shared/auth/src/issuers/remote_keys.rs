//! A cache of an issuer's published keys.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};
use reqwest::Client;
use spaces_model::ErrorChain;
use tokio::sync::Mutex;
use url::Url;

use super::authenticator::{Failure, Unavailable};
use super::config::KeySource;
use super::fetch::{FetchError, Http};
use crate::Rejected;
use crate::keys::{Algorithm, KeySet, VerificationKey};

/// Maximum size of a JWK Set in bytes. Real ones have a few kilobytes.
const MAX_BYTES: usize = 256 * 1024;

/// Minimum time between two fetches. Anybody can make up a key id, which must not cause more requests than that.
const MIN_REFRESH_INTERVAL: SignedDuration = SignedDuration::from_secs(60);

/// Minimum time between two fetches while there is no usable key. It is shorter, because nobody can authenticate in the
/// meantime.
const MIN_RETRY_INTERVAL: SignedDuration = SignedDuration::from_secs(5);

/// The client that fetches keys, and the time for which they are used.
#[derive(Clone)]
pub(super) struct JwksAccess {
    pub(super) http: Http,
    /// Time for which keys are used without fetching them again.
    pub(super) fresh: SignedDuration,
    /// Time after the last successful fetch for which keys are used while the issuer does not answer.
    pub(super) stale: SignedDuration,
}

/// An issuer's keys, from the configuration or from a URL.
#[derive(Debug)]
pub(super) enum IssuerKeys {
    Inline(KeySet),
    Remote(Box<RemoteKeys>),
}

impl IssuerKeys {
    pub(super) fn new(source: KeySource, issuer: &str, access: &JwksAccess) -> Self {
        match source {
            KeySource::Url(url) => Self::Remote(Box::new(RemoteKeys::new(issuer.to_owned(), url, access.clone()))),
            KeySource::Inline(keys) => Self::Inline(keys),
        }
    }

    pub(super) async fn find(
        &self,
        kid: Option<&str>,
        algorithm: Algorithm,
        now: Timestamp,
    ) -> Result<VerificationKey, Failure> {
        match self {
            Self::Inline(keys) => Ok(keys.find(kid, algorithm)?.clone()),
            Self::Remote(keys) => keys.find(kid, algorithm, now).await,
        }
    }
}

/// The keys at a URL. They are fetched when first needed, and again when they are no longer fresh or a token names an
/// unknown key. While the issuer is down, the last ones are used until they are stale.
pub(super) struct RemoteKeys {
    issuer: String,
    url: Url,
    access: JwksAccess,
    known: RwLock<CachedKeys>,
    /// Held during a fetch, so that concurrent requests wait for its result instead of fetching the keys as well.
    fetching: Mutex<()>,
}

#[derive(Clone, Default)]
struct CachedKeys {
    keys: Option<(Arc<KeySet>, Timestamp)>,
    attempted: Option<Timestamp>,
    /// True if the last attempt failed.
    is_unreachable: bool,
}

impl RemoteKeys {
    fn new(issuer: String, url: Url, access: JwksAccess) -> Self {
        Self { issuer, url, access, known: RwLock::default(), fetching: Mutex::new(()) }
    }

    /// Returns the key with this id and algorithm.
    async fn find(&self, kid: Option<&str>, algorithm: Algorithm, now: Timestamp) -> Result<VerificationKey, Failure> {
        let unknown = |keys: &KeySet| kid.is_some() && keys.find(kid, algorithm).err() == Some(Rejected::Key);
        let keys = self.keys(now, unknown).await?;
        Ok(keys.find(kid, algorithm)?.clone())
    }

    /// Fetches the keys if they are due.
    pub(super) async fn prefetch(&self, now: Timestamp) {
        // A failure is already logged, and the first token that needs the keys tries again.
        let _ = self.keys(now, |_| false).await;
    }

    /// Returns the key set, after refreshing it if it isn't fresh or is `lacking` the key.
    async fn keys(&self, now: Timestamp, lacking: impl Fn(&KeySet) -> bool) -> Result<Arc<KeySet>, Failure> {
        let sufficient = |known: &CachedKeys| match &known.keys {
            Some((keys, fetched)) if now.duration_since(*fetched) < self.access.fresh && !lacking(keys) => {
                Some(Arc::clone(keys))
            }
            _ => None,
        };
        if let Some(keys) = sufficient(&self.known()) {
            return Ok(keys);
        }
        let _fetching = self.fetching.lock().await;
        let known = self.known();
        if let Some(keys) = sufficient(&known) {
            return Ok(keys);
        }
        let may_fetch = known.may_fetch(known.usable(self.access.stale, now).is_some(), now);
        let failed = if may_fetch { self.refresh(now).await.err() } else { None };
        let unavailable = |source| Unavailable::Keys { issuer: self.issuer.clone(), source };
        let known = self.known();
        match known.usable(self.access.stale, now) {
            // If the issuer is unreachable, a missing key may be a new one.
            Some(keys) if !(known.is_unreachable && lacking(&keys)) => Ok(keys),
            _ => Err(Failure::Unavailable(unavailable(failed.unwrap_or(FetchError::NotDue)))),
        }
    }

    async fn refresh(&self, now: Timestamp) -> Result<(), FetchError> {
        self.remember(|known| {
            known.attempted = Some(now);
            known.is_unreachable = true;
        });
        match self.fetch().await {
            Ok(keys) => {
                self.remember(|known| {
                    known.keys = Some((Arc::new(keys), now));
                    known.is_unreachable = false;
                });
                Ok(())
            }
            Err(error) => {
                tracing::warn!(issuer = self.issuer, error = %ErrorChain(&error), "the issuer's keys could not be fetched");
                Err(error)
            }
        }
    }

    async fn fetch(&self) -> Result<KeySet, FetchError> {
        let body = self.access.http.body(|client: &Client| client.get(self.url.clone()), MAX_BYTES).await?;
        let (keys, unusable) = KeySet::from_json(&body).map_err(|_| FetchError::Unreadable)?;
        for (place, reason) in unusable {
            tracing::debug!(issuer = self.issuer, place, %reason, "a key of the issuer is not used");
        }
        Ok(keys)
    }

    fn known(&self) -> CachedKeys {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn remember(&self, change: impl FnOnce(&mut CachedKeys)) {
        change(&mut self.known.write().unwrap_or_else(PoisonError::into_inner));
    }
}

impl CachedKeys {
    /// Returns the keys unless they are stale, which limits how long a revoked key is used.
    fn usable(&self, stale: SignedDuration, now: Timestamp) -> Option<Arc<KeySet>> {
        let (keys, fetched) = self.keys.as_ref()?;
        (now.duration_since(*fetched) < stale).then(|| Arc::clone(keys))
    }

    fn may_fetch(&self, usable: bool, now: Timestamp) -> bool {
        let pause = if usable { MIN_REFRESH_INTERVAL } else { MIN_RETRY_INTERVAL };
        self.attempted.is_none_or(|attempted| now.duration_since(attempted) >= pause)
    }
}

impl fmt::Debug for RemoteKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteKeys").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}
