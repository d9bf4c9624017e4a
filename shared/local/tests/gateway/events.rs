//! Conversion of requests to events.

use serde_json::{Value, json};

use crate::World;

#[tokio::test]
async fn an_event_has_the_fields_of_payload_format_2_0() {
    let world = World::new().await;
    let headers: [(&str, &[u8]); 3] = [("host", b"api.example.com:8443"), ("user-agent", b"test"), ("accept", b"*/*")];
    let mut event = world.event("GET", "/things/7/parts/a%20b?x=1&y=%C3%A9&x=2", &headers, b"").await;
    let trace = event["headers"]["x-amzn-trace-id"].take();
    let trace: Vec<&str> = trace.as_str().unwrap().split('-').collect();
    assert_eq!((trace[0], trace[1].len(), trace[2].len()), ("Root=1", 8, 24));
    let context = &mut event["requestContext"];
    assert_eq!(context["requestId"].take().as_str().unwrap().len(), 16);
    let epoch = context["timeEpoch"].take().as_i64().unwrap();
    let time = jiff::Timestamp::from_millisecond(epoch).unwrap().strftime("%d/%b/%Y:%H:%M:%S +0000").to_string();
    assert_eq!(context["time"].take(), time.as_str());
    let path = "/things/7/parts/a b";
    assert_eq!(
        event,
        json!({
            "version": "2.0",
            "routeKey": "GET /things/{id}/parts/{part}",
            "rawPath": path,
            "rawQueryString": "x=1&y=%C3%A9&x=2",
            "headers": {
                "accept": "*/*",
                "host": "api.example.com:8443",
                "user-agent": "test",
                "x-amzn-trace-id": null,
                "x-forwarded-for": "127.0.0.1",
                "x-forwarded-port": "8443",
                "x-forwarded-proto": "http",
            },
            "queryStringParameters": { "x": "1,2", "y": "é" },
            "pathParameters": { "id": "7", "part": "a b" },
            "requestContext": {
                "accountId": "000000000000",
                "apiId": "local",
                "domainName": "api.example.com",
                "domainPrefix": "api",
                "http": {
                    "method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "test",
                },
                "requestId": null,
                "routeKey": "GET /things/{id}/parts/{part}",
                "stage": "$default",
                "time": null,
                "timeEpoch": null,
            },
            "isBase64Encoded": false,
        })
    );
}

#[tokio::test]
async fn headers_are_lower_case_joined_and_without_those_of_the_connection() {
    let world = World::new().await;
    let sent: [(&str, &[u8]); 10] = [
        ("X-Own", b"1"),
        ("x-own", b"2"),
        ("X-Forwarded-For", b"203.0.113.7"),
        ("X-Amzn-Trace-Id", b"Root=1-67891233-abcdef012345678912345678"),
        ("Connection", b"X-Hop, keep-alive"),
        ("X-Hop", b"h"),
        ("TE", b"trailers"),
        ("Keep-Alive", b"timeout=5"),
        ("Upgrade", b"h2c"),
        ("Authorization", b"jwt x"),
    ];
    let event = world.event("GET", "/echo", &sent, b"").await;
    let headers = event["headers"].as_object().unwrap();
    for (name, value) in [
        ("x-own", "1,2"),
        ("x-forwarded-for", "203.0.113.7, 127.0.0.1"),
        ("x-amzn-trace-id", "Root=1-67891233-abcdef012345678912345678"),
        ("authorization", "jwt x"),
    ] {
        assert_eq!(headers[name], value, "{headers:?}");
    }
    for name in ["connection", "x-hop", "te", "keep-alive", "upgrade", "transfer-encoding"] {
        assert!(!headers.contains_key(name), "{name}: {headers:?}");
    }
}

#[tokio::test]
async fn non_ascii_header_values_are_passed_on() {
    let world = World::new().await;
    for (sent, expected) in [("José".as_bytes(), "José"), (b"Jos\xe9", "José"), ("名前".as_bytes(), "名前")] {
        let event = world.event("GET", "/echo", &[("x-name", sent)], b"").await;
        assert_eq!(event["headers"]["x-name"], expected);
    }
}

#[tokio::test]
async fn cookies_have_their_own_field() {
    let world = World::new().await;
    for (sent, expected) in [
        (&[][..], Value::Null),
        (&["a=1; b=2;c=\"3\";"][..], json!(["a=1", "b=2", "c=\"3\""])),
        (&["a=1", "a=2"][..], json!(["a=1", "a=2"])),
    ] {
        let headers: Vec<(&str, &[u8])> = sent.iter().map(|value| ("cookie", value.as_bytes())).collect();
        let event = world.event("GET", "/echo", &headers, b"").await;
        assert_eq!((&event["cookies"], event["headers"].get("cookie")), (&expected, None));
    }
}

#[tokio::test]
async fn a_body_is_text_or_base64_by_its_type() {
    let world = World::new().await;
    let text = json!(["{\"a\":\"é\"}", false]);
    let base64 = json!(["eyJhIjoiw6kifQ==", true]);
    for (media_type, expected) in [
        ("application/json", &text),
        ("Application/JSON; charset=utf-8", &text),
        ("application/javascript", &text),
        ("application/xml", &text),
        ("text/plain;charset=UTF-8", &text),
        ("application/x-www-form-urlencoded", &base64),
        ("application/vnd.api+json", &base64),
        ("application/octet-stream", &base64),
        ("", &base64),
    ] {
        let headers: &[(&str, &[u8])] = &[("content-type", media_type.as_bytes())];
        let headers = if media_type.is_empty() { &[] } else { headers };
        let event = world.event("POST", "/echo", headers, "{\"a\":\"é\"}".as_bytes()).await;
        assert_eq!(&json!([event["body"], event["isBase64Encoded"]]), expected, "{media_type}");
    }
    let latin_1 = world.event("POST", "/echo", &[("content-type", b"application/json")], b"\"\xe9\"").await;
    assert_eq!(json!([latin_1["body"], latin_1["isBase64Encoded"]]), json!(["Iuki", true]));
    let none = world.event("POST", "/echo", &[("content-type", b"application/json")], b"").await;
    assert_eq!(json!([none.get("body"), none["isBase64Encoded"]]), json!([null, false]));
}

#[tokio::test]
async fn paths_are_decoded_and_queries_are_not() {
    let world = World::new().await;
    for (path, raw_path, query, proxy) in [
        ("/deep/a/b/?", "/deep/a/b/", "", "a/b/"),
        ("/deep/a%2Fb?c=%2F+d", "/deep/a/b", "c=%2F+d", "a/b"),
        ("/deep/meet%3FinviteInfo=x?y=z", "/deep/meet", "y=z", "meet"),
        ("/deep/%C3%A9%FF%zz", "/deep/é\u{fffd}%zz", "", "é\u{fffd}%zz"),
    ] {
        let event = world.event("DELETE", path, &[], b"").await;
        assert_eq!(
            json!([event["rawPath"], event["rawQueryString"], event["pathParameters"]]),
            json!([raw_path, query, { "proxy": proxy }])
        );
    }
}
