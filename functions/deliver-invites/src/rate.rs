//! The account's maximum send rate.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use spaces_http::Sources;
use tokio::sync::Mutex;

use crate::backoff::Obstacle;
use crate::ses::{AccountQuota, Retryability, Ses, SesError};

/// Duration for which the account's rate is cached.
const FRESH: SignedDuration = SignedDuration::from_mins(5);
/// The rate, in mails a second, until SES has reported one: that of an account in the sandbox.
const AT_FIRST: f64 = 1.0;
/// The fraction of the rate that is used, leaving headroom for retries and clock differences.
const USED: f64 = 0.9;

/// Maximum number of attempts. SES allows one `GetAccount` call a second (Amazon SES quotas), and several instances may
/// start at the same time.
const TRIES: u32 = 3;
/// Minimum pause between attempts, extended by up to a second of jitter.
const PAUSE: Duration = Duration::from_secs(1);
/// Duration after which SES is queried again if the rate could not be read.
const RETRY: SignedDuration = SignedDuration::from_secs(10);

/// The account's rate, read from SES or configured.
pub(crate) struct Rate {
    configured: Option<f64>,
    read: Mutex<Option<CachedRate>>,
    /// The percentage of the daily quota that was used when it was last read, until it is reported.
    quota_used: AtomicUsize,
}

/// A rate and its expiry.
#[derive(Clone, Copy)]
struct CachedRate {
    rate: f64,
    until: Timestamp,
}

impl Rate {
    /// Returns a rate that is configured, or else read from SES.
    pub(crate) fn new(configured: Option<f64>) -> Self {
        Self { configured, read: Mutex::default(), quota_used: AtomicUsize::default() }
    }

    /// Returns the percentage of the daily quota that is used: once after each read, and otherwise 0.
    pub(crate) fn take_quota_used(&self) -> usize {
        self.quota_used.swap(0, Ordering::Relaxed)
    }

    /// Returns the rate that the whole service may use, in mails a second.
    pub(crate) async fn per_second(&self, ses: &Ses, sources: &Sources) -> f64 {
        if let Some(configured) = self.configured {
            return configured;
        }
        // Held during the call to SES, so that concurrent callers wait for its result.
        let mut read = self.read.lock().await;
        let known = *read;
        if let Some(CachedRate { rate, until }) = known
            && sources.now() < until
        {
            return rate * USED;
        }
        let (rate, lasts) = match ask(ses, sources).await {
            Ok(AccountQuota { per_second, quota_used }) => {
                self.quota_used.store(quota_used, Ordering::Relaxed);
                (per_second, FRESH)
            }
            Err(error) => {
                tracing::warn!(code = error.code, "the account's rate cannot be read");
                (known.map_or(AT_FIRST, |known| known.rate), RETRY)
            }
        };
        *read = Some(CachedRate { rate, until: sources.now().saturating_add(lasts).unwrap_or(Timestamp::MAX) });
        rate * USED
    }
}

/// Queries SES, and retries while it throttles.
async fn ask(ses: &Ses, sources: &Sources) -> Result<AccountQuota, SesError> {
    let mut tries = 1;
    loop {
        match ses.account_quota().await {
            Err(error) if tries < TRIES && matches!(error.retryability, Retryability::Later(Obstacle::Rate, _)) => {
                let [jitter]: [u8; 1] = sources.random();
                tokio::time::sleep(PAUSE + Duration::from_millis(4 * u64::from(jitter))).await;
                tries += 1;
            }
            answer => return answer,
        }
    }
}
