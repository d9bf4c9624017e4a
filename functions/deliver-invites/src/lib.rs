//! Sends the mails of new invitations.
//!
//! The table's stream is the outbox: every new invitation comes by here, and comes again until all of its mails are sent
//! or refused for good. What has been sent is recorded per invitee, so a repeat goes on where the last attempt stopped.

mod config;
mod deadline;
mod delivery;
mod pace;
mod ses;
mod stream;
mod tally;

use aws_lambda_events::event::dynamodb::Event;
use aws_lambda_events::event::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use futures_util::stream::{self as futures, StreamExt};
use jiff::{SignedDuration, Timestamp};
use spaces_content::Sender;
use spaces_http::{Counter, Sources};
use spaces_model::{Invitation, PublicUrl};
use spaces_store::Store;

use crate::delivery::Facts;
use crate::pace::Pace;
use crate::ses::Ses;
use crate::tally::Tally;

/// The function with all that it needs.
pub struct App {
    store: Store,
    ses: Ses,
    pace: Pace,
    concurrency: usize,
    sender: Sender,
    public_url: PublicUrl,
    sources: Sources,
    counter: Counter,
}

impl App {
    /// Opens the connection to the table before the first event.
    pub async fn warm_up(&self) {
        self.store.warm_up().await;
    }

    /// Sends what the records of an event ask for, until shortly before the deadline.
    ///
    /// The answer names the records that are not done, which the stream brings again (`ReportBatchItemFailures`). One
    /// record's trouble does not keep the others from being sent.
    pub async fn deliver(&self, event: Event, deadline: Timestamp) -> DynamoDbEventResponse {
        let deadline = deadline::read(deadline, self.sources.now());
        let mut failures = DynamoDbEventResponse::default();
        let mut batch = Tally::default();
        for record in event.records {
            let sequence_number = record.change.sequence_number.clone().unwrap_or_default();
            let record = match stream::invitation(record) {
                Ok(Some(invitation)) => self.deliver_invitation(&invitation, deadline).await,
                Ok(None) => Tally::default(),
                Err(error) => {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        sequence_number,
                        "a record cannot be read"
                    );
                    Tally { corrupt: 1, ..Tally::default() }
                }
            };
            batch.add(record);
            if !record.is_done() {
                let mut failure = DynamoDbBatchItemFailure::default();
                failure.item_identifier = Some(sequence_number);
                failures.batch_item_failures.push(failure);
            }
        }
        let mut metrics = batch.metrics();
        metrics.count("ColdStart", self.counter.is_cold_start().into());
        self.counter.write(&metrics, self.sources.now());
        failures
    }

    /// Sends the mails of an invitation that are not sent yet.
    async fn deliver_invitation(&self, invitation: &Invitation, deadline: Timestamp) -> Tally {
        let now = self.sources.now();
        if let Err(gone) = invitation.check_open(now) {
            tracing::warn!(reason = %gone, space = %invitation.space, "an invitation is not sent any more");
            return Tally::default();
        }
        let Facts { space, deliveries, users } = match self.facts(invitation).await {
            Ok(facts) => facts,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, space = %invitation.space, "an invitation waits");
                // Perhaps some of them are sent already; without the table nobody knows.
                return Tally { waiting: invitation.invitees.len(), ..Tally::default() };
            }
        };
        if invitation.founds_again(&space) {
            tracing::warn!(space = %invitation.space, "an invitation that was cleaned up has been made again; it is not sent");
            return Tally::default();
        }
        let link = invitation.link(&self.public_url, &space.title);
        let round = delivery::Round { app: self, invitation, space: &space, link: &link, users: &users, deadline };
        let due = invitation.invitees.iter().filter(|invitee| delivery::is_due(deliveries.get(&invitee.target)));
        let outcomes: Vec<_> =
            futures::iter(due).map(|invitee| round.deliver(invitee)).buffer_unordered(self.concurrency).collect().await;
        let tally = Tally::of(&outcomes);
        let Tally { sent, failed, waiting, .. } = tally;
        let before = invitation.invitees.len() - sent - failed - waiting;
        let duration_ms = self.sources.now().duration_since(now).as_millis();
        tracing::info!(
            service = self.counter.service(),
            space = %invitation.space,
            sent,
            failed,
            remaining = waiting,
            before,
            duration_ms,
            "delivery"
        );
        tally
    }
}

/// How long before the function is stopped no further mail is begun: longer than sending one can take.
const LAST_START: SignedDuration = SignedDuration::from_secs(35);
