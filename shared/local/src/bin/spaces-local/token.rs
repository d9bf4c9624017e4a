//! `spaces-local token`: issues a token for the running stack.

use std::error::Error;
use std::fs;
use std::path::Path;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::http::header::CONTENT_TYPE;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use jiff::Timestamp;
use serde_json::{Value, json};
use spaces_local::issuer::OpaqueTokens;
use spaces_local::tokens;
use spaces_local::tokens::IntrospectionResponse;

use crate::args::{PersonOptions, TokenKind, TokenOptions};
use crate::serve;

pub(crate) async fn mint(options: &TokenOptions, clock: Timestamp) -> Result<String, Box<dyn Error>> {
    let data = &options.data;
    Ok(match &options.kind {
        TokenKind::User { issuer, person } => {
            let now = person.clock.at.unwrap_or(clock);
            // The service rejects an `iat` in the future.
            let issued = issued(person, now)?.or(person.clock.at.is_none().then_some(now));
            tokens::user_of_issuer((*issuer).into(), &person.person(), now, issued)?
        }
        TokenKind::Bearer(person) => {
            let now = person.clock.at.unwrap_or(clock);
            let mut random = [0; 20];
            aws_lc_rs::rand::fill(&mut random)?;
            let meaning = IntrospectionResponse::of(&person.person(), now).issued(issued(person, now)?.unwrap_or(now));
            OpaqueTokens::in_directory(serve::opaque_tokens(data)).add(random, &meaning)?
        }
        TokenKind::ServiceApp { scope, clock: given } => {
            tokens::service_app(&api(data)?, scope, given.at.unwrap_or(clock))?
        }
        TokenKind::Guest { name } => guest(&api(data)?, name.as_deref()).await?,
    })
}

/// Returns the time of issue, if an age was given.
fn issued(person: &PersonOptions, now: Timestamp) -> Result<Option<Timestamp>, Box<dyn Error>> {
    let issued = person.age().map(|age| now.checked_sub(age));
    Ok(issued.transpose().map_err(|_| "--age reaches back too far")?)
}

/// Returns the URL of the API of the stack that was last started with this data directory, running or not.
fn api(data: &Path) -> Result<String, Box<dyn Error>> {
    let path = serve::api_url_file(data);
    fs::read_to_string(&path).map_err(|_| format!("no stack has run yet in {}: cargo xtask dev", data.display()).into())
}

/// Requests a guest token from the service, which signs these tokens itself.
async fn guest(api: &str, name: Option<&str>) -> Result<String, Box<dyn Error>> {
    let body = name.map_or_else(|| json!({}), |name| json!({ "displayname": name })).to_string();
    let request = Request::post(format!("{api}/api/anonymous/auth")).header(CONTENT_TYPE, "application/json");
    let client = Client::builder(TokioExecutor::new()).build_http();
    let response = client.request(request.body(Body::from(body))?).await;
    let response = response.map_err(|error| format!("the API at {api} is not responding; is it running? ({error})"))?;
    let status = response.status();
    let answer = to_bytes(Body::new(response.into_body()), 64 * 1024).await?;
    let token = serde_json::from_slice::<Value>(&answer)
        .ok()
        .and_then(|answer| Some(answer.get("token")?.as_str()?.to_owned()));
    token.ok_or_else(|| format!("anonymous login returned {status}: {}", String::from_utf8_lossy(&answer)).into())
}
