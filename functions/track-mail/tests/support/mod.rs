//! The function with an embedded table, and events as SES publishes them.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use spaces_local::harness::{self, Harness};
use spaces_model::{
    Channel, Description, Founding, Invitation, InviteId, InviteMode, Invitee, InviteeTarget, Inviter, ItipMethod,
    MailKind, Mailing, Message, Role, SpaceId, Title, UserId,
};
use spaces_store::{Delivery, Lease};
use track_mail::App;

/// The invitee.
pub(crate) const ADDRESS: &str = "invitee0@example.com";

/// The first request about an invitation.
pub(crate) const REQUEST: Message = Message { method: ItipMethod::Request, sequence: 0, mailing: 0 };

pub(crate) struct Service {
    pub(crate) harness: Harness,
    pub(crate) invitation: Invitation,
}

impl Service {
    /// Starts with an invitation of one person, to whom no mail has been started.
    pub(crate) async fn start() -> Self {
        let (harness, invitation) = (Harness::start().await.unwrap(), invitation());
        Box::pin(harness.store.create(&invitation)).await.unwrap();
        harness.store.put_deliveries(&invitation, &invitation.invitees, harness::now()).await.unwrap();
        harness.dynamo.forget_calls();
        Self { harness, invitation }
    }

    pub(crate) fn app(&self) -> App {
        App::from_env(&self.harness.env().unwrap(), harness::sources_at(harness::now())).unwrap()
    }

    /// Starts to send a message.
    pub(crate) async fn lease(&self, message: Message, now: Timestamp) -> Lease {
        let (store, delivery) = (&self.harness.store, self.delivery().await);
        let until = now + SignedDuration::from_mins(1);
        store.lease(&delivery, message, MailKind::Invite, None, now, until).await.unwrap().unwrap()
    }

    /// Sends a message and records it.
    pub(crate) async fn send(&self, message: Message, now: Timestamp) -> Lease {
        let lease = self.lease(message, now).await;
        self.harness.store.record_sent(&lease, now, "ses-1").await.unwrap();
        lease
    }

    pub(crate) async fn delivery(&self) -> Delivery {
        let deliveries = self.harness.store.deliveries(&self.invitation).await.unwrap();
        deliveries.into_values().next().unwrap()
    }

    /// Passes messages with these bodies to the function in one batch, and returns the indexes of those to retry.
    pub(crate) async fn track(&self, app: &App, bodies: &[String]) -> Vec<usize> {
        let record = |(place, body): (usize, &String)| json!({ "messageId": place.to_string(), "body": body });
        let records: Vec<Value> = bodies.iter().enumerate().map(record).collect();
        let answer = app.track(serde_json::from_value(json!({ "Records": records })).unwrap()).await;
        let answer = serde_json::to_value(answer).unwrap();
        let failures = answer["batchItemFailures"].as_array().unwrap().iter();
        failures.map(|failure| failure["itemIdentifier"].as_str().unwrap().parse().unwrap()).collect()
    }

    /// Returns the state and its reason, as stored.
    pub(crate) async fn state(&self) -> (String, Option<String>) {
        let delivery = self.delivery().await;
        let state = serde_json::to_value(delivery.state).unwrap();
        (state.as_str().unwrap_or("none").to_owned(), delivery.reason)
    }
}

/// Returns the body of the event in `events/track-mail/200-<name>.json`, of the mail with this tag.
pub(crate) fn event(name: &str, tag: &str) -> String {
    let event = harness::event("track-mail", &format!("200-{name}")).unwrap();
    let mut body: Value = serde_json::from_str(event["Records"][0]["body"].as_str().unwrap()).unwrap();
    body["detail"]["mail"]["tags"]["m"] = json!([tag]);
    body.to_string()
}

pub(crate) fn invitation() -> Invitation {
    let alice = UserId::from_bytes([1; 12]);
    let target = InviteeTarget::Email(ADDRESS.parse().unwrap());
    Invitation {
        id: InviteId::from_bytes([2; 12]),
        space: SpaceId::from_bytes([2; 12]),
        founds: Some(Founding {
            title: Title::new("Planning").unwrap(),
            description: Description::default(),
            creator: alice,
            creator_name: "Alice".to_owned(),
            acted_by: None,
            member_only: true,
        }),
        invitees: vec![Invitee { target, role: Role::Member }],
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
