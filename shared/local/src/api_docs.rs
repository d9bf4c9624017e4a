//! `docs/openapi.json` as web pages: a list of the operations, and a page for each with a form that sends the request
//! to the API on this machine. Without JavaScript, the page shows a command in place of the form.

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

use self::caller::SampleCaller;
use self::description::{ApiDescription, ApiOperation, Example, OperationGroup};
use crate::LocalError;
use crate::page::{failed, page};

/// Routes `GET /api-docs` and the pages below it, for the API at `api`.
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
    /// Returns the policy of the pages: forms submit to these pages, scripts connect to the API only.
    fn policy(&self) -> String {
        format!("form-action 'self'; connect-src {}", self.api)
    }
}

#[derive(Template)]
#[template(path = "api/list.html")]
struct OperationListPage<'a> {
    api: &'a str,
    groups: Vec<OperationGroup>,
    schemes: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "api/operation.html")]
struct OperationPage<'a> {
    api: &'a str,
    operation: ApiOperation,
    callers: Vec<SampleCaller>,
    caller: SampleCaller,
    authorization: String,
    /// Body to prefill; the user can choose from all examples of the operation.
    body: Option<Example>,
    curl: String,
}

async fn list(State(docs): State<Arc<Docs>>) -> Response {
    match ApiDescription::read(&docs.api) {
        Ok(description) => {
            let (groups, schemes) = (description.groups(), description.schemes());
            page(&OperationListPage { api: &docs.api, groups, schemes }, &docs.policy())
        }
        Err(error) => failed(&error),
    }
}

async fn description(State(docs): State<Arc<Docs>>) -> Response {
    match ApiDescription::read(&docs.api) {
        Ok(description) => Json(description.into_json()).into_response(),
        Err(error) => failed(&error),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct OperationPageQuery {
    /// Name of the [`SampleCaller`] to call as.
    caller: String,
    /// Name of the example to prefill.
    example: String,
}

async fn operation(
    State(docs): State<Arc<Docs>>,
    Segment(id): Segment<String>,
    Query(query): Query<OperationPageQuery>,
) -> Response {
    match operation_page(&docs.api, &id, &query) {
        Ok(Some(shown)) => page(&shown, &docs.policy()),
        Ok(None) => (StatusCode::NOT_FOUND, "no such operation").into_response(),
        Err(error) => failed(&error),
    }
}

fn operation_page<'a>(
    api: &'a str,
    id: &str,
    query: &OperationPageQuery,
) -> Result<Option<OperationPage<'a>>, LocalError> {
    let Some(operation) = ApiDescription::read(api)?.operation(id) else { return Ok(None) };
    let callers = SampleCaller::all(&operation.schemes);
    let caller = callers.iter().find(|caller| caller.name == query.caller).or(callers.first()).copied();
    let caller = caller.unwrap_or(SampleCaller::NOBODY);
    let authorization = caller.authorization(api)?;
    let body = operation.examples.iter().find(|example| example.name == query.example);
    let body = body.or(operation.examples.first()).cloned();
    let curl = curl(api, &operation, &authorization, body.as_ref());
    Ok(Some(OperationPage { api, operation, callers, caller, authorization, body, curl }))
}

/// Returns the request as a shell command.
fn curl(api: &str, operation: &ApiOperation, authorization: &str, body: Option<&Example>) -> String {
    let method = if operation.method == "HEAD" { "--head".to_owned() } else { format!("-X {}", operation.method) };
    let mut command = format!("curl -sS {method} '{api}{}'", operation.example_path());
    let quoted = |text: &str| text.replace('\'', r"'\''");
    if !authorization.is_empty() {
        // Writing to a `String` cannot fail.
        write!(command, " \\\n  -H 'Authorization: {}'", quoted(authorization)).ok();
    }
    if let Some(body) = body {
        write!(command, " \\\n  -H 'Content-Type: {}' \\\n  -d '{}'", operation.body_type, quoted(&body.text)).ok();
    }
    command
}
