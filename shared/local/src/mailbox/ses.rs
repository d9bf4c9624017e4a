//! SES v2's `SendEmail`, as the SDK calls it.
//!
//! Source: the Amazon SES API v2 reference, `SendEmail`, and the REST-JSON protocol (`x-amzn-errortype`).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use lettre::message::{Mailbox, Mailboxes, MultiPart, SinglePart};
use serde::Deserialize;
use serde_json::json;

use super::kept::Kept;
use super::message::{Envelope, Message};

pub(super) fn routes() -> Router<Arc<Kept>> {
    Router::new().route("/v2/email/outbound-emails", post(send_email))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendEmail {
    from_email_address: Option<String>,
    #[serde(default)]
    destination: Destination,
    #[serde(default)]
    reply_to_addresses: Vec<String>,
    content: MailContent,
    #[serde(default)]
    email_tags: Vec<Tag>,
    configuration_set_name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Destination {
    #[serde(rename = "ToAddresses")]
    to: Vec<String>,
    #[serde(rename = "CcAddresses")]
    cc: Vec<String>,
    #[serde(rename = "BccAddresses")]
    bcc: Vec<String>,
}

/// One of the two; templates live in an account, and here is none.
#[derive(Debug, Deserialize)]
enum MailContent {
    Raw(Raw),
    Simple(Simple),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Raw {
    data: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Simple {
    subject: Data,
    body: Body,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    text: Option<Data>,
    html: Option<Data>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Data {
    data: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    name: String,
    value: String,
}

/// The refusals of SES that the mailbox gives.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("Maximum sending rate exceeded.")]
    TooManyRequestsException,
    #[error("{0}")]
    BadRequestException(String),
    #[error("Address refused by the local mailbox: {0}")]
    MessageRejected(String),
    #[error("{0}")]
    InternalFailure(String),
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, kind) = match &self {
            Self::TooManyRequestsException => (StatusCode::TOO_MANY_REQUESTS, "TooManyRequestsException"),
            Self::BadRequestException(_) => (StatusCode::BAD_REQUEST, "BadRequestException"),
            Self::MessageRejected(_) => (StatusCode::BAD_REQUEST, "MessageRejected"),
            Self::InternalFailure(_) => (StatusCode::INTERNAL_SERVER_ERROR, "InternalFailure"),
        };
        (status, [("x-amzn-errortype", kind)], Json(json!({ "message": self.to_string() }))).into_response()
    }
}

async fn send_email(State(kept): State<Arc<Kept>>, body: Bytes) -> Result<Response, Refusal> {
    if kept.is_throttling() {
        return Err(Refusal::TooManyRequestsException);
    }
    let call: SendEmail = serde_json::from_slice(&body).map_err(|error| bad(&error))?;
    let message = message(call)?;
    if let Some(refused) = message.to.iter().find(|address| kept.refuses(address)) {
        return Err(Refusal::MessageRejected(refused.clone()));
    }
    let id = kept.add(message).map_err(|error| Refusal::InternalFailure(error.to_string()))?;
    Ok(Json(json!({ "MessageId": id })).into_response())
}

fn message(call: SendEmail) -> Result<Message, Refusal> {
    let raw = match &call.content {
        MailContent::Raw(raw) => BASE64_STANDARD.decode(&raw.data).map_err(|error| bad(&error))?,
        MailContent::Simple(simple) => mime(&call, simple).map_err(|error| bad(&*error))?,
    };
    let Destination { to, cc, bcc } = call.destination;
    let to = to.iter().chain(&cc).chain(&bcc).map(|address| bare(address)).collect::<Result<_, _>>()?;
    let tags = call.email_tags.into_iter().map(|tag| (tag.name, tag.value)).collect();
    let envelope = Envelope { to, tags, configuration_set: call.configuration_set_name };
    let malformed = || Refusal::BadRequestException("no From header or no recipient in the message".to_owned());
    Message::parse(&raw, envelope, now()).ok_or_else(malformed)
}

/// The MIME message that SES would make of a subject and bodies.
fn mime(call: &SendEmail, simple: &Simple) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let from = call.from_email_address.as_deref().ok_or("FromEmailAddress is missing")?;
    let mut builder = lettre::Message::builder().from(from.parse()?).subject(&*simple.subject.data);
    let Destination { to, cc, .. } = &call.destination;
    builder = builder.mailbox(lettre::message::header::To::from(mailboxes(to)?));
    if !cc.is_empty() {
        builder = builder.mailbox(lettre::message::header::Cc::from(mailboxes(cc)?));
    }
    for address in &call.reply_to_addresses {
        builder = builder.reply_to(address.parse()?);
    }
    let message = match (&simple.body.text, &simple.body.html) {
        (Some(text), Some(html)) => {
            builder.multipart(MultiPart::alternative_plain_html(text.data.clone(), html.data.clone()))
        }
        (Some(text), None) => builder.singlepart(SinglePart::plain(text.data.clone())),
        (None, Some(html)) => builder.singlepart(SinglePart::html(html.data.clone())),
        (None, None) => return Err("the body has neither text nor html".into()),
    };
    Ok(message?.formatted())
}

fn mailboxes(addresses: &[String]) -> Result<Mailboxes, lettre::address::AddressError> {
    addresses.iter().map(|address| address.parse::<Mailbox>()).collect()
}

/// The address of `Name <address>`.
fn bare(address: &str) -> Result<String, Refusal> {
    address.parse::<Mailbox>().map(|mailbox| mailbox.email.to_string()).map_err(|error| bad(&error))
}

fn bad(error: &(impl std::fmt::Display + ?Sized)) -> Refusal {
    Refusal::BadRequestException(error.to_string())
}

#[expect(clippy::disallowed_methods, reason = "the mailbox stands in for a server, which has a clock of its own")]
fn now() -> String {
    format!("{:.3}", Timestamp::now())
}
