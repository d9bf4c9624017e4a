//! The SES account: its quotas, its verified identities, and its planned failures.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::rate::SendRate;

/// Domain whose addresses are always rejected, to exercise the failure path without a switch.
const BOUNCING_DOMAIN: &str = "bounce.test";

/// Quotas that the account reports if no limit is set: those of a new account in production.
const STATED_PER_SECOND: u32 = 14;
const STATED_PER_DAY: u64 = 50_000;

/// A failure of an SES call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SesFailure {
    /// `TooManyRequestsException`: the account exceeds its sending rate.
    RateExceeded,
    /// `TooManyRequestsException`, distinguished by its message: the account has used up its daily quota.
    QuotaExceeded,
    /// `SendingPausedException`: sending is paused for the account.
    SendingPaused,
    /// `AccountSuspendedException`: the account is suspended.
    AccountSuspended,
    /// `AccessDeniedException`: the caller's role does not allow the call.
    AccessDenied,
    /// `MailFromDomainNotVerifiedException`: the sender's domain is not verified.
    DomainNotVerified,
    /// Status 500.
    ServerError,
    /// The call is never answered.
    Silence,
}

/// An operation that can be made to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub(super) enum SesOperation {
    #[default]
    SendEmail,
    GetAccount,
}

impl SesOperation {
    fn name(self) -> &'static str {
        match self {
            Self::SendEmail => "SendEmail",
            Self::GetAccount => "GetAccount",
        }
    }
}

/// A planned failure: the kind, and the number of calls that fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct PlannedFailure {
    pub(super) kind: SesFailure,
    pub(super) calls: usize,
}

/// An SES account, which can send unless a failure or a limit is set.
#[derive(Debug, Default)]
pub(super) struct SesAccount(Mutex<AccountState>);

#[derive(Debug, Default)]
struct AccountState {
    send_email: Option<PlannedFailure>,
    get_account: Option<PlannedFailure>,
    per_second: Option<SendRate>,
    per_day: Option<u64>,
    unverified: Vec<String>,
    refused: Vec<String>,
    calls: Vec<&'static str>,
}

/// The account as `GetAccount` describes it.
#[derive(Debug, PartialEq)]
pub(super) struct AccountDescription {
    pub(super) per_second: u32,
    pub(super) per_day: u64,
    pub(super) is_sending_enabled: bool,
    pub(super) is_suspended: bool,
    pub(super) is_in_production: bool,
}

impl AccountState {
    fn failing(&mut self, operation: SesOperation) -> &mut Option<PlannedFailure> {
        match operation {
            SesOperation::SendEmail => &mut self.send_email,
            SesOperation::GetAccount => &mut self.get_account,
        }
    }
}

impl SesAccount {
    /// Fails the next `calls` calls of `operation`.
    pub(super) fn fail(&self, operation: SesOperation, kind: SesFailure, calls: usize) {
        *self.lock().failing(operation) = (calls > 0).then_some(PlannedFailure { kind, calls });
    }

    /// Returns the planned failure of an operation.
    pub(super) fn failing(&self, operation: SesOperation) -> Option<PlannedFailure> {
        *self.lock().failing(operation)
    }

    /// Records a call, and returns its planned failure, if any.
    pub(super) fn failure(&self, operation: SesOperation) -> Option<SesFailure> {
        let mut state = self.lock();
        state.calls.push(operation.name());
        let failing = state.failing(operation);
        let PlannedFailure { kind, calls } = (*failing)?;
        *failing = calls.checked_sub(1).filter(|left| *left > 0).map(|calls| PlannedFailure { kind, calls });
        Some(kind)
    }

    pub(super) fn calls(&self) -> Vec<String> {
        self.lock().calls.iter().map(|&name| name.to_owned()).collect()
    }

    pub(super) fn forget_calls(&self) {
        self.lock().calls.clear();
    }

    /// Limits the sending rate to `per_second` recipients a second; `None` removes the limit.
    pub(super) fn limit_rate(&self, per_second: Option<u32>, now: Instant) {
        self.lock().per_second = per_second.map(|rate| SendRate::full(rate, now));
    }

    /// Limits sending to `per_day` recipients in 24 hours; `None` removes the limit.
    pub(super) fn limit_day(&self, per_day: Option<u64>) {
        self.lock().per_day = per_day;
    }

    pub(super) fn per_day(&self) -> Option<u64> {
        self.lock().per_day
    }

    /// Returns whether the rate limit allows a message to `recipients` recipients; counts them if so.
    pub(super) fn is_within_rate(&self, recipients: u32, now: Instant) -> bool {
        self.lock().per_second.as_mut().is_none_or(|bucket| bucket.take(recipients, now))
    }

    /// Marks an address, or a domain with all its addresses, as not verified.
    pub(super) fn unverify(&self, identity: String) {
        self.lock().unverified.push(identity);
    }

    pub(super) fn verify_all(&self) {
        self.lock().unverified.clear();
    }

    pub(super) fn unverified(&self) -> Vec<String> {
        self.lock().unverified.clone()
    }

    pub(super) fn is_unverified(&self, address: &str) -> bool {
        self.lock().unverified.iter().any(|identity| covers(identity, address))
    }

    pub(super) fn refuse(&self, recipient: String) {
        self.lock().refused.push(recipient);
    }

    pub(super) fn refuses(&self, address: &str) -> bool {
        covers(BOUNCING_DOMAIN, address) || self.lock().refused.iter().any(|refused| covers(refused, address))
    }

    pub(super) fn describe(&self) -> AccountDescription {
        let state = self.lock();
        let send_email = state.send_email.map(|failing| failing.kind);
        let is_suspended = send_email == Some(SesFailure::AccountSuspended);
        AccountDescription {
            per_second: state.per_second.as_ref().map_or(STATED_PER_SECOND, SendRate::per_second),
            per_day: state.per_day.unwrap_or(STATED_PER_DAY),
            is_sending_enabled: !is_suspended && send_email != Some(SesFailure::SendingPaused),
            is_suspended,
            is_in_production: state.unverified.is_empty(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, AccountState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns whether an identity (an address or a domain) covers `address`. Case is ignored.
fn covers(identity: &str, address: &str) -> bool {
    let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
    identity.eq_ignore_ascii_case(address) || identity.eq_ignore_ascii_case(domain)
}
