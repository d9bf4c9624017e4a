//! Many people, and the choice between the queues.

use jiff::SignedDuration;
use relay_outbox::App;
use serde_json::{Value, json};
use spaces_local::harness;

use crate::support::{BULK, FAILURES, MAIL, Service};
use crate::{insert, invitation, modify, people, relay_with};

#[tokio::test]
async fn a_thousand_invitees_are_a_hundred_messages_in_ten_calls() {
    let service = Service::start().await;
    assert!(service.relay(&[insert(&invitation(1, 1_000))]).await.is_empty());
    assert_eq!((service.queued(BULK).len(), service.people(BULK).len()), (100, 1_000));
    assert_eq!(service.queues.calls(), ["SendMessageBatch"; 10]);
    assert_eq!(
        service.items_but_limits().iter().filter(|item| item["sk"].as_str().unwrap().starts_with("TO#")).count(),
        1_000
    );
    assert!(service.queued(MAIL).is_empty());
}

#[tokio::test]
async fn a_thousand_single_invitations_of_one_inviter_end_in_the_bulk_queue_after_25() {
    let service = Service::start().await;
    let records: Vec<Value> = (0..1_000).map(|number| insert(&into_the_sample_space(number, 1))).collect();
    for batch in records.chunks(100) {
        assert!(service.relay(batch).await.is_empty());
    }
    assert_eq!((service.queued(MAIL).len(), service.queued(BULK).len()), (25, 975));
    // Nobody else is affected, nor is the inviter an hour later.
    let mut by_an_app = into_the_sample_space(1_000, 1);
    by_an_app["acted_by"] = json!({"S": "calendar-sync"});
    assert!(service.relay(&[insert(&by_an_app)]).await.is_empty());
    let later = harness::sources_at(harness::now() + SignedDuration::from_hours(1));
    let later = App::from_env(&service.env(), later).unwrap();
    assert!(relay_with(&later, &[insert(&into_the_sample_space(1_001, 1))]).await.is_empty());
    assert_eq!((service.queued(MAIL).len(), service.queued(BULK).len()), (27, 975));
}

#[tokio::test]
async fn cancellations_count_like_other_mails() {
    let service = Service::start().await;
    let before = into_the_sample_space(1, 26);
    let mut fewer = before.clone();
    fewer["invitees"] = people(20..26);
    let mut nobody = before.clone();
    nobody["invitees"] = people(0..0);
    assert!(service.relay(&[modify(&before, &fewer)]).await.is_empty());
    assert_eq!((service.people(MAIL).len(), service.people(BULK).len()), (20, 0));
    assert!(service.relay(&[modify(&fewer, &nobody)]).await.is_empty());
    assert_eq!((service.people(MAIL).len(), service.people(BULK).len()), (20, 6));
}

#[tokio::test]
async fn deleting_a_space_cancels_all_invitations_and_an_unreadable_one_does_not_block_the_others() {
    let service = Service::start().await;
    let invitations = [1, 2, 3, 4].map(|number| {
        let mut image = into_the_sample_space(number, 10);
        image["channel"] = json!({"S": "client"});
        image
    });
    for image in &invitations {
        service.harness.dynamo.put(image).unwrap();
        assert!(service.relay(&[insert(image)]).await.is_empty());
    }
    service.harness.dynamo.corrupt(invitations[1]["pk"]["S"].as_str().unwrap(), "INVITE", "mode").unwrap();
    let event = harness::event("relay-outbox", "200-space-deleted").unwrap();
    let deleted = event["Records"][1].clone();
    assert!(service.relay(std::slice::from_ref(&deleted)).await.is_empty());
    assert_eq!((service.people(MAIL).len(), service.people(BULK).len()), (20, 10));
    assert_eq!(service.queued(FAILURES), [(None, deleted)]);
}

/// Returns the image of an invitation to the space of the sample data.
fn into_the_sample_space(number: u16, invitees: usize) -> Value {
    let mut image = invitation(number, invitees);
    image.as_object_mut().unwrap().remove("founds");
    image["space"] = json!({"S": "5a0000000000000000000001"});
    image["gsi2pk"] = json!({"S": "SPACE#5a0000000000000000000001"});
    image
}
