//! Conversion of functions' results to responses.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::{Reply, World, refusal};

#[tokio::test]
async fn a_result_sets_status_headers_cookies_and_body() {
    let world = World::new().await;
    let response = world
        .answered(Reply::Answer(json!({
            "statusCode": 303,
            "headers": {
                "Location": "/there", "x-name": "José", "x-number": 7, "connection": "close", "content-length": "99",
            },
            "multiValueHeaders": { "x-many": ["1", "2"] },
            "cookies": ["a=1; Path=/", "b=2"],
            "body": "Grüße",
            "isBase64Encoded": false,
        })))
        .await;
    assert_eq!(response.status(), 303);
    let headers = response.headers();
    let values = |name: &str| -> Vec<&str> {
        headers.get_all(name).iter().map(|value| std::str::from_utf8(value.as_bytes()).unwrap()).collect()
    };
    for (name, expected) in [
        ("location", &["/there"][..]),
        ("x-name", &["José"]),
        ("x-number", &["7"]),
        ("x-many", &[]),
        ("connection", &[]),
        ("content-length", &["7"]),
        ("set-cookie", &["a=1; Path=/", "b=2"]),
    ] {
        assert_eq!(values(name), expected, "{name}");
    }
    assert_eq!(values("apigw-requestid")[0].len(), 16);
    assert_eq!(response.text().await.unwrap(), "Grüße");
}

#[tokio::test]
async fn a_base64_body_is_sent_as_the_bytes_that_it_encodes() {
    let world = World::new().await;
    let answer = json!({ "statusCode": 200, "body": "AP/+", "isBase64Encoded": true });
    assert_eq!(world.answered(Reply::Answer(answer)).await.bytes().await.unwrap().as_ref(), b"\x00\xff\xfe");
}

#[tokio::test]
async fn a_result_without_a_status_code_is_the_body() {
    let world = World::new().await;
    for (answer, body) in [
        (json!({ "message": "Hello" }), r#"{"message":"Hello"}"#),
        (json!("Hello"), "Hello"),
        (json!([1, 2]), "[1,2]"),
        (Value::Null, "null"),
    ] {
        let response = world.answered(Reply::Answer(answer)).await;
        assert_eq!(
            (response.status().as_u16(), &response.headers()["content-type"]),
            (200, &"application/json".parse().unwrap())
        );
        assert_eq!(response.text().await.unwrap(), body);
    }
}

#[tokio::test]
async fn a_failure_and_a_malformed_answer_are_500() {
    let world = World::new().await;
    for reply in [
        Reply::FunctionError(json!({ "errorType": "Panic", "errorMessage": "secret" })),
        Reply::Status(StatusCode::INTERNAL_SERVER_ERROR, json!({ "errorType": "Panic" })),
        Reply::Answer(json!({ "statusCode": "OK" })),
        Reply::Answer(json!({ "statusCode": 99 })),
        Reply::Answer(json!({ "statusCode": 200, "body": { "a": 1 } })),
        Reply::Answer(json!({ "statusCode": 200, "headers": { "a b": "c" } })),
        Reply::Answer(json!({ "statusCode": 200, "headers": { "a": "b\nc" } })),
        Reply::Answer(json!({ "statusCode": 200, "headers": { "a": ["b"] } })),
        Reply::Answer(json!({ "statusCode": 200, "cookies": "a=1" })),
        Reply::Answer(json!({ "statusCode": 200, "body": "%", "isBase64Encoded": true })),
    ] {
        let expected = (500, json!({ "message": "Internal Server Error" }));
        assert_eq!(refusal(world.answered(reply.clone()).await).await, expected, "{reply:?}");
    }
}

#[tokio::test]
async fn a_functions_timeout_is_500_and_api_gateways_own_timeout_is_503() {
    let world = World::new().await;
    for (path, expected) in [("/short", (500, "Internal Server Error")), ("/impatient", (503, "Service Unavailable"))] {
        world.functions.replies.lock().unwrap().push_back(Reply::Never);
        let (status, body) = refusal(world.send("GET", path, &[], b"").await).await;
        assert_eq!((status, body["message"].as_str().unwrap()), expected, "{path}");
    }
}

#[tokio::test]
async fn a_head_request_gets_only_the_headers() {
    let world = World::new().await;
    world.functions.replies.lock().unwrap().push_back(Reply::Answer(json!({ "statusCode": 200, "body": "12345" })));
    let response = world.send("HEAD", "/echo", &[], b"").await;
    assert_eq!(response.headers()["content-length"], "5");
    assert_eq!(response.text().await.unwrap(), "");
    assert_eq!(world.functions.invocations.lock().unwrap()[0].1["requestContext"]["http"]["method"], "HEAD");
}
