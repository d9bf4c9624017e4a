//! `docs/openapi.json` in a browser: a list of the calls, and a page for each, with a form that sends it to the API on this
//! machine. Without JavaScript the pages say the same, and a command stands in for the form.

mod caller;
mod description;
mod schema;

use std::fmt::Write;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path as Segment, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;

use self::caller::Caller;
use self::description::{Description, Example, Group, Operation};
use crate::LocalError;
use crate::page::{failed, page};

/// `GET /api-docs` and the pages below. `api` is where the API is.
pub fn routes(api: String) -> Router {
    Router::new()
        .route("/api-docs", get(list))
        .route("/api-docs/openapi.json", get(description))
        .route("/api-docs/{operation}", get(operation))
        .with_state(Arc::new(Docs { api }))
}

struct Docs {
    api: String,
}

impl Docs {
    /// Forms lead to these pages, and scripts ask the API and nobody else.
    fn policy(&self) -> String {
        format!("form-action 'self'; connect-src {}", self.api)
    }
}

#[derive(Template)]
#[template(path = "api/list.html")]
struct ListOfCalls<'a> {
    api: &'a str,
    groups: Vec<Group>,
    schemes: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "api/operation.html")]
struct CallPage<'a> {
    api: &'a str,
    operation: Operation,
    callers: Vec<Caller>,
    caller: Caller,
    authorization: String,
    /// The body to begin with, its name, and all there are to choose from.
    body: Option<Example>,
    curl: String,
}

async fn list(State(docs): State<Arc<Docs>>) -> Response {
    match Description::read(&docs.api) {
        Ok(description) => {
            let (groups, schemes) = (description.groups(), description.schemes());
            page(&ListOfCalls { api: &docs.api, groups, schemes }, &docs.policy())
        }
        Err(error) => failed(&error),
    }
}

async fn description(State(docs): State<Arc<Docs>>) -> Response {
    match Description::read(&docs.api) {
        Ok(description) => Json(description.into_json()).into_response(),
        Err(error) => failed(&error),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Chosen {
    /// The caller: an address, or the name of another [`Caller`].
    caller: String,
    /// The name of the body to begin with.
    example: String,
}

async fn operation(
    State(docs): State<Arc<Docs>>,
    Segment(id): Segment<String>,
    Query(chosen): Query<Chosen>,
) -> Response {
    match call_page(&docs.api, &id, &chosen) {
        Ok(Some(shown)) => page(&shown, &docs.policy()),
        Ok(None) => (StatusCode::NOT_FOUND, "no such operation").into_response(),
        Err(error) => failed(&error),
    }
}

fn call_page<'a>(api: &'a str, id: &str, chosen: &Chosen) -> Result<Option<CallPage<'a>>, LocalError> {
    let Some(operation) = Description::read(api)?.operation(id) else { return Ok(None) };
    let callers = Caller::all(&operation.schemes);
    let caller = callers.iter().find(|caller| caller.name == chosen.caller).or(callers.first()).copied();
    let caller = caller.unwrap_or(Caller::NOBODY);
    let authorization = caller.authorization(api)?;
    let body = operation.examples.iter().find(|example| example.name == chosen.example);
    let body = body.or(operation.examples.first()).cloned();
    let curl = curl(api, &operation, &authorization, body.as_ref());
    Ok(Some(CallPage { api, operation, callers, caller, authorization, body, curl }))
}

/// The call as a command for a shell.
fn curl(api: &str, operation: &Operation, authorization: &str, body: Option<&Example>) -> String {
    let method = if operation.method == "HEAD" { "--head".to_owned() } else { format!("-X {}", operation.method) };
    let mut command = format!("curl -sS {method} '{api}{}'", operation.example_path());
    let quoted = |text: &str| text.replace('\'', r"'\''");
    if !authorization.is_empty() {
        // A String takes everything.
        write!(command, " \\\n  -H 'Authorization: {}'", quoted(authorization)).ok();
    }
    if let Some(body) = body {
        write!(command, " \\\n  -H 'Content-Type: {}' \\\n  -d '{}'", operation.body_type, quoted(&body.text)).ok();
    }
    command
}
