//! Limits on the number of people that a sender may mail, and the problems for exceeding them.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use spaces_http::{Code, ConfigError, Env, Problem};
use spaces_model::{Caller, Email, Invitation, MailSender, Member, MemberId, Space};
use spaces_store::{MailAxis, MailBudget, MailLimitExceeded, SpaceBudget, Spending, SpentMails, Store};

use crate::inviting::whole_seconds;
use crate::store_problem;

/// Maximum number of people that an inviter without a verified address may mail within 24 hours.
const UNVERIFIED: u32 = 20;
/// The accepted values of a limit.
const BOUNDS: RangeInclusive<u32> = 1..=100_000_000;

/// The maximum numbers of people that may be mailed within 24 hours.
#[derive(Debug, Clone, Copy)]
pub struct MailLimits {
    per_inviter: u32,
    per_space: u32,
}

impl MailLimits {
    /// Reads `MAILS_PER_INVITER` and `MAILS_PER_SPACE`.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the variable that is wrong.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        Ok(Self {
            per_inviter: env.bounded("MAILS_PER_INVITER", BOUNDS)?.unwrap_or(2_000),
            per_space: env.bounded("MAILS_PER_SPACE", BOUNDS)?.unwrap_or(5_000),
        })
    }

    /// Counts mails about a space that is about to be created, against the limit of an inviter with a verified address.
    /// [`check_verified`](Self::check_verified) applies the true limit once the directory has been read.
    ///
    /// # Errors
    ///
    /// `mail_limit` or `blocked`, without counting anything; `unavailable` or `internal` if the table fails.
    pub async fn spend_for_new_space(
        &self,
        store: &Store,
        caller: &Caller,
        mails: usize,
        now: Timestamp,
    ) -> Result<SpentMails, Problem> {
        self.spend_of(store, caller, self.of_verified(caller), None, mails, now).await
    }

    /// Checks that the counted mails are within the lower limit of an inviter without a verified address, if the caller
    /// is one.
    ///
    /// # Errors
    ///
    /// `mail_limit`.
    pub fn check_verified(&self, caller: &Caller, spent: &SpentMails, now: Timestamp) -> Result<(), Problem> {
        spent.over(self.of(caller), now).map_or(Ok(()), |over| Err(over_mail_limit(over)))
    }

    /// Counts mails that a member of a space causes about it. `caller` is the caller as known to the directory.
    ///
    /// # Errors
    ///
    /// `mail_limit` or `blocked`, without counting anything; `unavailable` or `internal` if the table fails.
    pub async fn spend(
        &self,
        store: &Store,
        caller: &Caller,
        (space, member): (&Space, &Member),
        mails: usize,
        now: Timestamp,
    ) -> Result<SpentMails, Problem> {
        let member = match member.id {
            MemberId::User(id) if !member.is_admin() => Some(id),
            MemberId::User(_) | MemberId::Guest(_) => None,
        };
        let &Space { id: space, created, first_mails, .. } = space;
        let space = SpaceBudget { space, created, first_mails, per_space: self.per_space, member };
        self.spend_of(store, caller, self.of(caller), Some(space), mails, now).await
    }

    async fn spend_of(
        &self,
        store: &Store,
        caller: &Caller,
        per_sender: u32,
        space: Option<SpaceBudget>,
        mails: usize,
        now: Timestamp,
    ) -> Result<SpentMails, Problem> {
        let sender = MailSender::of(caller).ok_or_else(|| Problem::new(Code::Forbidden))?;
        let mails = u32::try_from(mails).unwrap_or(u32::MAX);
        let budget = MailBudget { sender: &sender, mails, per_sender, space };
        match store.spend_mails(&budget, now).await.map_err(store_problem)? {
            Spending::Spent(spent) => Ok(spent),
            Spending::Exceeded(over) => Err(over_mail_limit(over)),
            Spending::Stopped => Err(Problem::new(Code::Blocked).with_detail(
                "Too many recipients have reported mail from this account as spam. It can no longer send mail.",
            )),
        }
    }

    fn of_verified(self, caller: &Caller) -> u32 {
        if let Caller::ServiceApp(app) = caller { app.mails } else { self.per_inviter }
    }

    fn of(self, caller: &Caller) -> u32 {
        match caller {
            Caller::User(user) if user.email.as_ref().and_then(Email::verified).is_none() => {
                self.per_inviter.min(UNVERIFIED)
            }
            caller => self.of_verified(caller),
        }
    }
}

/// Refunds the mails of a write that failed. If the invitation is stored nevertheless, only the response to the write
/// was lost, and the mails stay counted, as they do if the table can't be read. `wanted` is the invitation that was to
/// be stored.
pub async fn refund_unless_stored(store: &Store, spent: SpentMails, wanted: &Invitation) {
    let is_stored = |held: &Invitation| held.mailing.number >= wanted.mailing.number;
    match store.invitation(wanted.id).await {
        Ok(held) if !held.as_ref().is_some_and(is_stored) => store.refund_mails(spent).await,
        Ok(_) | Err(_) => {}
    }
}

fn over_mail_limit(over: MailLimitExceeded) -> Problem {
    let most = over.most;
    let detail = match over.of {
        MailAxis::Sender => format!("This account may mail at most {most} people within 24 hours."),
        MailAxis::Space => format!("Your role may mail at most {most} people about this space within 24 hours."),
        MailAxis::Member => format!("A member may mail at most {most} people about this space within 24 hours."),
    };
    Problem::new(Code::MailLimit).with_detail(detail).with_retry_after(whole_seconds(over.rest))
}
