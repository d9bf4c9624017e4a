//! The rate at which the account may send.

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

use crate::ses::Ses;

/// Duration for which the account's rate is used without asking again.
const FRESH: SignedDuration = SignedDuration::from_mins(5);
/// The mails a second before SES has said how many there may be: what an account in the sandbox may send.
const AT_FIRST: f64 = 1.0;
/// The part of the rate that is used, so that clocks and retries do not carry it over.
const USED: f64 = 0.9;

/// The account's rate, read from SES or configured.
pub(crate) struct Rate {
    configured: Option<f64>,
    read: Mutex<Option<(Timestamp, f64)>>,
}

impl Rate {
    /// A rate that is configured, or read from SES where it is not.
    pub(crate) fn new(configured: Option<f64>) -> Self {
        Self { configured, read: Mutex::default() }
    }

    /// Returns the mails a second that the whole service may send.
    pub(crate) async fn per_second(&self, ses: &Ses, now: Timestamp) -> f64 {
        if let Some(configured) = self.configured {
            return configured;
        }
        // Held while SES is asked: it answers one GetAccount a second, and the others wait for the answer.
        let mut read = self.read.lock().await;
        let known = *read;
        if let Some((since, rate)) = known
            && now.duration_since(since) < FRESH
        {
            return rate * USED;
        }
        let rate = match ses.max_send_rate().await {
            Ok(rate) => rate,
            Err(error) => {
                tracing::warn!(code = error.code, "the account's rate cannot be read");
                known.map_or(AT_FIRST, |(_, rate)| rate)
            }
        };
        *read = Some((now, rate));
        rate * USED
    }
}
