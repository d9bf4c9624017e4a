//! What a single event cannot show: replays, crashes, throttling, deadlines.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::sync::Arc;

use deliver_invites::App;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use spaces_http::Env;
use spaces_local::harness::{self, Harness};
use spaces_store::LeaseOutcome;

struct Service {
    harness: Harness,
    env: Env,
}

impl Service {
    async fn start() -> Self {
        let harness = Harness::start().await.unwrap();
        let env = harness.env().unwrap();
        Self { harness, env }
    }

    fn app(&self, now: Timestamp) -> App {
        App::from_env(&self.env, harness::sources_at(now)).unwrap()
    }

    /// Delivers in a process of its own; gives the sequence numbers that are handed back.
    async fn deliver(&self, event: &Value, now: Timestamp) -> Vec<Value> {
        handed_back(&self.app(now), event, now + SignedDuration::from_mins(15)).await
    }

    /// How many mails each address got.
    fn mails(&self) -> BTreeMap<String, usize> {
        let mut mails = BTreeMap::new();
        for mail in self.harness.mailbox.messages() {
            let mail = serde_json::to_value(mail).unwrap();
            *mails.entry(mail["to"].to_string()).or_default() += 1;
        }
        mails
    }

    fn deliveries(&self) -> Vec<Value> {
        let mut items = self.harness.dynamo.items().unwrap();
        items.retain(|item| item["sk"].as_str().unwrap().starts_with("TO#"));
        items
    }
}

async fn handed_back(app: &App, event: &Value, deadline: Timestamp) -> Vec<Value> {
    let answer = app.deliver(serde_json::from_value(event.clone()).unwrap(), deadline).await;
    let answer = serde_json::to_value(answer).unwrap();
    answer["batchItemFailures"].as_array().unwrap().iter().map(|failure| failure["itemIdentifier"].clone()).collect()
}

/// `events/deliver-invites/200-new-invitation.json` with so many invitees.
fn invitation(invitees: usize) -> Value {
    let mut event = harness::event("deliver-invites", "200-new-invitation").unwrap();
    let list: Vec<Value> = (0..invitees)
        .map(|n| json!({"M": {"email": {"S": format!("invitee{n}@example.com")}, "role": {"S": "member"}}}))
        .collect();
    event["Records"][0]["dynamodb"]["NewImage"]["invitees"] = json!({"L": list});
    event
}

fn sequence_number(event: &Value) -> Value {
    event["Records"][0]["dynamodb"]["SequenceNumber"].clone()
}

#[tokio::test]
async fn a_replayed_record_sends_nothing_twice() {
    let service = Service::start().await;
    let event = invitation(20);
    assert!(service.deliver(&event, harness::now()).await.is_empty());
    assert!(service.deliver(&event, harness::now() + SignedDuration::from_hours(1)).await.is_empty());
    assert_eq!(service.mails().len(), 20);
    assert!(service.mails().values().all(|count| *count == 1));
}

#[tokio::test]
async fn a_refused_address_is_not_tried_again_and_does_not_hold_up_the_others() {
    let service = Service::start().await;
    let event = harness::event("deliver-invites", "200-refused-address").unwrap();
    assert!(service.deliver(&event, harness::now()).await.is_empty());
    assert!(service.deliver(&event, harness::now() + SignedDuration::from_hours(1)).await.is_empty());
    assert_eq!(service.mails().len(), 1);
    let failed: Vec<_> = service.deliveries().into_iter().filter(|delivery| delivery["state"] == "failed").collect();
    assert_eq!((failed.len(), &failed[0]["attempts"]), (1, &json!(1)));
    assert!(failed[0]["reason"].as_str().unwrap().starts_with("MessageRejected"));
}

#[tokio::test]
async fn what_ses_throttles_is_handed_back_and_sent_at_the_next_attempt() {
    let mut service = Service::start().await;
    service.env.set("MAIL_CONCURRENCY", "1");
    let event = invitation(3);
    // More than the retries of one mail.
    service.harness.mailbox.throttle(4);
    assert_eq!(service.deliver(&event, harness::now()).await, [sequence_number(&event)]);
    assert_eq!(service.mails().len(), 2);
    assert!(service.deliver(&event, harness::now()).await.is_empty());
    assert_eq!(service.mails().len(), 3);
    assert!(service.mails().values().all(|count| *count == 1));
}

#[tokio::test]
async fn a_sender_killed_before_ses_is_resumed_when_its_lease_ends() {
    let service = Service::start().await;
    let event = invitation(1);
    let image = serde_json::from_value(event["Records"][0]["dynamodb"]["NewImage"].clone()).unwrap();
    let invitation = spaces_store::invitation_of_image(image).unwrap();
    let until = harness::now() + SignedDuration::from_mins(1);
    let lease = service.harness.store.lease(&invitation, &invitation.invitees[0], harness::now(), until).await;
    assert!(matches!(lease, Ok(LeaseOutcome::Taken(_))));
    // Nobody else sends while the lease lasts; with no time to wait for its end, the record goes back.
    let app = service.app(harness::now());
    let soon = harness::now() + SignedDuration::from_secs(50);
    assert_eq!(handed_back(&app, &event, soon).await, [sequence_number(&event)]);
    assert!(service.mails().is_empty());
    assert!(service.deliver(&event, until).await.is_empty());
    assert_eq!(service.mails().len(), 1);
}

#[tokio::test]
async fn a_delivery_killed_halfway_resumes_without_loss() {
    let service = Arc::new(Service::start().await);
    let event = invitation(60);
    let app = service.app(harness::now());
    let halfway = async {
        while service.harness.mailbox.messages().len() < 20 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = halfway => {}
        _ = handed_back(&app, &event, harness::now() + SignedDuration::from_mins(15)) => {}
    }
    drop(app);
    assert!(service.mails().len() < 60);
    let later = harness::now() + SignedDuration::from_mins(2);
    assert!(service.deliver(&event, later).await.is_empty());
    assert_eq!(service.mails().len(), 60);
    // Only a mail that was on its way when the process died may come twice.
    assert!(service.mails().values().sum::<usize>() <= 60 + 10);
    assert!(service.deliveries().iter().all(|delivery| delivery["state"] == "sent"));
}

#[tokio::test]
async fn two_senders_at_once_send_one_mail_each() {
    let service = Service::start().await;
    let event = invitation(30);
    let (first, second) = (service.app(harness::now()), service.app(harness::now()));
    // No time to wait for a lease: whoever comes second leaves a mail to the other.
    let deadline = harness::now() + SignedDuration::from_secs(40);
    futures_util::future::join(handed_back(&first, &event, deadline), handed_back(&second, &event, deadline)).await;
    assert_eq!(service.mails().len(), 30);
    assert!(service.mails().values().all(|count| *count == 1));
}

#[tokio::test]
async fn no_mail_is_begun_shortly_before_the_deadline() {
    let service = Service::start().await;
    let event = invitation(2);
    let app = service.app(harness::now());
    let deadline = harness::now() + SignedDuration::from_secs(30);
    assert_eq!(handed_back(&app, &event, deadline).await, [sequence_number(&event)]);
    assert!(service.mails().is_empty() && service.deliveries().is_empty());
}

#[tokio::test]
async fn a_throttled_table_hands_the_record_back_and_nothing_is_sent() {
    let service = Service::start().await;
    let event = invitation(2);
    service.harness.dynamo.throttle(usize::MAX);
    assert_eq!(service.deliver(&event, harness::now()).await, [sequence_number(&event)]);
    assert!(service.mails().is_empty());
    service.harness.dynamo.throttle(0);
    assert!(service.deliver(&event, harness::now()).await.is_empty());
    assert_eq!(service.mails().len(), 2);
}

#[tokio::test]
async fn a_thousand_invitees_get_one_mail_each() {
    let service = Service::start().await;
    assert!(service.deliver(&invitation(1_000), harness::now()).await.is_empty());
    assert_eq!(service.mails().len(), 1_000);
    assert!(service.mails().values().all(|count| *count == 1));
    let mut calls = service.harness.dynamo.calls();
    calls.sort();
    calls.dedup();
    assert_eq!(calls, ["GetItem", "PutItem", "Query", "UpdateItem"]);
}

#[test]
fn the_deployed_role_allows_what_the_function_does_and_no_more() {
    let expected = [
        // Invitees by id.
        "dynamodb:BatchGetItem",
        // Reading the stream, which the mapping does in the role's name.
        "dynamodb:DescribeStream",
        // Opens the first connection.
        "dynamodb:GetItem",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
        // The deliveries.
        "dynamodb:PutItem",
        "dynamodb:Query",
        // Leases and records.
        "dynamodb:UpdateItem",
        // A composed mail needs both.
        "ses:SendEmail",
        "ses:SendRawEmail",
        // The mapping's on-failure destination.
        "sqs:SendMessage",
    ];
    assert_eq!(harness::allowed_actions("DeliverInvitesRole").unwrap(), expected);
}
