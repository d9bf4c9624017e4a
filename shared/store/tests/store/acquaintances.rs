//! Tests of acquaintances: colleagues, people who share a space, and that a stranger cannot be told apart from an
//! unassigned id.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use jiff::SignedDuration;
use serde_json::Value;
use spaces_local::Dynamo;
use spaces_model::{Card, CompanyDomains, Email, Member, MemberId, Role, SpaceId, SpaceKind, User, UserId};
use spaces_store::{Acquaintance, Entrance, MemberChange, Store};

use crate::directory::{id, proven, user, verified};
use crate::{invitation, link, member, now, table};

async fn table_with(domains: &str) -> (Dynamo, Store) {
    let (dynamo, store) = table().await;
    (dynamo, store.with_company_domains(domains.parse::<CompanyDomains>().unwrap()))
}

/// Returns those of these users who are acquaintances of user 10.
async fn known(store: &Store, ids: &[u8]) -> BTreeSet<UserId> {
    let ids: Vec<UserId> = ids.iter().copied().map(id).collect();
    store.acquaintances(&user(10, None), &ids).await.unwrap().into_keys().collect()
}

fn ids<const N: usize>(numbers: [u8; N]) -> BTreeSet<UserId> {
    numbers.into_iter().map(id).collect()
}

/// Creates a space with these members, each by their own act. Its creator is user 1.
async fn space(store: &Store, number: u8, members: &[u8]) -> SpaceId {
    let mut invitation = invitation(number, "Plan");
    invitation.founds.as_mut().unwrap().acted_by = None;
    store.create(&invitation).await.unwrap();
    for number in members {
        store.admit(invitation.space, member(*number, Role::Guest), None, link()).await.unwrap().unwrap();
    }
    invitation.space
}

async fn end(store: &Store, space: SpaceId, number: u8, by: u8) {
    let held = store.membership(space, MemberId::User(id(number))).await.unwrap().unwrap();
    let ended = store.end_membership(space, &held, MemberId::User(id(by)), now()).await.unwrap();
    assert!(matches!(ended, MemberChange::Done(_)));
}

#[tokio::test]
async fn colleagues_own_an_address_at_a_listed_domain() {
    let (_dynamo, store) = table_with("acme.example").await;
    for claimed in [
        proven(1, "a@acme.example"),
        proven(2, "b@other.example"),
        user(3, Some(Email::Unverified("c@acme.example".parse().unwrap()))),
        proven(4, "d@acme.example"),
    ] {
        store.reconcile(&claimed, now()).await.unwrap();
    }
    // Another user has proven the fourth address since.
    let later = Email::Proven { address: "d@acme.example".parse().unwrap(), at: Some(now()) };
    store.reconcile(&user(5, Some(later)), now()).await.unwrap();
    let found = store.acquaintances(&verified(10, "x@acme.example"), &[1, 2, 3, 4, 5, 6].map(id)).await.unwrap();
    assert!(found.values().all(Acquaintance::is_colleague));
    assert_eq!(found.into_keys().collect::<BTreeSet<_>>(), ids([1, 5]));
    assert_eq!(known(&store, &[1, 2, 3, 4, 5, 6]).await, ids([]));
}

#[tokio::test]
async fn colleagues_belong_to_one_organisation_of_one_issuer() {
    let (_dynamo, store) = table_with("").await;
    let of = |number: u8, issuer: &str, organisation: &str| User {
        issuer: Some(issuer.to_owned()),
        organisation: Some(organisation.to_owned()),
        ..user(number, None)
    };
    for claimed in [of(1, "one", "acme"), of(2, "two", "acme"), of(3, "one", "other")] {
        store.reconcile(&claimed, now()).await.unwrap();
    }
    let found = store.acquaintances(&of(10, "one", "acme"), &[1, 2, 3].map(id)).await.unwrap();
    assert_eq!(found.into_keys().collect::<BTreeSet<_>>(), ids([1]));
}

#[tokio::test]
async fn everybody_is_their_own_acquaintance() {
    let (_dynamo, store) = table_with("*").await;
    assert_eq!(known(&store, &[10]).await, ids([10]));
}

#[tokio::test]
async fn two_people_who_joined_a_space_share_it_until_one_of_them_leaves() {
    let (_dynamo, store) = table_with("").await;
    let space = space(&store, 1, &[10, 2, 3]).await;
    assert_eq!(known(&store, &[1, 2, 3, 4]).await, ids([1, 2, 3]));
    end(&store, space, 2, 2).await;
    end(&store, space, 3, 1).await;
    assert_eq!(known(&store, &[1, 2, 3]).await, ids([1]));
    end(&store, space, 10, 10).await;
    assert_eq!(known(&store, &[1, 2, 3]).await, ids([]));
}

#[tokio::test]
async fn a_person_added_by_somebody_else_shares_no_space_until_they_join_by_their_own_act() {
    let (_dynamo, store) = table_with("").await;
    let space = space(&store, 1, &[10]).await;
    let added = Member { own_act: false, ..member(2, Role::Member) };
    let held = store.admit(space, added, None, link()).await.unwrap().unwrap();
    assert_eq!(known(&store, &[2]).await, ids([]));
    let opened = Entrance { made: now() + SignedDuration::from_secs(1), names_them: true };
    store.admit(space, member(2, Role::Member), Some(held), opened).await.unwrap().unwrap();
    assert_eq!(known(&store, &[2]).await, ids([2]));
}

#[tokio::test]
async fn one_current_space_among_many_former_ones_is_enough() {
    let (_dynamo, store) = table_with("").await;
    for number in 1..=3 {
        space(&store, number, &[10, 2]).await;
    }
    for number in 4..=40 {
        let space = space(&store, number, &[10, 2]).await;
        end(&store, space, 2, 2).await;
    }
    assert_eq!(known(&store, &[2]).await, ids([2]));
}

/// Returns the requests that a look-up of these users makes, with the number of keys in each.
async fn requests(dynamo: &Dynamo, store: &Store, ids: &[u8]) -> Vec<(String, Value, usize)> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    dynamo.interfere(move |operation, body| {
        let query = if operation == "Query" { serde_json::from_str(body).unwrap() } else { Value::Null };
        noted.lock().unwrap().push((operation.to_owned(), query, body.matches(r#""pk":"#).count()));
        None
    });
    known(store, ids).await;
    dynamo.stop_interfering();
    let seen = seen.lock().unwrap();
    seen.clone()
}

#[tokio::test]
async fn a_stranger_costs_the_same_reads_as_an_unassigned_id() {
    let (dynamo, store) = table_with("acme.example").await;
    store.reconcile(&proven(2, "b@other.example"), now()).await.unwrap();
    space(&store, 1, &[10, 3]).await;
    space(&store, 2, &[10]).await;
    let before = requests(&dynamo, &store, &[2]).await;
    for number in 0..300_u16 {
        let mut space = [0x70; 12];
        space[..2].copy_from_slice(&number.to_be_bytes());
        store.admit(SpaceId::from_bytes(space), member(2, Role::Guest), None, link()).await.unwrap().unwrap();
    }
    let seen = requests(&dynamo, &store, &[2]).await;
    assert_eq!(seen, before, "whatever spaces the stranger is in");
    assert_eq!(seen, requests(&dynamo, &store, &[99]).await);
    let operations: Vec<(&str, usize)> = seen.iter().map(|(name, _, keys)| (name.as_str(), *keys)).collect();
    let batch = "BatchGetItem";
    assert_eq!(operations, [(batch, 1), (batch, 1), ("Query", 0), (batch, 4), (batch, 2)]);
}

#[tokio::test]
async fn many_people_at_once_are_looked_up_in_the_most_recently_used_spaces() {
    let (dynamo, store) = table_with("").await;
    for number in 1..=60 {
        let space = space(&store, number, if number == 1 { &[2] } else { &[] }).await;
        let used = now() + SignedDuration::from_hours(i64::from(number));
        let member = Member { card: Card::new(SpaceKind::Group, used), ..member(10, Role::Guest) };
        store.admit(space, member, None, link()).await.unwrap().unwrap();
    }
    let mut sought: Vec<u8> = (100..=198).collect();
    sought.push(2);
    assert_eq!(known(&store, &sought).await, ids([]), "looked up in 40 spaces");
    let keys: usize = requests(&dynamo, &store, &sought).await.iter().map(|(_, _, keys)| keys).sum();
    assert_eq!(keys, 2 * 100 + 2 * 60 + 4_000);
    assert_eq!(known(&store, &[2, 100]).await, ids([2]));
}
