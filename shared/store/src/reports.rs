//! Reports of invitations, for the operator. They stop nobody by themselves.

use std::net::IpAddr;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use spaces_model::{SpaceId, UserId};

use crate::time::Time;
use crate::{AddressRef, InvitationRef, Store, StoreError, item, key};

/// Time for which a report is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

/// The way in which an invitation was reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReportWay {
    /// By the page behind the link that stops mail.
    Mail,
    /// By the page of the invitation's link.
    Link,
}

impl ReportWay {
    /// Returns the word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Link => "link",
        }
    }
}

/// A report of an invitation. It does not say who has reported it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The time of the report.
    pub at: Timestamp,
    /// The invitation.
    pub invite: InvitationRef,
    /// Its space.
    pub space: SpaceId,
    /// The person in whose name it was made.
    pub inviter: UserId,
    /// The way in which it was reported.
    pub way: ReportWay,
}

/// Somebody who reports an invitation: once a day. Only a keyed hash with the day in it is stored.
#[derive(Debug, Clone, Copy)]
pub enum Reporter<'a> {
    /// The receiver of a mail.
    Receiver(&'a AddressRef),
    /// Somebody with a session, by a name that no other caller has.
    Caller(&'a str),
    /// Somebody without one, by the address that the request comes from.
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
    /// Keeps a report, unless the reporter has made one today. Returns whether it is kept.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn report(&self, report: &Report, reporter: Reporter<'_>) -> Result<bool, StoreError> {
        let day = report.at.to_zoned(TimeZone::UTC).date().to_string();
        let hash = match reporter {
            Reporter::Receiver(address) => self.secret.reporter(&[&day, "receiver", &address.0]),
            Reporter::Caller(name) => self.secret.reporter(&[&day, "caller", name]),
            Reporter::Source(address) => self.secret.reporter(&[&day, "source", &self.secret.source(address)]),
        };
        let Report { at, invite, space, inviter, way } = report.clone();
        let expires_at = at.saturating_add(KEPT).unwrap_or(Timestamp::MAX).as_second();
        let written = ReportItem { at: Time(at), invite, space, inviter, way, expires_at };
        let written = item::write("report", key::report(&day, &hash), &written)?;
        Ok(self.put_if_absent(written).await?.is_none())
    }

    /// Reads the reports of the last 90 days, the newest first.
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
                let item: ReportItem = item::read("report", item.map_err(StoreError::of_call)?)?;
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
