//! An issuer's published keys, kept for a while.

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
use crate::keys::{Algorithm, Key, KeySet};

/// A JWK Set is a few kilobytes.
const MAX_BYTES: usize = 256 * 1024;

/// Anybody can make up a key id: that must not make us ask the issuer more often than this.
const BETWEEN_REFRESHES: SignedDuration = SignedDuration::from_secs(60);

/// While there is no usable key nobody gets in, so the next attempt comes sooner; but not with each request.
const BETWEEN_FIRST_ATTEMPTS: SignedDuration = SignedDuration::from_secs(5);

/// The client that fetches keys, and the time for which they are used.
#[derive(Clone)]
pub(super) struct JwksAccess {
    pub(super) http: Http,
    /// Time for which keys are used without asking for them again.
    pub(super) fresh: SignedDuration,
    /// Time after the last successful fetch for which keys are used while the issuer does not answer.
    pub(super) stale: SignedDuration,
}

/// An issuer's keys, wherever they come from.
#[derive(Debug)]
pub(super) enum Keys {
    Inline(KeySet),
    Remote(Box<RemoteKeys>),
}

impl Keys {
    pub(super) fn new(source: KeySource, issuer: &str, access: &JwksAccess) -> Self {
        match source {
            KeySource::Url(url) => Self::Remote(Box::new(RemoteKeys::new(issuer.to_owned(), url, access.clone()))),
            KeySource::Inline(keys) => Self::Inline(keys),
        }
    }

    pub(super) async fn find(&self, kid: Option<&str>, algorithm: Algorithm, now: Timestamp) -> Result<Key, Failure> {
        match self {
            Self::Inline(keys) => Ok(keys.find(kid, algorithm)?.clone()),
            Self::Remote(keys) => keys.find(kid, algorithm, now).await,
        }
    }
}

/// The keys at a URL: fetched when first needed, then when they are no longer fresh or a token names one that isn't there.
/// While the issuer is down, the last ones are used until they are stale.
pub(super) struct RemoteKeys {
    issuer: String,
    url: Url,
    access: JwksAccess,
    known: RwLock<Known>,
    /// Held while asking, so that those who come meanwhile wait for that answer instead of asking as well.
    asking: Mutex<()>,
}

#[derive(Clone, Default)]
struct Known {
    keys: Option<(Arc<KeySet>, Timestamp)>,
    attempted: Option<Timestamp>,
    /// True if the last attempt failed.
    is_unreachable: bool,
}

impl RemoteKeys {
    fn new(issuer: String, url: Url, access: JwksAccess) -> Self {
        Self { issuer, url, access, known: RwLock::default(), asking: Mutex::new(()) }
    }

    /// The key with this id and algorithm.
    async fn find(&self, kid: Option<&str>, algorithm: Algorithm, now: Timestamp) -> Result<Key, Failure> {
        let unknown = |keys: &KeySet| kid.is_some() && keys.find(kid, algorithm).err() == Some(Rejected::Key);
        let keys = self.keys(now, unknown).await?;
        Ok(keys.find(kid, algorithm)?.clone())
    }

    /// Fetches the keys if they are due.
    pub(super) async fn prefetch(&self, now: Timestamp) {
        // A failure has been logged, and the first token that needs the keys meets it again.
        let _ = self.keys(now, |_| false).await;
    }

    /// The set, refreshed before if it isn't fresh or is `lacking` something.
    async fn keys(&self, now: Timestamp, lacking: impl Fn(&KeySet) -> bool) -> Result<Arc<KeySet>, Failure> {
        let sufficient = |known: &Known| match &known.keys {
            Some((keys, fetched)) if now.duration_since(*fetched) < self.access.fresh && !lacking(keys) => {
                Some(Arc::clone(keys))
            }
            _ => None,
        };
        if let Some(keys) = sufficient(&self.known()) {
            return Ok(keys);
        }
        let _asking = self.asking.lock().await;
        let known = self.known();
        if let Some(keys) = sufficient(&known) {
            return Ok(keys);
        }
        let may_ask = known.may_ask(known.usable(self.access.stale, now).is_some(), now);
        let failed = if may_ask { self.refresh(now).await.err() } else { None };
        let unavailable = |source| Unavailable::Keys { issuer: self.issuer.clone(), source };
        let known = self.known();
        match known.usable(self.access.stale, now) {
            // The key may be a new one, which only the issuer could say.
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

    fn known(&self) -> Known {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn remember(&self, change: impl FnOnce(&mut Known)) {
        change(&mut self.known.write().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Known {
    /// Returns the keys, unless they are stale: a key that the issuer has withdrawn is used no longer than that.
    fn usable(&self, stale: SignedDuration, now: Timestamp) -> Option<Arc<KeySet>> {
        let (keys, fetched) = self.keys.as_ref()?;
        (now.duration_since(*fetched) < stale).then(|| Arc::clone(keys))
    }

    fn may_ask(&self, usable: bool, now: Timestamp) -> bool {
        let pause = if usable { BETWEEN_REFRESHES } else { BETWEEN_FIRST_ATTEMPTS };
        self.attempted.is_none_or(|attempted| now.duration_since(attempted) >= pause)
    }
}

impl fmt::Debug for RemoteKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteKeys").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}
