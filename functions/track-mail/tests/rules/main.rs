//! Rules that a single event cannot show: order, repeats, other mails, failures.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod order;
#[path = "../support/mod.rs"]
mod support;

use jiff::SignedDuration;
use spaces_local::harness;
use spaces_model::{Message, UserId};

use crate::support::{REQUEST, Service, event};

#[test]
fn the_deployed_role_allows_what_the_function_does_and_no_more() {
    let expected = [
        // The state of a delivery, and the stop of an address.
        "dynamodb:UpdateItem",
        // The mapping receives and deletes in the role's name.
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
    ];
    assert_eq!(harness::allowed_actions("TrackMailRole").unwrap(), expected);
}

#[tokio::test]
async fn an_event_is_one_call_of_the_table_and_one_more_if_it_stops_mail() {
    for (kind, calls) in [("delivered", 1), ("bounced-for-now", 1), ("bounced", 2), ("complained", 2)] {
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
        ("bounced-for-now", true),
        ("called-no-spam", true),
        ("rejected", true),
        ("bounced", false),
        ("complained", false),
    ];
    for (kind, may) in events {
        let service = Service::start().await;
        let lease = service.send(REQUEST, harness::now()).await;
        service.track(&service.app(), &[event(kind, lease.tag())]).await;
        let (address, inviter) = ("invitee0@example.com".parse().unwrap(), UserId::from_bytes([1; 12]));
        assert_eq!(service.harness.store.may_mail(&address, inviter, harness::now()).await.unwrap(), may, "{kind}");
    }
}

#[tokio::test]
async fn events_for_which_the_table_does_not_answer_come_again_and_no_others() {
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
async fn a_mail_is_later_than_one_of_which_ses_has_reported_by_a_fast_clock() {
    let service = Service::start().await;
    let lease = service.send(REQUEST, harness::now()).await;
    service.track(&service.app(), &[event("delivered", lease.tag())]).await;
    let reported = service.delivery().await.at;
    assert!(reported > harness::now());
    let next = service.lease(Message { sequence: 1, ..REQUEST }, harness::now()).await;
    assert!(next.at() > reported);
}

#[tokio::test]
async fn the_time_of_a_state_is_not_before_its_mail() {
    let service = Service::start().await;
    let begun = harness::now() + SignedDuration::from_hours(1);
    let lease = service.send(REQUEST, begun).await;
    service.track(&service.app(), &[event("delivered", lease.tag())]).await;
    assert_eq!(service.delivery().await.at, begun);
}
