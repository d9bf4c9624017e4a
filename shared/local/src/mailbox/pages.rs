//! The mailbox for people: a list, and a page for each message. No script; what a message brings runs in a sandbox.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::account::{Operation, SesFailure};
use super::kept::Kept;
use super::message::Message;
use crate::LocalError;

/// For the mailbox's own pages.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self' http: https:; base-uri 'none'; \
                           frame-ancestors 'none'";

/// For the HTML of a message: an origin of its own, no script, nothing fetched; links open in a new tab.
const MESSAGE_POLICY: &str = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; \
                              style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

pub(super) fn routes() -> Router<Arc<Kept>> {
    Router::new()
        .route("/", get(list))
        .route("/style.css", get(style))
        .route("/messages/{id}", get(message))
        .route("/messages/{id}/html", get(message_html))
        .route("/clear", post(clear))
        .route("/throttle", post(throttle))
}

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage {
    messages: Vec<Message>,
    throttling: bool,
}

#[derive(Template)]
#[template(path = "message.html")]
struct MessagePage {
    message: Message,
    view: View,
    /// What the view shows, but for HTML, which its frame fetches.
    text: String,
}

/// One way to look at a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum View {
    Html,
    Text,
    Calendar,
    Headers,
    Source,
}

impl View {
    const ALL: [Self; 5] = [Self::Html, Self::Text, Self::Calendar, Self::Headers, Self::Source];

    fn name(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Text => "text",
            Self::Calendar => "calendar",
            Self::Headers => "headers",
            Self::Source => "source",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Html => "HTML",
            Self::Text => "Text",
            Self::Calendar => "Calendar",
            Self::Headers => "Headers",
            Self::Source => "Source",
        }
    }

    fn is_in(self, message: &Message) -> bool {
        match self {
            Self::Html => message.html.is_some(),
            Self::Text => message.text.is_some(),
            Self::Calendar => message.calendar.is_some(),
            Self::Headers | Self::Source => true,
        }
    }

    fn text(self, message: &Message) -> String {
        match self {
            Self::Html => String::new(),
            Self::Text => message.text.clone().unwrap_or_default(),
            Self::Calendar => message.calendar.clone().unwrap_or_default(),
            Self::Headers => {
                let lines = message.headers().into_iter().map(|(name, value)| format!("{name}: {value}"));
                lines.collect::<Vec<_>>().join("\n")
            }
            Self::Source => message.raw.clone(),
        }
    }
}

async fn list(State(kept): State<Arc<Kept>>) -> Response {
    page(&ListPage { messages: kept.messages(), throttling: is_throttling(&kept) })
}

#[derive(Debug, Deserialize)]
struct Wanted {
    view: Option<View>,
}

async fn message(State(kept): State<Arc<Kept>>, Path(id): Path<String>, Query(wanted): Query<Wanted>) -> Response {
    let Some(message) = kept.message(&id) else {
        return not_found();
    };
    let best = View::ALL.into_iter().find(|view| view.is_in(&message)).unwrap_or(View::Source);
    let view = wanted.view.filter(|view| view.is_in(&message)).unwrap_or(best);
    page(&MessagePage { text: view.text(&message), view, message })
}

async fn message_html(State(kept): State<Arc<Kept>>, Path(id): Path<String>) -> Response {
    match kept.message(&id).and_then(|message| message.html) {
        Some(html) => ([(header::CONTENT_SECURITY_POLICY, MESSAGE_POLICY)], Html(in_new_tabs(&html))).into_response(),
        None => not_found(),
    }
}

/// With every link opening a tab: the sandboxed frame itself could not show where it leads.
fn in_new_tabs(html: &str) -> String {
    const BASE: &str = r#"<base target="_blank">"#;
    // After <head>, or else before everything; ahead of the doctype it would switch the browser to quirks mode.
    let head = html.to_ascii_lowercase().find("<head>").map_or(0, |start| start + "<head>".len());
    let (before, after) = html.split_at_checked(head).unwrap_or(("", html));
    format!("{before}{BASE}{after}")
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css")], include_str!("../../templates/style.css")).into_response()
}

async fn clear(State(kept): State<Arc<Kept>>, headers: HeaderMap) -> Response {
    back_to_list(&headers, || kept.clear())
}

async fn throttle(State(kept): State<Arc<Kept>>, headers: HeaderMap) -> Response {
    back_to_list(&headers, || {
        let calls = if is_throttling(&kept) { 0 } else { usize::MAX };
        kept.account.fail(Operation::SendEmail, SesFailure::RateExceeded, calls);
        Ok(())
    })
}

fn is_throttling(kept: &Kept) -> bool {
    kept.account.failing(Operation::SendEmail).is_some_and(|failing| failing.kind == SesFailure::RateExceeded)
}

/// Does `change`, unless another site's page asks for it.
fn back_to_list(headers: &HeaderMap, change: impl FnOnce() -> Result<(), LocalError>) -> Response {
    if headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin") {
        return (StatusCode::FORBIDDEN, "another site sent this form").into_response();
    }
    match change() {
        Ok(()) => Redirect::to("/").into_response(),
        Err(error) => failed(&error),
    }
}

fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => ([(header::CONTENT_SECURITY_POLICY, PAGE_POLICY)], Html(html)).into_response(),
        Err(error) => failed(&error),
    }
}

fn failed(error: &dyn std::error::Error) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response()
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "no such message").into_response()
}
