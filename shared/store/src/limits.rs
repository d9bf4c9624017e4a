//! Limits shared by all instances: a count in the table, and the time at which it began.

use std::net::IpAddr;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use spaces_model::SpaceId;

use crate::item::{self, Guarded};
use crate::time::Time;
use crate::{Store, StoreError, key};

/// Maximum number of attempts when concurrent requests use the same limit.
const MAX_ROUNDS: usize = 8;

/// Maximum number of uses within a window that begins with the first use.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    axis: &'static str,
    uses: u32,
    within: SignedDuration,
}

impl Limit {
    /// Requests that name users whom the caller may not know about: 100 per hour. They reveal nothing about a user, and
    /// nobody needs more of them.
    pub const UNKNOWN_USERS: Self = Self { axis: "unknown_user", uses: 100, within: SignedDuration::from_hours(1) };
    /// Updates of one invitation: 60 per hour.
    pub const UPDATES: Self = Self { axis: "updates", uses: 60, within: SignedDuration::from_hours(1) };
    /// Resends of one invitation: 60 per hour.
    pub const RESENDS: Self = Self { axis: "resends", uses: 60, within: SignedDuration::from_hours(1) };
    /// Addresses that one caller checks with dry runs: 1,000 per hour.
    pub const CHECKED_ADDRESSES: Self =
        Self { axis: "checked_addresses", uses: 1_000, within: SignedDuration::from_hours(1) };

    /// Reports of invitations by one account or, without an account, by one network: 20 per day.
    pub(crate) const REPORTS: Self = Self { axis: "reports", uses: 20, within: SignedDuration::from_hours(24) };

    const PASSWORDS_OF_CALLER: Self = Self { axis: "password_caller", uses: 5, within: SignedDuration::from_hours(1) };
    const PASSWORDS_OF_SOURCE: Self = Self { axis: "password_source", uses: 10, within: SignedDuration::from_hours(1) };
    const PASSWORDS_OF_SOURCE_A_DAY: Self =
        Self { axis: "password_source_day", uses: 30, within: SignedDuration::from_hours(24) };
    const PASSWORDS_OF_SPACE: Self = Self { axis: "password_space", uses: 200, within: SignedDuration::from_hours(24) };
}

/// A caller who tries a password.
#[derive(Debug, Clone, Copy)]
pub struct Guesser<'a> {
    /// The caller, by a unique name.
    pub caller: &'a str,
    /// The source address of the request, as reported by API Gateway. Requests without one are counted together.
    pub source: Option<IpAddr>,
    /// The space that the password protects.
    pub space: SpaceId,
}

#[derive(Deserialize)]
struct LimitItem {
    since: Time,
}

impl Store {
    /// Uses a limit once. If it is used up, returns the time to wait until it can be used again.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn use_once(&self, limit: Limit, by: &str, now: Timestamp) -> Result<Option<SignedDuration>, StoreError> {
        self.use_times(limit, 1, by, now).await
    }

    /// Records an attempt to enter a password, and counts it if it is wrong. If a limit of wrong attempts is used up,
    /// returns the time to wait before the next attempt; the result of this one must then not be revealed.
    ///
    /// A correct attempt takes the same writes, which add nothing. DynamoDB serializes the writes of one item in an
    /// order that does not depend on which attempt is correct. So of any number of concurrent attempts, those beyond
    /// the limit find it used up, even a correct one. A crash can only count an attempt that was wrong.
    ///
    /// The limits are checked from the narrowest to the widest, and an attempt that one of them rejects is not counted
    /// by those after it. So no network uses up more of a space's attempts than its own limit.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn settle_guess(
        &self,
        guesser: Guesser<'_>,
        is_right: bool,
        now: Timestamp,
    ) -> Result<Option<SignedDuration>, StoreError> {
        let (source, space) = (self.secret.source(guesser.source), guesser.space.to_string());
        for (limit, by) in [
            (Limit::PASSWORDS_OF_CALLER, guesser.caller),
            (Limit::PASSWORDS_OF_SOURCE, &source),
            (Limit::PASSWORDS_OF_SOURCE_A_DAY, &source),
            (Limit::PASSWORDS_OF_SPACE, &space),
        ] {
            if let Some(wait) = self.use_times(limit, u32::from(!is_right), by, now).await? {
                return Ok(Some(wait));
            }
        }
        Ok(None)
    }

    /// Uses a limit `times` times: all of them or none. `times` must not exceed the limit. If that would exceed the
    /// limit, returns the time to wait until it can be used again. With `times` = 0, only checks whether one more use
    /// is left, with the same writes.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn use_times(
        &self,
        limit: Limit,
        times: u32,
        by: &str,
        now: Timestamp,
    ) -> Result<Option<SignedDuration>, StoreError> {
        let number = |number: u32| AttributeValue::N(number.to_string());
        let key = key::limit(limit.axis, by);
        let begin = now.saturating_sub(limit.within).unwrap_or(Timestamp::MIN);
        for _ in 0..MAX_ROUNDS {
            let count = self
                .update(key.clone())
                .update_expression("ADD #used :times")
                .condition_expression("#since > :begin AND #used <= :rest")
                .expression_attribute_names("#used", "used")
                .expression_attribute_names("#since", "since")
                .expression_attribute_values(":times", number(times))
                .expression_attribute_values(":rest", number(limit.uses.saturating_sub(times.max(1))))
                .expression_attribute_values(":begin", Time(begin).into());
            let held = match item::guarded(count).await? {
                Guarded::Written(_) => return Ok(None),
                Guarded::Refused(held) => held.map(|item| item::read::<LimitItem>("limit", item)).transpose()?,
            };
            if let Some(LimitItem { since: Time(since) }) = &held
                && *since > begin
            {
                return Ok(Some(since.duration_since(begin)));
            }
            let ends = now.saturating_add(limit.within).unwrap_or(Timestamp::MAX);
            let restart = self
                .update(key.clone())
                .update_expression("SET #since = :now, #used = :times, expires_at = :ends")
                .expression_attribute_names("#used", "used")
                .expression_attribute_names("#since", "since")
                .expression_attribute_values(":times", number(times))
                .expression_attribute_values(":now", Time(now).into())
                .expression_attribute_values(":ends", AttributeValue::N(ends.as_second().to_string()));
            let restart = match held {
                Some(LimitItem { since }) => {
                    restart.condition_expression("#since = :held").expression_attribute_values(":held", since.into())
                }
                None => restart.condition_expression("attribute_not_exists(pk)"),
            };
            if item::guarded(restart).await?.is_written() {
                return Ok(None);
            }
        }
        Err(StoreError::Unavailable("the limit kept changing".into()))
    }
}
