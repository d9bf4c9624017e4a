//! The world of a history: inviter, relay, sender, tracker and mailbox.

mod reports;
mod truth;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use proptest::sample::Index;
use serde_json::{Value, json};
use spaces_http::{Env, Sources};
use spaces_local::Interference;
use spaces_local::harness::{self, Harness};
use spaces_model::{
    Channel, Description, Email, Founding, Invitation, InviteId, InviteMode, Invitee, InviteeTarget, Inviter, Mailing,
    Role, SpaceId, Title, User, UserId, format_time,
};
use tokio::sync::Notify;

use crate::Step;
use crate::calendar::Entry;

/// Possible invitees; the first two are invited from the start.
pub(crate) const PEOPLE: [&str; 3] = ["ana@a.example", "bo@b.example", "cy@c.example"];
const QUEUES: [&str; 2] = ["MailQueue", "BulkMailQueue"];

/// A mail to a person.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    /// `None` for an invitation without times.
    pub(crate) entry: Option<Entry>,
    pub(crate) subject: String,
    pub(crate) message_id: String,
}

pub(crate) struct World {
    harness: Harness,
    env: Env,
    clock: Arc<AtomicI64>,
    invitation: Invitation,
    deleted: bool,
    /// Number of records that the relay has processed.
    relayed: usize,
    /// Messages that are not processed yet, and some that are, with the time at which each was sent.
    messages: Vec<(String, Timestamp)>,
    kills: usize,
    /// Number of reasons to mail each person.
    news: BTreeMap<&'static str, usize>,
}

impl World {
    pub(crate) async fn new() -> Self {
        let harness = Harness::start().await.unwrap();
        let relayed = harness.dynamo.stream().after(None).unwrap().len();
        let (env, now) = (harness.env().unwrap(), harness::now());
        for maker in [alice(), bob()] {
            let email = maker.email.map(|address| Email::Proven { address, at: Some(now) });
            harness.store.reconcile(&User { email, ..User::new(maker.id) }, now).await.unwrap();
        }
        let invitation = Invitation {
            id: InviteId::from_bytes([3; 12]),
            space: SpaceId::from_bytes([2; 12]),
            founds: Some(Founding {
                title: Title::new("Planning").unwrap(),
                description: Description::default(),
                creator: ALICE,
                creator_name: "Alice".to_owned(),
                acted_by: None,
                member_only: true,
            }),
            invitees: PEOPLE[..2].iter().map(|address| invitee(address)).collect(),
            mode: InviteMode::Meet,
            channel: Channel::Server,
            language: None,
            starts: Some(now + SignedDuration::from_hours(100)),
            ends: Some(now + SignedDuration::from_hours(101)),
            inviter: alice(),
            acted_by: None,
            creator: ALICE,
            created: now,
            updated: now,
            expires: now + SignedDuration::from_hours(1_000),
            revoked: None,
            version: 0,
            sequence: 0,
            revised: 0,
            mailing: Mailing::FIRST,
            request_hash: [0; 32],
        };
        harness.store.create(&invitation).await.unwrap();
        let clock = Arc::new(AtomicI64::new(now.as_millisecond()));
        let news = BTreeMap::new();
        let mut world =
            Self { harness, env, clock, invitation, deleted: false, relayed, messages: vec![], kills: 0, news };
        world.is_news_to_all();
        world
    }

    fn is_on(&self, address: &str) -> bool {
        self.invitation.invitees.iter().any(|invitee| invitee.target == target(address))
    }

    fn is_over(&self) -> bool {
        self.invitation.revoked.is_some() || self.deleted
    }

    fn is_news_to_all(&mut self) {
        for address in PEOPLE.into_iter().filter(|address| self.is_on(address)).collect::<Vec<_>>() {
            self.is_news_to(address);
        }
    }

    fn is_news_to(&mut self, address: &'static str) {
        if self.is_over() {
            return;
        }
        *self.news.entry(address).or_default() += 1;
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.clock.load(Ordering::SeqCst)).unwrap()
    }

    fn sources(&self) -> Sources {
        let clock = Arc::clone(&self.clock);
        Sources::new(move || Timestamp::from_millisecond(clock.load(Ordering::SeqCst)).unwrap(), |bytes| bytes.fill(0))
    }

    pub(crate) async fn play(&mut self, step: &Step) {
        match step {
            Step::Move => {
                let first = self.now() + SignedDuration::from_hours(100);
                self.is_news_to_all();
                self.update("update", |it| {
                    let starts = it.starts.unwrap_or(first) + SignedDuration::from_hours(1);
                    (it.starts, it.ends) = (Some(starts), Some(starts + SignedDuration::from_hours(1)));
                    it.sequence += 1;
                    it.revised = it.sequence;
                });
            }
            Step::RemoveTimes => {
                // Each person gets a cancellation, and an invitation without times.
                self.is_news_to_all();
                self.is_news_to_all();
                self.update("update", |it| {
                    (it.starts, it.ends) = (None, None);
                    it.sequence += 1;
                    it.revised = it.sequence;
                });
            }
            Step::HandOver => {
                let next = if self.invitation.inviter.id == ALICE { bob() } else { alice() };
                self.update("update", |it| it.inviter = next);
            }
            Step::TakeOff(index) => {
                let address = PEOPLE[*index];
                if self.is_on(address) {
                    self.is_news_to(address);
                    self.update("update", |it| {
                        it.invitees.retain(|invitee| invitee.target != target(address));
                        it.sequence += 1;
                    });
                }
            }
            Step::PutOn(index) => {
                let address = PEOPLE[*index];
                if !self.is_on(address) {
                    self.is_news_to(address);
                    self.update("update", |it| it.invitees.push(invitee(address)));
                }
            }
            Step::Resend => {
                self.is_news_to_all();
                self.update("resend", |_| {});
            }
            Step::Revoke => {
                let now = self.now();
                self.is_news_to_all();
                self.update("cancel", |it| {
                    it.revoked = Some(now);
                    it.sequence += 1;
                });
            }
            Step::Delete => {
                self.is_news_to_all();
                self.delete();
            }
            Step::Relay { from, killed_at } => {
                // A stream delivers records in order, and some of them again.
                let from = self.relayed - from.index(4).min(self.relayed);
                self.relay(from, *killed_at).await;
            }
            Step::Deliver { message, killed_at, stays } => {
                if !self.messages.is_empty() {
                    let index = message.index(self.messages.len());
                    self.deliver(index, *killed_at, *stays).await;
                }
            }
            Step::Overtaken { message, calls, change, other } => {
                if !self.messages.is_empty() {
                    let index = message.index(self.messages.len());
                    Box::pin(self.be_overtaken(index, *calls, change, *other)).await;
                }
            }
            Step::Report(event) => self.report(event).await,
            Step::Refuse(failure, calls) => self.harness.mailbox.fail(*failure, *calls),
            Step::Wait(minutes) => self.wait(i64::from(*minutes)),
        }
    }

    fn wait(&self, minutes: i64) {
        self.clock.fetch_add(minutes * 60_000, Ordering::SeqCst);
    }

    /// Changes the invitation as the API does: in one write of its item.
    fn update(&mut self, kind: &str, change: impl FnOnce(&mut Invitation)) {
        if self.is_over() {
            return;
        }
        // Advance less than the lease duration: the sender never waits for SES that long.
        self.clock.fetch_add(1_000, Ordering::SeqCst);
        let it = &mut self.invitation;
        it.version += 1;
        it.mailing.number += 1;
        change(it);
        let mut item = self.item("INVITE", "id", &self.invitation.id.to_string());
        let it = &self.invitation;
        let time = |time: Timestamp| json!({ "S": format_time(time) });
        item["version"] = json!({ "N": it.version.to_string() });
        item["sequence"] = json!({ "N": it.sequence.to_string() });
        item["revised"] = json!({ "N": it.revised.to_string() });
        item["mailing"] = json!({ "M": { "number": { "N": it.mailing.number.to_string() }, "kind": { "S": kind } } });
        for (name, at) in [("starts", it.starts), ("ends", it.ends)] {
            item.as_object_mut().unwrap().remove(name);
            if let Some(at) = at {
                item[name] = time(at);
            }
        }
        let address = |invitee: &Invitee| match &invitee.target {
            InviteeTarget::Email(address) => json!({ "M": {
                "email": { "S": address.as_typed() }, "role": { "S": "member" },
            } }),
            InviteeTarget::User(id) => panic!("{id} is invited by id"),
        };
        item["invitees"] = json!({ "L": it.invitees.iter().map(address).collect::<Vec<_>>() });
        item["inviter"]["S"] = json!(it.inviter.id.to_string());
        item["inviter_name"] = json!({ "S": it.inviter.name });
        item["inviter_email"] = json!({ "S": it.inviter.email });
        item["creator"] = json!({ "S": it.creator.to_string() });
        if let Some(revoked) = it.revoked {
            item["revoked"] = time(revoked);
        }
        self.harness.dynamo.put(&item).unwrap();
    }

    fn delete(&mut self) {
        let mut space = self.item("SPACE", "id", &self.invitation.space.to_string());
        space["status"]["S"] = json!("deleted");
        self.harness.dynamo.put(&space).unwrap();
        self.deleted = true;
    }

    fn item(&self, sk: &str, attribute: &str, value: &str) -> Value {
        let items = self.harness.dynamo.raw_items().unwrap();
        items.into_iter().find(|item| item["sk"]["S"] == sk && item[attribute]["S"] == value).unwrap()
    }

    async fn relay(&mut self, from: usize, killed_at: Option<usize>) {
        let records = self.harness.dynamo.stream().after(None).unwrap();
        let batch: Vec<Value> = records[from..].to_vec();
        if batch.is_empty() {
            return;
        }
        let app = relay_outbox::App::from_env(&self.env, self.sources()).unwrap();
        let event = serde_json::from_value(json!({ "Records": batch })).unwrap();
        if let Some(answer) = self.unless_killed(killed_at, app.relay(event)).await {
            let answer = serde_json::to_value(answer).unwrap();
            assert_eq!(answer["batchItemFailures"], json!([]), "the relay has failed");
            self.relayed = records.len();
        }
        for queue in QUEUES {
            let taken = Mutex::new(vec![]);
            let take = async |event: Value| {
                let bodies = event["Records"].as_array().unwrap().iter();
                taken.lock().unwrap().extend(bodies.map(|record| record["body"].as_str().unwrap().to_owned()));
                Ok::<_, ()>(json!({ "batchItemFailures": [] }))
            };
            while self.harness.queues.deliver(queue, 10, &take).await.unwrap() > 0 {}
            let sent = self.now();
            self.messages.extend(taken.into_inner().unwrap().into_iter().map(|body| (body, sent)));
        }
    }

    /// Returns a future in which an instance of the sender handles a message. It resolves to whether the message is
    /// settled.
    fn delivery(&self, index: usize) -> impl Future<Output = bool> + use<> {
        let (body, sent) = &self.messages[index];
        let event = json!({ "Records": [{
            "messageId": "1", "receiptHandle": "none", "body": body,
            "attributes": { "ApproximateReceiveCount": "1", "SentTimestamp": sent.as_millisecond().to_string() },
            "eventSourceARN": self.env.required("MAIL_QUEUE_ARN").unwrap(),
        }] });
        let app = deliver_invites::App::from_env(&self.env, self.sources()).unwrap();
        let deadline = self.now() + SignedDuration::from_mins(15);
        async move {
            let answer = app.deliver(serde_json::from_value(event).unwrap(), deadline).await;
            serde_json::to_value(answer).unwrap()["batchItemFailures"] == json!([])
        }
    }

    async fn be_overtaken(&mut self, index: usize, calls: usize, change: &Step, other: Index) {
        let message = self.messages[index].clone();
        let mut early = Box::pin(self.delivery(index));
        self.harness.dynamo.forget_calls();
        let dynamo = &self.harness.dynamo;
        let is_done = tokio::select! {
            is_done = &mut early => Some(is_done),
            () = async { while dynamo.calls().len() < calls { tokio::task::yield_now().await } } => None,
        };
        self.play(change).await;
        self.relay(self.relayed, None).await;
        let other = other.index(self.messages.len());
        if self.messages[other] != message {
            self.deliver(other, None, false).await;
        }
        let is_done = match is_done {
            Some(is_done) => is_done,
            None => early.await,
        };
        if is_done {
            self.messages.retain(|other| *other != message);
        }
    }

    /// Delivers a message. Returns whether it is settled.
    async fn deliver(&mut self, index: usize, killed_at: Option<usize>, stays: bool) -> bool {
        let delivery = self.delivery(index);
        let Some(is_done) = self.unless_killed(killed_at, delivery).await else { return false };
        if is_done && !stays {
            self.messages.swap_remove(index);
        }
        is_done
    }

    /// Drops a future at one of its table calls, either before or after the call is executed.
    async fn unless_killed<T>(&mut self, killed_at: Option<usize>, future: impl Future<Output = T>) -> Option<T> {
        let Some(at) = killed_at else { return Some(future.await) };
        let (killed, calls) = (Arc::new(Notify::new()), AtomicUsize::new(0));
        let notify = Arc::clone(&killed);
        self.harness.dynamo.forget_calls();
        self.harness.dynamo.interfere(move |_, _| {
            let interference = if at % 2 == 0 { Interference::DropRequest } else { Interference::DropResponse };
            (calls.fetch_add(1, Ordering::SeqCst) == at / 2).then(|| {
                notify.notify_one();
                interference
            })
        });
        let dynamo = &self.harness.dynamo;
        let result = tokio::select! {
            result = future => Some(result),
            () = async {
                killed.notified().await;
                // A call whose response is lost is executed before its caller is dropped.
                while at % 2 == 1 && !dynamo.calls().iter().any(|call| call == "answer lost") {
                    tokio::task::yield_now().await;
                }
            } => None,
        };
        self.harness.dynamo.stop_interfering();
        self.kills += usize::from(result.is_none());
        result
    }

    /// Relays new records, and delivers each message once.
    pub(crate) async fn deliver_once(&mut self) {
        self.relay(self.relayed, None).await;
        for index in (0..self.messages.len()).rev() {
            self.deliver(index, None, false).await;
        }
    }

    /// Delivers until no message is left.
    pub(crate) async fn rest(&mut self) {
        self.relay(self.relayed, None).await;
        // A person who got three requests gets the next one an hour later.
        for _ in 0..60 {
            let mut index = 0;
            while index < self.messages.len() {
                if !self.deliver(index, None, false).await {
                    index += 1;
                }
            }
            if self.messages.is_empty() {
                return;
            }
            self.wait(2);
        }
        panic!("{} messages are never settled", self.messages.len());
    }
}

const ALICE: UserId = UserId::from_bytes([1; 12]);

fn alice() -> Inviter {
    maker(ALICE, "Alice")
}

fn bob() -> Inviter {
    maker(UserId::from_bytes([4; 12]), "Bob")
}

fn maker(id: UserId, name: &str) -> Inviter {
    let address = format!("{name}@makers.example").parse().unwrap();
    Inviter { id, name: Some(name.to_owned()), email: Some(address), zone: None }
}

fn target(address: &str) -> InviteeTarget {
    InviteeTarget::Email(address.parse().unwrap())
}

fn invitee(address: &str) -> Invitee {
    Invitee { target: target(address), role: Role::Member }
}
