//! Requests that the gateway itself rejects.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::{Functions, World, refusal};

#[tokio::test]
async fn a_request_without_a_route_is_404() {
    let world = World::new().await;
    for (method, path) in [("GET", "/nowhere"), ("POST", "/things/7/parts/8"), ("OPTIONS", "/"), ("GET", "/echo/")] {
        let expected = (404, json!({ "message": "Not Found" }));
        assert_eq!(
            refusal(world.send(method, path, &[("origin", b"https://app.example.com")], b"").await).await,
            expected
        );
    }
    assert!(world.functions.invocations.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_routes_rate_limit_applies_to_this_route_only() {
    let world = World::new().await;
    let mut refused = 0;
    for _ in 0..10 {
        let response = world.send("GET", "/rare", &[], b"").await;
        if response.status() != 204 {
            assert_eq!(refusal(response).await, (429, json!({ "message": "Too Many Requests" })));
            refused += 1;
        }
    }
    // The bucket refills one token a second, so a slow machine rejects fewer requests.
    assert!((1..=8).contains(&refused), "{refused}");
    assert_eq!(world.functions.invocations.lock().unwrap().len(), 10 - refused);
    assert_eq!(world.send("GET", "/echo", &[], b"").await.status(), 204);
}

#[tokio::test]
async fn request_line_and_header_values_have_10_240_bytes_at_most() {
    let world = World::new().await;
    let event = world.event("GET", "/echo", &[], b"").await;
    let headers = event["headers"].as_object().unwrap().iter();
    let own = |name: &str| !name.starts_with("x-");
    let sent: usize = headers.filter(|(name, _)| own(name)).map(|(_, value)| value.as_str().unwrap().len()).sum();
    let rest = 10_240 - "GET /echo HTTP/1.1".len() - sent;
    let most = vec![b'a'; rest];
    assert_eq!(world.send("GET", "/echo", &[("x", &most)], b"").await.status(), 204);
    let refused = world.send("GET", "/echo", &[("x", &most), ("y", b"b")], b"").await;
    assert_eq!(refusal(refused).await, (431, json!({ "message": "Request Header Fields Too Large" })));
    let query = format!("/echo?{}", "q".repeat(10_240));
    assert_eq!(world.send("GET", &query, &[], b"").await.status(), 431);
}

#[tokio::test]
async fn a_body_over_10_mb_and_an_event_over_6_mb_are_too_long() {
    const MIB: usize = 1024 * 1024;
    let world = World::new().await;
    for (media_type, length, status) in [
        ("text/plain", 5 * MIB, 204),
        ("text/plain", 6 * MIB, 413),
        // Base64 makes it a third longer.
        ("application/octet-stream", 4 * MIB, 204),
        ("application/octet-stream", 5 * MIB, 413),
        ("text/plain", 10 * MIB + 1, 413),
    ] {
        let body = vec![b'a'; length];
        let response = world.send("POST", "/echo", &[("content-type", media_type.as_bytes())], &body).await;
        assert_eq!(response.status(), status, "{media_type}, {length}");
        if status == 413 {
            assert_eq!(refusal(response).await, (413, json!({ "message": "Request Too Long" })));
        }
    }
}

#[tokio::test]
async fn without_functions_the_service_is_unavailable() {
    let functions = Functions::default();
    let nobody = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let template = spaces_local::Template::of_this_checkout().unwrap();
    let world = World::with(&template, functions, &nobody).await;
    let expected = (503, json!({ "message": "Service Unavailable" }));
    assert_eq!(refusal(world.send("GET", "/", &[], b"").await).await, expected);
}

#[tokio::test]
async fn a_rejection_leaves_the_connection_open() {
    let world = World::new().await;
    let mut stream = TcpStream::connect(world.gateway.endpoint().trim_start_matches("http://")).await.unwrap();
    for _ in 0..2 {
        stream.write_all(b"POST /nowhere HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n").await.unwrap();
        stream.write_all(b"{}").await.unwrap();
        let mut response = Vec::new();
        while !response.ends_with(b"{\"message\":\"Not Found\"}") {
            assert!(stream.read_buf(&mut response).await.unwrap() > 0, "{}", String::from_utf8_lossy(&response));
        }
    }
}
