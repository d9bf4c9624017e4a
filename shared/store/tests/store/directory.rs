//! Tests of the directory: the claims it stores, and the users it finds by address.

use spaces_model::{CompanyDomains, Email, EmailAddress, User, UserId};

use crate::{now, table};

pub(crate) fn address(text: &str) -> EmailAddress {
    text.parse().unwrap()
}

pub(crate) fn id(number: u8) -> UserId {
    UserId::from_bytes([number; 12])
}

pub(crate) fn user(number: u8, email: Option<Email>) -> User {
    User { email, ..User::new(id(number)) }
}

/// Returns a user whose token proves an address, without a time.
pub(crate) fn proven(number: u8, text: &str) -> User {
    user(number, Some(Email::Proven { address: address(text), at: None }))
}

/// Returns the same user as stored in the directory.
pub(crate) fn verified(number: u8, text: &str) -> User {
    user(number, Some(Email::Verified(address(text))))
}

#[tokio::test]
async fn a_user_is_found_by_an_address_however_it_is_written() {
    let (_dynamo, store) = table().await;
    store.reconcile(&proven(1, "Ana@BÜCHER.example"), now()).await.unwrap();
    let found = store.user_by_email(&address("ana@xn--bcher-kva.EXAMPLE")).await.unwrap();
    assert_eq!(found, Some(verified(1, "Ana@BÜCHER.example")));
    assert_eq!(store.user_by_email(&address("ana@bucher.example")).await.unwrap(), None);
}

#[tokio::test]
async fn an_unproven_address_is_not_stored_and_finds_nobody() {
    let (_dynamo, store) = table().await;
    let ceo = address("ceo@example.com");
    for email in [Email::Unverified(ceo.clone()), Email::Disproven { address: ceo.clone(), at: Some(now()) }] {
        let known = store.reconcile(&user(1, Some(email)), now()).await.unwrap();
        assert_eq!(known.user.email, Some(Email::Unverified(ceo.clone())));
        assert_eq!(store.user_by_email(&ceo).await.unwrap(), None);
        assert_eq!(store.user(id(1)).await.unwrap(), Some(user(1, None)));
    }
}

#[tokio::test]
async fn missing_claims_leave_values_unchanged() {
    let (_dynamo, store) = table().await;
    let full = User {
        name: Some("Ana".into()),
        language: Some("es".parse().unwrap()),
        zone: Some("Europe/Madrid".into()),
        issuer: Some("https://accounts.example".into()),
        organisation: Some("acme".into()),
        ..proven(1, "a@b.example")
    };
    store.reconcile(&full, now()).await.unwrap();
    let little = User { name: Some("Ana G.".into()), issuer: full.issuer.clone(), ..user(1, None) };
    let known = store.reconcile(&little, now()).await.unwrap().user;
    let expected = User {
        name: Some("Ana G.".into()),
        email: Some(Email::Verified(address("a@b.example"))),
        // A token with a name but without an organisation says that there is none.
        organisation: None,
        ..full.clone()
    };
    assert_eq!(known, expected);
    assert_eq!(store.user(id(1)).await.unwrap(), Some(expected));
}

#[tokio::test]
async fn a_token_with_an_address_but_no_organisation_removes_the_organisation() {
    let (_dynamo, store) = table().await;
    let issuer = Some("https://accounts.example".to_owned());
    let member = User { issuer: issuer.clone(), organisation: Some("acme".into()), ..proven(1, "a@b.example") };
    store.reconcile(&member, now()).await.unwrap();
    let known = store.reconcile(&User { organisation: None, ..member }, now()).await.unwrap();
    assert_eq!(known.user.organisation, None);
    assert_eq!(store.user(id(1)).await.unwrap().unwrap().organisation, None);
}

#[tokio::test]
async fn reconciling_unchanged_claims_takes_one_batch_and_no_write() {
    let (dynamo, store) = table().await;
    let first = store.reconcile(&proven(1, "a@b.example"), now()).await.unwrap();
    dynamo.forget_calls();
    assert_eq!(store.reconcile(&proven(1, "A@b.example"), now()).await.unwrap(), first);
    assert_eq!(dynamo.calls(), ["BatchGetItem"]);
}

#[tokio::test]
async fn a_user_with_only_an_id_is_known() {
    let (_dynamo, store) = table().await;
    assert_eq!(store.user(id(1)).await.unwrap(), None);
    store.reconcile(&user(1, None), now()).await.unwrap();
    assert_eq!(store.user(id(1)).await.unwrap(), Some(user(1, None)));
}

#[tokio::test]
async fn people_in_one_organisation_or_at_one_listed_domain_are_in_one_company() {
    let (_dynamo, store) = table().await;
    let store = store.with_company_domains("acme.example".parse::<CompanyDomains>().unwrap());
    let of = |number: u8, issuer: &str, organisation: Option<&str>, text: &str| User {
        issuer: Some(issuer.to_owned()),
        organisation: organisation.map(str::to_owned),
        ..verified(number, text)
    };
    let by_domain = store.company_of(&of(1, "one", None, "a@acme.example"));
    assert!(by_domain.is_some());
    assert_eq!(store.company_of(&of(2, "two", None, "b@ACME.example")), by_domain);
    assert_eq!(store.company_of(&of(3, "one", None, "c@other.example")), None);
    assert_eq!(store.company_of(&user(4, Some(Email::Unverified(address("d@acme.example"))))), None);
    assert_eq!(store.company_of(&proven(5, "e@acme.example")), None);
    let by_organisation = store.company_of(&of(6, "one", Some("acme"), "f@acme.example"));
    assert!(by_organisation.is_some() && by_organisation != by_domain);
    assert_eq!(store.company_of(&of(7, "one", Some("acme"), "g@other.example")), by_organisation);
    assert_ne!(store.company_of(&of(8, "two", Some("acme"), "h@other.example")), by_organisation);
}

#[tokio::test]
async fn no_key_contains_an_address() {
    let (dynamo, store) = table().await;
    store.reconcile(&proven(1, "ana@b.example"), now()).await.unwrap();
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
        store.reconcile(user, now()).await.unwrap();
    }
    dynamo.forget_calls();
    let ids: Vec<_> = users.iter().map(|user| user.id).chain([id(255)]).collect();
    let found = store.users(&ids).await.unwrap();
    assert_eq!(found.len(), 120);
    // Two batches of users, then two of addresses, whether the users are known or not.
    assert_eq!(dynamo.calls(), ["BatchGetItem"; 4]);
}
