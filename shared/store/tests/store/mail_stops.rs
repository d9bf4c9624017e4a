//! Tests of the stops on mail to an address, whose marks may be written in any order.

use jiff::SignedDuration;
use spaces_model::{Email, EmailAddress, User, UserId};
use spaces_store::{StopWay, Store};

use crate::{now, table};

fn ana() -> EmailAddress {
    "Ana@example.com".parse().unwrap()
}

fn alice() -> UserId {
    UserId::from_bytes([1; 12])
}

fn hours(hours: i64) -> jiff::Timestamp {
    now() + SignedDuration::from_hours(hours)
}

async fn may_mail(store: &Store, at: i64) -> bool {
    let stops = store.mail_stops(&store.address_ref(&ana())).await.unwrap();
    store.may_mail(&ana(), &stops, alice(), hours(at)).await.unwrap()
}

#[tokio::test]
async fn the_later_of_a_stop_and_a_lift_wins_in_either_order() {
    for stop_is_first in [true, false] {
        for (stopped, lifted) in [(1, 2), (2, 1), (1, 1)] {
            let (_dynamo, store) = table().await;
            let address = store.address_ref(&ana());
            // Without an item, there is nothing to lift.
            store.record_bounce(&ana(), now() - SignedDuration::from_hours(10_000)).await.unwrap();
            for is_stop in [stop_is_first, !stop_is_first] {
                if is_stop {
                    store.stop_all_mail(&address, StopWay::Page, hours(stopped)).await.unwrap();
                } else {
                    store.lift_stops(&address, alice(), StopWay::Page, hours(lifted)).await.unwrap();
                }
            }
            assert_eq!(may_mail(&store, 3).await, stopped < lifted, "{stop_is_first} {stopped} {lifted}");
        }
    }
}

#[tokio::test]
async fn lifting_without_a_stop_stores_nothing() {
    let (dynamo, store) = table().await;
    store.lift_stops(&store.address_ref(&ana()), alice(), StopWay::Page, now()).await.unwrap();
    assert!(!store.clear_stops(&ana(), now()).await.unwrap());
    assert!(dynamo.items().unwrap().is_empty());
}

#[tokio::test]
async fn a_bounce_stops_mail_for_90_days() {
    let (_dynamo, store) = table().await;
    store.record_bounce(&ana(), now()).await.unwrap();
    store.record_bounce(&ana(), now() - SignedDuration::from_hours(1_000)).await.unwrap();
    assert!(!may_mail(&store, 24 * 90 - 1).await);
    assert!(may_mail(&store, 24 * 90).await);
}

#[tokio::test]
async fn a_later_proof_of_the_address_ends_a_bounce_and_an_earlier_one_does_not() {
    for (proven, may) in [(-1, false), (1, true)] {
        let (_dynamo, store) = table().await;
        store.record_bounce(&ana(), now()).await.unwrap();
        let email = Some(Email::Proven { address: ana(), at: Some(hours(proven)) });
        store.reconcile(&User { email, ..User::new(UserId::from_bytes([7; 12])) }, hours(2)).await.unwrap();
        assert_eq!(may_mail(&store, 3).await, may, "{proven}");
    }
}

#[tokio::test]
async fn a_complaint_stops_mail_until_it_is_lifted_and_no_proof_lifts_it() {
    let (_dynamo, store) = table().await;
    store.record_complaint(&ana(), now()).await.unwrap();
    let email = Some(Email::Proven { address: ana(), at: Some(hours(1)) });
    store.reconcile(&User { email, ..User::new(UserId::from_bytes([7; 12])) }, hours(2)).await.unwrap();
    assert!(!may_mail(&store, 24 * 1_000).await);
    store.lift_stops(&store.address_ref(&ana()), alice(), StopWay::SignedIn, hours(1)).await.unwrap();
    assert!(may_mail(&store, 2).await);
    store.record_complaint(&ana(), hours(3)).await.unwrap();
    assert!(!may_mail(&store, 4).await);
}

#[tokio::test]
async fn lifting_a_stop_does_not_end_a_bounce() {
    let (_dynamo, store) = table().await;
    store.record_bounce(&ana(), now()).await.unwrap();
    store.lift_stops(&store.address_ref(&ana()), alice(), StopWay::Page, hours(1)).await.unwrap();
    assert!(!may_mail(&store, 2).await);
}
