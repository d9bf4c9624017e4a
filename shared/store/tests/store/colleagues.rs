//! Tests of the list of people a user may see: the spaces that count, and the names shown.

use jiff::SignedDuration;
use spaces_model::{Card, CompanyDomains, Invitation, Member, MemberId, Role, SpaceId, SpaceKind, User};
use spaces_store::{ColleagueQuery, Store};

use crate::directory::{id, proven, user, verified};
use crate::{invitation, link, member, now, table};

/// Returns the positions and names in the list of a user, after a position.
async fn listed(store: &Store, of: &User, after: Option<&str>) -> Vec<(String, String)> {
    let query = ColleagueQuery { search: None, after, limit: 100, counted: 100 };
    let page = store.colleagues_page(of, query).await.unwrap();
    page.found.into_iter().map(|(place, person)| (place, person.display_name)).collect()
}

async fn names(store: &Store) -> Vec<String> {
    listed(store, &user(10, None), None).await.into_iter().map(|(_, name)| name).collect()
}

/// Creates a space that user 10 joined, by their own act or not, and last used after this many hours. User 10 is not
/// its creator.
async fn space(store: &Store, number: u8, own_act: bool, hours: i64) -> SpaceId {
    let invitation: Invitation = invitation(number, "Plan");
    store.create(&invitation).await.unwrap();
    let used = now() + SignedDuration::from_hours(hours);
    let member = Member { own_act, card: Card::new(SpaceKind::Group, used), ..member(10, Role::Member) };
    store.admit(invitation.space, member, None, link()).await.unwrap().unwrap();
    invitation.space
}

async fn join(store: &Store, space: SpaceId, number: u8, name: &str, minutes: i64) {
    store.reconcile(&user(number, None), now()).await.unwrap();
    let joined = now() + SignedDuration::from_mins(minutes);
    let member = Member { display_name: name.to_owned(), joined, ..member(number, Role::Guest) };
    store.admit(space, member, None, link()).await.unwrap().unwrap();
}

#[tokio::test]
async fn spaces_that_others_add_a_user_to_do_not_crowd_out_joined_spaces() {
    let (_dynamo, store) = table().await;
    let common = space(&store, 1, true, 0).await;
    join(&store, common, 2, "Zoe", 0).await;
    for number in 2..=70 {
        let trap = space(&store, number, false, i64::from(number)).await;
        join(&store, trap, 3, "Mallory", 0).await;
    }
    assert_eq!(names(&store).await, ["Zoe"]);
    assert!(store.acquaintances(&user(10, None), &[id(2)]).await.unwrap().contains_key(&id(2)));
}

#[tokio::test]
async fn former_members_do_not_hide_present_ones() {
    let (_dynamo, store) = table().await;
    let common = space(&store, 1, true, 0).await;
    join(&store, common, 2, "Zoe", 0).await;
    for number in 11..=180 {
        join(&store, common, number, "Gone", 0).await;
        let gone = MemberId::User(id(number));
        let held = store.membership(common, gone).await.unwrap().unwrap();
        store.end_membership(common, &held, gone, now()).await.unwrap();
    }
    assert_eq!(names(&store).await, ["Zoe"]);
}

#[tokio::test]
async fn using_a_space_between_two_pages_moves_nobody() {
    let (_dynamo, store) = table().await;
    let (first, second) = (space(&store, 1, true, 0).await, space(&store, 2, true, 1).await);
    join(&store, first, 2, "Bea", 0).await;
    join(&store, first, 3, "Cleo", 0).await;
    join(&store, second, 3, "Ann", 1).await;
    let me = user(10, None);
    let page = listed(&store, &me, None).await;
    assert_eq!(page.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), ["Bea", "Cleo"]);
    for (space, hours) in [(second, 2), (first, 3), (second, 4)] {
        let held = store.membership(space, MemberId::User(me.id)).await.unwrap().unwrap();
        store.record_use(space, &held, now() + SignedDuration::from_hours(hours)).await.unwrap();
        assert_eq!(listed(&store, &me, Some(&page[0].0)).await, page[1..]);
    }
}

#[tokio::test]
async fn an_index_row_of_a_former_name_shows_nobody_twice() {
    let (_dynamo, store) = table().await;
    let store = store.with_company_domains("acme.example".parse::<CompanyDomains>().unwrap());
    for (name, hours) in [("Zoe", 0), ("Ada", 1)] {
        let claimed = User { name: Some(name.to_owned()), ..proven(2, "b@acme.example") };
        store.reconcile(&claimed, now() + SignedDuration::from_hours(hours)).await.unwrap();
        store.index_user(id(2), &[]).await.unwrap();
    }
    let found = listed(&store, &verified(10, "x@acme.example"), None).await;
    assert_eq!(found, [(format!("ada#{}", id(2)), "Ada".to_owned())]);
}

#[tokio::test]
async fn colleagues_missing_from_the_index_are_shown_by_a_shared_space() {
    let (_dynamo, store) = table().await;
    store.reconcile(&proven(2, "b@acme.example"), now()).await.unwrap();
    let store = store.with_company_domains("acme.example".parse::<CompanyDomains>().unwrap());
    let me = verified(10, "x@acme.example");
    assert_eq!(listed(&store, &me, None).await, []);
    let common = space(&store, 1, true, 0).await;
    let held = member(2, Role::Guest);
    store.admit(common, held, None, link()).await.unwrap().unwrap();
    assert_eq!(listed(&store, &me, None).await.len(), 1);
}
