//! Tests of invitations into an existing space: created once, changed conditionally, and listed.

use futures_util::future::join_all;
use jiff::SignedDuration;
use serde_json::Value;
use spaces_model::{Invitation, InviteId, InviteeTarget, MemberId, Role, SpaceId, UserId};
use spaces_store::{DeliveryState, Entrance, InvitationChange, InvitationRef, Person, Store};

use crate::{alice, invitation, member, now, table};

/// Returns an invitation into the space of the first one.
fn another(ids: u8) -> Invitation {
    let made = now() + SignedDuration::from_secs(ids.into());
    let other = invitation(ids, "Another");
    Invitation { founds: None, space: invitation(1, "Plan").space, created: made, updated: made, ..other }
}

async fn stored(store: &Store, invitation: &Invitation) -> Invitation {
    store.invitation(invitation.id).await.unwrap().unwrap()
}

#[tokio::test]
async fn of_concurrent_requests_one_creates_the_invitation_and_the_others_find_it() {
    let (_dynamo, store) = table().await;
    let (one, other) = (another(2), Invitation { request_hash: [8; 32], ..another(2) });
    let puts = (0..10).map(|n| store.invite(if n % 2 == 0 { &one } else { &other }));
    let found: Vec<Option<Invitation>> = join_all(puts).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(found.iter().filter(|found| found.is_none()).count(), 1);
    let made = stored(&store, &one).await;
    assert!(found.into_iter().flatten().all(|found| found == made));
}

#[tokio::test]
async fn of_concurrent_changes_each_conflicts_with_those_that_read_before_it() {
    let (_dynamo, store) = table().await;
    let held = another(2);
    store.invite(&held).await.unwrap();
    let wanted: Vec<Invitation> =
        (0..10).map(|second| held.revoked(now() + jiff::SignedDuration::from_secs(second))).collect();
    let changes = join_all(wanted.iter().map(|wanted| store.change_invitation(&held, wanted, None))).await;
    let done: Vec<usize> = (0..10).filter(|at| matches!(changes[*at], Ok(InvitationChange::Done))).collect();
    let [done] = *done else { panic!("{done:?}") };
    let beaten = InvitationChange::Conflict(Some(Box::new(wanted[done].clone())));
    assert_eq!(changes.into_iter().filter(|change| change.as_ref().ok() == Some(&beaten)).count(), 9);
    assert_eq!(stored(&store, &held).await, wanted[done]);
    let wanted = wanted[done].clone();
    // A retry after an attempt that succeeded.
    assert_eq!(store.change_invitation(&held, &wanted, None).await.unwrap(), InvitationChange::Done);
    let gone = Invitation { id: InviteId::from_bytes([9; 12]), ..held };
    assert_eq!(store.change_invitation(&gone, &wanted, None).await.unwrap(), InvitationChange::Conflict(None));
}

#[tokio::test]
async fn a_change_removes_obsolete_attributes_and_keeps_the_index_position() {
    let (dynamo, store) = table().await;
    let held = another(2);
    store.invite(&held).await.unwrap();
    let wanted = Invitation { starts: None, ends: None, language: None, ..held.revoked(now()) };
    store.change_invitation(&held, &wanted, None).await.unwrap();
    assert_eq!(stored(&store, &held).await, wanted);
    let item = dynamo.items().unwrap().into_iter().find(|item| item["sk"] == "INVITE").unwrap();
    assert!(item.get("starts").is_none() && item["gsi2pk"] == format!("SPACE#{}", held.space));
    let people = [store.person(&held.invitees[0].target)];
    let resent = Invitation { mailing: another(2).revoked(now()).mailing, revoked: None, ..held.clone() };
    let resent = Invitation { mailing: spaces_model::Mailing { number: 2, ..resent.mailing }, ..resent };
    store.change_invitation(&wanted, &resent, Some(&people)).await.unwrap();
    let item = dynamo.items().unwrap().into_iter().find(|item| item["sk"] == "INVITE").unwrap();
    let to = item["mailing"]["to"].as_array().unwrap().iter().map(|start| start.as_str().unwrap().len());
    assert_eq!(to.collect::<Vec<_>>(), [16]);
    assert_eq!(stored(&store, &held).await, resent);
}

#[tokio::test]
async fn a_list_runs_from_newest_to_oldest_and_begins_after_any_position() {
    let (_dynamo, store) = table().await;
    let space = another(1).space;
    for ids in 1..=5 {
        store.invite(&another(ids)).await.unwrap();
    }
    store.invite(&Invitation { space: SpaceId::from_bytes([9; 12]), ..another(6) }).await.unwrap();
    let ids = |found: &[(String, Invitation)]| found.iter().map(|(_, each)| each.id).collect::<Vec<_>>();
    let all = store.invitations_page(space, None, 10, |_| true).await.unwrap().found;
    assert_eq!(ids(&all), [5, 4, 3, 2, 1].map(|ids| another(ids).id));
    let page = store.invitations_page(space, Some(&all[1].0), 2, |_| true).await.unwrap().found;
    assert_eq!(ids(&page), [another(3).id, another(2).id]);
    let own = store.invitations_page(space, None, 1, |each| each.id == another(2).id).await.unwrap().found;
    assert_eq!(ids(&own), [another(2).id]);
    for place in ["", "0", "~", "INVITE#"] {
        store.invitations_page(space, Some(place), 10, |_| true).await.unwrap();
    }
}

#[tokio::test]
async fn a_list_continues_after_a_thousand_invitations_that_do_not_pass() {
    let (_dynamo, store) = table().await;
    let oldest = another(1);
    store.invite(&oldest).await.unwrap();
    let ids = (0..1_005_u16)
        .map(|n| InviteId::from_bytes([n.to_be_bytes().as_slice(), &[0x60; 10]].concat().try_into().unwrap()));
    for id in ids {
        store.invite(&Invitation { id, ..another(2) }).await.unwrap();
    }
    let own = |each: &Invitation| each.id == oldest.id;
    let first = store.invitations_page(oldest.space, None, 10, own).await.unwrap();
    assert!(first.found.is_empty());
    let rest = store.invitations_page(oldest.space, first.rest.as_deref(), 10, own).await.unwrap();
    assert_eq!(rest.found.len(), 1);
    assert_eq!(rest.rest, None);
}

#[tokio::test]
async fn an_update_read_before_an_erasure_brings_nobody_back() {
    let (_dynamo, store) = table().await;
    let held = another(2);
    store.invite(&held).await.unwrap();
    store.put_deliveries(&held, &held.invitees, now()).await.unwrap();
    let erased = Person { user: Some(UserId::from_bytes([2; 12])), address: None };
    store.erase(&erased).await.unwrap();
    let wanted = held.revoked(now());
    let change = store.change_invitation(&held, &wanted, None).await.unwrap();
    assert!(matches!(change, InvitationChange::Conflict(Some(_))), "{change:?}");
    assert_eq!(stored(&store, &held).await.invitees, held.invitees[..1]);
}

#[tokio::test]
async fn concurrent_erasure_and_updates_leave_the_person_on_no_invitation() {
    let (_dynamo, store) = table().await;
    let held = another(2);
    store.invite(&held).await.unwrap();
    store.put_deliveries(&held, &held.invitees, now()).await.unwrap();
    let erased = Person { user: Some(UserId::from_bytes([2; 12])), address: None };
    let wanted = held.revoked(now());
    let changes = (0..4).map(|_| store.change_invitation(&held, &wanted, None));
    let (erasure, _) = futures_util::join!(store.erase(&erased), join_all(changes));
    erasure.unwrap();
    assert_eq!(stored(&store, &held).await.invitees, held.invitees[..1]);
}

#[tokio::test]
async fn only_people_on_the_invitation_are_counted() {
    let (_dynamo, store) = table().await;
    let invitation = Invitation { channel: spaces_model::Channel::Server, ..another(2) };
    store.put_deliveries(&invitation, &invitation.invitees, now()).await.unwrap();
    store.record_answer(&invitation, &invitation.invitees[0], now()).await.unwrap();
    let counts = store.delivery_counts(&invitation).await.unwrap();
    assert_eq!((counts.joined, counts.declined), (0, 1));
    assert_eq!(counts.states, [(DeliveryState::Queued, 2)].into());
    // Joining after declining wins.
    let later = now() + SignedDuration::from_secs(1);
    let user = UserId::from_bytes([2; 12]);
    store.record_joined(&InvitationRef::of(&invitation), user, later).await.unwrap();
    let counts = store.delivery_counts(&invitation).await.unwrap();
    assert_eq!((counts.joined, counts.declined), (1, 1));
    let shorter = Invitation { invitees: invitation.invitees[1..].to_vec(), ..invitation };
    let counts = store.delivery_counts(&shorter).await.unwrap();
    assert_eq!((counts.joined, counts.declined, counts.states.values().sum::<usize>()), (1, 0, 1));
}

#[tokio::test]
async fn members_are_found_by_id_and_by_the_address_that_they_own() {
    let (dynamo, store) = table().await;
    let space = another(1).space;
    let bob = UserId::from_bytes([5; 12]);
    let address: spaces_model::EmailAddress = "bob@example.com".parse().unwrap();
    let proven = spaces_model::Email::Proven { address: address.clone(), at: Some(now()) };
    store.reconcile(&spaces_model::User { email: Some(proven), ..spaces_model::User::new(bob) }, now()).await.unwrap();
    let people = [
        InviteeTarget::Email(address),
        InviteeTarget::Email("nobody@example.com".parse().unwrap()),
        InviteeTarget::User(bob),
        InviteeTarget::User(alice()),
    ];
    assert!(store.members_among(space, &people).await.unwrap().is_empty());
    let entrance = Entrance { made: now(), names_them: true };
    let joined = store.admit(space, member(5, Role::Guest), None, entrance).await.unwrap().unwrap();
    assert_eq!(joined.id, MemberId::User(bob));
    let found = store.members_among(space, &people).await.unwrap();
    assert_eq!(found, [people[0].clone(), people[2].clone()].into());
    store.end_membership(space, &joined, joined.id, now()).await.unwrap();
    assert!(store.members_among(space, &people).await.unwrap().is_empty());
    assert!(dynamo.items().unwrap().iter().all(|item: &Value| item["sk"] != "INVITE"));
}
