//! Shared test harness of the functions: runs the local stack in memory with the sample data, and turns events into
//! responses.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering};
use std::{fs, io};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use spaces_auth::{GuestTokens, Secrets};
use spaces_http::{Body, Context, Env, GatewayEvent, Request, Response, Sources};
use spaces_model::InviteId;
use spaces_store::Store;
use tempfile::TempDir;

use crate::issuer::{self, INTROSPECTION_CLIENT, OpaqueTokens};
use crate::tokens::DevelopmentIssuer;
use crate::{Dynamo, LocalError, LocalQueues, Mailbox, Template, queues, samples, tokens};

/// Public URL of the service under test.
pub const PUBLIC_URL: &str = "https://spaces.example.com";

/// Signing secret of the service under test.
pub const SIGNING_SECRET: &str = "a secret for tests, of more than forty characters";

/// A table with the sample data, a mailbox, the template's queues and an issuer. All of them stop when the harness is
/// dropped.
pub struct Harness {
    /// The table.
    pub dynamo: Dynamo,
    /// SES.
    pub mailbox: Mailbox,
    /// SQS.
    pub queues: LocalQueues,
    /// Client of the table.
    pub store: Store,
    _directory: TempDir,
}

impl Harness {
    /// Starts the table, the mailbox, the queues and the issuer.
    ///
    /// # Errors
    /// When a component cannot start.
    pub async fn start() -> Result<Self, Box<dyn std::error::Error>> {
        let directory = tempfile::tempdir()?;
        let dynamo = Dynamo::in_memory().await?;
        let opaque = OpaqueTokens::in_directory(directory.path().join("opaque-tokens"));
        samples::add_opaque_token(&opaque)?;
        let mailbox =
            Mailbox::in_directory(directory.path().join("mail"), crate::server::ANY_PORT, issuer::routes(opaque))
                .await?;
        let template = Template::of_this_checkout()?;
        let queues = LocalQueues::in_memory(template.queues()?).await?;
        mailbox.follow_rules(&template, &queues)?;
        let store = samples::store(&dynamo)?;
        samples::seed(&store).await?;
        dynamo.forget_calls();
        Ok(Self { dynamo, mailbox, queues, store, _directory: directory })
    }

    /// Returns the partition key of an invitation's items: a hash of its id.
    ///
    /// # Errors
    /// [`LocalError::Database`] when the embedded database fails.
    pub fn invitation_partition(&self, id: InviteId) -> Result<String, LocalError> {
        let items = self.dynamo.items()?;
        let item = items.iter().find(|item| item["sk"] == "INVITE" && item["id"] == id.to_string());
        Ok(item.and_then(|item| item["pk"].as_str()).unwrap_or_default().to_owned())
    }

    /// Returns the functions' environment variables.
    ///
    /// # Errors
    /// [`LocalError::Token`] when the issuer's key can't be derived.
    pub fn env(&self) -> Result<Env, LocalError> {
        let (client_id, client_secret) = INTROSPECTION_CLIENT;
        let issuer = json!([{
            "iss": tokens::ISSUER, "jwks": DevelopmentIssuer::Accounts.jwks()?,
            "algorithms": ["EdDSA"], "audience": null,
            "native_user_ids": true, "email_domains": "*", "org_claim": tokens::ORGANIZATION_CLAIM,
        }, {
            "iss": tokens::PARTNER_ISSUER, "jwks": DevelopmentIssuer::Partner.jwks()?,
            "algorithms": ["EdDSA"], "audience": null,
            "email_domains": tokens::PARTNER_DOMAIN, "org_claim": tokens::ORGANIZATION_CLAIM,
        }]);
        let introspection = json!({
            "url": format!("{}/issuer/introspect", self.mailbox.endpoint()), "iss": tokens::ISSUER,
            "client_id": client_id, "audience": null, "native_user_ids": true,
            "email_domains": "*", "org_claim": tokens::ORGANIZATION_CLAIM,
        });
        let sqs = self.queues.endpoint().unwrap_or_default();
        let variables = [
            ("PUBLIC_URL", PUBLIC_URL.to_owned()),
            ("TABLE_NAME", self.dynamo.table().to_owned()),
            ("SIGNING_SECRET", SIGNING_SECRET.to_owned()),
            ("GUEST_JWKS", guest_jwks(SIGNING_SECRET)?),
            // The tokens in event files are valid until the end of the century.
            ("USER_TOKEN_MAX_HOURS", "1000000".to_owned()),
            ("INDEX_SECRET", samples::INDEX_SECRET.to_owned()),
            ("ISSUERS", issuer.to_string()),
            ("COMPANY_DOMAINS", "*".to_owned()),
            ("INTROSPECTION", introspection.to_string()),
            ("INTROSPECTION_CLIENT_SECRET", client_secret.to_owned()),
            ("CORS_ALLOWED_ORIGINS", "https://app.example.com".to_owned()),
            ("MAIL_FROM", "invitations@spaces.example.com".to_owned()),
            // The configuration set's name in the template, which the template's rule matches.
            ("SES_CONFIGURATION_SET", "MailConfiguration".to_owned()),
            ("MAILS_PER_SECOND", "1000000".to_owned()),
            // A short timeout would fail on a machine that is busy with other tests.
            ("TABLE_TIMEOUT_MS", "60000".to_owned()),
            ("AWS_REGION", "local".to_owned()),
            ("AWS_ACCESS_KEY_ID", "local".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "local".to_owned()),
            ("AWS_ENDPOINT_URL_DYNAMODB", self.dynamo.endpoint()),
            ("AWS_ENDPOINT_URL_SESV2", self.mailbox.endpoint()),
            ("MAIL_QUEUE_URL", queues::url(&sqs, "MailQueue")),
            ("MAIL_QUEUE_ARN", queues::arn("MailQueue")),
            ("MAIL_DEAD_LETTERS_URL", queues::url(&sqs, "MailDeadLetters")),
            ("BULK_MAIL_QUEUE_URL", queues::url(&sqs, "BulkMailQueue")),
            ("BULK_MAIL_QUEUE_ARN", queues::arn("BulkMailQueue")),
            ("BULK_MAIL_DEAD_LETTERS_URL", queues::url(&sqs, "BulkMailDeadLetters")),
            ("RELAY_FAILURES_URL", queues::url(&sqs, "RelayFailures")),
            ("PUBLISH_FAILURES_URL", queues::url(&sqs, "PublishFailures")),
            ("EVENT_BUS", "default".to_owned()),
            ("AWS_ENDPOINT_URL_EVENTBRIDGE", self.mailbox.endpoint()),
            ("AWS_ENDPOINT_URL_SQS", sqs),
        ];
        Ok(variables.into_iter().collect())
    }
}

/// Returns the JWK set that verifies guest tokens signed with `secret`.
///
/// # Errors
/// [`LocalError::Token`] when the keys can't be derived.
pub fn guest_jwks(secret: &str) -> Result<String, LocalError> {
    let token = |error: &dyn std::error::Error| LocalError::Token(error.to_string());
    let secrets = Secrets::new(secret, None).map_err(|error| token(&error))?;
    let guests = GuestTokens::new(&secrets, PUBLIC_URL, PUBLIC_URL, SignedDuration::from_hours(24));
    Ok(guests.map_err(|error| token(&error))?.jwks().to_owned())
}

/// Returns the calls to the table that the deployed role of a function does not allow, compared by action and by keys.
///
/// # Errors
/// [`LocalError`] when the template cannot be read.
pub fn forbidden_calls(role: &str, dynamo: &Dynamo) -> Result<Vec<String>, LocalError> {
    let template = Template::of_this_checkout()?;
    let role = template.role(role)?;
    let forbidden = dynamo.accesses().into_iter().filter(|access| !role.allows(access));
    Ok(forbidden.map(|access| format!("{access:?}")).collect())
}

/// Returns the actions that a deployed role allows, sorted, without those for logging and for the stack's KMS key.
///
/// # Errors
/// [`LocalError`] when the template cannot be read.
pub fn allowed_actions(role: &str) -> Result<Vec<String>, LocalError> {
    let template = Template::of_this_checkout()?;
    let general = |action: &&str| ["logs:", "kms:"].iter().any(|service| action.starts_with(service));
    let actions: BTreeSet<&str> = template.role(role)?.actions().filter(|action| !general(action)).collect();
    Ok(actions.into_iter().map(str::to_owned).collect())
}

/// Returns the default time of tests.
#[must_use]
pub fn now() -> Timestamp {
    Timestamp::constant(1_795_262_400, 0)
}

/// Returns a fixed clock, and a random source that counts up.
#[must_use]
pub fn sources_at(now: Timestamp) -> Sources {
    let next = AtomicU8::new(1);
    Sources::new(move || now, move |bytes| bytes.fill_with(|| next.fetch_add(1, Ordering::Relaxed)))
}

/// Returns the event in `events/<function>/<name>.json`.
///
/// # Errors
/// When the file cannot be read or is not JSON.
pub fn event(function: &str, name: &str) -> io::Result<Value> {
    let events = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../events");
    Ok(named_event(&events.join(function).join(name).with_extension("json"))?.1)
}

/// Returns the name of an event's file, without `.json`, and the event in it.
///
/// # Errors
/// When the file cannot be read or is not JSON.
pub fn named_event(file: &Path) -> io::Result<(String, Value)> {
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok((name, serde_json::from_slice(&fs::read(file)?)?))
}

/// Returns the handler's response to an event, with its body parsed if it is JSON.
///
/// # Errors
/// When the event is not an API Gateway event.
pub async fn answer<F>(event: Value, handler: impl Fn(Request) -> F) -> serde_json::Result<Value>
where
    F: Future<Output = Response<Body>> + Send,
{
    let mut answer = raw_answer(event, handler).await?;
    let body = answer.get("body").and_then(Value::as_str).and_then(|body| serde_json::from_str(body).ok());
    if let (Some(body), Some(answer)) = (body, answer.as_object_mut()) {
        answer.insert("body".to_owned(), body);
    }
    Ok(answer)
}

/// Returns the unparsed body of the handler's response.
///
/// # Errors
/// When the event is not an API Gateway event.
pub async fn body<F>(event: Value, handler: impl Fn(Request) -> F) -> serde_json::Result<String>
where
    F: Future<Output = Response<Body>> + Send,
{
    let answer = raw_answer(event, handler).await?;
    Ok(answer.get("body").and_then(Value::as_str).unwrap_or_default().to_owned())
}

async fn raw_answer<F>(event: Value, handler: impl Fn(Request) -> F) -> serde_json::Result<Value>
where
    F: Future<Output = Response<Body>> + Send,
{
    let event: GatewayEvent = serde_json::from_value(event)?;
    let Ok(answer) = spaces_http::handle(event, Context::default(), handler).await;
    serde_json::to_value(answer)
}
