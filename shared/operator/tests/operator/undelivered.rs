use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use deliver_invites::App;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use spaces_local::harness;

use crate::{Service, distinct};

impl Service {
    /// Makes an invitation through the API. Gives its id and its space.
    async fn invite(&self, addresses: &[&str], channel: &str) -> (String, String) {
        let invitees: Vec<Value> =
            addresses.iter().map(|address| json!({"inviteeType": "email", "invitee": address})).collect();
        let body = json!({"topic": {"title": "Lunch"}, "invitees": invitees, "informChannel": channel});
        let mut event = harness::event("create-space-invite", "200-email").unwrap();
        event["body"] = json!(body.to_string());
        let sources = distinct(harness::now());
        let app = create_space_invite::App::from_env(&self.harness.env().unwrap(), sources).unwrap();
        let answer = harness::answer(event, |request| app.answer(request)).await.unwrap();
        let made = |name: &str| answer["body"]["data"][0][name].as_str().unwrap().to_owned();
        (made("_id"), made("topicId"))
    }

    /// Delivers the stream's records of new invitations, once; how many are handed back.
    async fn deliver_stream(&self, now: Timestamp) -> usize {
        let records = self.harness.dynamo.stream().after(None).unwrap();
        let new =
            |record: &&Value| record["eventName"] == "INSERT" && record["dynamodb"]["Keys"]["sk"]["S"] == "INVITE";
        self.deliver(&json!({"Records": records.iter().filter(new).collect::<Vec<_>>()}), now).await
    }

    async fn deliver(&self, event: &Value, now: Timestamp) -> usize {
        let app = App::from_env(&self.harness.env().unwrap(), harness::sources_at(now)).unwrap();
        let event = serde_json::from_value(event.clone()).unwrap();
        app.deliver(event, now + SignedDuration::from_mins(15)).await.batch_item_failures.len()
    }

    fn mailed(&self) -> Vec<String> {
        let mails = self.harness.mailbox.messages();
        let mut to: Vec<_> = mails.iter().map(|mail| serde_json::to_value(mail).unwrap()["to"].to_string()).collect();
        to.sort();
        to
    }
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn later() -> Timestamp {
    harness::now() + SignedDuration::from_mins(16)
}

#[tokio::test]
async fn mails_that_the_stream_gave_up_are_found_and_sent_once_by_the_written_event() {
    let service = Service::start().await;
    let (id, space) = service.invite(&["ana@example.com", "eva@example.com"], "server").await;
    service.harness.mailbox.throttle(1_000);
    assert_eq!(service.deliver_stream(harness::now()).await, 1);
    service.harness.mailbox.throttle(0);
    assert_eq!(service.mailed(), Vec::<String>::new());

    let directory = tempfile::tempdir().unwrap();
    let search = format!("undelivered --events {}", directory.path().display());
    let told = service.answer(later(), &search).await.unwrap();
    assert!(told.text.starts_with("1 invitations with 2 mails") && told.complete, "{}", told.text);
    assert!(told.text.contains(&id) && told.text.contains("2 of 2 mails"), "{}", told.text);

    let files = files(directory.path());
    assert_eq!(files, [directory.path().join(format!("{space}.json"))]);
    assert_eq!(fs::metadata(&files[0]).unwrap().permissions().mode() & 0o777, 0o600);
    let event = serde_json::from_str(&fs::read_to_string(&files[0]).unwrap()).unwrap();
    for _ in 0..2 {
        assert_eq!(service.deliver(&event, later()).await, 0);
        assert_eq!(service.mailed(), [r#"["ana@example.com"]"#, r#"["eva@example.com"]"#]);
    }
    let told = service.answer(later(), "undelivered").await.unwrap().text;
    assert!(told.starts_with("0 invitations with 0 mails"), "{told}");
    let shown = service.run(&format!("invitation show {id}")).await.unwrap();
    assert!(shown.contains("a***@example.com  member  sent, attempt 2"), "{shown}");
}

#[tokio::test]
async fn only_the_mails_that_are_open_are_counted() {
    let service = Service::start().await;
    let (id, _) = service.invite(&["ana@example.com", "no@bounce.test", "eva@example.com"], "server").await;
    service.harness.mailbox.refuse("no@bounce.test");
    assert_eq!(service.deliver_stream(harness::now()).await, 0);
    let told = service.answer(later(), "undelivered").await.unwrap().text;
    assert!(told.starts_with("0 invitations with 0 mails"), "{told}");
    let shown = service.run(&format!("invitation show {id}")).await.unwrap();
    assert!(shown.contains("n***@bounce.test  member  refused for good, attempt 1, MessageRejected"), "{shown}");
    // A delivery whose sender was killed: the item is there, and says nothing for good.
    let delivery = service.harness.dynamo.items().unwrap().into_iter().find(|item| item["email"] == "eva@example.com");
    let delivery = delivery.unwrap();
    service.harness.dynamo.remove(delivery["pk"].as_str().unwrap(), delivery["sk"].as_str().unwrap()).unwrap();
    let told = service.answer(later(), "undelivered").await.unwrap().text;
    assert!(told.contains("1 of 3 mails"), "{told}");
}

#[tokio::test]
async fn what_is_not_ours_to_mail_any_more_is_left_alone() {
    let service = Service::start().await;
    service.invite(&["ana@example.com"], "client").await;
    service.invite(&[], "server").await;
    let (withdrawn, _) = service.invite(&["ana@example.com"], "server").await;
    service.run(&format!("invitation withdraw {withdrawn}")).await.unwrap();
    let count = async |now| service.answer(now, "undelivered").await.unwrap().text;
    assert!(count(later()).await.starts_with("0 invitations"));
    service.invite(&["ana@example.com"], "server").await;
    // The stream still has it; after that it is given up, and in the end it has expired.
    assert!(count(harness::now() + SignedDuration::from_mins(14)).await.starts_with("0 invitations"));
    assert!(count(later()).await.starts_with("1 invitations"));
    assert!(count(harness::now() + SignedDuration::from_hours(24 * 31)).await.starts_with("0 invitations"));
}

#[tokio::test]
async fn an_invitation_that_cannot_be_read_is_told_and_hides_no_other() {
    let service = Service::start().await;
    let (spoiled, _) = service.invite(&["ana@example.com"], "server").await;
    let pk = service.harness.invitation_partition(spoiled.parse().unwrap()).unwrap();
    service.harness.dynamo.spoil(&pk, "INVITE", "created").unwrap();
    let (other, _) = service.invite(&["eva@example.com"], "server").await;
    let told = service.answer(later(), "undelivered").await.unwrap();
    assert!(!told.complete);
    assert!(told.text.contains(&format!("cannot be read: {pk}: the invitation item")), "{}", told.text);
    assert!(told.text.contains(&format!("invitation {other}")), "{}", told.text);
}

#[tokio::test]
async fn a_table_of_many_pages_is_read_to_its_end() {
    let service = Service::start().await;
    // 1,000 of the longest addresses make an invitation of some 300 kB, and a page ends at 1 MB.
    let long: Vec<String> =
        (0..1_000).map(|n| format!("{n:04}{}@{}.example", "a".repeat(60), "b".repeat(60))).collect();
    let long: Vec<&str> = long.iter().map(String::as_str).collect();
    for _ in 0..8 {
        service.invite(&long, "server").await;
    }
    service.harness.dynamo.forget_calls();
    let told = service.answer(later(), "undelivered --read-units 1000000").await.unwrap().text;
    assert!(told.starts_with("8 invitations with 8000 mails"), "{told}");
    assert!(!told.contains("(0 read units)"), "{told}");
    let scans = service.harness.dynamo.calls().iter().filter(|call| *call == "Scan").count();
    assert!(scans > 1, "{scans}");
}
