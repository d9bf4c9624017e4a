//! Web pages of the mailbox: a list, and a page for each message. The message's own content is sandboxed.

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

use super::account::{SesFailure, SesOperation};
use super::mail_store::MailStore;
use super::message::MailboxMessage;
use super::search::{ResultPage, Search};
use crate::LocalError;
use crate::page::{assets, failed, page, refuse_other_sites};

/// Allows the list's refreshes, and the button of a message that stops mail at the API.
const PAGE_POLICY: &str = "connect-src 'self'; form-action 'self' http: https:";

/// Policy for the HTML of a message: an opaque origin, no scripts, no requests; links open in a new tab.
const MESSAGE_POLICY: &str = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; \
                              style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

pub(super) fn routes() -> Router<Arc<MailStore>> {
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
    /// Query to append to the links to messages.
    query: String,
    rows: ResultPage<MessageRow>,
    throttling: bool,
}

impl ListPage {
    /// Returns which of the found mails this page shows.
    fn summary(&self) -> String {
        let ResultPage { items, start, total, .. } = &self.rows;
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
struct MessageRow {
    message: Arc<MailboxMessage>,
    outcome: Option<MailStatus>,
}

#[derive(Template)]
#[template(path = "message.html")]
struct MessagePage {
    message: Arc<MailboxMessage>,
    search: Search,
    /// Query to append to the links to other messages and to the list.
    query: String,
    newer: Option<String>,
    older: Option<String>,
    outcomes: Vec<MailStatus>,
    view: MessageView,
    views: Vec<MessageView>,
    /// Text of the view; empty for HTML, which the frame fetches.
    text: String,
}

/// A view of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum MessageView {
    Html,
    Text,
    Calendar,
    Headers,
    Source,
    Events,
}

impl MessageView {
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

    fn is_in(self, message: &MailboxMessage) -> bool {
        match self {
            Self::Html => message.html.is_some(),
            Self::Text => message.text.is_some(),
            Self::Calendar => message.calendar.is_some(),
            Self::Headers | Self::Source | Self::Events => true,
        }
    }

    fn text(self, message: &MailboxMessage, events: &[Value]) -> String {
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

/// A short summary of an SES event of a mail.
struct MailStatus {
    label: &'static str,
    /// True if the mail was not delivered, or caused a complaint.
    is_fault: bool,
    detail: Option<String>,
    at: String,
}

impl MailStatus {
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

async fn list(State(store): State<Arc<MailStore>>, Query(search): Query<Search>) -> Response {
    let ResultPage { items, start, total, number, last } = search.page_of(store.found(&search));
    let row = |message: Arc<MailboxMessage>| {
        let events = store.events.of_message(&message.id)?;
        Ok(MessageRow { outcome: events.last().map(MailStatus::of), message })
    };
    let rows: Result<_, LocalError> = items.into_iter().map(row).collect();
    match rows {
        Ok(items) => {
            let (rows, throttling) = (ResultPage { items, start, total, number, last }, is_throttling(&store));
            page(&ListPage { query: search.query_of_page(number), search, rows, throttling }, PAGE_POLICY)
        }
        Err(error) => failed(&error),
    }
}

#[derive(Debug, Deserialize)]
struct ViewQuery {
    view: Option<MessageView>,
}

async fn message(
    State(store): State<Arc<MailStore>>,
    Path(id): Path<String>,
    Query(chosen): Query<ViewQuery>,
    Query(search): Query<Search>,
) -> Response {
    let Some(message) = store.message(&id) else {
        return not_found();
    };
    let events = match store.events.of_message(&id) {
        Ok(events) => events,
        Err(error) => return failed(&error),
    };
    let (newer, older) = neighbours(&store.found(&search), &id);
    let views: Vec<MessageView> = MessageView::ALL.into_iter().filter(|view| view.is_in(&message)).collect();
    let view =
        chosen.view.filter(|view| views.contains(view)).or(views.first().copied()).unwrap_or(MessageView::Source);
    let text = view.text(&message, &events);
    let (query, outcomes) = (search.query_with(&[]), events.iter().map(MailStatus::of).collect());
    page(&MessagePage { message, search, query, newer, older, outcomes, view, views, text }, PAGE_POLICY)
}

/// Returns the ids of the messages before and after a message in a list.
fn neighbours(found: &[Arc<MailboxMessage>], id: &str) -> (Option<String>, Option<String>) {
    let Some(place) = found.iter().position(|message| message.id == id) else { return (None, None) };
    let id_at = |place: Option<usize>| Some(found.get(place?)?.id.clone());
    (id_at(place.checked_sub(1)), id_at(place.checked_add(1)))
}

async fn message_html(State(store): State<Arc<MailStore>>, Path(id): Path<String>) -> Response {
    match store.message(&id).and_then(|message| message.html.clone()) {
        Some(html) => ([(header::CONTENT_SECURITY_POLICY, MESSAGE_POLICY)], Html(in_new_tabs(&html))).into_response(),
        None => not_found(),
    }
}

/// Makes every link open a new tab, because the sandboxed frame cannot show other pages.
fn in_new_tabs(html: &str) -> String {
    const BASE: &str = r#"<base target="_blank">"#;
    // Insert it after <head>, because browsers switch to quirks mode if it precedes the doctype; without a <head>,
    // insert it at the start.
    let head = html.to_ascii_lowercase().find("<head>").map_or(0, |start| start + "<head>".len());
    let (before, after) = html.split_at_checked(head).unwrap_or(("", html));
    format!("{before}{BASE}{after}")
}

async fn clear(State(store): State<Arc<MailStore>>, headers: HeaderMap) -> Response {
    back_to_list(&headers, || store.clear())
}

async fn throttle(State(store): State<Arc<MailStore>>, headers: HeaderMap) -> Response {
    back_to_list(&headers, || {
        let calls = if is_throttling(&store) { 0 } else { usize::MAX };
        store.account.fail(SesOperation::SendEmail, SesFailure::RateExceeded, calls);
        Ok(())
    })
}

fn is_throttling(store: &MailStore) -> bool {
    store.account.failing(SesOperation::SendEmail).is_some_and(|failing| failing.kind == SesFailure::RateExceeded)
}

/// Runs `change` and redirects to the list, unless another site's page sent the form.
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

/// Formats a number with its digits in groups of three: `1,234`.
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

/// Formats a time in UTC with `strftime`; returns other text unchanged.
fn readable(time: &str, format: &str) -> String {
    time.parse::<Timestamp>().map_or_else(|_| time.to_owned(), |time| time.strftime(format).to_string())
}
