//! The queues, used through the real SDK.

#![cfg(test)]

mod batches;
mod groups;

use std::convert::Infallible;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_sqs::config::retry::RetryConfig;
use aws_sdk_sqs::config::{BehaviorVersion, Region};
use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::primitives::Blob;
use aws_sdk_sqs::types::{Message, MessageAttributeValue, MessageSystemAttributeName as Attribute, QueueAttributeName};
use aws_sdk_sqs::{Client, Config};
use serde_json::{Value, json};
use spaces_local::LocalQueues;
use spaces_local::queues::{self, QueueDefinition, QueuedMessage, RedrivePolicy};

const MAIL: &str = "Mail";
const DEAD: &str = "DeadMail";

/// A queue with a visibility timeout of one minute, and its dead-letter queue.
fn definitions() -> Vec<QueueDefinition> {
    let mut mail = QueueDefinition::named(MAIL);
    mail.visibility_timeout = Duration::from_mins(1);
    mail.redrive = Some(RedrivePolicy { dead_letter_queue: DEAD.to_owned(), max_receive_count: 2 });
    vec![mail, QueueDefinition::named(DEAD)]
}

fn client(endpoint: &str) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::from_keys("local", "local", None))
        .endpoint_url(endpoint)
        .retry_config(RetryConfig::disabled())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    Client::from_conf(config)
}

struct World {
    queues: LocalQueues,
    client: Client,
    url: String,
}

impl World {
    async fn new() -> Self {
        let queues = LocalQueues::in_memory(definitions()).await.unwrap();
        let endpoint = queues.endpoint().unwrap();
        Self { queues, client: client(&endpoint), url: queues::url(&endpoint, MAIL) }
    }

    fn send(&self, bodies: &[&str]) {
        for body in bodies {
            self.queues.send(MAIL, body, None).unwrap();
        }
    }

    async fn receive_from(&self, url: &str, max: i32) -> Vec<Message> {
        let call = self.client.receive_message().queue_url(url).max_number_of_messages(max);
        call.message_system_attribute_names(Attribute::All).send().await.unwrap().messages.unwrap_or_default()
    }

    async fn receive(&self) -> Vec<Message> {
        self.receive_from(&self.url, 10).await
    }

    async fn receive_one(&self) -> Message {
        let mut received = self.receive().await;
        assert_eq!(received.len(), 1, "{received:?}");
        received.remove(0)
    }

    fn dead_url(&self) -> String {
        queues::url(&self.queues.endpoint().unwrap(), DEAD)
    }

    async fn delete(&self, message: &Message) {
        let receipt = message.receipt_handle.as_deref().unwrap();
        self.client.delete_message().queue_url(&self.url).receipt_handle(receipt).send().await.unwrap();
    }

    async fn count(&self, name: QueueAttributeName) -> String {
        let call = self.client.get_queue_attributes().queue_url(&self.url).attribute_names(QueueAttributeName::All);
        call.send().await.unwrap().attributes.unwrap().remove(&name).unwrap()
    }

    fn peek(&self) -> Vec<QueuedMessage> {
        self.queues.peek(MAIL).unwrap()
    }
}

fn bodies(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(|message| message.body.as_deref().unwrap()).collect()
}

fn attribute(message: &Message, name: &Attribute) -> String {
    message.attributes.as_ref().unwrap().get(name).cloned().unwrap_or_default()
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test]
async fn a_message_is_received_as_it_was_sent() {
    let world = World::new().await;
    let number = MessageAttributeValue::builder().data_type("Number").string_value("1493147359900").build().unwrap();
    let binary =
        MessageAttributeValue::builder().data_type("Binary").binary_value(Blob::new([0, 255])).build().unwrap();
    let call = world.client.send_message().queue_url(&world.url).message_body("Grüße").message_group_id("alice");
    let sent = call.message_attributes("timestamp", number.clone()).send().await.unwrap();
    // From `printf Grüße | md5sum`.
    assert_eq!(sent.md5_of_message_body(), Some("49c5f675b49037b6044b803ac9d1a6d7"));
    // AWS's response, according to the tests of moto.
    assert_eq!(sent.md5_of_message_attributes(), Some("235c5c510d26fb653d073faed50ae77c"));

    let call = world.client.receive_message().queue_url(&world.url).message_attribute_names("All");
    let received =
        call.message_system_attribute_names(Attribute::All).send().await.unwrap().messages.unwrap().remove(0);
    assert_eq!((received.message_id.as_ref(), received.body.as_deref()), (sent.message_id.as_ref(), Some("Grüße")));
    assert_eq!(received.md5_of_body, sent.md5_of_message_body);
    assert_eq!(received.md5_of_message_attributes, sent.md5_of_message_attributes);
    assert_eq!(received.message_attributes.as_ref().unwrap()["timestamp"], number);
    assert_eq!(attribute(&received, &Attribute::MessageGroupId), "alice");
    assert_eq!(attribute(&received, &Attribute::ApproximateReceiveCount), "1");
    let at: u64 = attribute(&received, &Attribute::SentTimestamp).parse().unwrap();
    let first: u64 = attribute(&received, &Attribute::ApproximateFirstReceiveTimestamp).parse().unwrap();
    assert!(at > 1_700_000_000_000 && first >= at, "{at}, {first}");

    let call = world.client.send_message().queue_url(&world.url).message_body("b");
    call.message_attributes("bytes", binary.clone()).message_attributes("timestamp", number).send().await.unwrap();
    let call = world.client.receive_message().queue_url(&world.url).message_attribute_names("bytes");
    let received = call.send().await.unwrap().messages.unwrap().remove(0);
    assert_eq!(received.message_attributes.unwrap(), [("bytes".to_owned(), binary)].into());
}

#[tokio::test]
async fn only_requested_attributes_are_returned() {
    let world = World::new().await;
    world.send(&["a"]);
    let received = world.client.receive_message().queue_url(&world.url).send().await.unwrap().messages.unwrap();
    assert_eq!((&received[0].attributes, &received[0].message_attributes), (&None, &None));
}

#[tokio::test]
async fn a_received_message_is_hidden_until_its_timeout_and_then_received_again() {
    let world = World::new().await;
    world.send(&["a"]);
    let first = world.receive_one().await;
    world.queues.advance(seconds(58));
    assert!(world.receive().await.is_empty());
    world.queues.advance(seconds(3));
    let second = world.receive_one().await;
    assert_eq!(
        (&second.message_id, attribute(&second, &Attribute::ApproximateReceiveCount)),
        (&first.message_id, "2".into())
    );

    // The first receipt handle is stale: SQS reports success, but deletes nothing.
    world.delete(&first).await;
    assert_eq!(world.peek().len(), 1);
    world.delete(&second).await;
    assert!(world.peek().is_empty());
}

#[tokio::test]
async fn changing_the_visibility_hides_a_message_or_makes_it_receivable() {
    let world = World::new().await;
    world.send(&["a"]);
    let received = world.receive_one().await;
    let change = |seconds| {
        let call = world.client.change_message_visibility().queue_url(&world.url).visibility_timeout(seconds);
        call.receipt_handle(received.receipt_handle.as_deref().unwrap()).send()
    };
    change(1800).await.unwrap();
    assert!((1795..=1800).contains(&world.peek()[0].hidden_for.as_secs()), "{:?}", world.peek());
    change(0).await.unwrap();
    let error = change(10).await.unwrap_err().into_service_error();
    assert!(error.is_message_not_inflight(), "{error:?}");
    assert_eq!(bodies(&world.receive().await), ["a"]);
}

#[tokio::test]
async fn a_message_received_too_often_is_dead_lettered_and_can_be_redriven() {
    let world = World::new().await;
    world.send(&["a"]);
    for _ in 0..2 {
        world.receive_one().await;
        world.queues.advance(seconds(61));
    }
    assert!(world.receive().await.is_empty());
    let dead = world.receive_from(&world.dead_url(), 1).await.remove(0);
    assert_eq!(attribute(&dead, &Attribute::DeadLetterQueueSourceArn), "arn:aws:sqs:local:000000000000:Mail");
    assert_eq!(attribute(&dead, &Attribute::ApproximateReceiveCount), "3");

    let redrive = |arn| world.client.start_message_move_task().source_arn(arn).send();
    redrive("arn:aws:sqs:local:000000000000:DeadMail").await.unwrap();
    assert!(world.queues.peek(DEAD).unwrap().is_empty());
    let again = world.receive_one().await;
    assert_ne!(again.message_id, dead.message_id);
    assert_eq!(attribute(&again, &Attribute::ApproximateReceiveCount), "1");

    let error = redrive("arn:aws:sqs:local:000000000000:Mail").await.unwrap_err().into_service_error();
    assert_eq!(error.message(), Some("Source queue must be configured as a Dead Letter Queue."));
    let error = redrive("arn:aws:sqs:local:000000000000:None").await.unwrap_err().into_service_error();
    assert!(error.is_resource_not_found_exception(), "{error:?}");
}

#[tokio::test]
async fn a_message_is_deleted_at_the_end_of_its_retention() {
    let world = World::new().await;
    world.send(&["a"]);
    world.queues.advance(seconds(4 * 24 * 3600 - 10));
    assert_eq!(world.peek().len(), 1);
    world.queues.advance(seconds(11));
    assert!(world.receive().await.is_empty());
    assert!(world.peek().is_empty());
}

#[tokio::test]
async fn attributes_count_the_messages_of_each_state() {
    let world = World::new().await;
    world.send(&["a", "b", "c"]);
    world.client.send_message().queue_url(&world.url).message_body("d").delay_seconds(60).send().await.unwrap();
    world.receive_from(&world.url, 1).await;
    assert_eq!(world.count(QueueAttributeName::ApproximateNumberOfMessages).await, "2");
    assert_eq!(world.count(QueueAttributeName::ApproximateNumberOfMessagesNotVisible).await, "1");
    assert_eq!(world.count(QueueAttributeName::ApproximateNumberOfMessagesDelayed).await, "1");
    assert_eq!(world.count(QueueAttributeName::VisibilityTimeout).await, "60");
    assert_eq!(world.count(QueueAttributeName::MessageRetentionPeriod).await, "345600");
    assert_eq!(
        world.count(QueueAttributeName::RedrivePolicy).await,
        r#"{"deadLetterTargetArn":"arn:aws:sqs:local:000000000000:DeadMail","maxReceiveCount":2}"#
    );
    world.client.purge_queue().queue_url(&world.url).send().await.unwrap();
    assert!(world.peek().is_empty());
}

#[tokio::test]
async fn a_queue_is_found_by_its_name_and_an_unknown_one_is_an_error() {
    let world = World::new().await;
    let found = world.client.get_queue_url().queue_name(MAIL).send().await.unwrap();
    assert_eq!(found.queue_url(), Some(world.url.as_str()));
    let error = world.client.get_queue_url().queue_name("Other").send().await.unwrap_err().into_service_error();
    assert!(error.is_queue_does_not_exist(), "{error:?}");
    assert_eq!(error.code(), Some("AWS.SimpleQueueService.NonExistentQueue"));
}

#[tokio::test]
async fn a_long_poll_ends_when_a_message_arrives() {
    let world = World::new().await;
    let poll = world.client.receive_message().queue_url(&world.url).wait_time_seconds(20).send();
    let (received, ()) = tokio::join!(poll, async {
        while world.queues.calls().is_empty() {
            tokio::task::yield_now().await;
        }
        world.send(&["a"]);
    });
    assert_eq!(bodies(received.unwrap().messages()), ["a"]);
}

#[tokio::test]
async fn invalid_messages_are_refused() {
    let world = World::new().await;
    let send = |body: String| world.client.send_message().queue_url(&world.url).message_body(body);
    send("x".repeat(1024 * 1024)).send().await.unwrap();
    let error = send("x".repeat(1024 * 1024 + 1)).send().await.unwrap_err().into_service_error();
    assert_eq!(error.code(), Some("InvalidParameterValue"));
    let error = send("\u{1}".to_owned()).send().await.unwrap_err().into_service_error();
    assert!(error.is_invalid_message_contents(), "{error:?}");
    let error = send("a".to_owned()).message_group_id("two words").send().await.unwrap_err().into_service_error();
    assert_eq!(error.code(), Some("InvalidParameterValue"));
    let error = world.client.receive_message().queue_url(&world.url).max_number_of_messages(11).send().await;
    assert_eq!(error.unwrap_err().into_service_error().code(), Some("InvalidParameterValue"));
    let error = world.client.delete_message().queue_url(&world.url).receipt_handle("x").send().await;
    assert!(error.unwrap_err().into_service_error().is_receipt_handle_is_invalid());
}

#[tokio::test]
async fn requests_are_recorded_throttled_and_left_unanswered() {
    let world = World::new().await;
    let send = || world.client.send_message().queue_url(&world.url).message_body("a");
    world.queues.throttle(1);
    let error = send().send().await.unwrap_err().into_service_error();
    assert!(error.is_request_throttled(), "{error:?}");
    assert_eq!(error.code(), Some("RequestThrottled"));

    world.queues.fall_silent(1);
    tokio::select! {
        answer = send().send() => panic!("{answer:?}"),
        () = async { while world.queues.calls().len() < 2 { tokio::task::yield_now().await; } } => {}
    }

    send().send().await.unwrap();
    assert_eq!(world.queues.calls(), ["SendMessage"; 3]);
    assert_eq!(world.peek().len(), 1);
    world.queues.forget_calls();
    assert!(world.queues.calls().is_empty());
}

#[tokio::test]
async fn a_test_can_deliver_to_a_function_of_its_own() {
    let world = World::new().await;
    world.send(&["a", "b"]);
    let second_fails = async |event: Value| {
        let id = &event["Records"][1]["messageId"];
        Ok::<_, Infallible>(json!({ "batchItemFailures": [{ "itemIdentifier": id }] }))
    };
    assert_eq!(world.queues.deliver(MAIL, 10, second_fails).await.unwrap(), 2);
    assert_eq!(world.peek().iter().map(|message| message.body.as_str()).collect::<Vec<_>>(), ["b"]);
    world.queues.advance(seconds(61));
    let fails = async |_| Err("crashed");
    assert_eq!(world.queues.deliver(MAIL, 10, fails).await.unwrap(), 1);
    assert_eq!(world.queues.deliver(MAIL, 10, fails).await.unwrap(), 0);
    assert_eq!(world.peek().len(), 1);
}

#[tokio::test]
async fn queues_in_a_file_survive_the_process_with_their_messages_in_flight() {
    let directory = tempfile::tempdir().unwrap();
    let open = || LocalQueues::in_file(&directory.path().join("queues.db"), definitions()).unwrap();
    let serve = async |queues: &LocalQueues| {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let routes = queues.routes();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        (client(&endpoint), queues::url(&endpoint, MAIL))
    };
    let killed = open();
    let (client, url) = serve(&killed).await;
    for body in ["a", "b"] {
        client.send_message().queue_url(&url).message_body(body).send().await.unwrap();
    }
    let received = client.receive_message().queue_url(&url).send().await.unwrap().messages.unwrap().remove(0);

    // The first instance is never closed, as if its process had been killed.
    let queues = open();
    let (client, url) = serve(&queues).await;
    let receive = || client.receive_message().queue_url(&url).max_number_of_messages(10).send();
    assert_eq!(bodies(receive().await.unwrap().messages()), ["b"]);
    // Receipt handles stay valid.
    let receipt = received.receipt_handle.unwrap();
    let change = client.change_message_visibility().queue_url(&url).receipt_handle(&receipt).visibility_timeout(5);
    change.send().await.unwrap();
    queues.advance(seconds(6));
    assert_eq!(bodies(receive().await.unwrap().messages()), ["a"]);
}
