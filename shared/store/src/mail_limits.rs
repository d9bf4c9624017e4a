//! Limits on the number of people mailed by a sender, and mailed about a space, within 24 hours.
//!
//! Each count is an item that one conditional write increments, so concurrent requests never exceed the limit. Mails
//! are counted before their cause is stored, and refunded if nothing was stored. A crash in between may leave mails
//! counted that are never sent, but not the reverse.

use aws_sdk_dynamodb::config::Config;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use futures_util::future::{join, join_all};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use spaces_model::{MailSender, SpaceId, UserId};

use crate::item::{self, Attributes, Guarded};
use crate::key::Key;
use crate::time::Time;
use crate::{Store, StoreError, key};

/// Window of a count, from its first mail.
pub(crate) const WITHIN: SignedDuration = SignedDuration::from_hours(24);
/// Time for which a sender's mails count in the share of mails that are marked as spam.
pub(crate) const SENT_WITHIN: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Prefix of the attributes of a sender's item that hold the mails of one day.
pub(crate) const DAY: &str = "mails_";
/// Maximum number of people mailed about one space by a member who is not an admin.
const PER_MEMBER: u32 = 500;
/// Maximum number of attempts when concurrent requests change the same count.
const MAX_ROUNDS: usize = 8;

/// Mails that a request is about to cause.
#[derive(Debug, Clone)]
pub struct MailBudget<'a> {
    /// The party that causes the mails.
    pub sender: &'a MailSender,
    /// The number of people to be mailed.
    pub mails: u32,
    /// Maximum number of people that the sender may mail within 24 hours.
    pub per_sender: u32,
    /// The space that the mails are about; `None` for a space that is about to be created.
    pub space: Option<SpaceBudget>,
}

/// The space's part of a budget.
#[derive(Debug, Clone, Copy)]
pub struct SpaceBudget {
    /// The space.
    pub space: SpaceId,
    /// The time at which the space was created.
    pub created: Timestamp,
    /// Number of people mailed by the invitation that created the space. They count from its creation.
    pub first_mails: u32,
    /// Maximum number of people mailed about the space within 24 hours. Members who are not admins may cause at most
    /// half of them.
    pub per_space: u32,
    /// The member who causes the mails, if they are not an admin.
    pub member: Option<UserId>,
}

/// The result of spending a budget.
#[derive(Debug)]
pub enum Spending {
    /// The mails are counted.
    Spent(SpentMails),
    /// The mails exceed a limit, and none is counted.
    Exceeded(MailLimitExceeded),
    /// Complaints have stopped the sender, and none is counted.
    Stopped,
}

/// A limit on mails that would be exceeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailLimitExceeded {
    /// The party that the limit applies to.
    pub of: MailAxis,
    /// Maximum number of people mailed within 24 hours.
    pub most: u32,
    /// Time until the whole limit is available again.
    pub rest: SignedDuration,
}

/// The party that a limit on mails applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailAxis {
    /// A sender.
    Sender,
    /// A space, or all of its members who are not admins.
    Space,
    /// One member of a space who is not an admin.
    Member,
}

/// Mails that have been counted. [`Store::refund_mails`] subtracts them again.
#[derive(Debug)]
pub struct SpentMails(Vec<Charge>);

#[derive(Debug)]
struct Charge {
    of: MailAxis,
    key: Key,
    mails: u32,
    /// The attributes that were raised.
    raised: Vec<String>,
    since: Time,
    used: u32,
}

/// A count to be raised.
struct Account {
    of: MailAxis,
    key: Key,
    most: u32,
    /// Maximum number of mails caused by members who are not admins, if these mails are.
    by_members: Option<u32>,
    /// The attribute of the current day, in a sender's item.
    day: Option<String>,
    /// The time at which the count begins if it has no item yet, and the mails that it begins with.
    first: (Timestamp, u32),
}

enum Charged {
    Made(Charge),
    Exceeded(MailLimitExceeded),
    Stopped,
}

impl SpentMails {
    /// Returns the exceeded limit if the sender has mailed more than `most` people, including these mails.
    #[must_use]
    pub fn over(&self, most: u32, now: Timestamp) -> Option<MailLimitExceeded> {
        let charge = self.0.iter().find(|charge| charge.of == MailAxis::Sender)?;
        (charge.used > most).then(|| MailLimitExceeded {
            of: MailAxis::Sender,
            most,
            rest: rest(Some(charge.since), now),
        })
    }
}

impl Account {
    fn of_sender(budget: &MailBudget<'_>, now: Timestamp) -> Self {
        let (key, day) = (key::mail_limit(budget.sender), Some(day(now)));
        Self { of: MailAxis::Sender, key, most: budget.per_sender, by_members: None, day, first: (now, 0) }
    }

    fn of_member(budget: &SpaceBudget, member: UserId, now: Timestamp) -> Self {
        let most = PER_MEMBER.min(budget.per_space / 2);
        let key = key::member_mail_limit(budget.space, member);
        Self { of: MailAxis::Member, key, most, by_members: None, day: None, first: (now, 0) }
    }

    /// Returns the count of a space, which begins with the mails of the invitation that created it.
    fn of_space(budget: &SpaceBudget, now: Timestamp) -> Self {
        let by_members = budget.member.map(|_| budget.per_space / 2);
        let key = key::space_mail_limit(budget.space);
        let SpaceBudget { created, first_mails, .. } = *budget;
        let is_over = now.duration_since(created) >= WITHIN;
        let first = if first_mails == 0 || is_over { (now, 0) } else { (created, first_mails) };
        Self { of: MailAxis::Space, key, most: budget.per_space, by_members, day: None, first }
    }

    /// Returns the attributes to be raised.
    fn raised(&self) -> Vec<String> {
        let by_members = self.by_members.map(|_| "by_members".to_owned());
        [Some("used".to_owned()), by_members, self.day.clone()].into_iter().flatten().collect()
    }

    fn over(&self, since: Option<Time>, now: Timestamp) -> Charged {
        let most = self.by_members.unwrap_or(self.most);
        Charged::Exceeded(MailLimitExceeded { of: self.of, most, rest: rest(since, now) })
    }

    fn expires_at(&self, now: Timestamp) -> AttributeValue {
        let kept = if self.day.is_some() { SENT_WITHIN + WITHIN } else { WITHIN };
        AttributeValue::N(now.saturating_add(kept).unwrap_or(Timestamp::MAX).as_second().to_string())
    }
}

impl Store {
    /// Counts mails that a request is about to cause: all of them or none.
    ///
    /// The counts are raised from the narrowest to the widest, and mails that one of them rejects are not counted by
    /// those after it. So nobody uses up more of a space's limit than their own.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; then no mails are counted, unless the table does not respond at all.
    pub async fn spend_mails(&self, budget: &MailBudget<'_>, now: Timestamp) -> Result<Spending, StoreError> {
        let mut spent = SpentMails(Vec::new());
        if budget.mails == 0 {
            return Ok(Spending::Spent(spent));
        }
        let sender = Account::of_sender(budget, now);
        let member = budget.space.and_then(|space| Some(Account::of_member(&space, space.member?, now)));
        let of_member = async {
            match &member {
                Some(member) => self.charge(member, budget.mails, now).await.map(Some),
                None => Ok(None),
            }
        };
        // Both counts are the caller's own.
        let (by_sender, by_member) = join(self.charge(&sender, budget.mails, now), of_member).await;
        let mut refusal = None;
        for charged in [by_sender.map(Some), by_member] {
            match (charged, &refusal) {
                (Ok(Some(Charged::Made(charge))), _) => spent.0.push(charge),
                // If both limits are exceeded, the one with the longer wait is reported.
                (Ok(Some(Charged::Exceeded(over))), Some(Ok(Some(Charged::Exceeded(other)))))
                    if over.rest > other.rest =>
                {
                    refusal = Some(Ok(Some(Charged::Exceeded(over))));
                }
                (Ok(None), _) | (_, Some(_)) => {}
                (other, None) => refusal = Some(other),
            }
        }
        if let (None, Some(space)) = (&refusal, &budget.space) {
            match self.charge(&Account::of_space(space, now), budget.mails, now).await {
                Ok(Charged::Made(charge)) => spent.0.push(charge),
                other => refusal = Some(other.map(Some)),
            }
        }
        let Some(refusal) = refusal else { return Ok(Spending::Spent(spent)) };
        self.refund_mails(spent).await;
        match refusal? {
            Some(Charged::Exceeded(over)) => Ok(Spending::Exceeded(over)),
            _ => Ok(Spending::Stopped),
        }
    }

    /// Refunds mails that were not caused. Mails whose refund fails stay counted.
    pub async fn refund_mails(&self, spent: SpentMails) {
        let refunds = spent.0.into_iter().map(async |charge| {
            if let Err(error) = self.refund(&charge).await {
                let error = spaces_model::ErrorChain(&error).to_string();
                tracing::warn!(error, mails = charge.mails, of = ?charge.of, "unsent mails could not be refunded and stay counted");
            }
        });
        join_all(refunds).await;
    }

    async fn charge(&self, account: &Account, mails: u32, now: Timestamp) -> Result<Charged, StoreError> {
        let begin = now.saturating_sub(WITHIN).unwrap_or(Timestamp::MIN);
        if mails > account.by_members.map_or(account.most, |most| most.min(account.most)) {
            // Waiting does not help: the mails exceed even an unused limit.
            return Ok(account.over(None, now));
        }
        for _ in 0..MAX_ROUNDS {
            let held = match self.add(account, mails, begin, now).await? {
                Guarded::Written(item) => return charge(account, mails, &item).map(Charged::Made),
                Guarded::Refused(held) => held.unwrap_or_default(),
            };
            if held.contains_key("stopped") {
                return Ok(Charged::Stopped);
            }
            let Some(since) = since_of(&held)? else {
                let (since, first_mails) = account.first;
                if first_mails > account.most.saturating_sub(mails) {
                    return Ok(account.over(Some(Time(since)), now));
                }
                continue;
            };
            if since.0 > begin {
                return Ok(account.over(Some(since), now));
            }
            if let Guarded::Written(item) = self.restart(account, mails, &held, since, now).await? {
                return charge(account, mails, &item).map(Charged::Made);
            }
        }
        Err(StoreError::Unavailable("the mail count kept changing".into()))
    }

    /// Adds mails to a count that has room for them or has not begun.
    async fn add(
        &self,
        account: &Account,
        mails: u32,
        begin: Timestamp,
        now: Timestamp,
    ) -> Result<Guarded, StoreError> {
        let (raised, (since, first_mails)) = (account.raised(), account.first);
        let adds: Vec<String> = (1..raised.len()).map(|index| format!("#raised{index} :mails")).collect();
        let adds = if adds.is_empty() { String::new() } else { format!(" ADD {}", adds.join(", ")) };
        let rest = account.most.saturating_sub(mails);
        let fits_members = match account.by_members {
            Some(_) => " AND (attribute_not_exists(by_members) OR by_members <= :rest_of_members)",
            None => "",
        };
        let within = format!("#since > :begin AND #raised0 <= :rest{fits_members}");
        // DynamoDB rejects redundant parentheses.
        let fits = if first_mails <= rest { format!("(attribute_not_exists(#since) OR ({within}))") } else { within };
        let mut update = self
            .update(account.key.clone())
            .update_expression(format!(
                "SET #since = if_not_exists(#since, :since), expires_at = :ends, \
                 #raised0 = if_not_exists(#raised0, :first) + :mails{adds}"
            ))
            .condition_expression(format!("attribute_not_exists(stopped) AND {fits}"))
            .expression_attribute_names("#since", "since")
            .expression_attribute_values(":since", Time(since).into())
            .expression_attribute_values(":first", number(first_mails))
            .expression_attribute_values(":begin", Time(begin).into())
            .expression_attribute_values(":ends", account.expires_at(now))
            .expression_attribute_values(":mails", number(mails))
            .expression_attribute_values(":rest", number(rest))
            .return_values(ReturnValue::AllNew);
        if let Some(most) = account.by_members {
            update = update.expression_attribute_values(":rest_of_members", number(most.saturating_sub(mails)));
        }
        for (index, name) in raised.into_iter().enumerate() {
            update = update.expression_attribute_names(format!("#raised{index}"), name);
        }
        item::guarded(update).await
    }

    /// Restarts a count whose 24 hours are over, with these mails. Daily counts of the sender that are too old are
    /// removed.
    async fn restart(
        &self,
        account: &Account,
        mails: u32,
        held: &Attributes,
        since: Time,
        now: Timestamp,
    ) -> Result<Guarded, StoreError> {
        let first_day = day(now.saturating_sub(SENT_WITHIN).unwrap_or(Timestamp::MIN));
        let over: Vec<&String> = held.keys().filter(|name| name.starts_with(DAY) && **name < first_day).collect();
        let mut expression = "SET #since = :now, expires_at = :ends, #used = :mails".to_owned();
        if account.of == MailAxis::Space {
            expression.push_str(", by_members = :by_members");
        }
        if account.day.is_some() {
            expression.push_str(" ADD #day :mails");
        }
        if !over.is_empty() {
            let names: Vec<String> = (0..over.len()).map(|index| format!("#over{index}")).collect();
            expression = format!("{expression} REMOVE {}", names.join(", "));
        }
        let mut update = self
            .update(account.key.clone())
            .update_expression(expression)
            .condition_expression("#since = :held AND attribute_not_exists(stopped)")
            .expression_attribute_names("#since", "since")
            .expression_attribute_names("#used", "used")
            .expression_attribute_values(":now", Time(now).into())
            .expression_attribute_values(":held", since.into())
            .expression_attribute_values(":ends", account.expires_at(now))
            .expression_attribute_values(":mails", number(mails))
            .return_values(ReturnValue::AllNew);
        if account.of == MailAxis::Space {
            let by_members = account.by_members.map_or(0, |_| mails);
            update = update.expression_attribute_values(":by_members", number(by_members));
        }
        if let Some(day) = &account.day {
            update = update.expression_attribute_names("#day", day);
        }
        for (index, name) in over.into_iter().enumerate() {
            update = update.expression_attribute_names(format!("#over{index}"), name);
        }
        item::guarded(update).await
    }

    /// Subtracts mails from a count, unless the count has restarted since. There is one attempt only: the response to a
    /// successful attempt may be lost, and a retry would refund mails that others have caused.
    async fn refund(&self, charge: &Charge) -> Result<(), StoreError> {
        let adds: Vec<String> = (0..charge.raised.len()).map(|index| format!("#raised{index} :back")).collect();
        let mut update = self
            .update(charge.key.clone())
            .update_expression(format!("ADD {}", adds.join(", ")))
            .condition_expression("#since = :since AND #raised0 >= :mails")
            .expression_attribute_names("#since", "since")
            .expression_attribute_values(":since", charge.since.into())
            .expression_attribute_values(":mails", number(charge.mails))
            .expression_attribute_values(":back", AttributeValue::N(format!("-{}", charge.mails)));
        for (index, name) in charge.raised.iter().enumerate() {
            update = update.expression_attribute_names(format!("#raised{index}"), name);
        }
        let once = Config::builder().retry_config(RetryConfig::disabled());
        match Box::pin(update.customize().config_override(once).send()).await {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => Ok(()),
            Err(error) => Err(StoreError::from_sdk(error)),
        }
    }
}

/// Returns the time until a count that began at `since` can restart: 24 hours if it has not begun.
fn rest(since: Option<Time>, now: Timestamp) -> SignedDuration {
    since.map_or(WITHIN, |since| WITHIN - now.duration_since(since.0))
}

fn charge(account: &Account, mails: u32, item: &Attributes) -> Result<Charge, StoreError> {
    let since = since_of(item)?.ok_or_else(|| StoreError::corrupt("limit", "it has no since"))?;
    let used = number_of(item, "used").and_then(|used| u32::try_from(used).ok());
    let used = used.ok_or_else(|| StoreError::corrupt("limit", "its used is not a number"))?;
    Ok(Charge { of: account.of, key: account.key.clone(), mails, raised: account.raised(), since, used })
}

fn since_of(item: &Attributes) -> Result<Option<Time>, StoreError> {
    let Some(since) = item.get("since") else { return Ok(None) };
    let read = serde_dynamo::from_attribute_value(since.clone());
    read.map(Some).map_err(|error| StoreError::corrupt("limit", error))
}

/// Returns a numeric attribute of an item.
pub(crate) fn number_of(item: &Attributes, name: &str) -> Option<u64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

fn number(number: u32) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// Returns the name of the attribute that holds the mails of a day.
pub(crate) fn day(at: Timestamp) -> String {
    format!("{DAY}{}", at.to_zoned(TimeZone::UTC).date())
}
