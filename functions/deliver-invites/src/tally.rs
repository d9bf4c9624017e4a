//! Counts of a batch, for the metrics.

use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::SignedDuration;
use spaces_http::Metrics;

use crate::backoff::Obstacle;

/// The number of mails or messages for each outcome.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    sent: AtomicUsize,
    failed: AtomicUsize,
    suppressed: AtomicUsize,
    waiting: AtomicUsize,
    stopped: AtomicUsize,
    /// Age of the oldest obstructed message, in seconds.
    oldest: AtomicUsize,
    dead: AtomicUsize,
}

impl Tally {
    /// Counts a mail that SES accepted.
    pub(crate) fn sent(&self) {
        self.sent.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a mail that is given up.
    pub(crate) fn failed(&self) {
        self.failed.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a mail that is not sent because its recipient has stopped mail or complained, its address bounced, or it
    /// has received too many mails from strangers.
    pub(crate) fn suppressed(&self) {
        self.suppressed.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a sleeping message and its age.
    pub(crate) fn waits(&self, obstacle: Option<Obstacle>, age: Option<SignedDuration>) {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        if let (Some(_), Some(age)) = (obstacle, age) {
            self.oldest.fetch_max(usize::try_from(age.as_secs()).unwrap_or_default(), Ordering::Relaxed);
        }
        if obstacle == Some(Obstacle::Stopped) {
            self.stopped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts a message that was dead-lettered.
    pub(crate) fn dead_lettered(&self) {
        self.dead.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the metrics for the operator. Lambda's own metrics do not show them: a sleeping message is not an error
    /// of the function.
    pub(crate) fn metrics(&self) -> Metrics {
        let mut metrics = Metrics::default();
        metrics.count("MailsSent", self.sent.load(Ordering::Relaxed));
        metrics.count("MailsFailed", self.failed.load(Ordering::Relaxed));
        metrics.count("MailsSuppressed", self.suppressed.load(Ordering::Relaxed));
        metrics.count("MessagesWaiting", self.waiting.load(Ordering::Relaxed));
        metrics.count("MailStopped", self.stopped.load(Ordering::Relaxed));
        metrics.seconds("ObstructedAge", self.oldest.load(Ordering::Relaxed));
        metrics.count("MessagesDeadLettered", self.dead.load(Ordering::Relaxed));
        metrics
    }
}
