//! Tests of space edits.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use spaces_local::{Dynamo, Interference};
use spaces_model::{Description, PinEdit, PinHash, Space, SpaceEdit, SpaceStatus, SpaceUpdate, Title};
use spaces_store::{EditedSpace, Store, StoreError};

use crate::{invitation, table};

async fn space() -> (Dynamo, Store, Space) {
    let (dynamo, store) = table().await;
    let invitation = invitation(1, "Plan");
    store.create(&invitation).await.unwrap();
    let space = store.space(invitation.space).await.unwrap().unwrap();
    dynamo.forget_calls();
    (dynamo, store, space)
}

fn titled(title: &str) -> SpaceEdit {
    SpaceEdit::Update(SpaceUpdate { title: Some(Title::new(title).unwrap()), ..SpaceUpdate::default() })
}

#[tokio::test]
async fn an_edit_is_one_write_and_what_it_returns_is_stored() {
    let (dynamo, store, before) = space().await;
    let update = SpaceUpdate {
        description: Some(Description::default()),
        invited_only: Some(true),
        pin: PinEdit::Set(PinHash::from_bytes([5; 32])),
        ..SpaceUpdate::default()
    };
    let edited = store.edit_space(before.clone(), &SpaceEdit::Update(update)).await.unwrap().unwrap().space;
    assert_eq!(dynamo.calls(), ["UpdateItem"]);
    assert_eq!(store.space(before.id).await.unwrap().as_ref(), Some(&edited));
    assert_eq!((edited.version, edited.settings.pin), (1, Some(PinHash::from_bytes([5; 32]))));
    dynamo.forget_calls();
    let archived =
        store.edit_space(Space { version: 1, ..before.clone() }, &SpaceEdit::Archive).await.unwrap().unwrap().space;
    assert_eq!(dynamo.calls(), ["UpdateItem"]);
    assert_eq!((archived.status, archived.version), (SpaceStatus::Archived, 2));
}

#[tokio::test]
async fn an_edit_of_an_outdated_space_is_applied_again_to_the_current_one() {
    let (_dynamo, store, before) = space().await;
    let removal =
        SpaceEdit::Update(SpaceUpdate { description: Some(Description::default()), ..SpaceUpdate::default() });
    store.edit_space(before.clone(), &titled("Review")).await.unwrap();
    let edited = store.edit_space(before.clone(), &removal).await.unwrap().unwrap().space;
    assert_eq!((edited.title.as_str(), edited.description.as_str(), edited.version), ("Review", "", 2));
    store.edit_space(before.clone(), &SpaceEdit::Archive).await.unwrap();
    assert_eq!(store.edit_space(before, &titled("Late")).await.unwrap(), None);
}

#[tokio::test]
async fn concurrent_edits_each_raise_the_version() {
    let (_dynamo, store, before) = space().await;
    let titles = ["A", "B", "C"].map(titled);
    let edits = join_all(titles.iter().map(|edit| store.edit_space(before.clone(), edit))).await;
    assert!(edits.into_iter().all(|edited| edited.unwrap().unwrap().is_changed));
    assert_eq!(store.space(before.id).await.unwrap().unwrap().version, 3);
}

#[tokio::test]
async fn of_equal_concurrent_edits_one_changes_the_space() {
    let (_dynamo, store, before) = space().await;
    let edits = join_all((0..3).map(|_| store.edit_space(before.clone(), &SpaceEdit::Delete))).await;
    assert_eq!(edits.into_iter().filter(|edited| edited.as_ref().unwrap().as_ref().unwrap().is_changed).count(), 1);
}

#[tokio::test]
async fn an_edit_without_effect_writes_nothing_and_a_missing_space_is_none() {
    let (dynamo, store, before) = space().await;
    let unchanged = EditedSpace { space: before.clone(), is_changed: false };
    assert_eq!(store.edit_space(before.clone(), &titled("Plan")).await.unwrap(), Some(unchanged));
    assert_eq!(dynamo.calls(), Vec::<String>::new());
    let unknown = Space { id: spaces_model::SpaceId::from_bytes([9; 12]), ..before };
    assert_eq!(store.edit_space(unknown, &titled("Other")).await.unwrap(), None);
}

#[tokio::test]
async fn an_edit_that_conflicts_with_transactions_is_retried() {
    let (dynamo, store, before) = space().await;
    let left = AtomicUsize::new(2);
    dynamo.interfere(move |operation, _| {
        let is_left = |left: usize| left.checked_sub(1);
        (operation == "UpdateItem" && left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, is_left).is_ok())
            .then_some(Interference::Conflict)
    });
    assert!(store.edit_space(before.clone(), &titled("Review")).await.unwrap().is_some());
    dynamo.interfere(|operation, _| (operation == "UpdateItem").then_some(Interference::Conflict));
    let endless = store.edit_space(Space { version: 1, ..before }, &titled("Late")).await;
    assert!(matches!(endless, Err(StoreError::Unavailable(_))), "{endless:?}");
}
