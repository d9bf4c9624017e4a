//! From the event that API Gateway sends to a request, whatever a client put into it.
//!
//! `lambda_http` panics on a host, path or query that no URI can hold, and fails on a header that is not ASCII. API Gateway
//! passes all of these on, so a client could cause invocation errors, which answer 5xx and trip alarms. The event is
//! therefore mended before `lambda_http` sees it.

use std::convert::Infallible;

use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use lambda_http::http::header::HOST;
use lambda_http::http::uri::PathAndQuery;
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, Body, Context, Error, LambdaEvent, Request, Response, Service, lambda_runtime, service_fn};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::Value;
use serde_json::value::RawValue;

/// All that RFC 3986 allows in no query.
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

/// What stands in for a header that is not ASCII. Dropping it would turn a wrong `Idempotency-Key` into none; a tab is a
/// legal value that no check of ours takes.
const UNREADABLE: &str = "\t";

/// An event of an HTTP API (payload format 2.0) that `lambda_http` can turn into a request.
#[derive(Debug)]
pub struct GatewayEvent(ApiGatewayV2httpRequest);

impl<'de> Deserialize<'de> for GatewayEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let mut event = match serde_json::from_str(raw.get()) {
            Ok(event) => event,
            Err(_) => with_marked_headers(raw.get()).map_err(de::Error::custom)?,
        };
        make_uri_parts_safe(&mut event);
        Ok(Self(event))
    }
}

fn with_marked_headers(event: &str) -> Result<ApiGatewayV2httpRequest, serde_json::Error> {
    let mut event: Value = serde_json::from_str(event)?;
    if let Some(headers) = event.get_mut("headers").and_then(Value::as_object_mut) {
        for value in headers.values_mut().filter(|value| !value.as_str().is_some_and(is_header_value)) {
            *value = Value::from(UNREADABLE);
        }
    }
    serde_json::from_value(event)
}

fn make_uri_parts_safe(event: &mut ApiGatewayV2httpRequest) {
    // Links are made from configuration, never from the host that a request names, so nobody misses it.
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

fn is_header_value(text: &str) -> bool {
    text.bytes().all(|byte| byte == b'\t' || (b' '..0x7f).contains(&byte))
}

/// Answers one event: what [`run`] does for each, and what tests call.
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

/// Takes requests from the Lambda runtime until the environment is shut down.
///
/// # Errors
///
/// When the runtime API is out of reach.
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
    use serde_json::json;

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
    async fn a_header_outside_ascii_does_not_keep_the_request_from_being_served() {
        assert_eq!(path_seen(event("/api", "", "Jos\u{e9}")).await, "/api");
    }

    #[tokio::test]
    async fn a_query_and_a_host_that_no_uri_can_hold_do_no_harm() {
        assert_eq!(path_seen(event("/api", "inviteInfo=\u{e9}{}\"<> ^`|", "a b:c/")).await, "/api");
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
