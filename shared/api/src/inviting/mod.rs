//! Requests that say whom to invite, to which times, by which channel and in which language: those that create a space, invite
//! into one or update an invitation.

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

/// The reason why a request is refused that was perhaps carried out when it was made first.
#[derive(Debug)]
pub enum Refusal {
    /// This is the answer.
    Problem(Problem),
    /// It names users whom the caller may not know about; [`unknown_users`] makes the answer.
    UnknownUsers(Vec<Fault>),
}

impl Refusal {
    /// Returns whether more people would be mailed than a limit allows.
    #[must_use]
    pub fn is_limit(&self) -> bool {
        matches!(self, Self::Problem(problem) if problem.code() == Code::MailLimit)
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// Returns the answer to a request that invites users whom the caller may not know about: not more than a hundred an hour, so that
/// nobody finds out ids by trying them.
pub async fn unknown_users(store: &Store, caller: &Caller, faults: Vec<Fault>, now: Timestamp) -> Problem {
    match store.use_once(Limit::UNKNOWN_USERS, &idempotency::name(caller), now).await {
        Ok(None) => Problem::invalid(faults),
        Ok(Some(rest)) => over_limit(rest),
        Err(error) => store_problem(error),
    }
}

/// Returns the answer to a request over a limit that is over after this time.
#[must_use]
pub fn over_limit(rest: SignedDuration) -> Problem {
    Problem::new(Code::TooManyRequests).with_retry_after(whole_seconds(rest))
}

/// Returns the whole seconds after which a time is over.
pub(crate) fn whole_seconds(rest: SignedDuration) -> u32 {
    u32::try_from((rest.as_millis() + 999) / 1_000).unwrap_or(u32::MAX)
}
