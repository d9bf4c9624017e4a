//! Batch operations.

use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry, Message, SendMessageBatchRequestEntry,
    SendMessageBatchResultEntry,
};

use super::{World, bodies, seconds};

fn entry(id: &str, body: &str) -> SendMessageBatchRequestEntry {
    SendMessageBatchRequestEntry::builder().id(id).message_body(body).build().unwrap()
}

#[tokio::test]
async fn the_entries_of_a_batch_succeed_and_fail_independently() {
    let world = World::new().await;
    world.queues.fail_entries(1);
    let batch = world.client.send_message_batch().queue_url(&world.url);
    let sent =
        batch.entries(entry("1", "a")).entries(entry("2", "b")).entries(entry("3", "\u{1}")).send().await.unwrap();
    assert_eq!(sent.successful().iter().map(SendMessageBatchResultEntry::id).collect::<Vec<_>>(), ["2"]);
    let failed: Vec<_> = sent.failed().iter().map(|entry| (entry.id(), entry.code(), entry.sender_fault())).collect();
    assert_eq!(failed, [("1", "InternalError", false), ("3", "InvalidMessageContents", true)]);

    world.send(&["c"]);
    let received = world.receive().await;
    assert_eq!(bodies(&received), ["b", "c"]);
    let change = |message: &Message| {
        let builder = ChangeMessageVisibilityBatchRequestEntry::builder().id("1").visibility_timeout(600);
        builder.set_receipt_handle(message.receipt_handle.clone()).build().unwrap()
    };
    let changed = world.client.change_message_visibility_batch().queue_url(&world.url).entries(change(&received[0]));
    assert_eq!(changed.send().await.unwrap().successful().len(), 1);
    assert!(world.peek()[0].hidden_for > seconds(500));

    let delete = |id: &str, receipt: Option<String>| {
        DeleteMessageBatchRequestEntry::builder().id(id).set_receipt_handle(receipt).build().unwrap()
    };
    let batch = world.client.delete_message_batch().queue_url(&world.url);
    let batch = batch.entries(delete("1", received[1].receipt_handle.clone())).entries(delete("2", Some("x".into())));
    let deleted = batch.send().await.unwrap();
    assert_eq!((deleted.successful()[0].id(), deleted.failed()[0].code()), ("1", "ReceiptHandleIsInvalid"));
    assert_eq!(world.peek().len(), 1);
}

#[tokio::test]
async fn an_invalid_batch_sends_nothing() {
    let world = World::new().await;
    let send = |entries: Vec<SendMessageBatchRequestEntry>| {
        let call = world.client.send_message_batch().queue_url(&world.url).set_entries(Some(entries));
        async { call.send().await.unwrap_err().into_service_error() }
    };
    assert!(send(vec![]).await.is_empty_batch_request());
    let eleven = (0..11).map(|number| entry(&number.to_string(), "a")).collect();
    assert!(send(eleven).await.is_too_many_entries_in_batch_request());
    assert!(send(vec![entry("1", "a"), entry("1", "b")]).await.is_batch_entry_ids_not_distinct());
    assert!(send(vec![entry("a b", "a")]).await.is_invalid_batch_entry_id());
    let half = "x".repeat(600 * 1024);
    assert!(send(vec![entry("1", &half), entry("2", &half)]).await.is_batch_request_too_long());
    assert!(world.peek().is_empty());
}
