//! The mailbox for people: a list, and a page for each message. What a message brings runs in a sandbox.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::account::{Operation, SesFailure};
use super::kept::Kept;
use super::message::Message;
use super::search::{Page, Search};
use crate::LocalError;
use crate::page::{assets, failed, page, refuse_other_sites};

/// The list asks for itself again. A message's button stops mail at the API.
const PAGE_POLICY: &str = "connect-src 'self'; form-action 'self' http: https:";

/// For the HTML of a message: an origin of its own, no script, nothing fetched; links open in a new tab.
const MESSAGE_POLICY: &str = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; \
                              style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

pub(super) fn routes() -> Router<Arc<Kept>> {
    Router::new()
        .route("/", get(list))
        .route("/messages/{id}", get(message))
        .route("/messages/{id}/html", get(message_html))
        .route("/clear", post(clear))
        .route("/throttle", post(throttle))
        .merge(assets())
}

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage {
    search: Search,
    /// The query of the links to messages.
    query: String,
    rows: Page<Row>,
    throttling: bool,
}

impl ListPage {
    /// The place of these mails among all that were found.
    fn summary(&self) -> String {
        let Page { items, start, total, .. } = &self.rows;
        let mails = if *total == 1 { "mail" } else { "mails" };
        let found = if self.search.is_narrow() { " found" } else { "" };
        match items.len() {
            0 => format!("No mail{found}"),
            shown if shown == *total => format!("{} {mails}{found}; times are in UTC", thousands(*total)),
            shown => {
                let (first, last) = (thousands(start + 1), thousands(start + shown));
                format!("{first}–{last} of {} {mails}{found}; times are in UTC", thousands(*total))
            }
        }
    }
}

/// A message in the list.
struct Row {
    message: Arc<Message>,
    outcome: Option<Outcome>,
}

#[derive(Template)]
#[template(path = "message.html")]
struct MessagePage {
    message: Arc<Message>,
    search: Search,
    /// The query of the links to other messages and to the list.
    query: String,
    newer: Option<String>,
    older: Option<String>,
    outcomes: Vec<Outcome>,
    view: View,
    views: Vec<View>,
    /// The text of the view, but for HTML, which its frame fetches.
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
    Events,
}

impl View {
    const ALL: [Self; 6] = [Self::Html, Self::Text, Self::Calendar, Self::Headers, Self::Source, Self::Events];

    fn name(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Text => "text",
            Self::Calendar => "calendar",
            Self::Headers => "headers",
            Self::Source => "source",
            Self::Events => "events",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Html => "HTML",
            Self::Text => "Text",
            Self::Calendar => "Calendar",
            Self::Headers => "Headers",
            Self::Source => "Source",
            Self::Events => "Events",
        }
    }

    fn is_in(self, message: &Message) -> bool {
        match self {
            Self::Html => message.html.is_some(),
            Self::Text => message.text.is_some(),
            Self::Calendar => message.calendar.is_some(),
            Self::Headers | Self::Source | Self::Events => true,
        }
    }

    fn text(self, message: &Message, events: &[Value]) -> String {
        match self {
            Self::Html => String::new(),
            Self::Text => message.text.clone().unwrap_or_default(),
            Self::Calendar => message.calendar.clone().unwrap_or_default(),
            Self::Headers => {
                let lines = message.headers().into_iter().map(|(name, value)| format!("{name}: {value}"));
                lines.collect::<Vec<_>>().join("\n")
            }
            Self::Source => message.raw.clone(),
            Self::Events => serde_json::to_string_pretty(events).unwrap_or_default(),
        }
    }
}

/// An event of SES about a mail, in a few words.
struct Outcome {
    label: &'static str,
    /// True if the mail has not reached its receiver, or is not welcome.
    is_fault: bool,
    detail: Option<String>,
    at: String,
}

impl Outcome {
    fn of(event: &Value) -> Self {
        let text = |path: &str| event.pointer(path).and_then(Value::as_str).map(str::to_owned);
        let (label, detail) = match text("/detail/eventType").as_deref() {
            Some("Delivery") => ("Delivered", None),
            Some("Bounce") => ("Bounced", text("/detail/bounce/bouncedRecipients/0/diagnosticCode")),
            Some("Complaint") => ("Complaint", text("/detail/complaint/complaintFeedbackType")),
            Some("DeliveryDelay") => ("Delayed", text("/detail/deliveryDelay/delayedRecipients/0/diagnosticCode")),
            _ => ("Sent", None),
        };
        let is_fault = !matches!(label, "Sent" | "Delivered");
        Self { label, is_fault, detail, at: text("/time").unwrap_or_default() }
    }
}

async fn list(State(kept): State<Arc<Kept>>, Query(search): Query<Search>) -> Response {
    let Page { items, start, total, number, last } = search.page_of(kept.found(&search));
    let row = |message: Arc<Message>| {
        let events = kept.events.of_message(&message.id)?;
        Ok(Row { outcome: events.last().map(Outcome::of), message })
    };
    let rows: Result<_, LocalError> = items.into_iter().map(row).collect();
    match rows {
        Ok(items) => {
            let (rows, throttling) = (Page { items, start, total, number, last }, is_throttling(&kept));
            page(&ListPage { query: search.query_of_page(number), search, rows, throttling }, PAGE_POLICY)
        }
        Err(error) => failed(&error),
    }
}

#[derive(Debug, Deserialize)]
struct Wanted {
    view: Option<View>,
}

async fn message(
    State(kept): State<Arc<Kept>>,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
    Query(search): Query<Search>,
) -> Response {
    let Some(message) = kept.message(&id) else {
        return not_found();
    };
    let events = match kept.events.of_message(&id) {
        Ok(events) => events,
        Err(error) => return failed(&error),
    };
    let (newer, older) = neighbours(&kept.found(&search), &id);
    let views: Vec<View> = View::ALL.into_iter().filter(|view| view.is_in(&message)).collect();
    let view = wanted.view.filter(|view| views.contains(view)).or(views.first().copied()).unwrap_or(View::Source);
    let text = view.text(&message, &events);
    let (query, outcomes) = (search.query_with(&[]), events.iter().map(Outcome::of).collect());
    page(&MessagePage { message, search, query, newer, older, outcomes, view, views, text }, PAGE_POLICY)
}

/// The ids of the messages before and after one in a list.
fn neighbours(found: &[Arc<Message>], id: &str) -> (Option<String>, Option<String>) {
    let Some(place) = found.iter().position(|message| message.id == id) else { return (None, None) };
    let id_at = |place: Option<usize>| Some(found.get(place?)?.id.clone());
    (id_at(place.checked_sub(1)), id_at(place.checked_add(1)))
}

async fn message_html(State(kept): State<Arc<Kept>>, Path(id): Path<String>) -> Response {
    match kept.message(&id).and_then(|message| message.html.clone()) {
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
    if let Err(refusal) = refuse_other_sites(headers) {
        return *refusal;
    }
    match change() {
        Ok(()) => Redirect::to("/").into_response(),
        Err(error) => failed(&error),
    }
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "no such message").into_response()
}

/// `1,234`: digits in groups of three.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A time in UTC, as `strftime` writes it by this format, or the text itself where it is no time.
fn readable(time: &str, format: &str) -> String {
    time.parse::<Timestamp>().map_or_else(|_| time.to_owned(), |time| time.strftime(format).to_string())
}
