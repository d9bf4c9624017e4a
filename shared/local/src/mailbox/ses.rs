//! The operations `SendEmail` and `GetAccount` of SES v2, as the SDK calls them.
//!
//! Source: the Amazon SES API v2 reference, and the REST-JSON protocol (`x-amzn-errortype`).

use std::future::pending;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use lettre::message::{Mailbox, Mailboxes, MultiPart, SinglePart};
use serde::Deserialize;
use serde_json::{Value, json};
use spaces_model::EmailAddress;
use tokio::time::Instant;

use super::account::{SesFailure, SesOperation};
use super::mail_store::MailStore;
use super::message::{Envelope, MailboxMessage};

pub(super) fn routes() -> Router<Arc<MailStore>> {
    Router::new().route("/v2/email/outbound-emails", post(send_email)).route("/v2/email/account", get(get_account))
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

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Destination {
    #[serde(rename = "ToAddresses")]
    to: Vec<String>,
    #[serde(rename = "CcAddresses")]
    cc: Vec<String>,
    #[serde(rename = "BccAddresses")]
    bcc: Vec<String>,
}

/// Templates are not supported: they belong to an account.
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

/// The error responses of SES that the mailbox can return.
#[derive(Debug, thiserror::Error)]
enum SesApiError {
    #[error("Maximum sending rate exceeded.")]
    RateExceeded,
    #[error("Daily message quota exceeded.")]
    QuotaExceeded,
    #[error("The message can't be sent because the account's ability to send email is currently paused.")]
    SendingPaused,
    #[error("The message can't be sent because the account's ability to send email has been permanently restricted.")]
    AccountSuspended,
    #[error("User is not authorized to perform this operation on the resource")]
    AccessDenied,
    #[error("The message can't be sent because the sending domain isn't verified.")]
    DomainNotVerified,
    #[error("Email address is not verified. The following identities failed the check in region LOCAL: {}", .0.join(", "))]
    NotVerified(Vec<String>),
    #[error("Address refused by the local mailbox: {0}")]
    Rejected(String),
    #[error("{0}")]
    BadRequest(String),
    #[error("{0}")]
    Internal(String),
}

impl IntoResponse for SesApiError {
    fn into_response(self) -> Response {
        let (status, kind) = match &self {
            Self::RateExceeded | Self::QuotaExceeded => (StatusCode::TOO_MANY_REQUESTS, "TooManyRequestsException"),
            Self::SendingPaused => (StatusCode::BAD_REQUEST, "SendingPausedException"),
            Self::AccountSuspended => (StatusCode::BAD_REQUEST, "AccountSuspendedException"),
            Self::AccessDenied => (StatusCode::FORBIDDEN, "AccessDeniedException"),
            Self::DomainNotVerified => (StatusCode::BAD_REQUEST, "MailFromDomainNotVerifiedException"),
            Self::NotVerified(_) | Self::Rejected(_) => (StatusCode::BAD_REQUEST, "MessageRejected"),
            Self::BadRequest(_) => (StatusCode::BAD_REQUEST, "BadRequestException"),
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "InternalFailure"),
        };
        (status, [("x-amzn-errortype", kind)], Json(json!({ "message": self.to_string() }))).into_response()
    }
}

/// Returns the planned failure of an operation, if any.
async fn check(store: &MailStore, operation: SesOperation) -> Result<(), SesApiError> {
    Err(match store.account.failure(operation) {
        None => return Ok(()),
        Some(SesFailure::RateExceeded) => SesApiError::RateExceeded,
        Some(SesFailure::QuotaExceeded) => SesApiError::QuotaExceeded,
        Some(SesFailure::SendingPaused) => SesApiError::SendingPaused,
        Some(SesFailure::AccountSuspended) => SesApiError::AccountSuspended,
        Some(SesFailure::AccessDenied) => SesApiError::AccessDenied,
        Some(SesFailure::DomainNotVerified) => SesApiError::DomainNotVerified,
        Some(SesFailure::ServerError) => SesApiError::Internal("planned failure".to_owned()),
        Some(SesFailure::Silence) => pending().await,
    })
}

async fn send_email(State(store): State<Arc<MailStore>>, body: Bytes) -> Result<Response, SesApiError> {
    check(&store, SesOperation::SendEmail).await?;
    let call: SendEmail = serde_json::from_slice(&body).map_err(|error| bad(&error))?;
    let (sender, given) = (call.from_email_address.clone(), call.destination.clone());
    let now = now();
    let message = message(call, now)?;

    let recipients = message.to.len();
    if store.account.per_day().is_some_and(|max| store.sent_last_24_hours(now) + recipients as u64 > max) {
        return Err(SesApiError::QuotaExceeded);
    }
    if !store.account.is_within_rate(u32::try_from(recipients).unwrap_or(u32::MAX), Instant::now()) {
        return Err(SesApiError::RateExceeded);
    }
    let is_unverified = |identity: &str| bare(identity).is_ok_and(|address| store.account.is_unverified(&address));
    let to = [given.to, given.cc, given.bcc].concat();
    let to = if to.is_empty() { &message.to } else { &to };
    let identities = std::iter::once(sender.as_ref().unwrap_or(&message.from)).chain(to);
    let unverified: Vec<String> = identities.filter(|identity| is_unverified(identity)).cloned().collect();
    if !unverified.is_empty() {
        return Err(SesApiError::NotVerified(unverified));
    }
    if let Some(refused) = message.to.iter().find(|address| store.account.refuses(address)) {
        return Err(SesApiError::Rejected(refused.clone()));
    }
    let id = store.add(message, now).map_err(|error| SesApiError::Internal(error.to_string()))?;
    Ok(Json(json!({ "MessageId": id })).into_response())
}

async fn get_account(State(store): State<Arc<MailStore>>) -> Result<Json<Value>, SesApiError> {
    check(&store, SesOperation::GetAccount).await?;
    let account = store.account.describe();
    Ok(Json(json!({
        "EnforcementStatus": if account.is_suspended { "SHUTDOWN" } else { "HEALTHY" },
        "ProductionAccessEnabled": account.is_in_production,
        "SendingEnabled": account.is_sending_enabled,
        "SendQuota": {
            "Max24HourSend": account.per_day,
            "MaxSendRate": account.per_second,
            "SentLast24Hours": store.sent_last_24_hours(now()),
        },
    })))
}

fn message(call: SendEmail, now: Timestamp) -> Result<MailboxMessage, SesApiError> {
    let raw = match &call.content {
        MailContent::Raw(raw) => BASE64_STANDARD.decode(&raw.data).map_err(|error| bad(&error))?,
        MailContent::Simple(simple) => mime(&call, simple).map_err(|error| bad(&*error))?,
    };
    let Destination { to, cc, bcc } = call.destination;
    let to = to.iter().chain(&cc).chain(&bcc).map(|address| bare(address)).collect::<Result<_, _>>()?;
    let tags = call.email_tags.into_iter().map(|tag| (tag.name, tag.value)).collect();
    let envelope = Envelope { to, tags, configuration_set: call.configuration_set_name };
    let malformed = || SesApiError::BadRequest("no From header or no recipient in the message".to_owned());
    MailboxMessage::parse(&raw, envelope, format!("{now:.3}")).ok_or_else(malformed)
}

/// Builds the MIME message that SES would build from a subject and bodies.
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

/// Returns the address of `Name <address>`. It is parsed by the service's rules, which accept the addresses that SES
/// accepts.
fn bare(mailbox: &str) -> Result<String, SesApiError> {
    let bracketed = mailbox.trim().strip_suffix('>').and_then(|text| text.rsplit_once('<'));
    let address = bracketed.map_or(mailbox, |(_, address)| address);
    address.parse::<EmailAddress>().map(|address| address.to_ascii()).map_err(|error| bad(&error))
}

fn bad(error: &(impl std::fmt::Display + ?Sized)) -> SesApiError {
    SesApiError::BadRequest(error.to_string())
}

#[expect(clippy::disallowed_methods, reason = "the mailbox simulates a separate server, which has its own clock")]
pub(super) fn now() -> Timestamp {
    Timestamp::now()
}
