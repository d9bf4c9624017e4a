//! Tests of the list of a member's spaces, their uses and preferences, under concurrent changes of the membership.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use spaces_local::Dynamo;
use spaces_model::{Card, Member, MemberId, Role, Space, SpaceId, SpaceKind};
use spaces_store::{MemberChange, PreferenceEdit, SpaceFilter, SpacePage, SpacesQuery, Store};

use crate::{alice, invitation, link, member, now, table};

/// Creates spaces with these numbers, each joined by member 5.
async fn spaces(store: &Store, numbers: impl Iterator<Item = u8>) -> Vec<(SpaceId, Member)> {
    let mut spaces = Vec::new();
    for number in numbers {
        let invitation = invitation(number, "Plan");
        store.create(&invitation).await.unwrap();
        let joined = store.admit(invitation.space, member(5, Role::Member), None, link()).await.unwrap().unwrap();
        spaces.push((invitation.space, joined));
    }
    spaces
}

fn hours(hours: i64) -> Timestamp {
    now() + SignedDuration::from_hours(hours)
}

fn pinned() -> PreferenceEdit {
    PreferenceEdit { is_pinned: Some(true), notification: None }
}

async fn page(store: &Store, at: Timestamp, after: Option<(Timestamp, &str)>, size: usize) -> SpacePage {
    let query = SpacesQuery { now: at, after, before: 0, size, counted: 0 };
    let filter = SpaceFilter { kinds: vec![SpaceKind::Group], is_pinned: false, by_other: false };
    store.spaces_page(member(5, Role::Member).id, query, &filter, |_, _| true).await.unwrap()
}

fn ids(page: &SpacePage) -> Vec<SpaceId> {
    page.spaces.iter().map(|listed| listed.space.id).collect()
}

#[tokio::test]
async fn a_use_and_a_preference_do_not_overwrite_a_concurrently_set_role() {
    let (_dynamo, store) = table().await;
    let (space, held) = spaces(&store, 1..2).await.remove(0);
    store.record_use(space, &held, hours(1)).await.unwrap();
    store.edit_preference(space, held.id, &pinned()).await.unwrap().unwrap();
    let changed = store.set_role(space, &held, Role::Guest, hours(1)).await.unwrap();
    assert!(matches!(changed, MemberChange::Done(_)));
    let member = store.membership(space, held.id).await.unwrap().unwrap();
    assert_eq!((member.role, member.card.is_pinned, member.card.used), (Role::Guest, true, hours(1)));
}

#[tokio::test]
async fn a_use_and_a_preference_bring_nobody_back() {
    let (dynamo, store) = table().await;
    for (number, by) in [(1, 5), (2, 1)] {
        let (space, held) = spaces(&store, number..=number).await.remove(0);
        store
            .end_membership(space, &held, MemberId::User(spaces_model::UserId::from_bytes([by; 12])), now())
            .await
            .unwrap();
        let before = dynamo.items().unwrap();
        // Based on the membership as it was before it ended.
        store.record_use(space, &held, hours(1)).await.unwrap();
        assert_eq!(store.edit_preference(space, held.id, &pinned()).await.unwrap(), None);
        assert_eq!(store.edit_preference(space, held.id, &PreferenceEdit::default()).await.unwrap(), None);
        assert_eq!(dynamo.items().unwrap(), before);
    }
    assert!(page(&store, hours(2), None, 10).await.spaces.is_empty());
}

#[tokio::test]
async fn of_concurrent_uses_one_counts() {
    let (_dynamo, store) = table().await;
    let (space, held) = spaces(&store, 1..2).await.remove(0);
    let times: Vec<Timestamp> = (0..8).map(|second| hours(1) + SignedDuration::from_secs(second)).collect();
    for written in join_all(times.iter().map(|time| store.record_use(space, &held, *time))).await {
        written.unwrap();
    }
    let card = store.membership(space, held.id).await.unwrap().unwrap().card;
    assert!(times.contains(&card.used));
    assert_eq!(card.used_before, [held.card.used]);
}

#[tokio::test]
async fn a_space_keeps_its_position_through_three_uses_since_the_first_page() {
    let (_dynamo, store) = table().await;
    let spaces = spaces(&store, 1..5).await;
    let first = page(&store, hours(1), None, 2).await;
    let expected: Vec<SpaceId> = spaces.iter().rev().map(|(space, _)| *space).collect();
    assert_eq!(ids(&first), expected[..2]);
    // One of the spaces on the first page, and one of the others.
    for (space, member) in [&spaces[3], &spaces[1]] {
        for hour in 2..5 {
            let held = store.membership(*space, member.id).await.unwrap().unwrap();
            store.record_use(*space, &held, hours(hour)).await.unwrap();
        }
    }
    let after = first.next.as_deref().map(|place| (first.began, place));
    let second = page(&store, hours(4), after, 2).await;
    assert_eq!((ids(&second), second.next, second.began), (expected[2..].to_vec(), None, first.began));
    assert_eq!(ids(&page(&store, hours(4), None, 2).await), [spaces[3].0, spaces[1].0]);
}

#[tokio::test]
async fn a_use_recorded_with_clock_skew_is_on_the_first_page_only() {
    let (_dynamo, store) = table().await;
    let spaces = spaces(&store, 1..4).await;
    let (space, held) = &spaces[0];
    store.record_use(*space, held, hours(1)).await.unwrap();
    let behind = hours(1) - SignedDuration::from_secs(1);
    let first = page(&store, behind, None, 1).await;
    assert_eq!((first.spaces[0].space.id, first.began), (*space, hours(1)));
    let second = page(&store, behind, first.next.as_deref().map(|place| (first.began, place)), 10).await;
    assert_eq!(second.spaces.iter().filter(|listed| listed.space.id == *space).count(), 0);
    assert_eq!(second.spaces.len(), 2);
}

#[tokio::test]
async fn an_ended_membership_is_not_shown_even_if_the_index_lags() {
    let (dynamo, store) = table().await;
    let spaces = spaces(&store, 1..3).await;
    let (space, held) = &spaces[0];
    // The item after leaving, with the index row from before.
    let before = item(&dynamo, *space);
    store.end_membership(*space, held, held.id, now()).await.unwrap();
    show_as(&dynamo, item(&dynamo, *space), &before);
    let page = page(&store, hours(1), None, 10).await;
    assert_eq!(ids(&page), [spaces[1].0]);
}

/// Returns the item of member 5 in a space.
fn item(dynamo: &Dynamo, space: SpaceId) -> Value {
    let (pk, user) = (format!("SPACE#{space}"), "05".repeat(12));
    let mut items = dynamo.raw_items().unwrap().into_iter();
    items.find(|item| item["pk"]["S"] == pk && item["user"]["S"] == user).unwrap()
}

/// Puts an item with an earlier index position and card, as a delayed index would show them.
fn show_as(dynamo: &Dynamo, mut item: Value, shown: &Value) {
    for name in ["gsi2pk", "gsi2sk", "card"] {
        item[name] = shown[name].clone();
    }
    dynamo.put(&item).unwrap();
}

#[tokio::test]
async fn a_use_indexed_after_the_first_page_does_not_hide_the_space() {
    let (dynamo, store) = table().await;
    let spaces = spaces(&store, 1..6).await;
    let (early, late) = (&spaces[4], &spaces[1]);
    store.record_use(early.0, &early.1, hours(1)).await.unwrap();
    let before = item(&dynamo, late.0);
    let used = hours(1) + SignedDuration::from_secs(1);
    store.record_use(late.0, &late.1, used).await.unwrap();
    let after = item(&dynamo, late.0);
    show_as(&dynamo, after.clone(), &before);
    let asked = used + SignedDuration::from_secs(1);
    let first = page(&store, asked, None, 2).await;
    dynamo.put(&after).unwrap();
    let second = page(&store, asked, first.next.as_deref().map(|place| (first.began, place)), 10).await;
    let expected: Vec<SpaceId> = spaces.iter().rev().map(|(space, _)| *space).collect();
    assert_eq!([ids(&first), ids(&second)].concat(), expected);
}

#[tokio::test]
async fn spaces_of_one_hour_that_the_first_page_does_not_read_are_on_later_pages() {
    let (_dynamo, store) = table().await;
    let mut expected = Vec::new();
    // The last space was joined last.
    for (seconds, number) in (0..).zip((1..41).rev()) {
        let invitation = invitation(number, "Plan");
        store.create(&invitation).await.unwrap();
        let card = Card::new(SpaceKind::Group, now() + SignedDuration::from_secs(seconds));
        let newcomer = Member { card, ..member(5, Role::Member) };
        store.admit(invitation.space, newcomer, None, link()).await.unwrap().unwrap();
        expected.push(invitation.space);
    }
    let mut read = page(&store, hours(1), None, 5).await;
    let mut shown = ids(&read);
    while let Some(place) = read.next {
        read = page(&store, hours(1), Some((read.began, &place)), 5).await;
        shown.extend(ids(&read));
    }
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn a_space_that_is_used_while_a_page_is_read_is_on_it() {
    for query in 0..2 {
        let (dynamo, store) = table().await;
        let (dynamo, spaces) = (Arc::new(dynamo), spaces(&store, 1..4).await);
        let first = page(&store, hours(1), None, 1).await;
        let (space, held) = &spaces[0];
        let before = item(&dynamo, *space);
        store.record_use(*space, held, hours(1)).await.unwrap();
        let used = item(&dynamo, *space);
        dynamo.put(&before).unwrap();
        let (table, queries) = (Arc::clone(&dynamo), AtomicUsize::new(0));
        dynamo.interfere(move |operation, _| {
            if operation == "Query" && queries.fetch_add(1, Ordering::SeqCst) == query {
                table.put(&used).unwrap();
            }
            None
        });
        let second = page(&store, hours(1), first.next.as_deref().map(|place| (first.began, place)), 10).await;
        dynamo.stop_interfering();
        assert_eq!(item(&dynamo, *space)["card"]["M"]["at"]["S"], "2026-11-21T13:00:00.123Z");
        assert_eq!(ids(&second), [spaces[1].0, spaces[0].0], "used before query {query}");
    }
}

#[tokio::test]
async fn spaces_are_counted_even_if_many_are_not_shown() {
    let (_dynamo, store) = table().await;
    let (me, owner) = (member(5, Role::Member).id, alice());
    for number in 0..120_u8 {
        let id = SpaceId::from_bytes([number; 12]);
        let space = if number % 2 == 0 {
            Space::direct(id, owner, me, now())
        } else {
            Space::personal(id, owner, "Alice", true, now())
        };
        let member = space.member(me, Role::Member, "Member 5", true, now());
        store.put_missing(space, vec![member]).await.unwrap();
    }
    for (kinds, found) in [
        (vec![SpaceKind::Direct], 60),
        (vec![SpaceKind::Direct, SpaceKind::Personal], 100),
        (vec![SpaceKind::Group], 0),
    ] {
        let query = SpacesQuery { now: now(), after: None, before: 0, size: 10, counted: 100 };
        let filter = SpaceFilter { kinds, is_pinned: false, by_other: false };
        let page = store.spaces_page(me, query, &filter, |_, _| true).await.unwrap();
        assert_eq!((page.found.min(100), page.spaces.len()), (found, found.min(10)));
        assert_eq!(page.next.is_some(), found > 0);
    }
}
