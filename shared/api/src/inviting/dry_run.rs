//! Dry runs: verdicts on the entries of a request's list.

use jiff::Timestamp;
use spaces_http::{Call, Fault, FaultCode, Problem};
use spaces_model::{Caller, Invitee, InviteeTarget, Role};
use spaces_store::{Limit, Store};

use super::{Request, over_limit};
use crate::{idempotency, store_problem};

/// An entry of the list of invitees, and the verdict on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checked {
    pub(crate) invitee_type: &'static str,
    pub(crate) invitee: String,
    pub(crate) role: Role,
    pub(crate) verdict: Verdict,
}

/// The verdict on an entry of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The person would be invited.
    Ok,
    /// The person appears earlier in the list, with the same role.
    Duplicate,
    /// The person is a member of the space.
    AlreadyMember,
    /// No mail can be sent to such an address.
    NotMailed,
}

impl Verdict {
    /// Returns the verdict as the wire spells it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Duplicate => "duplicate",
            Self::AlreadyMember => "already_member",
            Self::NotMailed => "not_mailed",
        }
    }
}

impl Checked {
    /// Creates the entry of an invitee with a verdict.
    pub(crate) fn of(invitee: &Invitee, verdict: Verdict) -> Self {
        let (invitee_type, name) = match &invitee.target {
            InviteeTarget::Email(address) => ("email", address.as_typed().to_owned()),
            InviteeTarget::User(id) => ("userId", id.to_string()),
        };
        Self { invitee_type, invitee: name, role: invitee.role, verdict }
    }

    /// Creates the entry of an address to which no mail can be sent.
    pub(crate) fn not_mailed(address: String, role: Role) -> Self {
        Self { invitee_type: "email", invitee: address, role, verdict: Verdict::NotMailed }
    }

    pub(crate) fn is_address(&self) -> bool {
        self.invitee_type == "email"
    }
}

/// Returns whether a request is a dry run.
///
/// # Errors
///
/// `invalid_request` if the parameter `dryRun` is neither `true` nor `false`.
pub fn is_dry_run(call: &Call) -> Result<bool, Problem> {
    match call.query("dryRun") {
        None => Ok(false),
        Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Some(_) => Err(Problem::invalid(vec![Fault::new("dryRun", FaultCode::InvalidValue, "must be true or false")])),
    }
}

/// Counts the addresses that a caller checks. A caller may check at most a thousand an hour, so that nobody can try out
/// lists of addresses.
///
/// # Errors
///
/// `too_many_requests` over the limit; `unavailable` or `internal` if the table fails.
pub async fn check_addresses(store: &Store, caller: &Caller, request: &Request, now: Timestamp) -> Result<(), Problem> {
    let number = u32::try_from(request.addresses()).unwrap_or(u32::MAX);
    if number == 0 {
        return Ok(());
    }
    let by = idempotency::name(caller);
    match store.use_times(Limit::CHECKED_ADDRESSES, number, &by, now).await.map_err(store_problem)? {
        None => Ok(()),
        Some(rest) => Err(over_limit(rest)),
    }
}
