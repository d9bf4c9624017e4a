//! The mailbox, used through the real SDK and its pages.

#![cfg(test)]

mod pages;

use aws_credential_types::Credentials;
use aws_sdk_sesv2::config::retry::RetryConfig;
use aws_sdk_sesv2::config::{BehaviorVersion, Region};
use aws_sdk_sesv2::operation::send_email::{SendEmailError, SendEmailOutput};
use aws_sdk_sesv2::primitives::Blob;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageTag, RawMessage};
use aws_sdk_sesv2::{Client, Config};
use axum::Router;
use lettre::message::header::ContentType;
use lettre::message::{MultiPart, SinglePart};
use spaces_local::Mailbox;

fn client(mailbox: &Mailbox) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::from_keys("local", "local", None))
        .endpoint_url(mailbox.endpoint())
        .retry_config(RetryConfig::disabled())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    Client::from_conf(config)
}

fn part(kind: &str, text: &str) -> SinglePart {
    SinglePart::builder().header(ContentType::parse(kind).unwrap()).body(text.to_owned())
}

fn invitation() -> Vec<u8> {
    let parts = MultiPart::alternative()
        .singlepart(part("text/plain; charset=utf-8", "Grüße"))
        .singlepart(part("text/html; charset=utf-8", "<html><head></head><p>Grüße</p></html>"))
        .singlepart(part("text/calendar; method=REQUEST; charset=utf-8", "BEGIN:VCALENDAR"));
    let message = lettre::Message::builder()
        .from("Rémy <remy@example.com>".parse().unwrap())
        .to("ana@example.org".parse().unwrap())
        .subject("Reunión <b>mañana</b>")
        .multipart(parts);
    message.unwrap().formatted()
}

async fn send(mailbox: &Mailbox, to: &str, content: EmailContent) -> Result<SendEmailOutput, SendEmailError> {
    let call = client(mailbox).send_email().from_email_address("noreply@example.com").content(content);
    let call = call.destination(Destination::builder().to_addresses(to).build());
    let call = call.email_tags(MessageTag::builder().name("invite").value("1").build().unwrap());
    call.configuration_set_name("spaces").send().await.map_err(aws_sdk_sesv2::error::SdkError::into_service_error)
}

fn raw() -> EmailContent {
    EmailContent::builder().raw(RawMessage::builder().data(Blob::new(invitation())).build().unwrap()).build()
}

fn simple() -> EmailContent {
    let data = |text: &str| Content::builder().data(text).build().unwrap();
    let body = Body::builder().text(data("plain")).html(data("<p>rich</p>")).build();
    EmailContent::builder().simple(Message::builder().subject(data("Simple")).body(body).build()).build()
}

async fn get(mailbox: &Mailbox, path: &str) -> reqwest::Response {
    reqwest::get(format!("{}{path}", mailbox.endpoint())).await.unwrap()
}

#[tokio::test]
async fn a_quoted_local_part_is_accepted_as_by_ses() {
    let mailbox = Mailbox::start().await.unwrap();
    for address in ["\"a b\"@bug.example", "\"Fred\\ Bloggs\"@bug.example"] {
        send(&mailbox, address, raw()).await.unwrap();
        assert!(mailbox.messages().iter().any(|message| message.to == [address]), "{address}");
    }
    assert!(send(&mailbox, "ana@bug", raw()).await.is_err());
}

#[tokio::test]
async fn a_raw_message_is_stored_with_all_its_parts_decoded() {
    let mailbox = Mailbox::start().await.unwrap();
    let sent = send(&mailbox, "Ana <ana@example.org>", raw()).await.unwrap();
    let messages = mailbox.messages();
    let [message] = messages.as_slice() else { panic!("{messages:?}") };
    assert_eq!(Some(message.id.as_str()), sent.message_id());
    assert_eq!(message.from, "Rémy <remy@example.com>");
    assert_eq!(message.to, ["ana@example.org"]);
    assert_eq!(message.subject, "Reunión <b>mañana</b>");
    assert_eq!(message.text.as_deref(), Some("Grüße"));
    assert_eq!(message.html.as_deref(), Some("<html><head></head><p>Grüße</p></html>"));
    assert_eq!(message.calendar.as_deref(), Some("BEGIN:VCALENDAR"));
    assert!(message.raw.starts_with("From: ") && message.raw.contains("multipart/alternative"), "{}", message.raw);
    assert_eq!(message.tags, [("invite".to_owned(), "1".to_owned())]);
    assert_eq!(message.configuration_set.as_deref(), Some("spaces"));
}

#[tokio::test]
async fn a_simple_message_becomes_a_mime_message() {
    let mailbox = Mailbox::start().await.unwrap();
    send(&mailbox, "ana@example.org", simple()).await.unwrap();
    let message = mailbox.messages().remove(0);
    assert_eq!((message.from.as_str(), message.subject.as_str()), ("noreply@example.com", "Simple"));
    assert_eq!((message.text.as_deref(), message.html.as_deref()), (Some("plain"), Some("<p>rich</p>")));
    assert_eq!(message.calendar, None);
}

#[tokio::test]
async fn addresses_at_the_bouncing_domain_and_refused_ones_are_rejected_and_not_stored() {
    let mailbox = Mailbox::start().await.unwrap();
    mailbox.refuse("ana@example.org");
    for to in ["anybody@bounce.test", "ana@example.org"] {
        let error = send(&mailbox, to, raw()).await.unwrap_err();
        assert!(error.is_message_rejected(), "{error:?}");
    }
    send(&mailbox, "other@example.org", raw()).await.unwrap();
    assert_eq!(mailbox.messages().len(), 1);
}

#[tokio::test]
async fn the_requested_number_of_calls_is_throttled() {
    let mailbox = Mailbox::start().await.unwrap();
    mailbox.throttle(2);
    for _ in 0..2 {
        let error = send(&mailbox, "ana@example.org", raw()).await.unwrap_err();
        assert!(error.is_too_many_requests_exception(), "{error:?}");
    }
    send(&mailbox, "ana@example.org", raw()).await.unwrap();
}

#[tokio::test]
async fn bytes_that_are_not_a_message_are_a_bad_request() {
    let mailbox = Mailbox::start().await.unwrap();
    let data = RawMessage::builder().data(Blob::new("no headers")).build().unwrap();
    let error = send(&mailbox, "ana@example.org", EmailContent::builder().raw(data).build()).await.unwrap_err();
    assert!(error.is_bad_request_exception(), "{error:?}");
}

#[tokio::test]
async fn the_api_lists_newest_first_and_deletes() {
    let mailbox = Mailbox::start().await.unwrap();
    send(&mailbox, "ana@example.org", raw()).await.unwrap();
    send(&mailbox, "ana@example.org", simple()).await.unwrap();
    let list: serde_json::Value = get(&mailbox, "/api/messages").await.json().await.unwrap();
    assert_eq!((&list[0]["subject"], &list[1]["to"][0]), (&"Simple".into(), &"ana@example.org".into()));

    let deleted = reqwest::Client::new().delete(format!("{}/api/messages", mailbox.endpoint())).send().await.unwrap();
    assert_eq!(deleted.status(), 204);
    assert_eq!(mailbox.messages(), []);
}

#[tokio::test]
async fn messages_in_a_directory_outlive_the_mailbox_and_ids_keep_increasing() {
    let directory = tempfile::tempdir().unwrap();
    let open = || Mailbox::in_directory(directory.path().to_owned(), 0, Router::new());
    let mailbox = open().await.unwrap();
    send(&mailbox, "ana@example.org", raw()).await.unwrap();
    let before = mailbox.messages();
    drop(mailbox);

    let mailbox = open().await.unwrap();
    assert_eq!(mailbox.messages(), before);
    let next = send(&mailbox, "ana@example.org", raw()).await.unwrap();
    assert!(next.message_id.unwrap() > before[0].id);
    mailbox.clear().unwrap();
    drop(mailbox);
    assert_eq!(open().await.unwrap().messages(), []);
}
