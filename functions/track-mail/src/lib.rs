//! Records what SES says of the mails that it has accepted: delivered, delayed, bounced, complained of.
//!
//! SES publishes each event at least once and in any order. The tag `m` of a mail names its delivery, and the write's condition
//! has the rank of the states, so an event takes one write and no look-up. A bounce or a complaint takes one more: no further mail goes to
//! its address. A complaint is counted against the sender as well, whom the tag `o` names.

mod config;
mod event;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_lambda_events::streams::{SqsBatchItemFailure, SqsEventResponse};
use futures_util::stream::{self, StreamExt};
use jiff::Timestamp;
use serde_json::error::Category;
use spaces_http::{Counter, Metrics, Sources};
use spaces_model::{EmailAddress, ErrorChain, MailSender};
use spaces_store::{MailNews, MailOrigin, MailRef, Noted, SenderMails, Store, StoreError};

use crate::event::{Event, REJECTED, Record};

pub use crate::event::Batch;

/// The number of events that are recorded at once.
const WRITES: usize = 10;

/// The function with everything that it needs.
pub struct App {
    store: Store,
    sources: Sources,
    counter: Counter,
}

/// Counts of a batch.
#[derive(Debug, Default)]
struct Tally {
    /// Complaints that have stopped their sender.
    stopped: AtomicUsize,
    /// Complaints of service apps of whose mails too many are called spam.
    apps: AtomicUsize,
}

/// The reason why an event comes again.
#[derive(Debug, thiserror::Error)]
enum TrackError {
    /// The parser's own words may quote the event, which holds an address and the mail's headers.
    #[error("not an SES event: {category:?} in line {line}, column {column}")]
    Unreadable { category: Category, line: usize, column: usize },
    #[error("not an SQS message")]
    NoMessage,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<serde_json::Error> for TrackError {
    fn from(error: serde_json::Error) -> Self {
        Self::Unreadable { category: error.classify(), line: error.line(), column: error.column() }
    }
}

impl App {
    /// Records the events of a batch, and returns those that have to come again: the table did not answer, or they cannot be read.
    pub async fn track(&self, batch: Batch) -> SqsEventResponse {
        let started = self.sources.now();
        let (events, tally) = (batch.records.len(), Tally::default());
        let results: Vec<Result<&'static str, String>> = stream::iter(batch.records)
            .map(|message| self.track_message(message, &tally))
            .buffer_unordered(WRITES)
            .collect()
            .await;
        let (mut kinds, mut response) = (BTreeMap::new(), SqsEventResponse::default());
        for result in results {
            match result {
                Ok(kind) => *kinds.entry(kind).or_default() += 1,
                Err(message_id) => {
                    let mut failure = SqsBatchItemFailure::default();
                    failure.item_identifier = Some(message_id);
                    response.batch_item_failures.push(failure);
                }
            }
        }
        let now = self.sources.now();
        let (failed, duration_ms) = (response.batch_item_failures.len(), now.duration_since(started).as_millis());
        tracing::info!(service = self.counter.service(), events, failed, duration_ms, "track");
        let mut metrics = Metrics::default();
        metrics.count("ColdStart", self.counter.is_cold_start().into());
        metrics.count("MailEventsFailed", failed);
        metrics.count("InvitersStopped", tally.stopped.into_inner());
        metrics.count("ServiceAppsComplained", tally.apps.into_inner());
        self.counter.write(&metrics, now);
        for (kind, times) in kinds {
            let mut metrics = Metrics::default();
            metrics.count_because("MailEvents", kind, times);
            self.counter.write(&metrics, now);
        }
        response
    }

    /// Records one event, and returns its kind; or, if it has to come again, the id of its message.
    async fn track_message(&self, record: Record, tally: &Tally) -> Result<&'static str, String> {
        let tracked = match &record {
            Record::Message(message) => self.record(&message.body, tally).await,
            Record::Unreadable(_) => Err(TrackError::NoMessage),
        };
        tracked.map_err(|error| {
            tracing::error!(error = %ErrorChain(&error), "an event will be retried");
            record.message_id().to_owned()
        })
    }

    async fn record(&self, body: &str, tally: &Tally) -> Result<&'static str, TrackError> {
        let event: Event = serde_json::from_str(body)?;
        let message_id = event.message_id();
        let Some(mail) = event.tag().and_then(|tag| self.store.mail_of_tag(tag)) else {
            tracing::warn!(message_id, "an event is about a mail that this stack did not send");
            return Ok("foreign");
        };
        let Some(news) = event.news() else { return Ok("other") };
        if !event.is_of_one() {
            tracing::warn!(message_id, "an event is about a mail to several recipients");
            return Ok("unknown");
        }
        let at = event.at(self.sources.now());
        let noted = self.store.note_mail(&mail, news, at).await?;
        // After the state: should this fail, the event comes again, and both are repeatable.
        if let Some(receiver) = event.receiver() {
            self.stop_mail(&receiver, news, at).await?;
        }
        // Mails of an earlier release have no such tag.
        if let (MailNews::Complained(_), Some(origin)) = (news, event.origin())
            && let Some(origin) = self.store.origin_of_tag(origin)
        {
            self.count_complaint(&origin, &mail, tally).await?;
        }
        Ok(match noted {
            Noted::Written => log_news(news, message_id),
            Noted::Late => "late",
            Noted::Absent => {
                tracing::warn!(message_id, "an event is about a mail without a delivery");
                "unknown"
            }
        })
    }

    /// Stops further mail to an address that is refused for good, or whose owner complained. Also where the event comes too late to
    /// count for its mail: it says as much about the address.
    async fn stop_mail(&self, receiver: &EmailAddress, news: MailNews<'_>, at: Timestamp) -> Result<(), StoreError> {
        match news {
            MailNews::Bounced(reason) if reason != REJECTED => self.store.record_bounce(receiver, at).await,
            MailNews::Complained(_) => self.store.record_complaint(receiver, at).await,
            // SES withholds a mail because of what became of earlier ones, perhaps of others: it says nothing new about the address.
            MailNews::Withheld(_)
            | MailNews::Bounced(_)
            | MailNews::GivenUp(_)
            | MailNews::Delayed
            | MailNews::Delivered => Ok(()),
        }
    }

    /// Counts a complaint against the sender of the mail. A person is stopped by too many; a service app rings an alarm.
    async fn count_complaint(&self, origin: &MailOrigin, mail: &MailRef, tally: &Tally) -> Result<(), StoreError> {
        let now = self.sources.now();
        let mails = self.store.count_complaint(origin, mail, now).await?;
        let SenderMails { complaints, mailed, .. } = mails;
        match &origin.sender {
            MailSender::User(inviter) if mails.stopped == Some(now) => {
                tracing::warn!(%inviter, complaints, mailed, "complaints stopped an inviter's mails");
                tally.stopped.fetch_add(1, Ordering::Relaxed);
            }
            MailSender::App(app) if mails.is_over() => {
                tracing::error!(service_app = %app, complaints, mailed, "too many mails of a service app were reported as spam");
                tally.apps.fetch_add(1, Ordering::Relaxed);
            }
            MailSender::User(_) | MailSender::App(_) => {}
        }
        Ok(())
    }
}

/// Logs news that an operator may look for, and returns their kind.
fn log_news(news: MailNews<'_>, message_id: &str) -> &'static str {
    match news {
        MailNews::Delayed => "delayed",
        MailNews::Delivered => "delivered",
        MailNews::GivenUp(reason) => {
            tracing::warn!(message_id, reason, "SES gave up on a mail");
            "given_up"
        }
        MailNews::Withheld(reason) => {
            tracing::warn!(message_id, reason, "SES withheld a mail that it had accepted");
            "withheld"
        }
        MailNews::Bounced(reason) => {
            tracing::warn!(message_id, reason, "a mail bounced");
            "bounced"
        }
        MailNews::Complained(reason) => {
            tracing::warn!(message_id, reason, "a mail was reported as spam");
            "complained"
        }
    }
}
