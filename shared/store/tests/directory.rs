//! The directory: what it keeps of a token, and whom it finds by an address.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use spaces_local::{Dynamo, samples};
use spaces_model::{Email, EmailAddress, User, UserId};
use spaces_store::Store;

async fn table() -> (Dynamo, Store) {
    let dynamo = Dynamo::in_memory().await.unwrap();
    let store = samples::store(&dynamo);
    (dynamo, store)
}

fn address(text: &str) -> EmailAddress {
    text.parse().unwrap()
}

fn user(number: u8, email: Option<Email>) -> User {
    User { id: UserId::from_bytes([number; 12]), name: None, email, language: None, zone: None }
}

fn verified(number: u8, text: &str) -> User {
    user(number, Some(Email::Verified(address(text))))
}

#[tokio::test]
async fn a_user_is_found_by_an_address_however_it_is_written() {
    let (_dynamo, store) = table().await;
    let ana = verified(1, "Ana@BÜCHER.example");
    store.remember(&ana).await.unwrap();
    let found = store.user_by_email(&address("ana@xn--bcher-kva.EXAMPLE")).await.unwrap();
    assert_eq!(found, Some(ana));
    assert_eq!(store.user_by_email(&address("ana@bucher.example")).await.unwrap(), None);
}

#[tokio::test]
async fn an_unverified_address_is_not_kept_and_finds_nobody() {
    let (_dynamo, store) = table().await;
    store.remember(&user(1, Some(Email::Unverified(address("ceo@example.com"))))).await.unwrap();
    assert_eq!(store.user_by_email(&address("ceo@example.com")).await.unwrap(), None);
    assert_eq!(store.user(UserId::from_bytes([1; 12])).await.unwrap(), Some(user(1, None)));
}

#[tokio::test]
async fn what_a_token_does_not_say_stays() {
    let (_dynamo, store) = table().await;
    let language = Some("es".parse().unwrap());
    let known =
        User { name: Some("Ana".into()), language, zone: Some("Europe/Madrid".into()), ..verified(1, "a@b.example") };
    store.remember(&known).await.unwrap();
    store.remember(&User { name: Some("Ana G.".into()), ..user(1, None) }).await.unwrap();
    let read = store.user(known.id).await.unwrap();
    assert_eq!(read, Some(User { name: Some("Ana G.".into()), ..known }));
}

#[tokio::test]
async fn remembering_the_same_again_writes_nothing() {
    let (dynamo, store) = table().await;
    let ana = verified(1, "a@b.example");
    store.remember(&ana).await.unwrap();
    let written = dynamo.stream().after(None).unwrap().len();
    store.remember(&ana).await.unwrap();
    assert_eq!(dynamo.stream().after(None).unwrap().len(), written);
}

#[tokio::test]
async fn a_user_who_changed_their_address_is_found_by_the_new_one_alone() {
    let (_dynamo, store) = table().await;
    store.remember(&verified(1, "old@b.example")).await.unwrap();
    store.remember(&verified(1, "new@b.example")).await.unwrap();
    assert_eq!(store.user_by_email(&address("old@b.example")).await.unwrap(), None);
    assert_eq!(store.user_by_email(&address("new@b.example")).await.unwrap(), Some(verified(1, "new@b.example")));
}

#[tokio::test]
async fn of_two_users_with_one_address_always_the_same_is_found() {
    let (_dynamo, store) = table().await;
    for number in [9, 4, 7] {
        store.remember(&verified(number, "shared@b.example")).await.unwrap();
    }
    let found = store.user_by_email(&address("shared@b.example")).await.unwrap();
    assert_eq!(found, Some(verified(4, "shared@b.example")));
}

#[tokio::test]
async fn more_users_than_one_batch_holds_are_all_found() {
    let (dynamo, store) = table().await;
    let users: Vec<_> = (0..120).map(|number| user(number, None)).collect();
    for user in &users {
        store.remember(user).await.unwrap();
    }
    dynamo.forget_calls();
    let ids: Vec<_> = users.iter().map(|user| user.id).chain([UserId::from_bytes([255; 12])]).collect();
    let found = store.users(&ids).await.unwrap();
    assert_eq!(found.len(), 120);
    assert_eq!(dynamo.calls(), ["BatchGetItem", "BatchGetItem"]);
}
