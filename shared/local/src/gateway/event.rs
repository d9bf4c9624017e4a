//! Converts requests to events of payload format 2.0.
//!
//! Source: *Create AWS Lambda proxy integrations for HTTP APIs in API Gateway*, API Gateway developer guide.
//! Undocumented details follow what others have recorded on AWS; each place names its source.

use std::borrow::Cow;
use std::collections::BTreeMap;

use axum::http::header::{CONNECTION, CONTENT_TYPE, COOKIE, EXPECT, HOST, TE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::is_hop_by_hop;

const TRACE_ID: HeaderName = HeaderName::from_static("x-amzn-trace-id");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The client's address; the gateway listens on the loopback interface only.
const SOURCE_IP: &str = "127.0.0.1";

/// The data that API Gateway adds to a request.
#[derive(Debug, Clone)]
pub(super) struct Context {
    pub(super) now: Timestamp,
    pub(super) request_id: String,
    /// The 96 random bits of the trace id.
    pub(super) trace: u128,
}

/// Returns the path as HTTP APIs route it and pass it as `rawPath`: percent-decoded, and truncated at an encoded
/// question mark (recorded in <https://github.com/hotsock/voker/pull/8>). Treating an encoded slash as a separator of
/// segments is an assumption.
pub(super) fn decoded_path(path: &str) -> String {
    let path = percent_decode_str(path).decode_utf8_lossy();
    path.split('?').next().unwrap_or_default().to_owned()
}

/// Returns the event of a request to the route `key`.
pub(super) fn of_request(
    parts: &Parts,
    body: &[u8],
    key: &str,
    path: &str,
    variables: &[(&str, String)],
    context: &Context,
) -> Value {
    let query = parts.uri.query().unwrap_or_default();
    let host = parts.headers.get(HOST).map(text).unwrap_or_default();
    let (domain, _) = host_and_port(&host);
    let mut event = json!({
        "version": "2.0",
        "routeKey": key,
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers(&parts.headers, context),
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": domain,
            "domainPrefix": domain.split('.').next(),
            "http": {
                "method": parts.method.as_str(),
                "path": path,
                "protocol": format!("{:?}", parts.version),
                "sourceIp": SOURCE_IP,
                "userAgent": parts.headers.get(USER_AGENT).map(text).unwrap_or_default(),
            },
            "requestId": context.request_id,
            "routeKey": key,
            "stage": "$default",
            "time": context.now.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string(),
            "timeEpoch": context.now.as_millisecond(),
        },
        "isBase64Encoded": false,
    });
    let mut add = |name: &str, value: Value| {
        if let Some(event) = event.as_object_mut() {
            event.insert(name.to_owned(), value);
        }
    };
    if let Some(cookies) = cookies(&parts.headers) {
        add("cookies", cookies.into());
    }
    if !query.is_empty() {
        add("queryStringParameters", json!(parameters(query)));
    }
    if !variables.is_empty() {
        add(
            "pathParameters",
            variables.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect::<Map<_, _>>().into(),
        );
    }
    if let Some(text) = text_body(&parts.headers, body) {
        add("body", text.into());
    } else if !body.is_empty() {
        add("body", BASE64_STANDARD.encode(body).into());
        add("isBase64Encoded", true.into());
    }
    event
}

/// Returns the headers with lower-case names, without those of the connection; repeated headers are joined by commas.
/// Cookies have a field of their own.
fn headers(given: &HeaderMap, context: &Context) -> BTreeMap<String, String> {
    let named: Vec<String> = given.get_all(CONNECTION).iter().map(|value| text(value).to_ascii_lowercase()).collect();
    let is_of_connection = |name: &HeaderName| {
        let of_connection = named.iter().flat_map(|names| names.split(',')).any(|named| named.trim() == name.as_str());
        of_connection || is_hop_by_hop(name) || [TE, EXPECT, COOKIE].contains(name)
    };
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in given.iter().filter(|(name, _)| !is_of_connection(name)) {
        let value = text(value);
        headers
            .entry(name.as_str().to_owned())
            .and_modify(|values| {
                values.push(',');
                values.push_str(&value);
            })
            .or_insert_with(|| value.into_owned());
    }
    headers
        .entry(TRACE_ID.to_string())
        .or_insert_with(|| format!("Root=1-{:08x}-{:024x}", context.now.as_second(), context.trace));
    // A client may have sent this header; the real source address comes last.
    let clients = headers.remove(FORWARDED_FOR.as_str()).map_or_else(String::new, |clients| format!("{clients}, "));
    headers.insert(FORWARDED_FOR.to_string(), format!("{clients}{SOURCE_IP}"));
    let port = headers.get(HOST.as_str()).map_or("80", |host| host_and_port(host).1).to_owned();
    headers.insert("x-forwarded-port".to_owned(), port);
    headers.insert("x-forwarded-proto".to_owned(), "http".to_owned());
    headers
}

fn host_and_port(host: &str) -> (&str, &str) {
    host.rsplit_once(':').unwrap_or((host, "80"))
}

/// Returns a header's value, decoded as UTF-8 if valid, otherwise as ISO-8859-1, the historical encoding according to
/// RFC 9110 section 5.5. AWS does not document which encoding it uses.
fn text(value: &HeaderValue) -> Cow<'_, str> {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => text.into(),
        Err(_) => value.as_bytes().iter().copied().map(char::from).collect::<String>().into(),
    }
}

/// Returns the cookies, one per item.
fn cookies(headers: &HeaderMap) -> Option<Vec<String>> {
    let cookies: Vec<String> = headers
        .get_all(COOKIE)
        .iter()
        .flat_map(|value| text(value).split(';').map(|cookie| cookie.trim().to_owned()).collect::<Vec<_>>())
        .filter(|cookie| !cookie.is_empty())
        .collect();
    (!cookies.is_empty()).then_some(cookies)
}

/// Returns the decoded parameters of a query; repeated parameters are joined by commas.
fn parameters(query: &str) -> BTreeMap<String, String> {
    let mut parameters: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        parameters
            .entry(name.into_owned())
            .and_modify(|values| {
                values.push(',');
                values.push_str(&value);
            })
            .or_insert_with(|| value.into_owned());
    }
    parameters
}

/// Returns the body if API Gateway passes it as text: `text/*`, and JSON, JavaScript and XML by their own types.
/// Everything else becomes base64, including forms and bodies without a type (tested on AWS:
/// <https://github.com/ministackorg/ministack/pull/766>).
///
/// The treatment of text that is not UTF-8 is undocumented. Here it becomes base64, so that no byte is lost.
fn text_body<'a>(headers: &HeaderMap, body: &'a [u8]) -> Option<&'a str> {
    let media_type = headers.get(CONTENT_TYPE).map(text).unwrap_or_default().to_ascii_lowercase();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    let is_text = media_type.starts_with("text/")
        || ["application/json", "application/javascript", "application/xml"].contains(&media_type);
    std::str::from_utf8(body).ok().filter(|text| is_text && !text.is_empty())
}
