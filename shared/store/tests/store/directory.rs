//! The directory: what it keeps of a token, and whom it finds by an address.

use jiff::SignedDuration;
use spaces_model::{Email, EmailAddress, User, UserId};

use crate::{now, table};

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
    store.remember(&ana, now()).await.unwrap();
    let found = store.user_by_email(&address("ana@xn--bcher-kva.EXAMPLE")).await.unwrap();
    assert_eq!(found, Some(ana));
    assert_eq!(store.user_by_email(&address("ana@bucher.example")).await.unwrap(), None);
}

#[tokio::test]
async fn an_unverified_address_is_not_kept_and_finds_nobody() {
    let (_dynamo, store) = table().await;
    store.remember(&user(1, Some(Email::Unverified(address("ceo@example.com")))), now()).await.unwrap();
    assert_eq!(store.user_by_email(&address("ceo@example.com")).await.unwrap(), None);
    assert_eq!(store.user(UserId::from_bytes([1; 12])).await.unwrap(), Some(user(1, None)));
}

#[tokio::test]
async fn what_a_token_does_not_say_stays() {
    let (_dynamo, store) = table().await;
    let language = Some("es".parse().unwrap());
    let known =
        User { name: Some("Ana".into()), language, zone: Some("Europe/Madrid".into()), ..verified(1, "a@b.example") };
    store.remember(&known, now()).await.unwrap();
    store.remember(&User { name: Some("Ana G.".into()), ..user(1, None) }, now()).await.unwrap();
    let read = store.user(known.id).await.unwrap();
    assert_eq!(read, Some(User { name: Some("Ana G.".into()), ..known }));
}

#[tokio::test]
async fn remembering_the_same_again_writes_nothing() {
    let (dynamo, store) = table().await;
    let ana = verified(1, "a@b.example");
    store.remember(&ana, now()).await.unwrap();
    let written = dynamo.stream().after(None).unwrap().len();
    store.remember(&ana, now()).await.unwrap();
    assert_eq!(dynamo.stream().after(None).unwrap().len(), written);
}

#[tokio::test]
async fn a_user_who_changed_their_address_is_found_by_the_new_one_alone() {
    let (_dynamo, store) = table().await;
    store.remember(&verified(1, "old@b.example"), now()).await.unwrap();
    store.remember(&verified(1, "new@b.example"), now()).await.unwrap();
    assert_eq!(store.user_by_email(&address("old@b.example")).await.unwrap(), None);
    assert_eq!(store.user_by_email(&address("new@b.example")).await.unwrap(), Some(verified(1, "new@b.example")));
}

#[tokio::test]
async fn an_address_belongs_to_the_user_who_proved_it_last() {
    let (_dynamo, store) = table().await;
    let shared = address("shared@b.example");
    for (later, number) in [9, 4, 7].into_iter().enumerate() {
        let proven = now() + SignedDuration::from_secs(i64::try_from(later).unwrap());
        store.remember(&verified(number, "shared@b.example"), proven).await.unwrap();
    }
    // What was proven before the owner proved it takes nothing.
    store.remember(&verified(2, "shared@b.example"), now()).await.unwrap();
    assert_eq!(store.user_by_email(&shared).await.unwrap(), Some(verified(7, "shared@b.example")));
    let ids = [2, 4, 7, 9].map(|number| UserId::from_bytes([number; 12]));
    let users = store.users(&ids).await.unwrap();
    for id in ids {
        let email = (id == ids[2]).then(|| Email::Verified(shared.clone()));
        assert_eq!(users[&id].email, email);
        assert_eq!(store.user(id).await.unwrap().unwrap().email, email);
    }
}

#[tokio::test]
async fn an_address_proven_by_many_at_once_has_one_owner_whom_all_reads_name() {
    let (_dynamo, store) = table().await;
    let users: Vec<User> = (1..20).map(|number| verified(number, "shared@b.example")).collect();
    futures_util::future::join_all(users.iter().map(|user| store.remember(user, now()))).await;
    let owner = store.user_by_email(&address("shared@b.example")).await.unwrap().unwrap();
    let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
    let owners: Vec<UserId> = store
        .users(&ids)
        .await
        .unwrap()
        .into_values()
        .filter(|user| user.email.is_some())
        .map(|user| user.id)
        .collect();
    assert_eq!(owners, [owner.id]);
}

#[tokio::test]
async fn no_key_shows_an_address() {
    let (dynamo, store) = table().await;
    store.remember(&verified(1, "ana@b.example"), now()).await.unwrap();
    let invitation = crate::invitation(1, "Plan");
    store.create(&invitation).await.unwrap();
    store.put_deliveries(&invitation, &invitation.invitees, now()).await.unwrap();
    let invite = crate::invitation(1, "Plan").id.to_string();
    for item in dynamo.items().unwrap() {
        for key in ["pk", "sk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk"] {
            let key = item[key].as_str().unwrap_or_default();
            assert!(!key.contains('@') && !key.contains(&invite), "{item}");
        }
    }
}

#[tokio::test]
async fn more_users_than_one_batch_holds_are_all_found() {
    let (dynamo, store) = table().await;
    let users: Vec<_> = (0..120).map(|number| user(number, None)).collect();
    for user in &users {
        store.remember(user, now()).await.unwrap();
    }
    dynamo.forget_calls();
    let ids: Vec<_> = users.iter().map(|user| user.id).chain([UserId::from_bytes([255; 12])]).collect();
    let found = store.users(&ids).await.unwrap();
    assert_eq!(found.len(), 120);
    assert_eq!(dynamo.calls(), ["BatchGetItem", "BatchGetItem"]);
    assert_eq!(store.known_users(&ids).await.unwrap(), users.iter().map(|user| user.id).collect());
}
