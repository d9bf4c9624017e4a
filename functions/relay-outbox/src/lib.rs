//! Relays changes of the table to the mail queues.
//!
//! The table's stream is the outbox. For every record, the relay puts the items derived from it, and queues messages
//! that name the people whose mail may be out of date. It decides nothing about the mails themselves, so a record may
//! be redelivered at any time: the sender compares what a person was sent with the current state.

mod changes;
mod config;
mod queue;

use std::sync::atomic::{AtomicUsize, Ordering};

use aws_lambda_events::event::dynamodb::EventRecord;
use aws_lambda_events::event::streams::DynamoDbEventResponse;
use futures_util::stream::{self, StreamExt};
use serde::Deserialize;
use serde_json::Value;
use spaces_http::{Counter, Metrics, Sources};
use spaces_model::{ErrorChain, Invitation, MailKind, SpaceId, SpaceStatus};
use spaces_store::{
    Change, InvitationRef, ItemRef, Joining, MAX_PEOPLE, OutboxMessage, PersonRef, Store, StoreError, UserImage,
    UserWords,
};
use spaces_stream::{Failures, NotSetAside, UnreadableRecord, sequence_number};

use crate::changes::Consequences;
use crate::queue::{EnqueueError, MailQueue, Queues};

pub use spaces_stream::Batch;

/// Maximum number of partitions whose records are relayed concurrently.
const PARTITIONS: usize = 10;
/// Maximum number of invitations of a deleted space that are handled concurrently.
const INVITATIONS: usize = 16;

/// The function with its configuration and clients.
pub struct App {
    store: Store,
    queues: Queues,
    failures: Failures,
    sources: Sources,
    counter: Counter,
}

/// The reason why a record was not relayed.
#[derive(Debug, thiserror::Error)]
enum RelayError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Queue(#[from] EnqueueError),
    #[error(transparent)]
    NotSetAside(#[from] NotSetAside),
    #[error("the record cannot be read")]
    Unreadable(#[from] UnreadableRecord),
    #[error("the invitation's space does not exist")]
    NoSpace,
}

impl RelayError {
    /// Returns whether the record itself is at fault, so that retrying cannot help.
    fn is_permanent(&self) -> bool {
        match self {
            Self::Store(StoreError::Corrupt { .. } | StoreError::Invalid(_))
            | Self::Unreadable(_)
            | Self::NoSpace
            | Self::Queue(EnqueueError::Unwritable(_)) => true,
            // Includes a missing table, queue or permission: the operator restores it, and no record may be lost until
            // then.
            Self::Store(StoreError::Unavailable(_) | StoreError::Refused(_))
            | Self::Queue(EnqueueError::Unavailable(_) | EnqueueError::Partial { .. })
            | Self::NotSetAside(_) => false,
        }
    }
}

/// A record with its index in the batch.
type IndexedRecord = (usize, Value);

/// Counts of a batch.
#[derive(Debug, Default)]
struct RelayCounts {
    messages: AtomicUsize,
    people: AtomicUsize,
    corrupt: AtomicUsize,
}

impl App {
    /// Opens the connection to the table before the first event.
    pub async fn warm_up(&self) {
        self.store.warm_up().await;
    }

    /// Relays the records of a batch: in order within each partition, and partitions concurrently.
    ///
    /// The response names the first record to retry; the stream redelivers it and all later ones
    /// (`ReportBatchItemFailures`). A record that is itself at fault is set aside, and the others are relayed.
    pub async fn relay(&self, batch: Batch) -> DynamoDbEventResponse {
        let started = self.sources.now();
        let (records, counts) = (batch.records.len(), RelayCounts::default());
        let failed: Vec<(usize, String)> = stream::iter(by_partition(batch.records))
            .map(|records| self.relay_in_order(records, &counts))
            .buffer_unordered(PARTITIONS)
            .filter_map(std::future::ready)
            .collect()
            .await;
        let now = self.sources.now();
        let duration_ms = now.duration_since(started).as_millis();
        let RelayCounts { messages, people, corrupt } = counts;
        let (messages, people, corrupt) = (messages.into_inner(), people.into_inner(), corrupt.into_inner());
        tracing::info!(service = self.counter.service(), records, messages, people, corrupt, duration_ms, "relay");
        let mut metrics = Metrics::default();
        metrics.count("MessagesQueued", messages);
        metrics.count("PeopleQueued", people);
        metrics.count("CorruptRecords", corrupt);
        metrics.count("ColdStart", self.counter.is_cold_start().into());
        self.counter.write(&metrics, now);
        spaces_stream::answer(failed.into_iter().min().map(|(_, sequence_number)| sequence_number))
    }

    /// Relays a record that was set aside. If this fails, the record is not set aside again. If the record still cannot
    /// be relayed, the item's present state is relayed instead, since the item may have been corrected.
    ///
    /// # Errors
    ///
    /// The reason why the record was not relayed.
    pub async fn relay_again(&self, record: &Value) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        if record.pointer("/dynamodb/NewImage").is_none() {
            // The record was set aside without its images.
            return Ok(self.relay_current_state(record).await?);
        }
        match self.relay_record(record, &RelayCounts::default()).await {
            Err(error) if error.is_permanent() => Ok(self.relay_current_state(record).await?),
            relayed => Ok(relayed?),
        }
    }

    /// Relays the present state of a record's item. For an invitation, this queues everybody who has a delivery.
    async fn relay_current_state(&self, record: &Value) -> Result<(), RelayError> {
        let keys = EventRecord::deserialize(record).map_err(UnreadableRecord::from)?.change.keys;
        let counts = RelayCounts::default();
        match ItemRef::from_keys(&keys) {
            Some(ItemRef::Invitation(invite)) => {
                let Some(invitation) = self.store.invitation_of(&invite).await? else { return Ok(()) };
                let space = self.store.found(&invitation).await?.ok_or(RelayError::NoSpace)?;
                if invitation.founds_again(&space) {
                    return Ok(());
                }
                self.store.put_deliveries(&invitation, &invitation.invitees, self.sources.now()).await?;
                let people = self.store.people_of(&invite).await?;
                self.queue(&invitation, &[(MailKind::Update, people)], &counts).await
            }
            Some(ItemRef::Space(space)) => match self.store.space(space).await? {
                Some(space) if space.status == SpaceStatus::Deleted => self.cancel_all(space.id, &counts).await,
                _ => Ok(()),
            },
            Some(ItemRef::Member(space, member)) => {
                let joining = self.store.membership(space, member).await?.as_ref().and_then(Joining::of);
                let Some(Joining { invite, user, at }) = joining else { return Ok(()) };
                Ok(self.store.record_joined(&invite, user, at).await?)
            }
            Some(ItemRef::User(user)) => Ok(self.store.index_user(user, &[]).await?),
            None => Ok(()),
        }
    }

    /// Relays records up to the first one to retry, and returns its index and sequence number.
    async fn relay_in_order(&self, records: Vec<IndexedRecord>, counts: &RelayCounts) -> Option<(usize, String)> {
        for (index, record) in records {
            let sequence_number = sequence_number(&record);
            if let Err(error) = self.relay_or_set_aside(record, counts).await {
                tracing::error!(error = %ErrorChain(&error), sequence_number, "a record will be retried");
                return Some((index, sequence_number));
            }
        }
        None
    }

    async fn relay_or_set_aside(&self, record: Value, counts: &RelayCounts) -> Result<(), RelayError> {
        match self.relay_record(&record, counts).await {
            Err(error) if error.is_permanent() => {
                let sequence_number = sequence_number(&record);
                tracing::error!(error = %ErrorChain(&error), sequence_number, "a record is set aside");
                counts.corrupt.fetch_add(1, Ordering::Relaxed);
                Ok(self.failures.set_aside(record).await?)
            }
            relayed => relayed,
        }
    }

    async fn relay_record(&self, record: &Value, counts: &RelayCounts) -> Result<(), RelayError> {
        let images = spaces_stream::change(record)?;
        match Change::from_images(images.old_image, images.new_image)? {
            Change::Created(invitation) => {
                // Done first, because the link in the first mail must lead to an existing space.
                let space = self.store.found(&invitation).await?.ok_or(RelayError::NoSpace)?;
                if invitation.founds_again(&space) {
                    tracing::warn!(
                        space = %space.id,
                        "an invitation that was cleaned up has been created again; it is not mailed"
                    );
                    return Ok(());
                }
                self.apply_consequences(&invitation, changes::created(&invitation), counts).await
            }
            Change::Updated { before, after, resend_to } => {
                let is_resent = |target: &_| resend_to.names(&self.store.person(target));
                self.apply_consequences(&after, changes::updated(&before, &after, is_resent), counts).await
            }
            Change::Joined(Joining { invite, user, at }) => Ok(self.store.record_joined(&invite, user, at).await?),
            Change::SpaceDeleted(space) => self.cancel_all(space, counts).await,
            Change::UserChanged { before, after } => self.apply_user_change(before.as_deref(), &after).await,
            Change::Other => Ok(()),
        }
    }

    /// Releases an address that a user has given up, and updates the words under which colleagues find the user.
    async fn apply_user_change(&self, before: Option<&UserImage>, after: &UserImage) -> Result<(), RelayError> {
        if let Some((address, at)) = before.and_then(|before| after.lost_since(before)) {
            self.store.release_address(address, after.id, at).await?;
        }
        let (old, new) = (before.map(UserWords::of).unwrap_or_default(), UserWords::of(after));
        if old != new {
            self.store.index_user(after.id, &[old, new]).await?;
        }
        Ok(())
    }

    async fn apply_consequences(
        &self,
        invitation: &Invitation,
        consequences: Consequences<'_>,
        counts: &RelayCounts,
    ) -> Result<(), RelayError> {
        self.store.put_deliveries(invitation, &consequences.invited, self.sources.now()).await?;
        if consequences.is_renewed {
            self.store.keep_deliveries(invitation).await?;
        }
        let mut people = Vec::new();
        if consequences.is_revoked {
            people.push((MailKind::Cancel, self.store.people_of(&InvitationRef::of(invitation)).await?));
        }
        for check in consequences.checks {
            people.push((check.kind, check.people.into_iter().map(|target| self.store.person(target)).collect()));
        }
        self.queue(invitation, &people, counts).await
    }

    /// Queues everybody who has a delivery of an invitation to this space. An invitation that cannot be read does not
    /// block the others.
    async fn cancel_all(&self, space: SpaceId, counts: &RelayCounts) -> Result<(), RelayError> {
        let invitations = self.store.invitations_of(space).await?;
        let results: Vec<Result<(), RelayError>> = stream::iter(invitations)
            .map(|invite| async move {
                let Some(invitation) = self.store.invitation_of(&invite).await? else { return Ok(()) };
                let people = self.store.people_of(&invite).await?;
                self.queue(&invitation, &[(MailKind::Cancel, people)], counts).await
            })
            .buffer_unordered(INVITATIONS)
            .collect()
            .await;
        let mut errors: Vec<RelayError> = results.into_iter().filter_map(Result::err).collect();
        // A temporary failure takes precedence, because the record has to be retried for it.
        errors.sort_by_key(RelayError::is_permanent);
        errors.into_iter().next().map_or(Ok(()), Err)
    }

    /// Queues people of an invitation.
    async fn queue(
        &self,
        invitation: &Invitation,
        people: &[(MailKind, Vec<PersonRef>)],
        counts: &RelayCounts,
    ) -> Result<(), RelayError> {
        let number = people.iter().map(|(_, people)| people.len()).sum();
        if number == 0 {
            return Ok(());
        }
        let invite = InvitationRef::of(invitation);
        let messages: Vec<OutboxMessage> = people
            .iter()
            .flat_map(|(kind, people)| people.chunks(MAX_PEOPLE).map(|people| (*kind, people.to_vec())))
            .map(|(kind, people)| OutboxMessage {
                invite: invite.clone(),
                mailing: invitation.mailing.number,
                kind,
                people,
            })
            .collect();
        let sender = invitation.sender();
        // A redelivered record is counted again: the number only selects the queue.
        let mails = self.store.count_mails_this_hour(&sender, number, self.sources.now()).await?;
        self.queues.send(MailQueue::of(mails), &sender.to_string(), &messages).await?;
        counts.messages.fetch_add(messages.len(), Ordering::Relaxed);
        counts.people.fetch_add(number, Ordering::Relaxed);
        Ok(())
    }
}

/// Groups records by partition, each with its index in the batch.
fn by_partition(records: Vec<Value>) -> Vec<Vec<IndexedRecord>> {
    let mut partitions: Vec<Vec<IndexedRecord>> = Vec::new();
    for record in records.into_iter().enumerate() {
        let is_same =
            |records: &&mut Vec<IndexedRecord>| records.iter().any(|other| partition(other) == partition(&record));
        match partitions.iter_mut().find(is_same) {
            Some(records) => records.push(record),
            None => partitions.push(vec![record]),
        }
    }
    partitions
}

fn partition((_, record): &IndexedRecord) -> Option<&str> {
    record.pointer("/dynamodb/Keys/pk/S").and_then(Value::as_str)
}
