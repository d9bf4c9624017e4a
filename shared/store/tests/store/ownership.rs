//! Tests of the owner of an address: dated proofs, tokens of any age, releases and concurrency.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use spaces_model::{Email, User, UserId};
use spaces_store::{Change, KnownUser, Person, Store};

use crate::directory::{address, id, proven, user, verified};
use crate::{now, table};

const SHARED: &str = "shared@b.example";

/// Returns a time this many seconds after the start.
fn at(seconds: i64) -> Timestamp {
    "2026-11-20T12:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
}

/// Returns a user whose token proves an address at this time.
fn dated(number: u8, text: &str, seconds: i64) -> User {
    user(number, Some(Email::Proven { address: address(text), at: Some(at(seconds)) }))
}

fn disproven(number: u8, text: &str, seconds: Option<i64>) -> User {
    user(number, Some(Email::Disproven { address: address(text), at: seconds.map(at) }))
}

/// Reconciles a token, and returns whether its address counts.
async fn counts(store: &Store, claimed: &User) -> bool {
    let KnownUser { user, .. } = store.reconcile(claimed, now()).await.unwrap();
    user.email.as_ref().and_then(Email::verified).is_some()
}

async fn owner(store: &Store, text: &str) -> Option<UserId> {
    store.user_by_email(&address(text)).await.unwrap().map(|user| user.id)
}

#[tokio::test]
async fn a_later_proof_takes_an_address_and_an_earlier_one_does_not() {
    let (_dynamo, store) = table().await;
    assert!(counts(&store, &dated(9, SHARED, 10)).await);
    assert!(counts(&store, &dated(4, SHARED, 20)).await);
    assert!(!counts(&store, &dated(2, SHARED, 19)).await);
    assert!(!counts(&store, &dated(9, SHARED, 10)).await);
    assert_eq!(owner(&store, SHARED).await, Some(id(4)));
    let users = store.users(&[2, 4, 9].map(id)).await.unwrap();
    for number in [2, 4, 9] {
        let email = (number == 4).then(|| Email::Verified(address(SHARED)));
        assert_eq!(users[&id(number)].email, email);
        assert_eq!(store.user(id(number)).await.unwrap().unwrap().email, email);
    }
}

#[tokio::test]
async fn of_two_proofs_of_the_same_second_the_later_request_takes_the_address() {
    let (_dynamo, store) = table().await;
    for number in [1, 2, 1] {
        assert!(counts(&store, &dated(number, SHARED, 5)).await);
        assert_eq!(owner(&store, SHARED).await, Some(id(number)));
    }
}

#[tokio::test]
async fn the_owners_latest_proof_counts() {
    let (_dynamo, store) = table().await;
    for seconds in [10, 30, 10] {
        assert!(counts(&store, &dated(1, SHARED, seconds)).await);
    }
    assert!(!counts(&store, &dated(2, SHARED, 29)).await);
    assert!(counts(&store, &dated(2, SHARED, 30)).await);
}

#[tokio::test]
async fn an_undated_proof_takes_only_an_address_that_nobody_owns() {
    let (dynamo, store) = table().await;
    assert!(counts(&store, &proven(1, SHARED)).await);
    assert!(!counts(&store, &proven(2, SHARED)).await);
    assert_eq!(owner(&store, SHARED).await, Some(id(1)));
    // A later request keeps the address, and the proof keeps its time.
    let items = dynamo.items().unwrap();
    let later = now() + SignedDuration::from_hours(1);
    let known = store.reconcile(&proven(1, SHARED), later).await.unwrap();
    assert_eq!(known.email_proven, Some("2026-11-21T12:00:00Z".parse().unwrap()));
    assert_eq!(dynamo.items().unwrap(), items);
    let dated_later = user(2, Some(Email::Proven { address: address(SHARED), at: Some(now()) }));
    assert!(counts(&store, &dated_later).await);
    assert!(!counts(&store, &proven(1, SHARED)).await);
}

#[tokio::test]
async fn a_proof_is_never_dated_after_the_request() {
    let (_dynamo, store) = table().await;
    let ahead =
        user(1, Some(Email::Proven { address: address(SHARED), at: Some(now() + SignedDuration::from_hours(9)) }));
    let known = store.reconcile(&ahead, now()).await.unwrap();
    assert_eq!(known.email_proven, Some("2026-11-21T12:00:00Z".parse().unwrap()));
}

#[tokio::test]
async fn older_proofs_by_other_users_change_nothing() {
    let (dynamo, store) = table().await;
    assert!(counts(&store, &dated(128, SHARED, 100)).await);
    for number in 0..=120 {
        assert!(!counts(&store, &dated(number, SHARED, i64::from(number % 100))).await);
    }
    assert_eq!(owner(&store, SHARED).await, Some(id(128)));
    let proven = dynamo.items().unwrap().into_iter().find(|item| item["pk"].as_str().unwrap().starts_with("ADDRESS#"));
    assert_eq!(proven.unwrap()["proven"], json!("2026-11-20T12:01:40.000Z"));
}

#[tokio::test]
async fn two_accounts_that_take_turns_own_the_address_in_turn() {
    let (_dynamo, store) = table().await;
    for turn in 1..10 {
        let number = 1 + u8::try_from(turn % 2).unwrap();
        assert!(counts(&store, &dated(number, SHARED, turn)).await);
        assert_eq!(owner(&store, SHARED).await, Some(id(number)));
        // The other account's token is still valid.
        assert!(!counts(&store, &dated(3 - number, SHARED, turn - 1)).await);
    }
}

#[tokio::test]
async fn a_user_with_a_new_address_is_found_only_by_it_and_older_tokens_do_not_restore_the_old_one() {
    let (_dynamo, store) = table().await;
    assert!(counts(&store, &dated(1, "old@b.example", 10)).await);
    assert!(counts(&store, &dated(1, "new@b.example", 20)).await);
    assert!(!counts(&store, &dated(1, "old@b.example", 10)).await);
    assert!(!counts(&store, &proven(1, "old@b.example")).await);
    assert_eq!(owner(&store, "old@b.example").await, None);
    assert_eq!(store.user_by_email(&address("new@b.example")).await.unwrap(), Some(verified(1, "new@b.example")));
}

#[tokio::test]
async fn an_abandoned_address_goes_to_a_proof_not_older_than_the_abandonment() {
    let (_dynamo, store) = table().await;
    counts(&store, &dated(1, "old@b.example", 10)).await;
    counts(&store, &dated(1, "new@b.example", 20)).await;
    for _ in 0..2 {
        store.release_address(&address("old@b.example"), id(1), at(20)).await.unwrap();
    }
    assert!(!counts(&store, &dated(2, "old@b.example", 19)).await);
    assert!(counts(&store, &proven(3, "old@b.example")).await);
    assert!(counts(&store, &dated(4, "old@b.example", i64::from(u16::MAX) * 2)).await);
}

#[tokio::test]
async fn an_older_token_does_not_retake_an_abandoned_address_even_before_the_relay_releases_it() {
    let (_dynamo, store) = table().await;
    counts(&store, &dated(1, "old@b.example", 10)).await;
    counts(&store, &dated(1, "new@b.example", 20)).await;
    assert!(!counts(&store, &dated(1, "old@b.example", 10)).await);
    assert!(!counts(&store, &dated(2, "old@b.example", 19)).await);
    assert!(counts(&store, &proven(2, "old@b.example")).await);
}

#[tokio::test]
async fn a_late_release_does_not_affect_a_user_who_has_the_address_again() {
    let (_dynamo, store) = table().await;
    for (text, seconds) in [("a@b.example", 10), ("c@b.example", 20), ("a@b.example", 20)] {
        assert!(counts(&store, &dated(1, text, seconds)).await);
    }
    store.release_address(&address("a@b.example"), id(1), at(20)).await.unwrap();
    assert_eq!(owner(&store, "a@b.example").await, Some(id(1)));
}

#[tokio::test]
async fn a_release_does_not_affect_the_next_owner() {
    let (_dynamo, store) = table().await;
    counts(&store, &dated(1, SHARED, 10)).await;
    counts(&store, &dated(2, SHARED, 15)).await;
    counts(&store, &dated(1, "new@b.example", 20)).await;
    store.release_address(&address(SHARED), id(1), at(20)).await.unwrap();
    assert_eq!(owner(&store, SHARED).await, Some(id(2)));
}

#[tokio::test]
async fn a_disproof_removes_the_address_unless_it_is_older_than_the_proof() {
    let (_dynamo, store) = table().await;
    counts(&store, &dated(1, SHARED, 10)).await;
    assert!(!counts(&store, &disproven(1, SHARED, Some(9))).await);
    assert_eq!(owner(&store, SHARED).await, Some(id(1)));
    assert!(!counts(&store, &disproven(1, "other@b.example", Some(20))).await);
    assert_eq!(owner(&store, SHARED).await, Some(id(1)));
    assert!(!counts(&store, &disproven(1, SHARED, Some(20))).await);
    assert_eq!(owner(&store, SHARED).await, None);
    assert!(!counts(&store, &dated(1, SHARED, 19)).await);
    assert!(!counts(&store, &user(1, None)).await);
    assert!(counts(&store, &dated(1, SHARED, 20)).await);
}

#[tokio::test]
async fn an_undated_disproof_removes_the_address_until_it_is_proven_again() {
    let (_dynamo, store) = table().await;
    counts(&store, &dated(1, SHARED, 10)).await;
    assert!(!counts(&store, &disproven(1, SHARED, None)).await);
    assert_eq!(owner(&store, SHARED).await, None);
    assert!(!counts(&store, &dated(1, SHARED, 9)).await);
    assert!(counts(&store, &dated(1, SHARED, 10)).await);
}

#[tokio::test]
async fn a_token_without_a_claim_about_the_proof_defers_to_the_directory() {
    let (_dynamo, store) = table().await;
    counts(&store, &dated(1, SHARED, 10)).await;
    for email in [None, Some(Email::Unverified(address(SHARED))), Some(Email::Unverified(address("x@b.example")))] {
        let known = store.reconcile(&user(1, email), now()).await.unwrap();
        assert_eq!((known.user, known.email_proven), (verified(1, SHARED), Some(at(10))));
    }
    counts(&store, &dated(2, SHARED, 11)).await;
    assert!(!counts(&store, &user(1, None)).await);
}

#[tokio::test]
async fn two_concurrent_tokens_of_one_user_leave_them_the_latest_proven_address() {
    for (first, second) in [(("a@b.example", 10), ("c@b.example", 20)), (("c@b.example", 20), ("a@b.example", 10))] {
        let (_dynamo, store) = table().await;
        let tokens = [dated(1, first.0, first.1), dated(1, second.0, second.1)];
        let requests = (0..20).map(|n: usize| store.reconcile(&tokens[n % 2], now()));
        futures_util::future::try_join_all(requests).await.unwrap();
        assert_eq!(owner(&store, "c@b.example").await, Some(id(1)));
        assert_eq!(owner(&store, "a@b.example").await, None);
        // The other address is free for the next user.
        store.release_address(&address("a@b.example"), id(1), at(20)).await.unwrap();
        assert!(counts(&store, &proven(2, "a@b.example")).await);
    }
}

#[tokio::test]
async fn of_two_concurrent_users_the_later_proof_takes_the_address() {
    for tokens in [[dated(1, SHARED, 10), dated(2, SHARED, 20)], [dated(2, SHARED, 20), dated(1, SHARED, 10)]] {
        let (_dynamo, store) = table().await;
        let requests = (0..20).map(|n: usize| store.reconcile(&tokens[n % 2], now()));
        futures_util::future::try_join_all(requests).await.unwrap();
        assert_eq!(owner(&store, SHARED).await, Some(id(2)));
        assert!(!counts(&store, &dated(1, SHARED, 10)).await);
    }
}

#[tokio::test]
async fn an_address_proven_concurrently_has_one_owner_in_all_reads() {
    let (_dynamo, store) = table().await;
    let users: Vec<User> = (1..20).map(|number| proven(number, SHARED)).collect();
    let known = futures_util::future::try_join_all(users.iter().map(|user| store.reconcile(user, now())));
    let counted = known.await.unwrap().into_iter().map(|known| known.user);
    let counted: Vec<UserId> =
        counted.filter(|user| matches!(user.email, Some(Email::Verified(_)))).map(|user| user.id).collect();
    assert_eq!(counted, Vec::from_iter(owner(&store, SHARED).await));
    let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
    let owners = store.users(&ids).await.unwrap().into_values().filter(|user| user.email.is_some()).map(|user| user.id);
    assert_eq!(owners.collect::<HashSet<_>>(), counted.into_iter().collect());
}

#[tokio::test]
async fn the_stream_shows_which_address_a_user_lost_and_when() {
    let (dynamo, store) = table().await;
    counts(&store, &dated(1, "old@b.example", 10)).await;
    counts(&store, &dated(1, "new@b.example", 20)).await;
    counts(&store, &disproven(1, "new@b.example", Some(30))).await;
    let mut lost = Vec::new();
    for record in dynamo.stream().after(None).unwrap() {
        let image = |name: &str| serde_json::from_value(record["dynamodb"][name].clone()).unwrap_or_default();
        let change = Change::from_images(image("OldImage"), image("NewImage")).unwrap();
        let Change::UserChanged { before, after } = change else { continue };
        lost.push(before.as_ref().and_then(|before| after.lost_since(before)).map(|(lost, at)| (lost.clone(), at)));
    }
    assert_eq!(lost, [None, Some((address("old@b.example"), at(20))), Some((address("new@b.example"), at(30)))]);
}

#[tokio::test]
async fn a_request_concurrent_with_an_erasure_leaves_a_readable_item() {
    let (_dynamo, store) = table().await;
    store.reconcile(&User { name: Some("Ana".into()), ..user(1, None) }, now()).await.unwrap();
    let later = User { name: Some("Ana G.".into()), ..user(1, None) };
    let lookup = store.look_up(&later).await.unwrap();
    store.erase(&Person { user: Some(id(1)), address: None }).await.unwrap();
    store.decide(lookup, now()).await.unwrap();
    assert_eq!(store.user(id(1)).await.unwrap(), Some(later));
}
