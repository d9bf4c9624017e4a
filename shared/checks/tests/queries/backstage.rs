//! The functions behind the table's stream and the queues.

use jiff::SignedDuration;
use serde_json::Value;
use spaces_http::Env;
use spaces_local::harness;

use crate::world::World;

/// One process of each function.
pub(crate) struct Backstage<'a> {
    world: &'a World,
    relay: relay_outbox::App,
    publisher: publish_events::App,
    sender: deliver_invites::App,
    tracker: track_mail::App,
}

impl<'a> Backstage<'a> {
    pub(crate) fn new(world: &'a World) -> Self {
        Self::with(world, &world.harness.env().unwrap())
    }

    pub(crate) fn with(world: &'a World, env: &Env) -> Self {
        let sources = || harness::sources_at(world.now());
        Self {
            relay: relay_outbox::App::from_env(env, sources()).unwrap(),
            publisher: publish_events::App::from_env(env, sources()).unwrap(),
            sender: deliver_invites::App::from_env(env, sources()).unwrap(),
            tracker: track_mail::App::from_env(env, sources()).unwrap(),
            world,
        }
    }

    /// Relays an event from the folder `events`.
    pub(crate) async fn relay_event(&self, name: &str) {
        let event = harness::event("relay-outbox", name).unwrap();
        self.relay.relay(serde_json::from_value(event).unwrap()).await;
    }

    /// Publishes an event from the folder `events`.
    pub(crate) async fn publish_event(&self, name: &str) {
        let event = harness::event("publish-events", name).unwrap();
        self.publisher.publish(serde_json::from_value(event).unwrap()).await;
    }

    /// Passes the messages of the mail queue to the sender, each once, as if they had been sent twenty minutes ago.
    pub(crate) async fn send(&self) {
        let deadline = self.world.now() + SignedDuration::from_mins(2);
        let written = self.world.now() - SignedDuration::from_mins(20);
        let send = async |mut event: Value| {
            for record in event["Records"].as_array_mut().unwrap() {
                // The queue uses the machine's clock.
                record["attributes"]["SentTimestamp"] = written.as_millisecond().to_string().into();
            }
            serde_json::to_value(self.sender.deliver(serde_json::from_value(event).unwrap(), deadline).await)
        };
        while self.world.harness.queues.deliver("MailQueue", 10, send).await.unwrap() > 0 {}
    }

    /// Passes the SES events to the tracker, each once.
    pub(crate) async fn track(&self) {
        let track =
            async |event: Value| serde_json::to_value(self.tracker.track(serde_json::from_value(event).unwrap()).await);
        while self.world.harness.queues.deliver("MailEventQueue", 10, track).await.unwrap() > 0 {}
    }
}
