//! Records what happened to mails that SES accepted: delivery, delay, bounce, complaint.
//!
//! SES publishes each event at least once and in any order. A mail's tag `m` names its delivery, and the condition
//! of the write compares the ranks of the states, so an event takes one write and no read. A bounce or a complaint
//! takes one more write, which stops further mail to the address. A complaint also counts against the sender, whom the
//! tag `o` names.

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
use spaces_store::{MailEvent, MailEventOutcome, MailOrigin, MailRef, SenderMails, Store, StoreError};

use crate::event::{REJECTED, Record, SesEvent};

pub use crate::event::FeedbackBatch;

/// Maximum number of events recorded concurrently.
const WRITES: usize = 10;

/// The function with its configuration and clients.
pub struct App {
    store: Store,
    sources: Sources,
    counter: Counter,
}

/// Counts of a batch.
#[derive(Debug, Default)]
struct ComplaintCounts {
    /// Complaints that stopped their sender.
    stopped: AtomicUsize,
    /// Complaints about service apps over the complaint limit.
    apps: AtomicUsize,
}

/// The reason why an event is retried.
#[derive(Debug, thiserror::Error)]
enum TrackError {
    /// The parser's message may quote the event, which contains an address and the mail's headers.
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
    /// Records the events of a batch, and returns those to retry: the table did not respond, or the event cannot be
    /// read.
    pub async fn track(&self, batch: FeedbackBatch) -> SqsEventResponse {
        let started = self.sources.now();
        let (events, counts) = (batch.records.len(), ComplaintCounts::default());
        let results: Vec<Result<&'static str, String>> = stream::iter(batch.records)
            .map(|message| self.track_message(message, &counts))
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
        metrics.count("InvitersStopped", counts.stopped.into_inner());
        metrics.count("ServiceAppsComplained", counts.apps.into_inner());
        self.counter.write(&metrics, now);
        for (kind, times) in kinds {
            let mut metrics = Metrics::default();
            metrics.count_because("MailEvents", kind, times);
            self.counter.write(&metrics, now);
        }
        response
    }

    /// Records one event and returns its kind, or the id of its message if it has to be retried.
    async fn track_message(&self, record: Record, counts: &ComplaintCounts) -> Result<&'static str, String> {
        let tracked = match &record {
            Record::Message(message) => self.record(&message.body, counts).await,
            Record::Unreadable(_) => Err(TrackError::NoMessage),
        };
        tracked.map_err(|error| {
            tracing::error!(error = %ErrorChain(&error), "an event will be retried");
            record.message_id().to_owned()
        })
    }

    async fn record(&self, body: &str, counts: &ComplaintCounts) -> Result<&'static str, TrackError> {
        let event: SesEvent = serde_json::from_str(body)?;
        let message_id = event.message_id();
        let Some(mail) = event.tag().and_then(|tag| self.store.mail_of_tag(tag)) else {
            tracing::warn!(message_id, "an event is about a mail that this stack did not send");
            return Ok("foreign");
        };
        let Some(mail_event) = event.mail_event() else { return Ok("other") };
        if !event.has_one_recipient() {
            tracing::warn!(message_id, "an event is about a mail to several recipients");
            return Ok("unknown");
        }
        let at = event.at(self.sources.now());
        let outcome = self.store.record_mail_event(&mail, mail_event, at).await?;
        // Done after the state is written: if this fails, the event is retried, and both writes are idempotent.
        if let Some(receiver) = event.receiver() {
            self.stop_mail(&receiver, mail_event, at).await?;
        }
        // Mails of earlier releases have no such tag.
        if let (MailEvent::Complained(_), Some(origin)) = (mail_event, event.origin())
            && let Some(origin) = self.store.origin_of_tag(origin)
        {
            self.count_complaint(&origin, &mail, counts).await?;
        }
        Ok(match outcome {
            MailEventOutcome::Written => log_mail_event(mail_event, message_id),
            MailEventOutcome::Late => "late",
            MailEventOutcome::Absent => {
                tracing::warn!(message_id, "an event is about a mail without a delivery");
                "unknown"
            }
        })
    }

    /// Stops further mail to an address after a permanent bounce or a complaint, even if the event comes too late to
    /// change the state of its mail.
    async fn stop_mail(
        &self,
        receiver: &EmailAddress,
        mail_event: MailEvent<'_>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        match mail_event {
            MailEvent::Bounced(reason) if reason != REJECTED => self.store.record_bounce(receiver, at).await,
            MailEvent::Complained(_) => self.store.record_complaint(receiver, at).await,
            // SES withholds a mail because of earlier mails, perhaps of other accounts: that says nothing new about the
            // address.
            MailEvent::Withheld(_)
            | MailEvent::Bounced(_)
            | MailEvent::GivenUp(_)
            | MailEvent::Delayed
            | MailEvent::Delivered => Ok(()),
        }
    }

    /// Counts a complaint against the sender of the mail. Too many stop a person's mail, or raise an alarm for a
    /// service app.
    async fn count_complaint(
        &self,
        origin: &MailOrigin,
        mail: &MailRef,
        counts: &ComplaintCounts,
    ) -> Result<(), StoreError> {
        let now = self.sources.now();
        let mails = self.store.count_complaint(origin, mail, now).await?;
        let SenderMails { complaints, mailed, .. } = mails;
        match &origin.sender {
            MailSender::User(inviter) if mails.stopped == Some(now) => {
                tracing::warn!(%inviter, complaints, mailed, "complaints stopped an inviter's mails");
                counts.stopped.fetch_add(1, Ordering::Relaxed);
            }
            MailSender::App(app) if mails.is_over() => {
                tracing::error!(
                    service_app = %app,
                    complaints,
                    mailed,
                    "too many mails of a service app were reported as spam"
                );
                counts.apps.fetch_add(1, Ordering::Relaxed);
            }
            MailSender::User(_) | MailSender::App(_) => {}
        }
        Ok(())
    }
}

/// Logs an event that matters to the operator, and returns its kind.
fn log_mail_event(mail_event: MailEvent<'_>, message_id: &str) -> &'static str {
    match mail_event {
        MailEvent::Delayed => "delayed",
        MailEvent::Delivered => "delivered",
        MailEvent::GivenUp(reason) => {
            tracing::warn!(message_id, reason, "SES gave up on a mail");
            "given_up"
        }
        MailEvent::Withheld(reason) => {
            tracing::warn!(message_id, reason, "SES withheld a mail that it had accepted");
            "withheld"
        }
        MailEvent::Bounced(reason) => {
            tracing::warn!(message_id, reason, "a mail bounced");
            "bounced"
        }
        MailEvent::Complained(reason) => {
            tracing::warn!(message_id, reason, "a mail was reported as spam");
            "complained"
        }
    }
}
