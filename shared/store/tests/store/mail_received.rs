//! Tests of the count of strangers' mails to an address: one conditional write per mail, exact under concurrency.

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use spaces_model::{EmailAddress, Invitation, InviteId, MailSender, UserId};
use spaces_store::{InvitationRef, StopWay, Store};

use crate::{invitation, now, table};

fn ana() -> EmailAddress {
    "ana@example.com".parse().unwrap()
}

/// Counts a mail about the invitation with this number from a sender.
async fn count(store: &Store, sender: u8, invite: u8, at: Timestamp) -> bool {
    let address = store.address_ref(&ana());
    let stops = store.mail_stops(&address).await.unwrap();
    let sender = MailSender::User(UserId::from_bytes([sender; 12]));
    let invitation = Invitation { id: InviteId::from_bytes([invite; 12]), ..invitation(1, "Plan") };
    store.count_received(&address, stops, &InvitationRef::of(&invitation), &sender, 10, at).await.unwrap()
}

#[tokio::test]
async fn an_address_receives_five_mails_from_one_sender_and_ten_in_total() {
    let (_dynamo, store) = table().await;
    let mut got = Vec::new();
    for (sender, invite) in (1..=3).flat_map(|sender| (0..6).map(move |number| (sender, sender * 10 + number))) {
        got.push(u8::from(count(&store, sender, invite, now()).await));
    }
    assert_eq!(got, [1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]);
}

#[tokio::test]
async fn of_concurrent_mails_exactly_ten_are_counted() {
    let (_dynamo, store) = table().await;
    let counted = join_all((1..=40).map(|sender| count(&store, sender, sender, now()))).await;
    assert_eq!(counted.into_iter().filter(|counted| *counted).count(), 10);
}

#[tokio::test]
async fn a_counted_mail_is_not_counted_again() {
    let (_dynamo, store) = table().await;
    for invite in 1..=5 {
        for _ in 0..4 {
            assert!(count(&store, 1, invite, now()).await);
        }
    }
    assert!(!count(&store, 1, 6, now()).await);
    assert!(count(&store, 1, 5, now()).await, "even after the limit is reached");
}

#[tokio::test]
async fn the_24_hours_begin_with_the_first_mail() {
    let (_dynamo, store) = table().await;
    for invite in 1..=5 {
        assert!(count(&store, 1, invite, now() + SignedDuration::from_hours(invite.into())).await);
    }
    let first = now() + SignedDuration::from_hours(1);
    let day = SignedDuration::from_hours(24);
    assert!(!count(&store, 1, 6, first + day - SignedDuration::from_millis(1)).await);
    let counted = join_all((20..40).map(|invite| count(&store, 1, invite, first + day))).await;
    assert_eq!(counted.into_iter().filter(|counted| *counted).count(), 5);
}

#[tokio::test]
async fn counting_and_stopping_do_not_affect_each_other() {
    let (_dynamo, store) = table().await;
    let address = store.address_ref(&ana());
    assert!(count(&store, 1, 1, now()).await);
    store.stop_all_mail(&address, StopWay::Page, now()).await.unwrap();
    for invite in 2..=5 {
        assert!(count(&store, 1, invite, now()).await);
    }
    assert!(!count(&store, 1, 6, now()).await);
    assert!(store.mail_stops(&address).await.unwrap().is_all_stopped());
}

#[tokio::test]
async fn an_address_that_only_received_mail_has_no_stop_to_lift() {
    let (_dynamo, store) = table().await;
    assert!(count(&store, 1, 1, now()).await);
    assert!(!store.clear_stops(&ana(), now()).await.unwrap());
}
