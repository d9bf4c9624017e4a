//! The sender with an embedded table, local queues and a mailbox.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use deliver_invites::App;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use spaces_http::{Env, Sources};
use spaces_local::harness::{self, Harness};
use spaces_model::{
    Channel, Description, Founding, Invitation, InviteId, InviteMode, Invitee, InviteeTarget, Inviter, MailKind,
    Mailing, Role, SpaceId, Title, UserId,
};
use spaces_store::{InvitationRef, MAX_PEOPLE, OutboxMessage};

pub(crate) const MAIL: &str = "MailQueue";
pub(crate) const DEAD_LETTERS: &str = "MailDeadLetters";

/// The message group of all messages: the inviter.
pub(crate) const GROUP: &str = "010101010101010101010101";

pub(crate) struct Service {
    pub(crate) harness: Harness,
    pub(crate) env: Env,
    clock: Arc<AtomicI64>,
    /// The time each message was sent, by message id: the queues' clock is not the tests' clock.
    sent: Mutex<HashMap<String, Timestamp>>,
}

/// The outcome of receiving a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The message was deleted.
    Done,
    /// The message is hidden for these seconds.
    Sleeps(u64),
    /// The message can be received again when its visibility timeout ends.
    Stays,
    /// No message was available.
    Nothing,
}

impl Service {
    pub(crate) async fn start() -> Self {
        let harness = Box::pin(Harness::start()).await.unwrap();
        let clock = Arc::new(AtomicI64::new(harness::now().as_millisecond()));
        Self { env: harness.env().unwrap(), harness, clock, sent: Mutex::default() }
    }

    /// Returns the function in a process of its own. Its random bytes are zeros, so that messages sleep for the
    /// minimum.
    pub(crate) fn app(&self) -> App {
        self.app_that_draws(0)
    }

    /// Like [`Self::app`], with these random bytes.
    pub(crate) fn app_that_draws(&self, byte: u8) -> App {
        let clock = Arc::clone(&self.clock);
        let now = move || Timestamp::from_millisecond(clock.load(Ordering::SeqCst)).unwrap();
        App::from_env(&self.env, Sources::new(now, move |bytes| bytes.fill(byte))).unwrap()
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.clock.load(Ordering::SeqCst)).unwrap()
    }

    /// Advances the clocks of the function and the queues.
    pub(crate) fn wait(&self, duration: Duration) {
        self.clock.fetch_add(i64::try_from(duration.as_millis()).unwrap(), Ordering::SeqCst);
        self.harness.queues.advance(duration);
    }

    /// Puts an invitation, and all items that the relay derives from it before it queues the first message.
    pub(crate) async fn plant(&self, invitation: &Invitation) {
        let store = &self.harness.store;
        Box::pin(store.create(invitation)).await.unwrap();
        Box::pin(store.put_deliveries(invitation, &invitation.invitees, self.now())).await.unwrap();
        self.harness.dynamo.forget_calls();
    }

    /// Sends messages about all invitees, like the relay.
    pub(crate) fn send(&self, queue: &str, invitation: &Invitation, kind: MailKind, mailing: u32) {
        let targets: Vec<&InviteeTarget> = invitation.invitees.iter().map(|invitee| &invitee.target).collect();
        for people in targets.chunks(MAX_PEOPLE) {
            let people = people.iter().map(|target| self.harness.store.person(target)).collect();
            let message = OutboxMessage { invite: InvitationRef::of(invitation), mailing, kind, people };
            self.send_body(queue, &serde_json::to_string(&message).unwrap());
        }
    }

    /// Sends a message with this body.
    pub(crate) fn send_body(&self, queue: &str, body: &str) {
        let id = self.harness.queues.send(queue, body, Some(GROUP)).unwrap();
        self.sent.lock().unwrap().insert(id, self.now());
    }

    /// Receives a message from a queue, and passes it to the function.
    pub(crate) async fn deliver(&self, app: &App, queue: &str) -> Outcome {
        self.deliver_until(app, queue, self.now() + SignedDuration::from_mins(2)).await
    }

    /// Like [`Self::deliver`], with this deadline.
    pub(crate) async fn deliver_until(&self, app: &App, queue: &str, deadline: Timestamp) -> Outcome {
        let queues = &self.harness.queues;
        let (before, failures) = (queues.visibility_timeouts().len(), Mutex::new(None));
        let handle = async |mut event: Value| {
            self.date(&mut event);
            let answer = app.deliver(serde_json::from_value(event).unwrap(), deadline).await;
            let answer = serde_json::to_value(answer).unwrap();
            *failures.lock().unwrap() = answer["batchItemFailures"].as_array().map(Vec::len);
            Ok::<_, ()>(answer)
        };
        if Box::pin(queues.deliver(queue, 1, handle)).await.unwrap() == 0 {
            return Outcome::Nothing;
        }
        match (failures.into_inner().unwrap().unwrap(), queues.visibility_timeouts().get(before)) {
            (0, _) => Outcome::Done,
            (_, None) => Outcome::Stays,
            (_, Some(sleep)) => Outcome::Sleeps(sleep.as_secs()),
        }
    }

    /// Sets an event's sent timestamps by the tests' clock.
    fn date(&self, event: &mut Value) {
        let record = &mut event["Records"][0];
        let sent = self.sent.lock().unwrap()[record["messageId"].as_str().unwrap()];
        record["attributes"]["SentTimestamp"] = json!(sent.as_millisecond().to_string());
    }
}

/// Returns an invitation with this number, to a space of its own, and with this many invitees.
pub(crate) fn invitation(number: u8, invitees: usize) -> Invitation {
    let alice = UserId::from_bytes([1; 12]);
    Invitation {
        id: InviteId::from_bytes([number; 12]),
        space: SpaceId::from_bytes([number; 12]),
        founds: Some(Founding {
            title: Title::new("Planning").unwrap(),
            description: Description::default(),
            creator: alice,
            creator_name: "Alice".to_owned(),
            acted_by: None,
            member_only: true,
        }),
        invitees: (0..invitees).map(|n| invitee(&address(n))).collect(),
        mode: InviteMode::Invite,
        channel: Channel::Server,
        language: None,
        starts: None,
        ends: None,
        inviter: Inviter { id: alice, name: Some("Alice".to_owned()), email: None, zone: None },
        acted_by: None,
        creator: alice,
        created: harness::now(),
        updated: harness::now(),
        expires: harness::now() + SignedDuration::from_hours(1_000),
        revoked: None,
        version: 0,
        sequence: 0,
        revised: 0,
        mailing: Mailing::FIRST,
        request_hash: [0; 32],
    }
}

/// Returns the address of the invitee with this number.
pub(crate) fn address(number: usize) -> String {
    format!("invitee{number}@example.com")
}

fn invitee(address: &str) -> Invitee {
    Invitee { target: InviteeTarget::Email(address.parse().unwrap()), role: Role::Member }
}
