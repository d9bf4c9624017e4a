//! An issuer's published keys, kept for a while.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};
use reqwest::Client;
use spaces_model::ErrorChain;
use tokio::sync::Mutex;
use url::Url;

use super::authenticator::{Failure, Unavailable};
use super::fetch::{FetchError, Http};
use crate::Rejected;
use crate::keys::{Algorithm, Key, KeySet};

/// A JWK Set is a few kilobytes.
const MAX_BYTES: usize = 256 * 1024;

/// Anybody can make up a key id: that must not make us ask the issuer more often than this.
const BETWEEN_REFRESHES: SignedDuration = SignedDuration::from_secs(60);

/// While there is no key at all nobody gets in, so the next attempt comes sooner; but not with each request.
const BETWEEN_FIRST_ATTEMPTS: SignedDuration = SignedDuration::from_secs(5);

/// The keys at a URL: fetched when first needed, then when they are no longer fresh or a token names one that isn't there.
/// While the issuer is down, what was there last serves on.
pub(super) struct RemoteKeys {
    issuer: String,
    url: Url,
    http: Http,
    fresh: SignedDuration,
    known: RwLock<Known>,
    /// Held while asking, so that those who come meanwhile wait for that answer instead of asking as well.
    asking: Mutex<()>,
}

#[derive(Clone, Default)]
struct Known {
    keys: Option<(Arc<KeySet>, Timestamp)>,
    attempted: Option<Timestamp>,
}

impl RemoteKeys {
    pub(super) fn new(issuer: String, url: Url, http: Http, fresh: SignedDuration) -> Self {
        Self { issuer, url, http, fresh, known: RwLock::default(), asking: Mutex::new(()) }
    }

    /// The key with this id and algorithm.
    pub(super) async fn find(&self, kid: Option<&str>, algorithm: Algorithm, now: Timestamp) -> Result<Key, Failure> {
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
            Some((keys, fetched)) if now.duration_since(*fetched) < self.fresh && !lacking(keys) => {
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
        let failed = if known.may_ask(now) { self.refresh(now).await.err() } else { None };
        let unavailable = |source| Unavailable::Keys { issuer: self.issuer.clone(), source };
        match self.known().keys {
            Some((keys, _)) => Ok(keys),
            None => Err(Failure::Unavailable(unavailable(failed.unwrap_or(FetchError::NotDue)))),
        }
    }

    async fn refresh(&self, now: Timestamp) -> Result<(), FetchError> {
        self.remember(|known| known.attempted = Some(now));
        match self.fetch().await {
            Ok(keys) => {
                self.remember(|known| known.keys = Some((Arc::new(keys), now)));
                Ok(())
            }
            Err(error) => {
                tracing::warn!(issuer = self.issuer, error = %ErrorChain(&error), "the issuer's keys could not be fetched");
                Err(error)
            }
        }
    }

    async fn fetch(&self) -> Result<KeySet, FetchError> {
        let body = self.http.body(|client: &Client| client.get(self.url.clone()), MAX_BYTES).await?;
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
    fn may_ask(&self, now: Timestamp) -> bool {
        let pause = if self.keys.is_some() { BETWEEN_REFRESHES } else { BETWEEN_FIRST_ATTEMPTS };
        self.attempted.is_none_or(|attempted| now.duration_since(attempted) >= pause)
    }
}

impl fmt::Debug for RemoteKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteKeys").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}
