//! The embedded DynamoDB, used through the real SDK.

#![cfg(test)]

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::{Client, Config};
use serde_json::json;
use spaces_local::{Dynamo, LocalError, Template};

fn client(dynamo: &Dynamo) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::from_keys("local", "local", None))
        .endpoint_url(dynamo.endpoint())
        .retry_config(RetryConfig::disabled())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    Client::from_conf(config)
}

async fn put(client: &Client, pk: &str, number: &str) {
    let item = client.put_item().table_name(spaces_local::TABLE_NAME);
    let item = item.item("pk", AttributeValue::S(pk.to_owned())).item("sk", AttributeValue::S("SPACE".to_owned()));
    item.item("created", AttributeValue::N(number.to_owned())).send().await.unwrap();
}

#[tokio::test]
async fn items_are_read_back_sorted_and_plain() {
    let dynamo = Dynamo::in_memory().await.unwrap();
    let client = client(&dynamo);
    put(&client, "SPACE#b", "2").await;
    put(&client, "SPACE#a", "1").await;
    let expected = vec![
        json!({ "pk": "SPACE#a", "sk": "SPACE", "created": 1 }),
        json!({ "pk": "SPACE#b", "sk": "SPACE", "created": 2 }),
    ];
    assert_eq!(dynamo.items().unwrap(), expected);
}

#[tokio::test]
async fn restoring_writes_only_items_that_changed() {
    let dynamo = Dynamo::in_memory().await.unwrap();
    let client = client(&dynamo);
    for name in ["SPACE#kept", "SPACE#changed", "SPACE#deleted"] {
        put(&client, name, "1").await;
    }
    let (before, snapshot) = (dynamo.items().unwrap(), dynamo.snapshot().unwrap());
    put(&client, "SPACE#changed", "2").await;
    put(&client, "SPACE#new", "2").await;
    dynamo.remove("SPACE#deleted", "SPACE").unwrap();
    let written = dynamo.stream().after(None).unwrap().len();

    dynamo.restore(&snapshot).unwrap();
    assert_eq!(dynamo.items().unwrap(), before);
    assert_eq!(dynamo.stream().after(None).unwrap().len(), written + 3);
}

#[tokio::test]
async fn each_request_is_recorded_by_its_operation() {
    let dynamo = Dynamo::in_memory().await.unwrap();
    let client = client(&dynamo);
    put(&client, "SPACE#a", "1").await;
    dynamo.forget_calls();
    put(&client, "SPACE#b", "2").await;
    client.scan().table_name(dynamo.table()).send().await.unwrap();
    assert_eq!(dynamo.calls(), ["PutItem", "Scan"]);
}

#[tokio::test]
async fn a_throttled_request_fails_as_on_aws_and_the_next_one_succeeds() {
    let dynamo = Dynamo::in_memory().await.unwrap();
    let client = client(&dynamo);
    dynamo.throttle(1);
    let error = client.scan().table_name(dynamo.table()).send().await.unwrap_err().into_service_error();
    assert!(error.is_throttling_exception(), "{error:?}");
    client.scan().table_name(dynamo.table()).send().await.unwrap();
}

#[tokio::test]
async fn a_file_keeps_its_items_and_rejects_another_table_definition() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("table.db");
    let template = Template::of_this_checkout().unwrap();
    let dynamo = Dynamo::in_file(&path, 0, &template).await.unwrap();
    put(&client(&dynamo), "SPACE#a", "1").await;
    drop(dynamo);

    let dynamo = Dynamo::in_file(&path, 0, &template).await.unwrap();
    assert_eq!(dynamo.items().unwrap().len(), 1);
    drop(dynamo);

    let changed = directory.path().join("template.yaml");
    let text = include_str!("../../../infra/template.yaml").replace("KEYS_ONLY", "ALL");
    std::fs::write(&changed, text).unwrap();
    let error = Dynamo::in_file(&path, 0, &Template::read(&changed).unwrap()).await.unwrap_err();
    assert!(matches!(error, LocalError::StaleTable { .. }), "{error}");
}

#[tokio::test]
async fn the_error_for_a_taken_port_names_it() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let directory = tempfile::tempdir().unwrap();
    let template = Template::of_this_checkout().unwrap();
    let error = Dynamo::in_file(&directory.path().join("table.db"), port, &template).await.unwrap_err();
    assert!(error.to_string().starts_with(&format!("cannot listen on 127.0.0.1:{port}: ")), "{error}");
}
