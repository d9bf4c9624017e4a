//! Tests of creating a space: repeated requests, races, and every way in which a request can stop halfway.

use jiff::SignedDuration;
use spaces_local::{Dynamo, Interference};
use spaces_model::{Channel, Invitation, KEPT_AFTER_EXPIRY, MailKind, MemberId, Title};
use spaces_store::{Created, Marking, Store, StoreError};

use crate::{alice, invitation, link, now, table};

/// The three puts of a creation, in the order of a subset's bits.
const PUTS: [&str; 3] = ["SPACE", "MEMBER#", "INVITE"];

/// Returns the index of the item in [`PUTS`] that a put writes.
fn put_of(body: &str) -> usize {
    PUTS.into_iter().position(|sk| body.contains(&format!(r#""sk":{{"S":"{sk}"#))).unwrap()
}

/// Lets the puts of a subset succeed without a response, and interferes with the others as given.
fn only(dynamo: &Dynamo, subset: usize, others: Interference) {
    dynamo.interfere(move |operation, body| {
        assert_eq!(operation, "PutItem");
        let is_in = subset >> put_of(body) & 1 == 1;
        Some(if is_in { Interference::DropResponse } else { others })
    });
}

/// Kills a creation as soon as exactly the puts of a subset have succeeded.
async fn kill_after(dynamo: &Dynamo, store: &Store, invitation: &Invitation, subset: usize) {
    dynamo.forget_calls();
    only(dynamo, subset, Interference::DropRequest);
    let carried_out = async {
        let count = |name: &str| dynamo.calls().iter().filter(|call| *call == name).count();
        while count("PutItem") < 3 || count("answer lost") < subset.count_ones() as usize {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = carried_out => {}
        created = store.create(invitation) => panic!("it was not killed: {created:?}"),
    }
    dynamo.stop_interfering();
    assert_eq!(dynamo.items().unwrap().len(), subset.count_ones() as usize, "subset {subset:03b}");
}

/// Asserts that the space, its admin and its invitation exist once and agree with each other.
async fn assert_whole(store: &Store, invitation: &Invitation) {
    assert_eq!(store.invitation(invitation.id).await.unwrap().as_ref(), Some(invitation));
    let (space, creator) = invitation.founded().unwrap();
    let found = store.space(invitation.space).await.unwrap().unwrap();
    let members = store.members(invitation.space, 100).await.unwrap();
    assert_eq!((&found.title, &found.description, found.creator), (&space.title, &space.description, space.creator));
    assert_eq!(members.iter().map(|member| (member.id, member.role)).collect::<Vec<_>>(), [(creator.id, creator.role)]);
}

#[tokio::test]
async fn a_created_space_is_read_back_unchanged() {
    let (dynamo, store) = table().await;
    let invitation = invitation(1, "Plan");
    let (space, creator) = invitation.founded().unwrap();
    let Created::New(made) = store.create(&invitation).await.unwrap() else { panic!("not created") };
    assert_eq!(*made, space);
    assert_eq!(dynamo.calls(), ["PutItem", "PutItem", "PutItem"]);
    assert_eq!(store.invitation(invitation.id).await.unwrap(), Some(invitation));
    assert_eq!(store.membership(space.id, creator.id).await.unwrap(), Some(creator.clone()));
    assert_eq!(store.members(space.id, 100).await.unwrap(), [creator]);
    assert_eq!(store.space(space.id).await.unwrap(), Some(space));
}

#[tokio::test]
async fn a_replayed_request_gets_the_first_ones_result() {
    let (dynamo, store) = table().await;
    let first = invitation(1, "Plan");
    store.create(&first).await.unwrap();
    dynamo.forget_calls();
    let repeat = Invitation { created: now() + SignedDuration::from_secs(1), ..invitation(1, "Plan") };
    let Created::Existing { invitation, space } = store.create(&repeat).await.unwrap() else { panic!("not a repeat") };
    assert_eq!((*invitation, space.title.as_str()), (first, "Plan"));
    assert_eq!(dynamo.calls(), ["PutItem", "PutItem", "PutItem"]);
    assert_eq!(dynamo.items().unwrap().len(), 3);
}

#[tokio::test]
async fn a_replayed_request_with_another_body_changes_nothing() {
    let (dynamo, store) = table().await;
    store.create(&invitation(1, "Plan")).await.unwrap();
    let before = dynamo.items().unwrap();
    let other = Invitation { request_hash: [8; 32], ..invitation(1, "Another") };
    let Created::Existing { invitation, space } = store.create(&other).await.unwrap() else { panic!("not a repeat") };
    assert_eq!((invitation.request_hash, space.title.as_str()), ([7; 32], "Plan"));
    assert_eq!(dynamo.items().unwrap(), before);
}

#[tokio::test]
async fn twenty_concurrent_requests_create_one_space() {
    let (dynamo, store) = table().await;
    let repeats: Vec<Invitation> = (0..20)
        .map(|n| Invitation { created: now() + SignedDuration::from_millis(n), ..invitation(1, "Plan") })
        .collect();
    let created = futures_util::future::join_all(repeats.iter().map(|repeat| store.create(repeat))).await;
    let created: Vec<Created> = created.into_iter().map(Result::unwrap).collect();
    assert_eq!(created.iter().filter(|created| matches!(created, Created::New(_))).count(), 1);
    assert_eq!(dynamo.items().unwrap().len(), 3);
    let stored = store.invitation(invitation(1, "Plan").id).await.unwrap().unwrap();
    let before = created.iter().filter_map(|created| match created {
        Created::Existing { invitation, .. } => Some(invitation),
        _ => None,
    });
    assert!(before.into_iter().all(|before| **before == stored));
}

#[tokio::test]
async fn a_replayed_request_completes_one_killed_at_any_point() {
    for subset in 0..8 {
        let (dynamo, store) = table().await;
        let first = invitation(1, "Plan");
        kill_after(&dynamo, &store, &first, subset).await;
        let repeat = Invitation { created: now() + SignedDuration::from_secs(9), ..first.clone() };
        let is_first = subset & 0b100 == 0;
        match store.create(&repeat).await.unwrap() {
            Created::New(_) => assert!(is_first, "subset {subset:03b}"),
            Created::Existing { invitation, .. } => assert!(!is_first && *invitation == first, "subset {subset:03b}"),
            Created::CleanedUp => panic!("subset {subset:03b} counts as cleaned up"),
        }
        assert_whole(&store, if is_first { &repeat } else { &first }).await;
        assert_eq!(dynamo.items().unwrap().len(), 3, "subset {subset:03b}");
    }
}

#[tokio::test]
async fn a_repeated_request_without_a_key_creates_another_space() {
    for subset in 0..8_usize {
        let (dynamo, store) = table().await;
        kill_after(&dynamo, &store, &invitation(1, "Plan"), subset).await;
        let other = invitation(2, "Plan");
        assert!(matches!(store.create(&other).await, Ok(Created::New(_))), "subset {subset:03b}");
        assert_whole(&store, &other).await;
        assert_eq!(dynamo.items().unwrap().len(), 3 + subset.count_ones() as usize, "subset {subset:03b}");
    }
}

#[tokio::test]
async fn an_invitation_is_enough_to_complete_a_killed_request() {
    for subset in 0b100..8 {
        let (dynamo, store) = table().await;
        let invitation = invitation(1, "Plan");
        kill_after(&dynamo, &store, &invitation, subset).await;
        let stored = store.invitation(invitation.id).await.unwrap().unwrap();
        for _ in 0..2 {
            let space = store.found(&stored).await.unwrap().unwrap();
            assert_eq!(space.title.as_str(), "Plan");
            assert_whole(&store, &invitation).await;
        }
        dynamo.forget_calls();
        store.found(&stored).await.unwrap();
        assert_eq!(dynamo.calls(), ["BatchGetItem"], "a complete space is only read");
    }
}

#[tokio::test]
async fn a_replayed_request_completes_one_that_failed_at_any_point() {
    for subset in 0..8 {
        let (dynamo, store) = table().await;
        let first = invitation(1, "Plan");
        dynamo.interfere(move |_, body| (subset >> put_of(body) & 1 == 0).then_some(Interference::Throttle));
        let created = store.create(&first).await;
        dynamo.stop_interfering();
        match created {
            Ok(Created::New(_)) => assert_eq!(subset, 0b111),
            Err(StoreError::Unavailable(_)) => assert_ne!(subset, 0b111),
            other => panic!("{subset:03b}: {other:?}"),
        }
        let repeat = Invitation { created: now() + SignedDuration::from_secs(9), ..first.clone() };
        store.create(&repeat).await.unwrap();
        assert_whole(&store, if subset & 0b100 == 0 { &repeat } else { &first }).await;
        assert_eq!(dynamo.items().unwrap().len(), 3, "subset {subset:03b}");
    }
}

#[tokio::test]
async fn another_request_with_the_key_of_a_half_failed_one_gets_its_own_space() {
    // Without the invitation of the first request, the key belongs to the second one.
    for subset in 0..0b100 {
        let (dynamo, store) = table().await;
        kill_after(&dynamo, &store, &invitation(1, "Plan"), subset).await;
        let channel = Channel::Server;
        let other = Invitation { request_hash: [8; 32], channel, ..invitation(1, "Another") };
        let Created::New(space) = store.create(&other).await.unwrap() else { panic!("subset {subset:03b}") };
        let mails = u32::try_from(other.invitees.len()).unwrap();
        assert_eq!((space.title.as_str(), space.first_mails), ("Another", mails));
        assert_ne!(mails, 0);
        assert_eq!(store.space(space.id).await.unwrap(), Some(*space));
        assert_whole(&store, &other).await;
    }
}

#[tokio::test]
async fn a_space_put_by_a_losing_request_gets_the_texts_of_the_winning_invitation() {
    let (dynamo, store) = table().await;
    let first = invitation(1, "Plan");
    kill_after(&dynamo, &store, &first, 0b100).await;
    let other = Invitation { request_hash: [8; 32], ..invitation(1, "Another") };
    let Created::Existing { space, .. } = store.create(&other).await.unwrap() else { panic!("not a repeat") };
    assert_eq!(space.title.as_str(), "Plan");
    assert_whole(&store, &first).await;
}

#[tokio::test]
async fn an_admins_changes_are_not_overwritten() {
    let (dynamo, store) = table().await;
    let invitation = invitation(1, "Plan");
    store.create(&invitation).await.unwrap();
    let mut items = dynamo.raw_items().unwrap();
    let space = items.iter_mut().find(|item| item["sk"]["S"] == "SPACE").unwrap();
    space["title"]["S"] = "Renamed".into();
    space["version"]["N"] = "1".into();
    dynamo.put(space).unwrap();
    assert_eq!(store.found(&invitation).await.unwrap().unwrap().title, Title::new("Renamed").unwrap());
    let Created::Existing { space, .. } = store.create(&invitation).await.unwrap() else { panic!("not a repeat") };
    assert_eq!(space.title.as_str(), "Renamed");
    assert_eq!(store.space(invitation.space).await.unwrap().unwrap().title.as_str(), "Renamed");
}

#[tokio::test]
async fn a_replayed_request_does_not_bring_back_a_creator_who_has_left() {
    let (_dynamo, store) = table().await;
    let invitation = invitation(1, "Plan");
    store.create(&invitation).await.unwrap();
    let creator = MemberId::User(alice());
    let second = crate::member(5, spaces_model::Role::Admin);
    store.admit(invitation.space, second, None, link()).await.unwrap();
    let held = store.membership(invitation.space, creator).await.unwrap().unwrap();
    store.end_membership(invitation.space, &held, creator, now()).await.unwrap();
    store.create(&invitation).await.unwrap();
    store.found(&invitation).await.unwrap();
    let held = store.membership(invitation.space, creator).await.unwrap().unwrap();
    assert!(!held.is_present());
    assert_eq!(store.members(invitation.space, 100).await.unwrap().len(), 1);
}

/// Creates a table with a space whose invitation has been cleaned up.
async fn cleaned_up() -> (Dynamo, Store) {
    let (dynamo, store) = table().await;
    let first = invitation(1, "Plan");
    store.create(&first).await.unwrap();
    let pk = dynamo.items().unwrap().into_iter().find(|item| item["sk"] == "INVITE").unwrap()["pk"].clone();
    dynamo.remove(pk.as_str().unwrap(), "INVITE").unwrap();
    (dynamo, store)
}

#[tokio::test]
async fn a_replayed_request_after_the_cleanup_of_its_invitation_invites_nobody() {
    let (dynamo, store) = cleaned_up().await;
    let mut late = Invitation { created: now() + KEPT_AFTER_EXPIRY, ..invitation(1, "Plan") };
    late.founds.as_mut().unwrap().title = Title::new("Another plan").unwrap();
    assert!(matches!(store.create(&late).await, Ok(Created::CleanedUp)));
    let stored = store.invitation(late.id).await.unwrap().unwrap();
    assert_eq!(stored.revoked, Some(late.created));
    let space = store.found(&stored).await.unwrap().unwrap();
    assert!(stored.founds_again(&space));
    assert_eq!((space.title.as_str(), store.space(late.space).await.unwrap()), ("Plan", Some(space.clone())));
    assert!(matches!(store.create(&late).await, Ok(Created::CleanedUp)));
    assert_eq!(dynamo.items().unwrap().len(), 3);
}

#[tokio::test]
async fn a_rejected_late_request_renames_no_space() {
    let (_dynamo, store) = cleaned_up().await;
    let late = Invitation { created: now() + KEPT_AFTER_EXPIRY, request_hash: [8; 32], ..invitation(1, "Another") };
    assert!(matches!(store.create(&late).await, Ok(Created::CleanedUp)));
    assert_eq!(store.found(&late).await.unwrap().unwrap().title.as_str(), "Plan");
    assert_eq!(store.space(late.space).await.unwrap().unwrap().title.as_str(), "Plan");
}

#[tokio::test]
async fn a_recreated_invitation_is_revoked_by_the_next_replay_if_the_first_was_killed() {
    let (dynamo, store) = table().await;
    let first = invitation(1, "Plan");
    store.create(&first).await.unwrap();
    let late = Invitation { created: now() + KEPT_AFTER_EXPIRY, ..first };
    // The request's puts have succeeded, and it was killed before it could revoke the invitation.
    let mut items = dynamo.raw_items().unwrap();
    let stored = items.iter_mut().find(|item| item["sk"]["S"] == "INVITE").unwrap();
    stored["created"]["S"] = spaces_model::format_time(late.created).into();
    dynamo.put(stored).unwrap();
    assert!(matches!(store.create(&late).await, Ok(Created::CleanedUp)));
    assert!(store.invitation(late.id).await.unwrap().unwrap().revoked.is_some());
}

#[tokio::test]
async fn revoking_keeps_the_first_time_and_creates_no_item_for_a_mistyped_id() {
    let (dynamo, store) = table().await;
    let invitation = invitation(1, "Plan");
    assert_eq!(store.revoke_invitation(invitation.id, now()).await.unwrap(), Marking::NotFound);
    assert!(dynamo.items().unwrap().is_empty());
    store.create(&invitation).await.unwrap();
    for (later, marking) in [(0, Marking::Marked), (60, Marking::AlreadyMarked)] {
        let later = now() + SignedDuration::from_secs(later);
        assert_eq!(store.revoke_invitation(invitation.id, later).await.unwrap(), marking);
    }
    let stored = store.invitation(invitation.id).await.unwrap().unwrap();
    assert_eq!((stored.revoked, stored.sequence, stored.revised), (Some(now()), 1, 0));
    assert_eq!((stored.mailing.number, stored.mailing.kind), (1, MailKind::Cancel));
}
