//! The life of a mail as the inviter sees it, from the request to SES's reports: relay, sender, SES's simulator, and
//! the tracker of its events.

use jiff::SignedDuration;
use serde_json::{Value, json};
use spaces_local::harness;

use crate::world::World;

/// The functions behind the table's stream and the queues.
pub(crate) struct Post<'a> {
    world: &'a World,
    relay: relay_outbox::App,
    sender: deliver_invites::App,
    tracker: track_mail::App,
}

impl<'a> Post<'a> {
    pub(crate) fn new(world: &'a World) -> Self {
        let (env, sources) = (world.harness.env().unwrap(), || harness::sources_at(world.now()));
        Self {
            relay: relay_outbox::App::from_env(&env, sources()).unwrap(),
            sender: deliver_invites::App::from_env(&env, sources()).unwrap(),
            tracker: track_mail::App::from_env(&env, sources()).unwrap(),
            world,
        }
    }

    /// Relays the whole stream.
    pub(crate) async fn relay(&self) {
        let records = self.world.harness.dynamo.stream().after(None).unwrap();
        let event = serde_json::from_value(json!({ "Records": records })).unwrap();
        let answer = serde_json::to_value(self.relay.relay(event).await).unwrap();
        assert_eq!(answer["batchItemFailures"], json!([]));
    }

    /// Passes one message of the mail queue to the sender.
    async fn send(&self) {
        let deadline = self.world.now() + SignedDuration::from_mins(2);
        let deliver = async |event: Value| {
            serde_json::to_value(self.sender.deliver(serde_json::from_value(event).unwrap(), deadline).await)
        };
        assert_eq!(self.world.harness.queues.deliver("MailQueue", 1, deliver).await.unwrap(), 1);
    }

    /// Relays the whole stream, and passes all messages of the mail queue to the sender.
    pub(crate) async fn deliver(&self) {
        self.relay().await;
        let deadline = self.world.now() + SignedDuration::from_mins(2);
        let deliver = async |event: Value| {
            serde_json::to_value(self.sender.deliver(serde_json::from_value(event).unwrap(), deadline).await)
        };
        while self.world.harness.queues.deliver("MailQueue", 10, deliver).await.unwrap() > 0 {}
    }

    /// Passes one SES event to the tracker. Returns whether there was one.
    pub(crate) async fn track(&self) -> bool {
        let track =
            async |event: Value| serde_json::to_value(self.tracker.track(serde_json::from_value(event).unwrap()).await);
        self.world.harness.queues.deliver("MailEventQueue", 1, track).await.unwrap() == 1
    }
}

/// Invites an address as Alice, and returns the ids of the space and the invitation.
async fn invite(world: &World, address: &str) -> (String, String) {
    let invitee = json!({ "inviteeType": "email", "invitee": address });
    let body = json!({ "topic": { "title": "Planning" }, "invitees": [invitee] });
    let created = world.call("alice", "POST", "/api/spaces/invite", body).await.ok();
    let text = |name: &str| created["data"][0][name].as_str().unwrap().to_owned();
    (text("topicId"), text("_id"))
}

/// Returns the state of the only mail, with its reason.
async fn seen(world: &World, invite: &str) -> String {
    let shown = world.call("alice", "GET", &format!("/api/spaces/invites/{invite}"), Value::Null).await.ok();
    let delivery = &shown["data"][0]["invitees"][0]["delivery"];
    let reason = delivery["reason"].as_str().map(|reason| format!(" ({reason})")).unwrap_or_default();
    format!("{}{reason}", delivery["state"].as_str().unwrap())
}

#[tokio::test]
async fn each_address_of_the_simulator_goes_through_its_states() {
    for (address, life) in [
        ("success@simulator.test", "queued, sent, delivered"),
        ("success+weekly@simulator.test", "queued, sent, delivered"),
        ("ooto@simulator.test", "queued, sent, delivered"),
        ("bounce@simulator.test", "queued, sent, bounced (General)"),
        ("suppressionlist@simulator.test", "queued, sent, bounced (Suppressed)"),
        ("complaint@simulator.test", "queued, sent, delivered, complained"),
        ("delay@simulator.test", "queued, sent, delayed"),
        ("ana@example.com", "queued, sent, delivered"),
        ("ana@bounce.test", "queued, failed (rejected)"),
    ] {
        let world = World::start().await;
        let (post, (space, invite)) = (Post::new(&world), invite(&world, address).await);
        post.relay().await;
        let mut states = vec![seen(&world, &invite).await];
        post.send().await;
        states.push(seen(&world, &invite).await);
        while post.track().await {
            states.push(seen(&world, &invite).await);
        }
        assert_eq!(states.join(", "), life, "{address}");

        let list = world.call("alice", "GET", &format!("/api/spaces/{space}/invites"), Value::Null).await.ok();
        let state = states.last().unwrap().split(' ').next().unwrap();
        assert_eq!(list["data"][0]["counts"]["delivery"], json!({ state: 1 }), "{address}");
        assert_eq!(world.harness.queues.peek("MailEventDeadLetters").unwrap().len(), 0);
    }
}

#[tokio::test]
async fn a_resend_after_a_bounce_is_not_sent_and_keeps_the_state() {
    let world = World::start().await;
    let (post, (_, invite)) = (Post::new(&world), invite(&world, "bounce@simulator.test").await);
    post.relay().await;
    post.send().await;
    assert!(post.track().await);
    assert_eq!(seen(&world, &invite).await, "bounced (General)");

    world.pass(SignedDuration::from_hours(2));
    world.call("alice", "POST", &format!("/api/spaces/invites/{invite}/resend"), Value::Null).await.ok();
    let post = Post::new(&world);
    post.relay().await;
    // The message of the first mailing, which the relay sent again, and that of the resend.
    post.send().await;
    post.send().await;
    assert_eq!(seen(&world, &invite).await, "bounced (General)");
    assert_eq!(world.harness.mailbox.messages().len(), 1);
}
