//! Shared frame and style of the development pages.

use askama::Template;
use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

/// Base policy of the pages: only our own styles and scripts. Pages add the targets of their forms and scripts.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Routes `GET /style.css` and the scripts. Every page works without scripts.
pub(crate) fn assets<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/style.css", get(async || asset("text/css", include_str!("../templates/style.css"))))
        .route("/list.js", get(async || script(include_str!("../templates/list.js"))))
        .route("/try.js", get(async || script(include_str!("../templates/try.js"))))
}

fn script(text: &'static str) -> Response {
    asset("text/javascript; charset=utf-8", text)
}

fn asset(media_type: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, media_type)], text).into_response()
}

/// Renders a page. `more` adds directives to its policy.
pub(crate) fn page(template: &impl Template, more: &str) -> Response {
    match template.render() {
        Ok(html) => {
            let headers = [
                (header::CONTENT_SECURITY_POLICY, format!("{POLICY}; {more}")),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
            ];
            (headers, Html(html)).into_response()
        }
        Err(error) => failed(&error),
    }
}

pub(crate) fn failed(error: &dyn std::error::Error) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response()
}

/// Rejects a form that another site's page sent.
pub(crate) fn refuse_other_sites(headers: &HeaderMap) -> Result<(), Box<Response>> {
    if headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin") {
        return Err(Box::new((StatusCode::FORBIDDEN, "another site sent this form").into_response()));
    }
    Ok(())
}
