//! What became of the mails of a record, or of a whole batch.

use spaces_http::Metrics;

use crate::delivery::Outcome;

/// How many mails, or records, came to what.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Tally {
    /// SES has them.
    pub(crate) sent: usize,
    /// SES will never take them.
    pub(crate) failed: usize,
    /// They are to be tried again.
    pub(crate) waiting: usize,
    /// Records that cannot be read, and come again.
    pub(crate) corrupt: usize,
}

impl Tally {
    /// Of the mails of one invitation.
    pub(crate) fn of(outcomes: &[Outcome]) -> Self {
        let count = |outcome| outcomes.iter().filter(|each| **each == outcome).count();
        Self { sent: count(Outcome::Sent), failed: count(Outcome::Failed), waiting: count(Outcome::Retry), corrupt: 0 }
    }

    /// Whether the stream need not bring it again.
    pub(crate) const fn is_done(self) -> bool {
        self.waiting == 0 && self.corrupt == 0
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.sent += other.sent;
        self.failed += other.failed;
        self.waiting += other.waiting;
        self.corrupt += other.corrupt;
    }

    /// What an operator watches. Lambda's own metrics don't show it: a record that goes back is no error of the function.
    pub(crate) fn metrics(self) -> Metrics {
        let mut metrics = Metrics::default();
        metrics.count("MailsSent", self.sent);
        metrics.count("MailsFailed", self.failed);
        metrics.count("MailsWaiting", self.waiting);
        metrics.count("CorruptRecords", self.corrupt);
        metrics
    }
}
