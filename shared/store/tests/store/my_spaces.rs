//! The list of somebody's spaces, their uses and their preference, where others change the same membership.

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use spaces_model::{Member, MemberId, Role, SpaceId, SpaceKind};
use spaces_store::{MemberChange, PreferenceEdit, SpaceFilter, SpacePage, SpacesQuery, Store};

use crate::{invitation, link, member, now, table};

/// Makes spaces with these numbers, and member 5 join each of them.
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
    let filter = SpaceFilter { kinds: vec![SpaceKind::Group], is_pinned: false };
    store.spaces_page(member(5, Role::Member).id, query, &filter, |_, _| true).await.unwrap()
}

#[tokio::test]
async fn a_use_and_a_preference_beat_no_role_that_is_set_meanwhile() {
    let (_dynamo, store) = table().await;
    let (space, held) = spaces(&store, 1..2).await.remove(0);
    store.record_use(space, &held, hours(1)).await.unwrap();
    store.prefer(space, held.id, &pinned()).await.unwrap().unwrap();
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
        // Decided on the membership as it was before it ended.
        store.record_use(space, &held, hours(1)).await.unwrap();
        assert_eq!(store.prefer(space, held.id, &pinned()).await.unwrap(), None);
        assert_eq!(store.prefer(space, held.id, &PreferenceEdit::default()).await.unwrap(), None);
        assert_eq!(dynamo.items().unwrap(), before);
    }
    assert!(page(&store, hours(2), None, 10).await.spaces.is_empty());
}

#[tokio::test]
async fn of_many_uses_at_once_one_counts() {
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
async fn a_space_keeps_its_place_through_three_uses_since_the_first_page() {
    let (_dynamo, store) = table().await;
    let spaces = spaces(&store, 1..5).await;
    let first = page(&store, hours(1), None, 2).await;
    let expected: Vec<SpaceId> = spaces.iter().rev().map(|(space, _)| *space).collect();
    let ids = |page: &SpacePage| page.spaces.iter().map(|listed| listed.space.id).collect::<Vec<_>>();
    assert_eq!(ids(&first), expected[..2]);
    // One of those that were shown, and one of the others.
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
async fn a_use_by_a_function_whose_clock_is_ahead_is_on_the_first_page_and_on_no_other() {
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
async fn a_membership_that_has_ended_is_not_shown_however_late_the_index_is() {
    let (dynamo, store) = table().await;
    let spaces = spaces(&store, 1..3).await;
    let (space, held) = &spaces[0];
    // The item as it is after leaving, with the row of the index as it was before.
    let row = |item: &serde_json::Value| {
        item["pk"]["S"] == format!("SPACE#{space}") && item["user"]["S"] == held.id.to_string()
    };
    let before = dynamo.raw_items().unwrap().into_iter().find(row).unwrap();
    store.end_membership(*space, held, held.id, now()).await.unwrap();
    let mut late = dynamo.raw_items().unwrap().into_iter().find(row).unwrap();
    for name in ["gsi2pk", "gsi2sk", "card"] {
        late[name] = before[name].clone();
    }
    dynamo.put(&late).unwrap();
    let page = page(&store, hours(1), None, 10).await;
    assert_eq!(page.spaces.iter().map(|listed| listed.space.id).collect::<Vec<_>>(), [spaces[1].0]);
}
