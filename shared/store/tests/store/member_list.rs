//! Tests of the paged list of a space's members.

use spaces_local::Dynamo;
use spaces_model::{GuestId, Member, MemberId, Role, SpaceId, Standing, UserId};
use spaces_store::{MemberChange, MemberPage, Store};

use crate::{alice, invitation, link, member, now, table};

/// Creates a space with Alice and the members 10 to 59, of whom 10 to 39 have been removed.
async fn space() -> (Dynamo, Store, SpaceId) {
    let (dynamo, store) = table().await;
    let invitation = invitation(1, "Plan");
    store.create(&invitation).await.unwrap();
    let space = invitation.space;
    for id in 10..60 {
        let joined = store.admit(space, member(id, Role::Member), None, link()).await.unwrap().unwrap();
        if id < 40 {
            store.end_membership(space, &joined, MemberId::User(alice()), now()).await.unwrap();
        }
    }
    dynamo.forget_calls();
    (dynamo, store, space)
}

fn id(number: u8) -> MemberId {
    MemberId::User(UserId::from_bytes([number; 12]))
}

fn ids(page: &MemberPage) -> Vec<MemberId> {
    page.members.iter().map(|member| member.id).collect()
}

#[tokio::test]
async fn pages_have_no_gap_and_no_overlap() {
    let (dynamo, store, space) = space().await;
    let guest = MemberId::Guest(GuestId::from_bytes([0xff; 12]));
    store.admit(space, Member { id: guest, ..member(5, Role::Guest) }, None, link()).await.unwrap();
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        dynamo.forget_calls();
        let page = store.members_after(space, after, 7).await.unwrap();
        assert_eq!(dynamo.calls(), ["Query"]);
        found.extend(ids(&page));
        after = page.next;
        if after.is_none() {
            break;
        }
        assert_eq!(page.members.len(), 7);
    }
    let expected: Vec<MemberId> = (40..60).rev().map(id).chain([id(1), guest]).collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_page_begins_after_the_given_person_member_or_not() {
    let (_dynamo, store, space) = space().await;
    for (after, first) in [(id(59), Some(id(58))), (id(20), Some(id(1))), (id(200), Some(id(59))), (id(0), None)] {
        let page = store.members_after(space, Some(after), 3).await.unwrap();
        assert_eq!(ids(&page).first().copied(), first, "{after}");
    }
    let whole = store.members_after(space, None, 21).await.unwrap();
    assert_eq!((whole.members.len(), whole.next), (21, None));
}

#[tokio::test]
async fn members_are_counted_and_found_by_position() {
    let (_dynamo, store, space) = space().await;
    for (place, expected) in [(0, None), (1, Some(id(59))), (20, Some(id(40))), (21, Some(id(1))), (22, None)] {
        assert_eq!(store.count_members(space, 1_000, place).await.unwrap(), (21, expected), "{place}");
    }
}

#[tokio::test]
async fn members_after_thousands_of_former_ones_are_reached_in_bounded_calls() {
    let (dynamo, store, space) = space().await;
    let gone = dynamo.raw_items().unwrap().into_iter().find(|item| item["removed"].is_object()).unwrap();
    for number in 0..9_300_u32 {
        let mut item = gone.clone();
        let user = format!("f0f0f0f0f0f0f0f0{number:08x}");
        item["sk"]["S"] = format!("MEMBER#userId#{user}").into();
        item["user"]["S"] = user.into();
        dynamo.put(&item).unwrap();
    }
    dynamo.forget_calls();
    let empty = store.members_after(space, None, 7).await.unwrap();
    // One call makes at most ten queries; the page says where the list continues.
    assert_eq!((empty.members.len(), dynamo.calls().len()), (0, 10));
    let rest = store.members_after(space, empty.next, 7).await.unwrap();
    assert_eq!(ids(&rest).first(), Some(&id(59)));
    assert_eq!(store.count_members(space, 1_000, 1).await.unwrap(), (21, Some(id(59))));
}

#[tokio::test]
async fn a_member_is_added_once_and_brought_back_after_a_removal() {
    let (_dynamo, store, space) = space().await;
    let newcomer = Member { own_act: false, role_set: Some(now()), ..member(9, Role::Guest) };
    let added = store.add_member(space, newcomer.clone(), None).await.unwrap();
    assert_eq!(added, MemberChange::Done(newcomer.clone()));
    let again = store.add_member(space, Member { role: Role::Admin, ..newcomer.clone() }, None).await.unwrap();
    assert_eq!(again, MemberChange::Conflict(Some(newcomer.clone())));
    store.end_membership(space, &newcomer, MemberId::User(alice()), now()).await.unwrap();
    let gone = store.membership(space, newcomer.id).await.unwrap().unwrap();
    store.add_member(space, newcomer.clone(), Some(&gone)).await.unwrap();
    let back = store.membership(space, newcomer.id).await.unwrap().unwrap();
    assert_eq!((back.standing, back.version, back.own_act), (Standing::Present, 2, false));
}
