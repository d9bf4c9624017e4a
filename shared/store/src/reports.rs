//! Reports of abusive invitations, for the operator. A report stops nobody by itself.

use std::net::IpAddr;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use spaces_model::{SpaceId, UserId};

use crate::time::Time;
use crate::{AddressRef, InvitationRef, Limit, Store, StoreError, item, key};

/// Retention time of a report.
const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

/// The way in which an invitation was reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReportWay {
    /// On the page of the link that stops mail.
    Mail,
    /// On the page of the invitation's link.
    Link,
}

impl ReportWay {
    /// Returns the stored and displayed word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Link => "link",
        }
    }
}

/// A report of an invitation. It does not identify the reporter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The time of the report.
    pub at: Timestamp,
    /// The invitation.
    pub invite: InvitationRef,
    /// Its space.
    pub space: SpaceId,
    /// The person in whose name the invitation was made.
    pub inviter: UserId,
    /// The way in which it was reported.
    pub way: ReportWay,
}

/// A person who reports an invitation, at most once per day. The report contains only a keyed hash of the reporter and
/// the day.
#[derive(Debug, Clone, Copy)]
pub enum Reporter<'a> {
    /// The receiver of a mail.
    Receiver(&'a AddressRef),
    /// A caller with an account, by a unique name.
    Caller(&'a str),
    /// A caller without an account, by the source address of the request. This includes guests, because anybody can
    /// create any number of them.
    Source(Option<IpAddr>),
}

#[derive(Serialize, Deserialize)]
struct ReportItem {
    at: Time,
    invite: InvitationRef,
    space: SpaceId,
    inviter: UserId,
    way: ReportWay,
    expires_at: i64,
}

impl Store {
    /// Stores a report, unless the reporter has already reported the invitation today or has made too many reports.
    /// Returns whether the report was stored.
    ///
    /// A receiver may report each invitation that they were mailed. Invitation links can be made at no cost, so other
    /// reporters are limited; repeated reports count toward the limit, too.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn report(&self, report: &Report, reporter: Reporter<'_>) -> Result<bool, StoreError> {
        let day = report.at.to_zoned(TimeZone::UTC).date().to_string();
        let (kind, name, limit) = match reporter {
            Reporter::Receiver(address) => ("receiver", address.0.clone(), None),
            Reporter::Caller(name) => ("caller", name.to_owned(), Some(Limit::REPORTS)),
            Reporter::Source(address) => ("source", self.secret.source(address), Some(Limit::REPORTS)),
        };
        if let Some(limit) = limit
            && self.use_once(limit, &name, report.at).await?.is_some()
        {
            return Ok(false);
        }
        let hash = self.secret.reporter(&[&day, kind, &name, report.invite.as_str()]);
        let Report { at, invite, space, inviter, way } = report.clone();
        let expires_at = at.saturating_add(KEPT).unwrap_or(Timestamp::MAX).as_second();
        let written = ReportItem { at: Time(at), invite, space, inviter, way, expires_at };
        let written = item::write("report", key::report(&day, &hash), &written)?;
        Ok(self.put_if_absent(written).await?.is_none())
    }

    /// Reads the reports of the last 90 days, newest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn reports(&self, now: Timestamp) -> Result<Vec<Report>, StoreError> {
        let since = now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN);
        let mut month = since.to_zoned(TimeZone::UTC).date().first_of_month();
        let last = now.to_zoned(TimeZone::UTC).date();
        let mut reports = Vec::new();
        while month <= last {
            let mut pages = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :month AND begins_with(sk, :report)")
                .expression_attribute_values(
                    ":month",
                    AttributeValue::S(key::report_partition(&month.strftime("%Y-%m").to_string())),
                )
                .expression_attribute_values(":report", AttributeValue::S(key::REPORT.to_owned()))
                .consistent_read(true)
                .into_paginator()
                .items()
                .send();
            while let Some(item) = pages.next().await {
                let item: ReportItem = item::read("report", item.map_err(StoreError::from_sdk)?)?;
                let ReportItem { at, invite, space, inviter, way, .. } = item;
                reports.push(Report { at: at.0, invite, space, inviter, way });
            }
            let Ok(next) = month.checked_add(jiff::Span::new().months(1)) else { break };
            month = next;
        }
        reports.retain(|report| report.at > since);
        reports.sort_by_key(|report| std::cmp::Reverse(report.at));
        Ok(reports)
    }
}
