//! Behavior that a single event cannot show: order, repetition, other mails, failures.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod complaints;
mod further;
mod order;
#[path = "../support/mod.rs"]
mod support;

use jiff::SignedDuration;
use serde_json::{Value, json};
use spaces_local::harness;
use spaces_model::{Message, UserId};
use spaces_store::DeliveryState;

use crate::support::{REQUEST, Service, event};

#[test]
fn the_deployed_role_allows_what_the_function_does_and_no_more() {
    let expected = [
        // The mails of a sender, and the complaints about them.
        "dynamodb:GetItem",
        "dynamodb:Query",
        // The state of a delivery, the stop of an address, a complaint and the stop of a sender.
        "dynamodb:UpdateItem",
        // The event source mapping uses the role to receive and delete.
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
    ];
    assert_eq!(harness::allowed_actions("TrackMailRole").unwrap(), expected);
}

#[tokio::test]
async fn an_event_takes_one_call_to_the_table_and_one_more_if_it_stops_mail() {
    for (kind, calls) in [("delivered", 1), ("bounced-transiently", 1), ("bounced", 2), ("complained", 2)] {
        let service = Service::start().await;
        let lease = service.send(REQUEST, harness::now()).await;
        service.harness.dynamo.forget_calls();
        assert_eq!(service.track(&service.app(), &[event(kind, lease.tag())]).await, [0; 0]);
        assert_eq!(service.harness.dynamo.calls(), vec!["UpdateItem"; calls], "{kind}");
    }
}

#[tokio::test]
async fn a_bounce_and_a_complaint_stop_further_mail_and_nothing_else_does() {
    let events = [
        ("delivered", true),
        ("delayed", true),
        ("bounced-transiently", true),
        ("marked-as-not-spam", true),
        ("rejected", true),
        ("bounced", false),
        ("complained", false),
    ];
    for (kind, may) in events {
        let service = Service::start().await;
        let lease = service.send(REQUEST, harness::now()).await;
        service.track(&service.app(), &[event(kind, lease.tag())]).await;
        let (address, inviter) = ("invitee0@example.com".parse().unwrap(), UserId::from_bytes([1; 12]));
        let store = &service.harness.store;
        let stops = store.mail_stops(&store.address_ref(&address)).await.unwrap();
        assert_eq!(store.may_mail(&address, &stops, inviter, harness::now()).await.unwrap(), may, "{kind}");
    }
}

#[tokio::test]
async fn only_events_that_the_table_did_not_record_are_retried() {
    let service = Service::start().await;
    let lease = service.send(REQUEST, harness::now()).await;
    let (app, events) = (service.app(), [event("delivered", "no tag of ours"), event("bounced", lease.tag())]);
    service.harness.dynamo.throttle(usize::MAX);
    assert_eq!(service.track(&app, &events).await, [1]);
    service.harness.dynamo.throttle(0);
    assert_eq!(service.track(&app, &events[1..]).await, [0; 0]);
    assert_eq!(service.state().await, ("bounced".to_owned(), Some("NoEmail".to_owned())));
}

#[tokio::test]
async fn the_time_of_a_state_is_the_earliest_of_report_event_and_record() {
    let (fast, hour) = ("9999-12-31T23:00:00.000Z", SignedDuration::from_hours(1));
    let now = harness::now();
    for (own, events, expected) in [
        (fast, fast, now),
        (fast, "2026-11-21T11:59:00Z", "2026-11-21T11:59:00Z".parse().unwrap()),
        ("soon", "soon", now),
        ("2026-11-21T11:58:00Z", "2026-11-21T11:59:00Z", "2026-11-21T11:58:00Z".parse().unwrap()),
    ] {
        let service = Service::start().await;
        let lease = service.send(REQUEST, now - hour).await;
        let mut body: Value = serde_json::from_str(&event("delivered", lease.tag())).unwrap();
        (body["time"], body["detail"]["delivery"]["timestamp"]) = (json!(events), json!(own));
        service.track(&service.app(), &[body.to_string()]).await;
        let delivery = service.delivery().await;
        assert_eq!((delivery.state, delivery.at), (Some(DeliveryState::Delivered), expected), "{own} {events}");
        // So the next mail has the time at which it is started.
        let next = service.lease(Message { sequence: 1, ..REQUEST }, now + hour).await;
        assert_eq!(next.at(), now + hour);
    }
}

#[tokio::test]
async fn a_report_about_several_recipients_changes_nothing() {
    let two = json!([{ "emailAddress": "invitee0@example.com" }, { "emailAddress": "invitee1@example.com" }]);
    for (name, pointer, receivers) in [
        ("delivered", "/detail/mail/destination", json!(["invitee0@example.com", "invitee1@example.com"])),
        ("delivered", "/detail/mail/destination", json!([])),
        ("bounced", "/detail/bounce/bouncedRecipients", two.clone()),
        ("complained", "/detail/complaint/complainedRecipients", two.clone()),
    ] {
        let service = Service::start().await;
        let lease = service.send(REQUEST, harness::now()).await;
        let mut body: Value = serde_json::from_str(&event(name, lease.tag())).unwrap();
        *body.pointer_mut(pointer).unwrap() = receivers;
        assert_eq!(service.track(&service.app(), &[body.to_string()]).await, [0; 0]);
        assert_eq!(service.state().await, ("sent".to_owned(), None), "{pointer}");
    }
}

#[tokio::test]
async fn a_withheld_mail_bounces_without_mentioning_earlier_mails() {
    for (name, pointer, subtype) in [
        ("bounced", "/detail/bounce/bounceSubType", "OnAccountSuppressionList"),
        ("bounced", "/detail/bounce/bounceSubType", "Suppressed"),
        ("complained-before", "/detail/complaint/complaintSubType", "OnAccountSuppressionList"),
    ] {
        let service = Service::start().await;
        let lease = service.send(REQUEST, harness::now()).await;
        let mut body: Value = serde_json::from_str(&event(name, lease.tag())).unwrap();
        *body.pointer_mut(pointer).unwrap() = json!(subtype);
        service.track(&service.app(), &[body.to_string()]).await;
        assert_eq!(service.state().await, ("bounced".to_owned(), Some("Suppressed".to_owned())), "{name} {subtype}");
    }
}

#[tokio::test]
async fn the_time_of_a_state_is_not_before_its_mail() {
    let service = Service::start().await;
    let begun = harness::now() + SignedDuration::from_hours(1);
    let lease = service.send(REQUEST, begun).await;
    service.track(&service.app(), &[event("delivered", lease.tag())]).await;
    assert_eq!(service.delivery().await.at, begun);
}
