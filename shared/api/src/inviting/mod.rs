//! Requests with the terms of an invitation: those that create a space, invite into one or update an invitation.

mod body;
mod dry_run;
#[cfg(feature = "openapi")]
pub mod openapi;
mod request;
mod terms;

pub use body::{InviteBody, InviteeBody};
pub(crate) use dry_run::{Checked, Verdict};
pub use dry_run::{check_addresses, is_dry_run};
pub use request::{Invitees, Request};
pub use terms::{NewInvitation, Terms, acted_by, lifetime_from_env};

use jiff::{SignedDuration, Timestamp};
use spaces_http::{Code, Fault, Problem};
use spaces_model::Caller;
use spaces_store::{Limit, Store};

use crate::{idempotency, store_problem};

/// The rejection of a request that may be the replay of one that succeeded.
#[derive(Debug)]
pub enum InviteRejection {
    /// The problem to respond with.
    Problem(Problem),
    /// The request names users whom the caller may not know about; [`unknown_users`] returns the problem.
    UnknownUsers(Vec<Fault>),
}

impl InviteRejection {
    /// Returns whether the request would exceed a mail limit.
    #[must_use]
    pub fn is_limit(&self) -> bool {
        matches!(self, Self::Problem(problem) if problem.code() == Code::MailLimit)
    }
}

impl From<Problem> for InviteRejection {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// Returns the problem for a request that names users whom the caller may not know about. A caller may make at most a
/// hundred such requests an hour, so that nobody can find out ids by trying them.
pub async fn unknown_users(store: &Store, caller: &Caller, faults: Vec<Fault>, now: Timestamp) -> Problem {
    match store.use_once(Limit::UNKNOWN_USERS, &idempotency::name(caller), now).await {
        Ok(None) => Problem::invalid(faults),
        Ok(Some(rest)) => over_limit(rest),
        Err(error) => store_problem(error),
    }
}

/// Returns the problem for a request over a limit that ends after `rest`.
#[must_use]
pub fn over_limit(rest: SignedDuration) -> Problem {
    Problem::new(Code::TooManyRequests).with_retry_after(whole_seconds(rest))
}

/// Returns a time in whole seconds, rounded up.
pub(crate) fn whole_seconds(rest: SignedDuration) -> u32 {
    u32::try_from((rest.as_millis() + 999) / 1_000).unwrap_or(u32::MAX)
}
