//! The content of events, and its limits.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::Service;
use crate::{publish, record, records};

/// The names of all files whose records yield events.
const LIFE: [&str; 18] = [
    "created",
    "mails-queued",
    "mail-sent",
    "mail-delivered",
    "mail-bounced",
    "mail-failed",
    "declined",
    "updated",
    "resent",
    "revoked",
    "joined",
    "role-changed",
    "left",
    "guest-joined",
    "removed",
    "space-updated",
    "space-deleted",
    "meeting-room",
];

#[tokio::test]
async fn no_event_contains_a_secret_an_address_or_a_name() {
    let service = Service::start().await;
    for name in LIFE {
        publish(&service.app(), &records(name)).await;
    }
    let text = service.published().iter().map(Value::to_string).collect::<String>();
    let invitation = record("revoked")["dynamodb"]["NewImage"].clone();
    let delivery = record("declined")["dynamodb"]["Keys"].clone();
    let hash = invitation["pk"]["S"].as_str().unwrap().strip_prefix("INVITE#").unwrap();
    let person = delivery["sk"]["S"].as_str().unwrap().strip_prefix("TO#").unwrap();
    // The link's secret and the keys derived from it; a PIN's hash; names; a text from SES.
    let pin = record("space-updated")["dynamodb"]["NewImage"]["settings"]["M"]["pin"]["S"].clone();
    for secret in [
        invitation["id"]["S"].as_str().unwrap(),
        hash,
        person,
        pin.as_str().unwrap(),
        "@",
        "Alice",
        "Bob",
        "Kay",
        "MessageRejected",
        "http",
        "pin",
    ] {
        assert!(!text.contains(secret), "{secret} is in an event");
    }
}

#[tokio::test]
async fn an_event_contains_the_invitees_address_if_the_operator_wants_it() {
    let service = Service::start().await;
    let app = service.app_with(&[("EVENT_ADDRESSES", "true")]);
    for name in LIFE {
        publish(&app, &records(name)).await;
    }
    let published = service.published();
    let named = |each: &&Value| each.to_string().contains('@');
    let types: BTreeSet<&str> = published.iter().filter(named).map(|each| each["type"].as_str().unwrap()).collect();
    assert_eq!(types, BTreeSet::from(["InvitationDeclined", "MailStateChanged"]));
    let of_one = published.iter().filter(named).all(|each| each["event"]["invitee"] == "han@example.com");
    assert!(of_one, "{published:?}");
}

#[tokio::test]
async fn another_index_secret_changes_every_reference() {
    let service = Service::start().await;
    publish(&service.app(), &[record("declined")]).await;
    let other = "another index secret for tests, of more than forty characters";
    publish(&service.app_with(&[("INDEX_SECRET", other)]), &[record("declined")]).await;
    let [one, another] = &service.published()[..] else { panic!("two events") };
    for name in ["id", "inviteRef", "inviteeRef"] {
        assert_ne!(one["event"][name], another["event"][name], "{name}");
    }
    assert_eq!(one["event"]["spaceId"], another["event"]["spaceId"]);
}

#[tokio::test]
async fn attributes_of_a_later_release_are_ignored() {
    let service = Service::start().await;
    for name in LIFE {
        let mut records = records(name);
        for record in &mut records {
            for image in ["OldImage", "NewImage"] {
                if let Some(item) = record["dynamodb"][image].as_object_mut() {
                    item.insert("later".to_owned(), json!({ "M": { "more": { "BOOL": true } } }));
                }
            }
        }
        assert!(publish(&service.app(), &records).await.is_empty());
    }
    assert_eq!(service.set_aside(), [Value::Null; 0]);
    assert!(service.published().len() >= LIFE.len());
}

#[tokio::test]
async fn ten_of_the_largest_events_are_far_below_the_limit_of_a_call() {
    let service = Service::start().await;
    let mut update = record("space-updated");
    // 200 characters of four bytes each.
    update["dynamodb"]["NewImage"]["title"] = json!({ "S": "\u{1d11e}".repeat(200) });
    let mut declined = record("declined");
    let domain = vec!["d".repeat(60); 3].join(".");
    declined["dynamodb"]["NewImage"]["email"] = json!({ "S": format!("{}@{domain}.example", "l".repeat(60)) });
    let app = service.app_with(&[("EVENT_ADDRESSES", "true")]);
    assert!(publish(&app, &[update, declined, record("updated")]).await.is_empty());
    let sizes: Vec<usize> = service.published().iter().map(|each| each["event"].to_string().len()).collect();
    assert_eq!(sizes.len(), 3);
    assert!(sizes.iter().all(|size| *size < 2_048), "{sizes:?}");
}
