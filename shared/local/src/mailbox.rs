//! An SES v2 endpoint that stores the mail and shows it on web pages, and the EventBridge endpoint to which it
//! publishes the events of each mail.

mod account;
mod api;
mod mail_store;
mod message;
mod pages;
mod rate;
mod search;
mod ses;
mod simulator;

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use serde_json::Value;
use tokio::time::Instant;

pub use self::account::SesFailure;
use self::account::SesOperation;
use self::mail_store::MailStore;
pub use self::message::MailboxMessage;
use crate::server::{ANY_PORT, Server};
use crate::{LocalError, LocalQueues, Template};

/// Maximum size of an SES request in bytes, attachments included.
const MAX_REQUEST: usize = 40 * 1024 * 1024;

/// An SES endpoint that delivers to itself, on a loopback port; it stops when dropped.
///
/// It rejects mail to `bounce.test` and to addresses set with [`Mailbox::refuse`], and fails calls as requested with
/// [`Mailbox::fail`]. The failures and limits of its account can also be set over HTTP (`/api/…`).
#[derive(Debug)]
pub struct Mailbox {
    store: Arc<MailStore>,
    server: Server,
}

impl Mailbox {
    /// Starts with an empty mailbox in memory, on a port that the kernel picks.
    ///
    /// # Errors
    /// [`LocalError::Listen`] when no port is free, [`LocalError::Events`] when the in-memory database can't be
    /// created.
    pub async fn start() -> Result<Self, LocalError> {
        let store = Arc::new(MailStore::in_memory()?);
        let server = Server::start(ANY_PORT, store.events.beside(router(&store))).await?;
        Ok(Self { store, server })
    }

    /// Starts with a mailbox that stores its messages as files in `directory` and its events in a database there. It
    /// listens on `port`, which also serves the routes of `beside`.
    ///
    /// # Errors
    /// [`LocalError`] when the directory can't be read or created, or the port is taken.
    pub async fn in_directory(directory: PathBuf, port: u16, beside: Router) -> Result<Self, LocalError> {
        let store = Arc::new(MailStore::in_directory(directory, ses::now())?);
        let server = Server::start(port, store.events.beside(router(&store).merge(beside))).await?;
        Ok(Self { store, server })
    }

    /// Starts delivering events to the queues that the template's EventBridge rules name.
    ///
    /// # Errors
    /// [`LocalError::Filter`] when a rule's pattern uses an operator that is not implemented here.
    pub fn follow_rules(&self, template: &Template, queues: &LocalQueues) -> Result<(), LocalError> {
        self.store.events.follow_rules(template, queues)
    }

    /// Returns the URL of the mailbox's pages, which is also the value for `AWS_ENDPOINT_URL_SESV2` and
    /// `AWS_ENDPOINT_URL_EVENTBRIDGE`: `http://127.0.0.1:<port>`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.server.endpoint()
    }

    /// Returns all stored messages, newest first.
    #[must_use]
    pub fn messages(&self) -> Vec<MailboxMessage> {
        self.store.messages().iter().map(|message| MailboxMessage::clone(message)).collect()
    }

    /// Returns up to `limit` of the newest events, newest first. Each has the form that EventBridge delivers to a
    /// target, plus its `eventBusName`.
    ///
    /// # Errors
    /// [`LocalError::Events`] when the database can't be read.
    pub fn events(&self, limit: usize) -> Result<Vec<Value>, LocalError> {
        self.store.events.newest(limit, None)
    }

    /// Answers the next `calls` calls of `PutEvents` with `ThrottlingException`.
    pub fn throttle_events(&self, calls: usize) {
        self.store.events.switches.throttled.set(calls);
    }

    /// Never answers the next `calls` calls of `PutEvents`.
    pub fn silence_events(&self, calls: usize) {
        self.store.events.switches.silent.set(calls);
    }

    /// Fails the next `entries` entries of `PutEvents` with `ThrottlingException`, and accepts all others.
    pub fn refuse_events(&self, entries: usize) {
        self.store.events.switches.failed_entries.set(entries);
    }

    /// Returns the number of `PutEvents` calls since the start, including an SDK's retries.
    #[must_use]
    pub fn event_calls(&self) -> usize {
        self.store.events.switches.calls().len()
    }

    /// Deletes all messages. Events are kept.
    ///
    /// # Errors
    /// [`LocalError::File`] when a message's file can't be deleted.
    pub fn clear(&self) -> Result<(), LocalError> {
        self.store.clear()
    }

    /// Returns the names of the operations called since the start or the last [`Mailbox::forget_calls`], in order of
    /// arrival.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        self.store.account.calls()
    }

    /// Clears [`Mailbox::calls`].
    pub fn forget_calls(&self) {
        self.store.account.forget_calls();
    }

    /// Answers the next `calls` calls of `SendEmail` as SES does when the sending rate is exceeded; 0 stops this.
    pub fn throttle(&self, calls: usize) {
        self.fail(SesFailure::RateExceeded, calls);
    }

    /// Fails the next `calls` calls of `SendEmail`; 0 stops this.
    pub fn fail(&self, failure: SesFailure, calls: usize) {
        self.store.account.fail(SesOperation::SendEmail, failure, calls);
    }

    /// Fails the next `calls` calls of `GetAccount`; 0 stops this.
    pub fn fail_account(&self, failure: SesFailure, calls: usize) {
        self.store.account.fail(SesOperation::GetAccount, failure, calls);
    }

    /// Accepts up to `per_second` recipients a second and rejects more as SES does; `None` removes the limit.
    /// `GetAccount` reports the limit, or 14 without one. Time is measured on tokio's clock, which a test can pause.
    pub fn limit_rate(&self, per_second: Option<u32>) {
        self.store.account.limit_rate(per_second, Instant::now());
    }

    /// Accepts up to `per_day` recipients in 24 hours and rejects more as SES does; `None` removes the limit. Deleted
    /// messages do not count.
    pub fn limit_day(&self, per_day: Option<u64>) {
        self.store.account.limit_day(per_day);
    }

    /// Rejects every further message from or to `identity`, an address or a domain, as not verified. The account then
    /// reports that it is in the sandbox.
    pub fn unverify(&self, identity: impl Into<String>) {
        self.store.account.unverify(identity.into());
    }

    /// Marks every identity as verified again.
    pub fn verify_all(&self) {
        self.store.account.verify_all();
    }

    /// Rejects every further message to `recipient`, an address or a domain.
    pub fn refuse(&self, recipient: impl Into<String>) {
        self.store.account.refuse(recipient.into());
    }
}

fn router(store: &Arc<MailStore>) -> Router {
    ses::routes()
        .merge(api::routes())
        .merge(pages::routes())
        .layer(DefaultBodyLimit::max(MAX_REQUEST))
        .with_state(Arc::clone(store))
}
