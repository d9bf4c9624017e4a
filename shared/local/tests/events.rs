//! Published events: `PutEvents`, the list of events, and the events of SES's mailbox simulator.

#![cfg(test)]

use axum::Router;
use serde_json::{Value, json};
use spaces_local::Mailbox;

async fn call(mailbox: &Mailbox, operation: &str, body: &Value) -> (u16, Value) {
    let request = reqwest::Client::new().post(mailbox.endpoint()).header("x-amz-target", operation);
    let answer =
        request.header("content-type", "application/x-amz-json-1.1").body(body.to_string()).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/x-amz-json-1.1");
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn put(mailbox: &Mailbox, entries: Value) -> (u16, Value) {
    call(mailbox, "AWSEvents.PutEvents", &json!({ "Entries": entries })).await
}

fn entry(number: usize) -> Value {
    json!({ "Source": "spaces.invitations", "DetailType": "Numbered", "Detail": json!({ "number": number }).to_string() })
}

async fn list(mailbox: &Mailbox, query: &str) -> Vec<Value> {
    let url = format!("{}/api/events{query}", mailbox.endpoint());
    reqwest::get(url).await.unwrap().json().await.unwrap()
}

fn numbers(events: &[Value]) -> Vec<u64> {
    events.iter().map(|event| event["detail"]["number"].as_u64().unwrap()).collect()
}

/// Sends a mail as an SDK does, and returns its id.
async fn send(mailbox: &Mailbox, to: &[&str]) -> String {
    let call = json!({
        "FromEmailAddress": "Spaces <noreply@example.com>",
        "Destination": { "ToAddresses": to },
        "Content": { "Simple": { "Subject": { "Data": "Hello" }, "Body": { "Text": { "Data": "Hello." } } } },
        "EmailTags": [{ "Name": "space", "Value": "1" }],
        "ConfigurationSetName": "mail",
    });
    let url = format!("{}/v2/email/outbound-emails", mailbox.endpoint());
    let answer = reqwest::Client::new().post(url).json(&call).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.json::<Value>().await.unwrap()["MessageId"].as_str().unwrap().to_owned()
}

/// Returns the details of all events, oldest first.
fn details(mailbox: &Mailbox) -> Vec<Value> {
    mailbox.events(100).unwrap().into_iter().rev().map(|mut event| event["detail"].take()).collect()
}

fn event_types(mailbox: &Mailbox) -> Vec<String> {
    details(mailbox).iter().map(|detail| detail["eventType"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_entry_becomes_an_event_with_the_returned_id() {
    let mailbox = Mailbox::start().await.unwrap();
    let entry = json!({
        "Source": "spaces.invitations", "DetailType": "InvitationCreated", "Detail": "{\"version\":\"1\"}",
        "Resources": ["arn:aws:test"], "Time": 1_793_959_200.5, "EventBusName": "arn:aws:events:local:000000000000:event-bus/own",
    });
    let (status, answer) = put(&mailbox, json!([entry])).await;
    assert_eq!((status, &answer["FailedEntryCount"]), (200, &json!(0)));
    let expected = json!({
        "version": "0",
        "id": answer["Entries"][0]["EventId"],
        "detail-type": "InvitationCreated",
        "source": "spaces.invitations",
        "account": "000000000000",
        "time": "2026-11-06T10:00:00Z",
        "region": "local",
        "resources": ["arn:aws:test"],
        "detail": { "version": "1" },
        "eventBusName": "own",
    });
    assert_eq!(list(&mailbox, "").await, [expected]);
}

#[tokio::test]
async fn faulty_entries_are_reported_individually_and_the_others_published() {
    let mailbox = Mailbox::start().await.unwrap();
    let with = |name: &str, value: Value| {
        let mut entry = entry(0);
        entry[name] = value;
        entry
    };
    let entries = json!([
        with("Source", Value::Null),
        with("Source", json!("aws.ses")),
        with("DetailType", json!("")),
        with("DetailType", json!("x".repeat(129))),
        with("Detail", Value::Null),
        with("Detail", json!("{")),
        with("Detail", json!("[]")),
        with("EventBusName", json!("a bus")),
        with("Time", json!(1e300)),
        entry(7),
    ]);
    let (status, answer) = put(&mailbox, entries).await;
    assert_eq!((status, &answer["FailedEntryCount"]), (200, &json!(9)));
    let results = answer["Entries"].as_array().unwrap();
    let codes: Vec<_> = results.iter().map(|result| result["ErrorCode"].as_str()).collect();
    let (argument, source) = (Some("InvalidArgument"), Some("NotAuthorizedForSourceException"));
    let detail = Some("MalformedDetail");
    assert_eq!(codes, [argument, source, argument, argument, argument, detail, detail, argument, argument, None]);
    assert_eq!(numbers(&list(&mailbox, "").await), [7]);
}

#[tokio::test]
async fn a_call_over_the_limits_publishes_nothing() {
    let mailbox = Mailbox::start().await.unwrap();
    let mut large = entry(0);
    large["Detail"] = json!(json!({ "text": "x".repeat(256 * 1024) }).to_string());
    for (entries, reason) in [
        (json!([]), "Member must have length greater than or equal to 1"),
        ((0..11).map(entry).collect(), "Member must have length less than or equal to 10"),
        (json!([large]), "Total size of the entries in the request is over the limit."),
    ] {
        let (status, answer) = put(&mailbox, entries).await;
        assert_eq!((status, &answer["__type"]), (400, &json!("ValidationException")));
        assert!(answer["message"].as_str().unwrap().ends_with(reason), "{answer}");
    }
    let (status, answer) = call(&mailbox, "AWSEvents.PutEvents", &json!({ "Entries": 1 })).await;
    assert_eq!((status, &answer["__type"]), (400, &json!("SerializationException")));
    let (status, answer) = call(&mailbox, "AWSEvents.PutRule", &json!({})).await;
    assert_eq!((status, &answer["__type"]), (400, &json!("UnknownOperationException")));
    assert_eq!(list(&mailbox, "").await, [] as [Value; 0]);
}

#[tokio::test]
async fn the_list_is_paged_from_the_newest_and_can_be_cleared() {
    let mailbox = Mailbox::start().await.unwrap();
    put(&mailbox, (1..=5).map(entry).collect()).await;
    let first = list(&mailbox, "?limit=2").await;
    assert_eq!(numbers(&first), [5, 4]);
    let oldest = first[1]["id"].as_str().unwrap();
    assert_eq!(numbers(&list(&mailbox, &format!("?limit=2&before={oldest}")).await), [3, 2]);
    assert_eq!(list(&mailbox, "?before=unknown").await, [] as [Value; 0]);

    let url = format!("{}/api/events", mailbox.endpoint());
    assert_eq!(reqwest::Client::new().delete(url).send().await.unwrap().status(), 204);
    assert_eq!(list(&mailbox, "").await, [] as [Value; 0]);
}

#[tokio::test]
async fn events_in_a_directory_outlive_the_mailbox() {
    let directory = tempfile::tempdir().unwrap();
    let open = || Mailbox::in_directory(directory.path().to_owned(), 0, Router::new());
    let mailbox = open().await.unwrap();
    put(&mailbox, json!([entry(1)])).await;
    send(&mailbox, &["ana@example.org"]).await;
    let before = list(&mailbox, "").await;
    drop(mailbox);
    let mailbox = open().await.unwrap();
    assert_eq!(list(&mailbox, "").await, before);
    put(&mailbox, json!([entry(2)])).await;
    assert_eq!(list(&mailbox, "?limit=1").await[0]["detail"], json!({ "number": 2 }));
}

#[tokio::test]
async fn each_address_of_the_simulator_has_its_events() {
    for (to, expected) in [
        ("ana@example.org", &["Send", "Delivery"][..]),
        ("success@simulator.test", &["Send", "Delivery"]),
        ("ooto+label@simulator.test", &["Send", "Delivery"]),
        ("bounce@simulator.test", &["Send", "Bounce"]),
        ("Bounce+Label@Simulator.Test", &["Send", "Bounce"]),
        ("suppressionlist@simulator.test", &["Send", "Bounce"]),
        ("complaint+1@simulator.test", &["Send", "Delivery", "Complaint"]),
        ("delay@simulator.test", &["Send", "DeliveryDelay"]),
        ("bounce@example.org", &["Send", "Delivery"]),
    ] {
        let mailbox = Mailbox::start().await.unwrap();
        let id = send(&mailbox, &[to]).await;
        assert_eq!(event_types(&mailbox), expected, "{to}");
        let kept = mailbox.messages();
        assert_eq!((kept.len(), kept[0].to[0].to_lowercase()), (1, to.to_lowercase()));
        assert!(details(&mailbox).iter().all(|detail| detail["mail"]["messageId"] == json!(id)));
    }
}

#[tokio::test]
async fn an_ses_event_has_the_mail_its_headers_and_its_tags() {
    let mailbox = Mailbox::start().await.unwrap();
    let id = send(&mailbox, &["success@simulator.test"]).await;
    let event = mailbox.events(1).unwrap().remove(0);
    assert_eq!((&event["source"], &event["detail-type"]), (&json!("aws.ses"), &json!("Email Delivered")));
    assert_eq!(event["resources"], json!(["arn:aws:ses:local:000000000000:configuration-set/mail"]));
    let mail = &event["detail"]["mail"];
    assert_eq!(mail["timestamp"], json!(mailbox.messages()[0].received));
    assert_eq!((&mail["messageId"], &mail["destination"]), (&json!(id), &json!(["success@simulator.test"])));
    assert_eq!(mail["commonHeaders"]["subject"], json!("Hello"));
    assert!(mail["headers"].as_array().unwrap().contains(&json!({ "name": "Subject", "value": "Hello" })), "{mail}");
    let tags = &mail["tags"];
    assert_eq!((&tags["space"], &tags["ses:configuration-set"]), (&json!(["1"]), &json!(["mail"])));
    assert_eq!(tags["ses:from-domain"], json!(["example.com"]));
    assert_eq!(event["detail"]["delivery"]["recipients"], json!(["success@simulator.test"]));
}

#[tokio::test]
async fn bounces_complaints_and_delays_name_the_recipient_and_the_reason() {
    let mailbox = Mailbox::start().await.unwrap();
    for name in ["bounce", "suppressionlist", "complaint", "delay"] {
        send(&mailbox, &[&format!("{name}@simulator.test")]).await;
    }
    let details = details(&mailbox);
    let of = |name: &str| details.iter().filter(|detail| detail.get(name).is_some()).collect::<Vec<_>>();
    let bounces = of("bounce");
    let subtypes: Vec<_> = bounces.iter().map(|detail| detail["bounce"]["bounceSubType"].as_str().unwrap()).collect();
    assert_eq!(subtypes, ["General", "Suppressed"]);
    assert!(bounces.iter().all(|detail| detail["bounce"]["bounceType"] == "Permanent"));
    assert_eq!(bounces[0]["bounce"]["bouncedRecipients"][0]["emailAddress"], "bounce@simulator.test");
    let complaint = &of("complaint")[0]["complaint"];
    assert_eq!(complaint["complainedRecipients"], json!([{ "emailAddress": "complaint@simulator.test" }]));
    assert_eq!((&complaint["complaintFeedbackType"], &complaint["complaintSubType"]), (&json!("abuse"), &Value::Null));
    let delay = &of("deliveryDelay")[0]["deliveryDelay"];
    assert_eq!(delay["delayedRecipients"][0]["emailAddress"], "delay@simulator.test");
    assert_eq!(delay["delayType"], "TransientCommunicationFailure");
}

#[tokio::test]
async fn recipients_share_events_only_with_the_same_scenario() {
    let mailbox = Mailbox::start().await.unwrap();
    send(&mailbox, &["a@example.org", "bounce@simulator.test", "b@example.org"]).await;
    assert_eq!(event_types(&mailbox), ["Send", "Delivery", "Bounce"]);
    assert_eq!(details(&mailbox)[1]["delivery"]["recipients"], json!(["a@example.org", "b@example.org"]));
}

#[tokio::test]
async fn a_rejected_mail_has_no_events() {
    let mailbox = Mailbox::start().await.unwrap();
    let call = json!({
        "FromEmailAddress": "noreply@example.com", "Destination": { "ToAddresses": ["anybody@bounce.test"] },
        "Content": { "Simple": { "Subject": { "Data": "Hello" }, "Body": { "Text": { "Data": "Hello." } } } },
    });
    let url = format!("{}/v2/email/outbound-emails", mailbox.endpoint());
    assert_eq!(reqwest::Client::new().post(url).json(&call).send().await.unwrap().status(), 400);
    assert_eq!(mailbox.events(1).unwrap(), [] as [Value; 0]);
}
