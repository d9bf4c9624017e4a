//! Conversion of API Gateway events to requests, whatever the client sent.
//!
//! `lambda_http` panics on a host, path or query that no URI can contain, and on a body that is marked as base64 but
//! isn't. It fails on a header that is not ASCII, on a missing or duplicate part, and on an unpaired surrogate. It
//! drops all cookies if one of them is not ASCII. API Gateway passes most of these on, so a client could cause
//! invocation errors, which are answered with 5xx and trigger alarms. The event is therefore sanitized before
//! `lambda_http` sees it.

use std::convert::Infallible;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use lambda_http::http::Method;
use lambda_http::http::header::{HOST, HeaderName};
use lambda_http::http::uri::PathAndQuery;
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, Body, Context, Error, LambdaEvent, Request, Response, Service, lambda_runtime, service_fn};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use spaces_model::representable;

/// The characters that RFC 3986 doesn't allow in a query.
const NOT_IN_A_QUERY: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The replacement for a header that is not ASCII. Without one, an invalid `Idempotency-Key` would count as absent. A
/// tab is a legal header value that fails all of our checks.
const UNREADABLE: &str = "\t";

/// The replacement for a method that is missing or not a token (RFC 9110 section 9.1). No path supports it.
const UNREADABLE_METHOD: &str = "UNREADABLE";

/// An event of an HTTP API (payload format 2.0), sanitized for `lambda_http`.
#[derive(Debug)]
pub struct GatewayEvent(ApiGatewayV2httpRequest);

impl<'de> Deserialize<'de> for GatewayEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let mut event = match serde_json::from_str(raw.get()) {
            Ok(event) => event,
            Err(_) => rebuilt(raw.get()).map_err(de::Error::custom)?,
        };
        make_uri_parts_safe(&mut event);
        drop_unreadable_cookies(&mut event);
        unmark_invalid_base64(&mut event);
        Ok(Self(event))
    }
}

/// Rebuilds an event from the parts that have the documented form.
fn rebuilt(event: &str) -> Result<ApiGatewayV2httpRequest, serde_json::Error> {
    let event: Value = serde_json::from_str(&representable(event))?;
    let text = |pointer| event.pointer(pointer).and_then(Value::as_str);
    let headers = event.get("headers").and_then(Value::as_object).into_iter().flatten();
    let headers: Map<String, Value> = headers
        .filter(|(name, _)| HeaderName::from_bytes(name.as_bytes()).is_ok())
        .map(|(name, value)| {
            (name.clone(), value.as_str().filter(|value| is_header_value(value)).unwrap_or(UNREADABLE))
        })
        .map(|(name, value)| (name, Value::from(value)))
        .collect();
    let cookies = event.get("cookies").and_then(Value::as_array).into_iter().flatten();
    let cookies: Vec<&str> = cookies.filter_map(Value::as_str).collect();
    let method = text("/requestContext/http/method").filter(|method| Method::from_bytes(method.as_bytes()).is_ok());
    serde_json::from_value(json!({
        "version": "2.0",
        "routeKey": text("/routeKey"),
        "rawPath": text("/rawPath"),
        "rawQueryString": text("/rawQueryString"),
        "cookies": event.get("cookies").is_some().then_some(cookies),
        "headers": headers,
        "body": text("/body"),
        "isBase64Encoded": event.get("isBase64Encoded").and_then(Value::as_bool).unwrap_or_default(),
        "requestContext": {
            "stage": text("/requestContext/stage"),
            "requestId": text("/requestContext/requestId"),
            "http": {
                "method": method.unwrap_or(UNREADABLE_METHOD),
                "path": text("/requestContext/http/path"),
                "protocol": text("/requestContext/http/protocol"),
                "sourceIp": text("/requestContext/http/sourceIp"),
                "userAgent": text("/requestContext/http/userAgent"),
            },
        },
    }))
}

fn make_uri_parts_safe(event: &mut ApiGatewayV2httpRequest) {
    // Links are built from configuration and never from the request's host, so it isn't needed.
    event.headers.remove(HOST);
    event.request_context.domain_name = None;
    if !event.raw_path.as_deref().unwrap_or_default().starts_with('/') {
        event.raw_path = Some("/".to_owned());
    }
    if let Some(query) = event.raw_query_string.take() {
        let encoded = utf8_percent_encode(&query, NOT_IN_A_QUERY).to_string();
        event.raw_query_string = format!("/?{encoded}").parse::<PathAndQuery>().is_ok().then_some(encoded);
    }
}

/// Removes the cookies that no header can contain. If there is one, the library drops all cookies.
fn drop_unreadable_cookies(event: &mut ApiGatewayV2httpRequest) {
    if let Some(cookies) = &mut event.cookies {
        cookies.retain(|cookie| is_header_value(cookie));
    }
}

/// Treats a body that is marked as base64 but isn't as plain text, because the library panics on it.
fn unmark_invalid_base64(event: &mut ApiGatewayV2httpRequest) {
    let body = event.body.as_deref().unwrap_or_default();
    event.is_base64_encoded = event.is_base64_encoded && STANDARD.decode(body).is_ok();
}

fn is_header_value(text: &str) -> bool {
    text.bytes().all(|byte| byte == b'\t' || (b' '..0x7f).contains(&byte))
}

/// Handles one event, as [`run`] does for each. Tests call it directly.
///
/// # Errors
///
/// None.
pub async fn handle<H, F>(event: GatewayEvent, context: Context, handler: H) -> Result<impl Serialize, Infallible>
where
    H: Fn(Request) -> F,
    F: Future<Output = Response<Body>> + Send,
{
    let service = service_fn(|request| {
        let response = handler(request);
        async { Ok::<_, Infallible>(response.await) }
    });
    Adapter::from(service).call(LambdaEvent::new(LambdaRequest::ApiGatewayV2(event.0), context)).await
}

/// Handles requests from the Lambda runtime until the environment is shut down.
///
/// # Errors
///
/// If the runtime API can't be reached.
pub async fn run<H, F>(handler: H) -> Result<(), Error>
where
    H: Fn(Request) -> F,
    F: Future<Output = Response<Body>> + Send,
{
    let handler = &handler;
    lambda_runtime::run(service_fn(|event: LambdaEvent<GatewayEvent>| {
        let (event, context) = event.into_parts();
        handle(event, context, handler)
    }))
    .await
}

#[cfg(test)]
mod tests {
    use lambda_http::RequestExt;
    use lambda_http::http::StatusCode;
    use proptest::prelude::*;

    use super::*;

    fn event(path: &str, query: &str, header: &str) -> Value {
        json!({
            "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query,
            "headers": {"host": header, "x-name": header, "accept": "*/*"},
            "requestContext": {
                "stage": "$default", "requestId": "r-1", "domainName": header,
                "http": {"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7", "userAgent": ""}
            },
            "isBase64Encoded": false
        })
    }

    async fn path_seen(event: Value) -> String {
        let event: GatewayEvent = serde_json::from_value(event).unwrap();
        let answer = handle(event, Context::default(), |request: Request| async move {
            let mut response = Response::new(Body::Text(request.raw_http_path().to_owned()));
            *response.status_mut() = StatusCode::IM_A_TEAPOT;
            response
        });
        let answer = serde_json::to_value(answer.await.unwrap()).unwrap();
        assert_eq!(answer["statusCode"], 418);
        answer["body"].as_str().unwrap().to_owned()
    }

    #[tokio::test]
    async fn a_request_with_a_header_outside_ascii_is_served() {
        assert_eq!(path_seen(event("/api", "", "Jos\u{e9}")).await, "/api");
    }

    #[tokio::test]
    async fn a_query_and_a_host_that_no_uri_can_contain_are_handled() {
        assert_eq!(path_seen(event("/api", "inviteInfo=\u{e9}{}\"<> ^`|", "a b:c/")).await, "/api");
    }

    #[tokio::test]
    async fn an_unpaired_surrogate_is_replaced() {
        let event = event("/api/@", "a=@", "x@").to_string().replace('@', "\\ud800");
        let read: GatewayEvent = serde_json::from_str(&event).unwrap();
        assert_eq!(read.0.raw_path.as_deref(), Some("/api/\u{fffd}"));
    }

    /// Returns the cookies as the handler sees them.
    async fn cookies_seen(cookies: &[&str]) -> String {
        let mut event = event("/", "", "x");
        event["cookies"] = json!(cookies);
        let event: GatewayEvent = serde_json::from_value(event).unwrap();
        let answer = handle(event, Context::default(), |request: Request| async move {
            let cookies = request.headers().get("cookie").map(|cookies| cookies.to_str().unwrap().to_owned());
            Response::new(Body::Text(cookies.unwrap_or_default()))
        });
        serde_json::to_value(answer.await.unwrap()).unwrap()["body"].as_str().unwrap_or_default().to_owned()
    }

    #[tokio::test]
    async fn an_invalid_cookie_does_not_affect_the_others() {
        assert_eq!(cookies_seen(&["__utmz=Unders\u{f8}gelse", "S=a"]).await, "S=a");
        assert_eq!(cookies_seen(&["S=a", "x=\r\ny: z", "T=b"]).await, "S=a; T=b");
        assert_eq!(cookies_seen(&["\u{1f36a}"]).await, "");
    }

    /// Collects the JSON pointers of every part of an event.
    fn parts(value: &Value, at: &str, found: &mut Vec<String>) {
        let children: Vec<(String, &Value)> = match value {
            Value::Object(fields) => fields.iter().map(|(name, field)| (name.clone(), field)).collect(),
            Value::Array(items) => items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect(),
            _ => Vec::new(),
        };
        for (name, child) in children {
            let at = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
            parts(child, &at, found);
            found.push(at);
        }
    }

    fn without(event: &Value, part: &str) -> Value {
        let mut event = event.clone();
        let (parent, name) = part.rsplit_once('/').unwrap();
        match event.pointer_mut(parent).unwrap() {
            Value::Object(fields) => drop(fields.remove(name)),
            Value::Array(items) => drop(items.remove(name.parse().unwrap())),
            _ => {}
        }
        event
    }

    fn with(event: &Value, part: &str, value: Value) -> Value {
        let mut event = event.clone();
        *event.pointer_mut(part).unwrap() = value;
        event
    }

    #[tokio::test]
    async fn an_event_is_answered_whichever_part_is_missing_empty_doubled_garbled_or_too_long() {
        let mut whole = event("/api", "a=b", "x");
        whole["cookies"] = json!(["S=a", "T=b"]);
        whole["body"] = json!("e30=");
        whole["isBase64Encoded"] = json!(true);
        whole["queryStringParameters"] = json!({"a": "b"});
        whole["pathParameters"] = json!({"id": "1"});
        whole["stageVariables"] = json!({"c": "d"});
        whole["requestContext"]["authentication"] = Value::Null;
        whole["requestContext"]["authorizer"] = json!({"jwt": {"claims": {"sub": "x"}, "scopes": ["a"]}});
        whole["requestContext"]["timeEpoch"] = json!(1);
        let mut all = Vec::new();
        parts(&whole, "", &mut all);
        assert!(all.len() > 30, "{all:?}");
        for part in all {
            let value = whole.pointer(&part).unwrap().clone();
            path_seen(without(&whole, &part)).await;
            let text = value.as_str().unwrap_or("x");
            let wrong = [
                Value::Null,
                json!(""),
                json!({}),
                json!([]),
                json!(true),
                json!(-1),
                json!([value, value]),
                json!(format!("{text}{text}")),
                json!("Z\u{fc}rich \u{1f3e0}\r\n\0"),
                json!("x".repeat(20_000)),
            ];
            for wrong in wrong {
                path_seen(with(&whole, &part, wrong)).await;
            }
        }
        for nothing in [json!({}), json!([]), json!("x"), Value::Null] {
            assert_eq!(path_seen(nothing).await, "/");
        }
    }

    proptest! {
        #[test]
        fn no_path_query_or_header_makes_an_invocation_error(path in "(?s).*", query in "(?s).*", header in "(?s).*") {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let seen = runtime.block_on(path_seen(event(&path, &query, &header)));
            prop_assert!(seen.starts_with('/'));
        }
    }
}
