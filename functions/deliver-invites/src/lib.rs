//! Sends mails about invitations.
//!
//! Messages from two queues name people whose mail may be out of date. For each person, the sender reads from the table
//! the current state and what the person was last sent, and sends the difference. Messages may therefore be late,
//! duplicated, or out of order.

mod backoff;
mod config;
mod deadline;
mod event;
mod facts;
mod lanes;
mod pace;
mod person;
mod rate;
mod ses;
mod strangers;
mod tally;

use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use jiff::{SignedDuration, Timestamp};
use spaces_content::Sender;
use spaces_http::{Counter, Sources};
use spaces_model::{ErrorChain, Invitation, InviteeTarget, Inviter, PublicUrl, UserId};
use spaces_store::{Delivery, MAX_PEOPLE, OutboxMessage, Store, StoreError};

use crate::backoff::{Obstacle, SesBreaker};
use crate::event::{BatchItemFailure, QueueMessage};
use crate::facts::Facts;
use crate::lanes::{Lane, Lanes};
use crate::person::{MailRequest, PersonOutcome};
use crate::rate::Rate;
use crate::ses::Ses;
use crate::strangers::Acquainted;
use crate::tally::Tally;

pub use crate::event::{BatchAnswer, MailBatch};

/// Time before the deadline in which no further mail is started. It is longer than sending a mail can take.
const LAST_START: SignedDuration = SignedDuration::from_secs(35);
/// The number of receives after which a message that cannot be handled is moved to the dead-letter queue.
const MAX_FAILED_RECEIVES: u32 = 20;

/// The function with its configuration and clients.
pub struct App {
    store: Store,
    ses: Ses,
    lanes: Lanes,
    rate: Rate,
    /// Maximum number of first mails from strangers that an address receives within 24 hours.
    mails_per_receiver: u32,
    breaker: SesBreaker,
    sender: Sender,
    public_url: PublicUrl,
    sources: Sources,
    counter: Counter,
}

/// The disposition of a message.
enum Disposition {
    /// The message is settled.
    Done,
    /// The message is retried after this duration.
    Sleep(Duration, Option<Obstacle>),
    /// The message can never be handled.
    DeadLetter,
}

impl App {
    /// Opens the connection to the table before the first event.
    pub async fn warm_up(&self) {
        self.store.warm_up().await;
    }

    /// Handles the messages of a batch, until shortly before the deadline.
    ///
    /// The response names the messages that are not settled. They stay in the queue, hidden until a retry makes sense.
    pub async fn deliver(&self, batch: MailBatch, deadline: Timestamp) -> BatchAnswer {
        let deadline = deadline::read(deadline, self.sources.now());
        let last_start = deadline.saturating_sub(LAST_START).unwrap_or(Timestamp::MIN);
        let (mut answer, tally) = (BatchAnswer::default(), Tally::default());
        for message in batch.records {
            if !self.deliver_message(&message, last_start, &tally).await {
                answer.batch_item_failures.push(BatchItemFailure { item_identifier: message.message_id });
            }
        }
        let mut metrics = tally.metrics();
        metrics.percent("MailQuotaUsed", self.rate.take_quota_used());
        metrics.count("ColdStart", self.counter.is_cold_start().into());
        self.counter.write(&metrics, self.sources.now());
        answer
    }

    /// Handles one message, and returns whether it is settled.
    async fn deliver_message(&self, message: &QueueMessage, last_start: Timestamp, tally: &Tally) -> bool {
        let Some(lane) = self.lanes.of(message) else {
            tracing::error!(queue = message.queue, "a message comes from a queue that is not configured");
            return false;
        };
        let result = match self.handle(lane, message, last_start, tally).await {
            Disposition::Done => return true,
            Disposition::Sleep(rest, obstacle) => {
                tally.waits(obstacle, message.sent_at().map(|at| self.sources.now().duration_since(at)));
                self.lanes.hide(lane, message, rest).await.map(|()| false)
            }
            Disposition::DeadLetter => {
                tally.dead_lettered();
                self.lanes.dead_letter(lane, message).await.map(|()| true)
            }
        };
        result.unwrap_or_else(|error| {
            tracing::error!(
                error = %ErrorChain(&error),
                "a message is retried when its visibility timeout ends"
            );
            false
        })
    }

    async fn handle(&self, lane: &Lane, message: &QueueMessage, last_start: Timestamp, tally: &Tally) -> Disposition {
        if let Some(obstacle) = self.breaker.obstacle(self.sources.now()) {
            return Disposition::Sleep(obstacle.sleep(self.sources.random()), Some(obstacle));
        }
        let asked: OutboxMessage = match serde_json::from_str(&message.body) {
            Ok(asked) => asked,
            Err(error) => {
                tracing::error!(error = %ErrorChain(&error), "a message cannot be read");
                return Disposition::DeadLetter;
            }
        };
        match self.deliver_to_people(lane, message, &asked, last_start, tally).await {
            Ok(disposition) => disposition,
            Err(error) => {
                tracing::error!(error = %ErrorChain(&error), "a message cannot be handled now");
                let is_table_unavailable = matches!(error, StoreError::Unavailable(_) | StoreError::Refused(_));
                if !is_table_unavailable && message.receive_count() > MAX_FAILED_RECEIVES {
                    return Disposition::DeadLetter;
                }
                Disposition::Sleep(Obstacle::Unavailable.sleep(self.sources.random()), Some(Obstacle::Unavailable))
            }
        }
    }

    async fn deliver_to_people(
        &self,
        lane: &Lane,
        message: &QueueMessage,
        asked: &OutboxMessage,
        last_start: Timestamp,
        tally: &Tally,
    ) -> Result<Disposition, StoreError> {
        let (invitation, deliveries) = self.store.named_in_message(asked).await?;
        let Some(mut invitation) = invitation else {
            tracing::warn!("a message names an unknown invitation");
            return Ok(Disposition::Done);
        };
        let (mut readable, mut corrupt) = (Vec::with_capacity(deliveries.len()), None);
        for delivery in deliveries {
            match delivery {
                Ok(delivery) => readable.push(delivery),
                Err(error) => corrupt = Some(error),
            }
        }
        if readable.len() + usize::from(corrupt.is_some()) < asked.people.len() {
            tracing::warn!(
                people = asked.people.len(),
                deliveries = readable.len(),
                "a message names people without a delivery"
            );
        }
        let people: Vec<UserId> = readable.iter().filter_map(user_of).collect();
        let sender = invitation.sender();
        let (facts, users) =
            futures_util::try_join!(self.store.mail_facts(&invitation, &sender), self.store.users(&people))?;
        let Some(space) = facts.space.filter(|space| !invitation.founds_again(space)) else {
            tracing::warn!(space = %invitation.space, "a message names an invitation whose space does not exist");
            return Ok(Disposition::Done);
        };
        if !facts.owns_address && !self.is_of_its_app(&invitation).await? {
            invitation.inviter.email = None;
        }
        let links = invitation.links(&self.public_url, &space.title);
        let acquainted = Acquainted::with(readable.iter().map(|delivery| delivery.invitee.target.clone()).collect());
        let is_blocked = facts.is_blocked || facts.is_stopped;
        let facts = Facts { invitation, space, links, users, sender, is_blocked, acquainted };
        let request = MailRequest { kind: asked.kind, mailing: asked.mailing, since: message.sent_at(), last_start };
        let outcomes: Vec<_> = stream::iter(&readable)
            .map(|delivery| self.bring_up_to_date(lane, &facts, request, delivery, tally))
            .buffer_unordered(MAX_PEOPLE)
            .collect()
            .await;
        // The person who can be retried first decides how long the message sleeps. Mails already sent are recorded.
        let mut rests = Vec::new();
        for outcome in outcomes {
            if let PersonOutcome::Sleep(rest, obstacle) = outcome? {
                rests.push((rest, obstacle));
            }
        }
        if let Some((rest, obstacle)) = rests.into_iter().min_by_key(|(rest, _)| *rest) {
            return Ok(Disposition::Sleep(rest, obstacle));
        }
        // Nobody else is waiting. The message is retried because of the unreadable delivery, until it is moved to the
        // dead-letter queue.
        corrupt.map_or(Ok(Disposition::Done), Err)
    }

    /// Returns whether the inviter's address is that of the service app that created the invitation. An address that belongs
    /// to neither the inviter nor their app is not shown to anybody, because a reply must never reach somebody else.
    async fn is_of_its_app(&self, invitation: &Invitation) -> Result<bool, StoreError> {
        let Inviter { id, email: Some(address), .. } = &invitation.inviter else { return Ok(true) };
        let Some(app) = &invitation.acted_by else { return Ok(false) };
        let app = self.store.service_app(app).await?;
        Ok(app.is_some_and(|app| app.account == *id && app.email == *address))
    }
}

fn user_of(delivery: &Delivery) -> Option<UserId> {
    match delivery.invitee.target {
        InviteeTarget::User(id) => Some(id),
        InviteeTarget::Email(_) => None,
    }
}
