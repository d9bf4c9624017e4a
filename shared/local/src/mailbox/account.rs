//! The account at SES: its quotas, its verified identities, and the failures that it is told to have.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::rate::TokenBucket;

/// Mail to this domain is always rejected, so that the failure path can be seen without a switch.
const BOUNCING_DOMAIN: &str = "bounce.test";

/// The quotas that the account states without a limit of its own: those of a new account in production.
const STATED_PER_SECOND: u32 = 14;
const STATED_PER_DAY: u64 = 50_000;

/// A way in which SES refuses every message, or does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SesFailure {
    /// `TooManyRequestsException`: the account sends faster than its rate.
    RateExceeded,
    /// `TooManyRequestsException` as well, told apart by its text: the account has used up its daily quota.
    QuotaExceeded,
    /// `SendingPausedException`: sending is paused for the account.
    SendingPaused,
    /// `AccountSuspendedException`: the account may not send any more.
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

/// The operations that can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub(super) enum Operation {
    #[default]
    SendEmail,
    GetAccount,
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Self::SendEmail => "SendEmail",
            Self::GetAccount => "GetAccount",
        }
    }
}

/// How the next calls of an operation fail, and how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Failing {
    pub(super) kind: SesFailure,
    pub(super) calls: usize,
}

/// An account at SES. It can send, unless it is told otherwise.
#[derive(Debug, Default)]
pub(super) struct SesAccount(Mutex<AccountState>);

#[derive(Debug, Default)]
struct AccountState {
    sending: Option<Failing>,
    asking: Option<Failing>,
    per_second: Option<TokenBucket>,
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
    fn failing(&mut self, operation: Operation) -> &mut Option<Failing> {
        match operation {
            Operation::SendEmail => &mut self.sending,
            Operation::GetAccount => &mut self.asking,
        }
    }
}

impl SesAccount {
    /// Fails the next `calls` calls of `operation`.
    pub(super) fn fail(&self, operation: Operation, kind: SesFailure, calls: usize) {
        *self.lock().failing(operation) = (calls > 0).then_some(Failing { kind, calls });
    }

    /// How the next calls fail.
    pub(super) fn failing(&self, operation: Operation) -> Option<Failing> {
        *self.lock().failing(operation)
    }

    /// Notes this call, and returns the failure that it has, if any.
    pub(super) fn failure(&self, operation: Operation) -> Option<SesFailure> {
        let mut state = self.lock();
        state.calls.push(operation.name());
        let failing = state.failing(operation);
        let Failing { kind, calls } = (*failing)?;
        *failing = calls.checked_sub(1).filter(|left| *left > 0).map(|calls| Failing { kind, calls });
        Some(kind)
    }

    pub(super) fn calls(&self) -> Vec<String> {
        self.lock().calls.iter().map(|&name| name.to_owned()).collect()
    }

    pub(super) fn forget_calls(&self) {
        self.lock().calls.clear();
    }

    /// Accepts up to `per_second` recipients a second, as a token bucket; `None` is no limit.
    pub(super) fn limit_rate(&self, per_second: Option<u32>, now: Instant) {
        self.lock().per_second = per_second.map(|rate| TokenBucket::full(rate, now));
    }

    /// Accepts up to `per_day` recipients in 24 hours; `None` is no limit.
    pub(super) fn limit_day(&self, per_day: Option<u64>) {
        self.lock().per_day = per_day;
    }

    pub(super) fn per_day(&self) -> Option<u64> {
        self.lock().per_day
    }

    /// Returns whether the rate allows a message to as many recipients; counts them if so.
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
        let sending = state.sending.map(|failing| failing.kind);
        let is_suspended = sending == Some(SesFailure::AccountSuspended);
        AccountDescription {
            per_second: state.per_second.as_ref().map_or(STATED_PER_SECOND, TokenBucket::per_second),
            per_day: state.per_day.unwrap_or(STATED_PER_DAY),
            is_sending_enabled: !is_suspended && sending != Some(SesFailure::SendingPaused),
            is_suspended,
            is_in_production: state.unverified.is_empty(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, AccountState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns whether an identity, an address or a domain, is that of `address`. Case does not count.
fn covers(identity: &str, address: &str) -> bool {
    let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
    identity.eq_ignore_ascii_case(address) || identity.eq_ignore_ascii_case(domain)
}
