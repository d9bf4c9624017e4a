//! The items derived from a user: the words under which colleagues find them, and the addresses that they have given
//! up.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde_json::{Value, json};
use spaces_local::harness;
use spaces_model::{Email, User, UserId};
use spaces_store::Store;

use crate::support::{FAILURES, Service};

fn user() -> UserId {
    UserId::from_bytes([5; 12])
}

/// Returns a store for which every domain is a company.
fn store(service: &Service) -> Store {
    service.harness.store.clone().with_company_domains("*".parse().unwrap())
}

/// Stores the claims of a token that was issued this many minutes after the tests' time.
async fn say(service: &Service, minutes: i64, name: &str, address: &str) {
    let at = harness::now() + SignedDuration::from_mins(minutes);
    let email = Email::Proven { address: address.parse().unwrap(), at: Some(at) };
    let said = User { name: Some(name.to_owned()), email: Some(email), ..User::new(user()) };
    store(service).reconcile(&said, at).await.unwrap();
}

impl Service {
    /// Returns the records of users so far, oldest first.
    fn records_of_users(&self) -> Vec<Value> {
        let mut records = self.harness.dynamo.stream().after(None).unwrap();
        let pk = json!(format!("USER#{}", user()));
        records.retain(|record| record["dynamodb"]["Keys"]["pk"]["S"] == pk);
        records
    }

    /// Returns the words under which the user is found, and after a `#` the name under which they are listed.
    fn words(&self) -> BTreeSet<String> {
        let items = self.harness.dynamo.items().unwrap().into_iter();
        let words = items.filter(|item| item["pk"].as_str().unwrap().starts_with("COMPANY#"));
        words
            .map(|item| {
                assert_eq!(item.as_object().unwrap().len(), 2, "nothing but the key: {item}");
                let (word, id) = item["sk"].as_str().unwrap().rsplit_once('#').unwrap();
                assert_eq!(id, user().to_string());
                word.to_owned()
            })
            .collect()
    }
}

fn words(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[tokio::test]
async fn a_user_is_indexed_by_the_folded_words_of_name_and_address() {
    let service = Service::start().await;
    say(&service, 0, "Ana GARCÍA", "a.g@acme.example").await;
    assert!(service.relay(&service.records_of_users()).await.is_empty());
    assert_eq!(service.words(), words(&["a", "ana", "g", "garcia", "#ana-garcia"]));
}

#[tokio::test]
async fn the_words_change_with_name_address_and_company() {
    let service = Service::start().await;
    let companies = || -> BTreeSet<String> {
        let items = service.harness.dynamo.items().unwrap().into_iter();
        let keys = items.filter_map(|item| item["pk"].as_str().map(str::to_owned));
        keys.filter_map(|pk| Some(pk.strip_prefix("COMPANY#")?.split_once('#')?.0.to_owned())).collect()
    };
    let mut seen = BTreeSet::new();
    for (minute, name, address, expected) in [
        (0, "Ana García", "ana@acme.example", &["ana", "garcia", "#ana-garcia"][..]),
        (1, "Ana Pérez", "ana@acme.example", &["ana", "perez", "#ana-perez"]),
        (2, "Ana Pérez", "perez@other.example", &["ana", "perez", "#ana-perez"]),
        // A public mail provider is not a company.
        (3, "Ana Pérez", "perez@gmail.com", &[]),
    ] {
        say(&service, minute, name, address).await;
        assert!(service.relay(&service.records_of_users()).await.is_empty());
        assert_eq!(service.words(), words(expected), "{name} {address}");
        assert!(companies().len() <= 1, "of one company at a time");
        seen.extend(companies());
    }
    assert_eq!(seen.len(), 2);
}

#[tokio::test]
async fn records_in_any_order_and_number_lead_to_the_users_present_words() {
    let service = Service::start().await;
    for (minute, name) in ["Ana", "Bea", "Cleo Ana"].into_iter().enumerate() {
        say(&service, i64::try_from(minute).unwrap(), name, "x@acme.example").await;
    }
    let records = service.records_of_users();
    let [first, second, third] = records.as_slice() else { panic!("{records:?}") };
    let empty = service.harness.dynamo.snapshot().unwrap();
    for order in [[third, second, first], [second, first, third], [first, third, second], [third, first, first]] {
        service.harness.dynamo.restore(&empty).unwrap();
        for record in order {
            assert!(service.relay(std::slice::from_ref(record)).await.is_empty());
        }
        assert_eq!(service.words(), words(&["ana", "cleo", "x", "#cleo-ana"]));
    }
}

#[tokio::test]
async fn concurrent_relays_of_old_and_new_records_agree() {
    let service = Service::start().await;
    say(&service, 0, "Ana", "x@acme.example").await;
    let old = service.records_of_users();
    for minute in 1..10 {
        let (name, expected) = if minute % 2 == 0 { ("Ana", "ana") } else { ("Bea", "bea") };
        let change = async {
            say(&service, minute, name, "x@acme.example").await;
            service.relay(&service.records_of_users()).await
        };
        let (again, new) = tokio::join!(service.relay(&old), change);
        assert!(again.is_empty() && new.is_empty());
        assert_eq!(service.words(), words(&[expected, "x", &format!("#{expected}")]));
    }
}

#[tokio::test]
async fn an_erased_user_has_no_words() {
    let service = Service::start().await;
    say(&service, 0, "Ana", "x@acme.example").await;
    let records = service.records_of_users();
    service.relay(&records).await;
    service.harness.dynamo.remove(&format!("USER#{}", user()), "USER").unwrap();
    service.relay(&records).await;
    assert_eq!(service.words(), words(&[]));
}

#[tokio::test]
async fn a_change_that_affects_no_word_makes_no_call() {
    let service = Service::start().await;
    say(&service, 0, "Ana", "x@acme.example").await;
    say(&service, 1, "Ana", "x@acme.example").await;
    let records = service.records_of_users();
    service.harness.dynamo.forget_calls();
    assert!(service.relay(&records[1..]).await.is_empty());
    assert_eq!(service.harness.dynamo.calls(), Vec::<String>::new());
}

#[tokio::test]
async fn an_address_that_a_user_gave_up_has_no_owner() {
    let service = Service::start().await;
    say(&service, 0, "Ana", "old@acme.example").await;
    say(&service, 1, "Ana", "new@acme.example").await;
    assert!(service.relay(&service.records_of_users()).await.is_empty());
    let owned =
        |item: &&Value| item["pk"].as_str().unwrap().starts_with("ADDRESS#") && item["user"] == user().to_string();
    assert_eq!(service.harness.dynamo.items().unwrap().iter().filter(owned).count(), 1);
}

#[tokio::test]
async fn an_unreadable_user_item_is_set_aside() {
    let service = Service::start().await;
    say(&service, 0, "Ana", "x@acme.example").await;
    let mut records = service.records_of_users();
    records[0]["dynamodb"]["NewImage"]["id"] = json!({"S": "nobody"});
    assert!(service.relay(&records).await.is_empty());
    assert_eq!(service.queued(FAILURES).len(), 1);
    // Relayed again, the record yields the words of the user's current state.
    service.app().relay_again(&records[0]).await.unwrap();
    assert_eq!(service.words(), words(&["ana", "x", "#ana"]));
}

#[tokio::test]
async fn the_deployed_role_allows_relaying_a_user() {
    let service = Service::start().await;
    say(&service, 0, "Ana", "old@acme.example").await;
    say(&service, 1, "Bea", "new@acme.example").await;
    let records = service.records_of_users();
    service.harness.dynamo.forget_calls();
    for record in records {
        service.relay(&[record]).await;
    }
    let calls = service.harness.dynamo.calls();
    assert!(calls.iter().any(|call| call == "DeleteItem"), "{calls:?}");
    assert_eq!(harness::forbidden_calls("RelayOutboxRole", &service.harness.dynamo).unwrap(), Vec::<String>::new());
}
