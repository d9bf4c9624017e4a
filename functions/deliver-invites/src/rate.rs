//! The rate at which the account may send.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use spaces_http::Sources;
use tokio::sync::Mutex;

use crate::backoff::Obstacle;
use crate::ses::{Allowance, Ses, SesError, Verdict};

/// Duration for which the account's rate is used without asking again.
const FRESH: SignedDuration = SignedDuration::from_mins(5);
/// The mails a second before SES has said how many there may be: what an account in the sandbox may send.
const AT_FIRST: f64 = 1.0;
/// The part of the rate that is used, so that clocks and retries do not carry it over.
const USED: f64 = 0.9;

/// The number of times that SES is asked. It answers one `GetAccount` a second (Amazon SES quotas), and several instances start at
/// once.
const TRIES: u32 = 3;
/// The shortest pause between them. Each is up to a second longer.
const PAUSE: Duration = Duration::from_secs(1);
/// Duration after which SES is asked again if it has not said the rate.
const RETRY: SignedDuration = SignedDuration::from_secs(10);

/// The account's rate, read from SES or configured.
pub(crate) struct Rate {
    configured: Option<f64>,
    read: Mutex<Option<Known>>,
    /// The share of the daily quota that was used when it was read, until it is counted.
    quota_used: AtomicUsize,
}

/// A rate, and until when it is used.
#[derive(Clone, Copy)]
struct Known {
    rate: f64,
    until: Timestamp,
}

impl Rate {
    /// A rate that is configured, or read from SES where it is not.
    pub(crate) fn new(configured: Option<f64>) -> Self {
        Self { configured, read: Mutex::default(), quota_used: AtomicUsize::default() }
    }

    /// Returns the share of the account's daily quota that is used, in percent, once after it was read; else 0.
    pub(crate) fn take_quota_used(&self) -> usize {
        self.quota_used.swap(0, Ordering::Relaxed)
    }

    /// Returns the mails a second that the whole service may send.
    pub(crate) async fn per_second(&self, ses: &Ses, sources: &Sources) -> f64 {
        if let Some(configured) = self.configured {
            return configured;
        }
        // Held while SES is asked: the others wait for the answer.
        let mut read = self.read.lock().await;
        let known = *read;
        if let Some(Known { rate, until }) = known
            && sources.now() < until
        {
            return rate * USED;
        }
        let (rate, lasts) = match ask(ses, sources).await {
            Ok(Allowance { per_second, quota_used }) => {
                self.quota_used.store(quota_used, Ordering::Relaxed);
                (per_second, FRESH)
            }
            Err(error) => {
                tracing::warn!(code = error.code, "the account's rate cannot be read");
                (known.map_or(AT_FIRST, |known| known.rate), RETRY)
            }
        };
        *read = Some(Known { rate, until: sources.now().saturating_add(lasts).unwrap_or(Timestamp::MAX) });
        rate * USED
    }
}

/// Asks SES, and again while it is throttling.
async fn ask(ses: &Ses, sources: &Sources) -> Result<Allowance, SesError> {
    let mut tries = 1;
    loop {
        match ses.allowance().await {
            Err(error) if tries < TRIES && matches!(error.verdict, Verdict::Later(Obstacle::Rate, _)) => {
                let [jitter]: [u8; 1] = sources.random();
                tokio::time::sleep(PAUSE + Duration::from_millis(4 * u64::from(jitter))).await;
                tries += 1;
            }
            answer => return answer,
        }
    }
}
