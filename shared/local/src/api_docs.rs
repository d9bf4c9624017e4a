//! `docs/openapi.json` in a browser: a page that shows it and sends requests to the API on this machine.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path as Segment, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

/// What the page loads of the viewer, with its type.
const VIEWER_FILES: [(&str, &str); 2] =
    [("swagger-ui.css", "text/css"), ("swagger-ui-bundle.js", "text/javascript; charset=utf-8")];

/// `GET /api-docs` and what the page loads. `api` is where the API is; `viewer` the folder with the files of Swagger UI.
/// Without it the page only leads to the description.
pub fn routes(api: String, viewer: Option<PathBuf>) -> Router {
    Router::new()
        .route("/api-docs", get(page))
        .route("/api-docs/openapi.json", get(description))
        .route("/api-docs/start.js", get(start))
        .route("/api-docs/viewer/{file}", get(viewer_file))
        .with_state(Arc::new(Docs { api, viewer }))
}

struct Docs {
    api: String,
    viewer: Option<PathBuf>,
}

#[derive(Template)]
#[template(path = "api_docs.html")]
struct ApiDocsPage {
    with_viewer: bool,
}

async fn page(State(docs): State<Arc<Docs>>) -> Response {
    // Swagger UI sets style attributes and has its pictures inline. It may ask the API and nobody else.
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
         connect-src 'self' {}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        docs.api
    );
    match (ApiDocsPage { with_viewer: docs.viewer.is_some() }).render() {
        Ok(html) => ([(header::CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response(),
        Err(error) => failed(&error),
    }
}

/// The description of this checkout, read anew each time, for the API on this machine.
async fn description(State(docs): State<Arc<Docs>>) -> Response {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let described = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display())).and_then(|text| {
        serde_json::from_slice::<Value>(&text).map_err(|error| format!("{}: {error}", path.display()))
    });
    match described {
        Ok(mut description) => {
            if let Some(description) = description.as_object_mut() {
                let here = json!([{ "url": docs.api, "description": "the service on this machine" }]);
                description.insert("servers".to_owned(), here);
            }
            axum::Json(description).into_response()
        }
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error).into_response(),
    }
}

async fn start() -> Response {
    let script = include_str!("../templates/api_docs.js");
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], script).into_response()
}

async fn viewer_file(State(docs): State<Arc<Docs>>, Segment(file): Segment<String>) -> Response {
    let known = VIEWER_FILES.into_iter().find(|(name, _)| *name == file);
    let (Some(folder), Some((name, media_type))) = (&docs.viewer, known) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match std::fs::read(folder.join(name)) {
        Ok(bytes) => ([(header::CONTENT_TYPE, media_type)], bytes).into_response(),
        Err(error) => failed(&error),
    }
}

fn failed(error: &dyn std::error::Error) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response()
}
