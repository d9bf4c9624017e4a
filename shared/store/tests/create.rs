//! Creating: what conflicts, repeats and cleaned-up rows do to the transaction.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use jiff::{SignedDuration, Timestamp};
use spaces_local::{Dynamo, samples};
use spaces_model::{
    Channel, Description, Invitation, InviteId, InviteMode, Inviter, Member, MemberId, Role, Space, SpaceId,
    SpaceStatus, Title, UserId,
};
use spaces_store::{Created, Store, StoreError};

async fn table() -> (Dynamo, Store) {
    let dynamo = Dynamo::in_memory().await.unwrap();
    let store = samples::store(&dynamo);
    (dynamo, store)
}

fn planned(title: &str) -> (Space, Member, Invitation) {
    let created: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
    let creator = UserId::from_bytes([1; 12]);
    let title = Title::new(title).unwrap();
    let space = Space {
        id: SpaceId::from_bytes([2; 12]),
        title: title.clone(),
        description: Description::default(),
        status: SpaceStatus::Active,
        creator,
        created,
    };
    let member = Member {
        id: MemberId::User(creator),
        role: Role::Admin,
        display_name: "Alice".to_owned(),
        joined: created,
        invite: None,
    };
    let invitation = Invitation {
        id: InviteId::from_bytes([3; 12]),
        space: space.id,
        title,
        description: Description::default(),
        invitees: vec![],
        mode: InviteMode::Meet,
        channel: Channel::Outlook,
        language: Some("pt-BR".parse().unwrap()),
        starts: Some(created),
        ends: None,
        inviter: Inviter { id: creator, name: None, email: None, zone: None },
        acted_by: Some("calendar".parse().unwrap()),
        created,
        expires: created + SignedDuration::from_hours(24),
        revoked: None,
        request_hash: [7; 32],
    };
    (space, member, invitation)
}

#[tokio::test]
async fn what_is_written_is_read_back_whole() {
    let (_dynamo, store) = table().await;
    let (space, member, invitation) = planned("Plan");
    assert!(matches!(store.create(&space, &member, &invitation).await, Ok(Created::Now)));
    assert_eq!(store.invitation(invitation.id).await.unwrap(), Some(invitation));
    assert_eq!(store.membership(space.id, member.id).await.unwrap(), Some(member.clone()));
    assert_eq!(store.space(space.id, 100).await.unwrap(), Some((space, vec![member])));
}

#[tokio::test]
async fn a_repeat_is_handed_what_the_first_one_wrote() {
    let (dynamo, store) = table().await;
    let (space, member, invitation) = planned("Plan");
    store.create(&space, &member, &invitation).await.unwrap();
    dynamo.forget_calls();
    let (space, member, other) = planned("Another");
    let Created::Before(before) = store.create(&space, &member, &other).await.unwrap() else { panic!("not a repeat") };
    assert_eq!(*before, invitation);
    assert_eq!(dynamo.calls(), ["TransactWriteItems"]);
}

#[tokio::test]
async fn a_conflict_with_another_transaction_is_tried_again() {
    let (dynamo, store) = table().await;
    let (space, member, invitation) = planned("Plan");
    dynamo.conflict(2);
    assert!(matches!(store.create(&space, &member, &invitation).await, Ok(Created::Now)));
    assert_eq!(dynamo.calls().len(), 3);
}

#[tokio::test]
async fn a_twin_that_keeps_winning_is_found_in_the_end() {
    let (dynamo, store) = table().await;
    let (space, member, invitation) = planned("Plan");
    store.create(&space, &member, &invitation).await.unwrap();
    dynamo.conflict(100);
    assert!(matches!(store.create(&space, &member, &invitation).await, Ok(Created::Before(_))));
}

#[tokio::test]
async fn endless_conflicts_are_unavailable_and_write_nothing() {
    let (dynamo, store) = table().await;
    let (space, member, invitation) = planned("Plan");
    dynamo.conflict(100);
    let error = store.create(&space, &member, &invitation).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    assert!(dynamo.items().unwrap().is_empty());
}

#[tokio::test]
async fn a_repeat_whose_invitation_was_cleaned_up_is_forgotten_and_makes_no_second_space() {
    let (dynamo, store) = table().await;
    let (space, member, invitation) = planned("Plan");
    store.create(&space, &member, &invitation).await.unwrap();
    dynamo.remove(&format!("INVITE#{}", invitation.id), "INVITE").unwrap();
    assert!(matches!(store.create(&space, &member, &invitation).await, Ok(Created::Forgotten)));
    assert_eq!(dynamo.items().unwrap().len(), 2);
}

#[tokio::test]
async fn a_space_that_is_not_there_is_none_even_if_it_has_members() {
    let (_dynamo, store) = table().await;
    let (space, member, _) = planned("Plan");
    store.admit(space.id, member.clone(), None).await.unwrap();
    assert_eq!(store.space(space.id, 100).await.unwrap(), None);
}
