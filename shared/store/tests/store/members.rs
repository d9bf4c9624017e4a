//! Tests of memberships: joining, roles, leaving, and the last admin, who cannot leave.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::{join, join_all};
use jiff::SignedDuration;
use spaces_local::{Dynamo, Interference};
use spaces_model::{GuestId, Member, MemberId, Role, SpaceId, Standing};
use spaces_store::{Entrance, MemberChange, Store, StoreError};

use crate::{alice, invitation, link, member, now, table};

/// Creates a space with Alice as its only admin.
async fn space() -> (Dynamo, Store, SpaceId) {
    let (dynamo, store) = table().await;
    let invitation = invitation(1, "Plan");
    store.create(&invitation).await.unwrap();
    dynamo.forget_calls();
    (dynamo, store, invitation.space)
}

async fn held(store: &Store, space: SpaceId, id: MemberId) -> Member {
    store.membership(space, id).await.unwrap().unwrap()
}

async fn creator(store: &Store, space: SpaceId) -> Member {
    held(store, space, MemberId::User(alice())).await
}

async fn join_as(store: &Store, space: SpaceId, id: u8, role: Role) -> Member {
    store.admit(space, member(id, role), None, link()).await.unwrap().unwrap()
}

fn admins(dynamo: &Dynamo) -> u64 {
    let items = dynamo.items().unwrap();
    items.iter().find(|item| item["sk"] == "SPACE").unwrap()["admins"].as_u64().unwrap()
}

/// Asserts that the count of admins agrees with the memberships.
async fn assert_admins(dynamo: &Dynamo, store: &Store, space: SpaceId, expected: u64) {
    let members = store.members(space, 100).await.unwrap();
    let counted = members.iter().filter(|member| member.is_admin()).count() as u64;
    assert_eq!((admins(dynamo), counted), (expected, expected));
}

#[tokio::test]
async fn only_a_change_of_the_number_of_admins_is_a_transaction() {
    let (dynamo, store, space) = space().await;
    let bob = join_as(&store, space, 5, Role::Member).await;
    assert_eq!(dynamo.calls(), ["PutItem"]);
    dynamo.forget_calls();
    let MemberChange::Done(bob) = store.set_role(space, &bob, Role::Guest, now()).await.unwrap() else { panic!() };
    assert_eq!(dynamo.calls(), ["UpdateItem"]);
    dynamo.forget_calls();
    let MemberChange::Done(bob) = store.set_role(space, &bob, Role::Admin, now()).await.unwrap() else { panic!() };
    assert_admins(&dynamo, &store, space, 2).await;
    let MemberChange::Done(bob) = store.set_role(space, &bob, Role::Member, now()).await.unwrap() else { panic!() };
    assert_admins(&dynamo, &store, space, 1).await;
    assert_eq!(bob, held(&store, space, bob.id).await);
    assert_eq!(bob.role_set, Some(now()));
    dynamo.forget_calls();
    join_as(&store, space, 6, Role::Admin).await;
    assert_eq!(dynamo.calls(), ["TransactWriteItems"]);
    assert_admins(&dynamo, &store, space, 2).await;
}

#[tokio::test]
async fn the_only_admin_can_neither_be_lowered_nor_leave() {
    let (dynamo, store, space) = space().await;
    let only = creator(&store, space).await;
    let somebody = MemberId::User(spaces_model::UserId::from_bytes([9; 12]));
    assert_eq!(store.set_role(space, &only, Role::Member, now()).await.unwrap(), MemberChange::OnlyAdmin);
    assert_eq!(store.end_membership(space, &only, only.id, now()).await.unwrap(), MemberChange::OnlyAdmin);
    assert_eq!(store.end_membership(space, &only, somebody, now()).await.unwrap(), MemberChange::OnlyAdmin);
    assert_eq!(creator(&store, space).await, only);
    assert_admins(&dynamo, &store, space, 1).await;
}

#[tokio::test]
async fn two_admins_who_remove_each_other_at_once_leave_one() {
    for _ in 0..10 {
        let (dynamo, store, space) = space().await;
        let (alice, bob) = (creator(&store, space).await, join_as(&store, space, 5, Role::Admin).await);
        let (one, other) = join(
            store.end_membership(space, &alice, bob.id, now()),
            store.end_membership(space, &bob, alice.id, now()),
        )
        .await;
        let outcomes = [one.unwrap(), other.unwrap()];
        assert_eq!(outcomes.iter().filter(|change| matches!(change, MemberChange::Done(_))).count(), 1);
        assert!(outcomes.contains(&MemberChange::OnlyAdmin));
        assert_admins(&dynamo, &store, space, 1).await;
    }
}

#[tokio::test]
async fn concurrently_leaving_admins_leave_one() {
    let (dynamo, store, space) = space().await;
    let mut all = vec![creator(&store, space).await];
    for id in 5..9 {
        all.push(join_as(&store, space, id, Role::Admin).await);
    }
    let left = join_all(all.iter().map(|member| store.end_membership(space, member, member.id, now()))).await;
    let only = left.into_iter().filter(|change| matches!(change, Ok(MemberChange::OnlyAdmin))).count();
    assert_eq!(only, 1);
    assert_admins(&dynamo, &store, space, 1).await;
}

#[tokio::test]
async fn a_change_based_on_an_outdated_membership_conflicts() {
    let (_dynamo, store, space) = space().await;
    let bob = join_as(&store, space, 5, Role::Member).await;
    let MemberChange::Done(now_guest) = store.set_role(space, &bob, Role::Guest, now()).await.unwrap() else {
        panic!()
    };
    // The same change at the same time is taken for a retry after a lost response.
    let again = store.set_role(space, &bob, Role::Guest, now()).await.unwrap();
    assert_eq!(again, MemberChange::Done(now_guest.clone()));
    for role in [Role::Guest, Role::Admin] {
        let change = store.set_role(space, &bob, role, now() + SignedDuration::from_secs(1)).await.unwrap();
        assert_eq!(change, MemberChange::Conflict(Some(now_guest.clone())), "{role}");
    }
    let change = store.end_membership(space, &bob, bob.id, now()).await.unwrap();
    assert_eq!(change, MemberChange::Conflict(Some(now_guest)));
}

#[tokio::test]
async fn a_person_who_has_left_can_come_back_with_the_role_of_the_new_invitation() {
    let (dynamo, store, space) = space().await;
    let bob = join_as(&store, space, 5, Role::Admin).await;
    let later = now() + SignedDuration::from_hours(1);
    store.end_membership(space, &bob, bob.id, later).await.unwrap();
    let gone = held(&store, space, bob.id).await;
    assert_eq!(gone.standing, Standing::Left { at: later });
    assert!(!store.members(space, 100).await.unwrap().iter().any(|member| member.id == bob.id));
    assert_admins(&dynamo, &store, space, 1).await;
    let back = store.admit(space, member(5, Role::Guest), Some(gone), link()).await.unwrap().unwrap();
    assert_eq!((back.role, back.standing), (Role::Guest, Standing::Present));
    assert_eq!(back, held(&store, space, bob.id).await);
    assert_admins(&dynamo, &store, space, 1).await;
}

#[tokio::test]
async fn a_removed_person_comes_back_only_through_a_later_invitation() {
    let (_dynamo, store, space) = space().await;
    let bob = join_as(&store, space, 5, Role::Member).await;
    let by = MemberId::User(alice());
    store.end_membership(space, &bob, by, now()).await.unwrap();
    let gone = held(&store, space, bob.id).await;
    assert_eq!(gone.standing, Standing::Removed { at: now(), by });
    let later = now() + SignedDuration::from_secs(1);
    for (made, names_them) in [(now(), true), (now(), false), (later, false)] {
        let entrance = Entrance { made, names_them };
        let admitted = store.admit(space, member(5, Role::Member), Some(gone.clone()), entrance).await.unwrap();
        assert_eq!(admitted, None, "{entrance:?}");
    }
    // A write based on a read before the removal fails its condition.
    assert_eq!(store.admit(space, member(5, Role::Member), None, link()).await.unwrap(), None);
    let entrance = Entrance { made: later, names_them: true };
    let back = store.admit(space, member(5, Role::Member), Some(gone), entrance).await.unwrap().unwrap();
    assert_eq!(back.standing, Standing::Present);
}

#[tokio::test]
async fn a_removed_person_cannot_turn_the_removal_into_leaving() {
    let (_dynamo, store, space) = space().await;
    let bob = join_as(&store, space, 5, Role::Member).await;
    store.end_membership(space, &bob, MemberId::User(alice()), now()).await.unwrap();
    let gone = held(&store, space, bob.id).await;
    for change in [
        store.end_membership(space, &gone, bob.id, now()).await.unwrap(),
        store.set_role(space, &gone, Role::Admin, now()).await.unwrap(),
    ] {
        assert_eq!(change, MemberChange::Done(gone.clone()));
    }
    assert_eq!(held(&store, space, bob.id).await, gone);
}

#[tokio::test]
async fn a_role_set_by_hand_after_the_invitation_stays() {
    let (_dynamo, store, space) = space().await;
    let bob = join_as(&store, space, 5, Role::Admin).await;
    let MemberChange::Done(lowered) = store.set_role(space, &bob, Role::Guest, now()).await.unwrap() else { panic!() };
    let entrance = |seconds| Entrance { made: now() + SignedDuration::from_secs(seconds), names_them: true };
    for seconds in [-1, 0] {
        let joined =
            store.admit(space, member(5, Role::Admin), Some(lowered.clone()), entrance(seconds)).await.unwrap();
        assert_eq!(joined, Some(lowered.clone()));
    }
    let joined = store.admit(space, member(5, Role::Admin), Some(lowered), entrance(1)).await.unwrap().unwrap();
    assert_eq!(joined.role, Role::Admin);
}

#[tokio::test]
async fn a_role_change_keeps_the_index_position() {
    let (dynamo, store, space) = space().await;
    let bob = join_as(&store, space, 5, Role::Member).await;
    let mut items = dynamo.raw_items().unwrap();
    let item = items.iter_mut().find(|item| item["user"]["S"] == bob.id.to_string()).unwrap();
    item["gsi2sk"]["S"] = "SPACE#2030-01-01T00:00:00.000Z#moved".into();
    dynamo.put(item).unwrap();
    store.set_role(space, &bob, Role::Guest, now()).await.unwrap();
    let items = dynamo.items().unwrap();
    let item = items.iter().find(|item| item["user"] == bob.id.to_string()).unwrap();
    assert_eq!((&item["role"], &item["gsi2sk"]), (&"guest".into(), &"SPACE#2030-01-01T00:00:00.000Z#moved".into()));
}

#[tokio::test]
async fn a_single_write_that_conflicts_with_a_transaction_is_retried() {
    for conflicts in [2, 100] {
        let (dynamo, store, space) = space().await;
        let bob = join_as(&store, space, 5, Role::Member).await;
        let left = AtomicUsize::new(conflicts);
        dynamo.interfere(move |operation, _| {
            let meets = ["PutItem", "UpdateItem"].contains(&operation);
            let is_left = |left: usize| left.checked_sub(1);
            (meets && left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, is_left).is_ok())
                .then_some(Interference::Conflict)
        });
        let changed = store.set_role(space, &bob, Role::Guest, now()).await;
        let joined = store.admit(space, member(6, Role::Member), None, link()).await;
        if conflicts == 2 {
            assert!(changed.is_ok() && joined.is_ok());
        } else {
            assert!(matches!(changed, Err(StoreError::Unavailable(_))), "{changed:?}");
            assert!(matches!(joined, Err(StoreError::Unavailable(_))), "{joined:?}");
        }
    }
}

#[tokio::test]
async fn joining_raises_a_role_and_never_lowers_one() {
    let (dynamo, store, space) = space().await;
    let joins = (0..30).map(|n: usize| {
        let role = [Role::Guest, Role::Member, Role::Admin][n % 3];
        store.admit(space, member(5, role), None, link())
    });
    assert!(join_all(joins).await.into_iter().all(|joined| joined.is_ok()));
    assert_eq!(held(&store, space, member(5, Role::Guest).id).await.role, Role::Admin);
    assert_admins(&dynamo, &store, space, 2).await;
}

#[tokio::test]
async fn present_members_are_found_after_many_former_ones() {
    let (_dynamo, store, space) = space().await;
    for id in 10..60 {
        let joined = join_as(&store, space, id, Role::Member).await;
        if id > 12 {
            store.end_membership(space, &joined, joined.id, now()).await.unwrap();
        }
    }
    let members = store.members(space, 10).await.unwrap();
    assert_eq!(members.len(), 4);
    assert_eq!(store.members(space, 2).await.unwrap().len(), 2);
}

#[tokio::test]
async fn users_come_before_guests() {
    let (_dynamo, store, space) = space().await;
    let guest = Member { id: MemberId::Guest(GuestId::from_bytes([0xff; 12])), ..member(5, Role::Guest) };
    store.admit(space, guest.clone(), None, link()).await.unwrap();
    let ids: Vec<MemberId> = store.members(space, 100).await.unwrap().into_iter().map(|member| member.id).collect();
    assert_eq!(ids, [MemberId::User(alice()), guest.id]);
}

#[tokio::test]
async fn transaction_conflicts_are_retried_and_endless_ones_are_unavailable() {
    let (dynamo, store, space) = space().await;
    dynamo.conflict(2);
    join_as(&store, space, 5, Role::Admin).await;
    assert_eq!(dynamo.calls(), ["TransactWriteItems"; 3]);
    dynamo.conflict(usize::MAX);
    let error = store.admit(space, member(6, Role::Admin), None, link()).await.unwrap_err();
    dynamo.conflict(0);
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    assert_admins(&dynamo, &store, space, 2).await;
}

#[tokio::test]
async fn a_missing_space_is_none_even_if_it_has_members() {
    let (_dynamo, store) = table().await;
    let space = SpaceId::from_bytes([9; 12]);
    join_as(&store, space, 5, Role::Member).await;
    assert_eq!(store.space(space).await.unwrap(), None);
    let error = store.admit(space, member(6, Role::Admin), None, link()).await.unwrap_err();
    assert!(matches!(error, StoreError::Refused(_)), "{error:?}");
}
