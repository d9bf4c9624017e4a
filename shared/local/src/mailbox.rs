//! An SES v2 endpoint that keeps the mail, with a page to read it in, and the EventBridge to which SES publishes the events of
//! each mail.

mod account;
mod api;
mod kept;
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

use self::account::Operation;
pub use self::account::SesFailure;
use self::kept::Kept;
pub use self::message::Message;
use crate::server::{ANY_PORT, Server};
use crate::{LocalError, Queues, Template};

/// What SES takes at most, attachments included.
const MAX_REQUEST: usize = 40 * 1024 * 1024;

/// An SES that delivers to itself, on a loopback port, for as long as it lives.
///
/// It refuses addresses at `bounce.test`, and others when told to ([`Mailbox::refuse`]), and fails as SES does when told to
/// ([`Mailbox::fail`]). The failures and limits of its account can be set by HTTP as well (`/api/…`).
#[derive(Debug)]
pub struct Mailbox {
    kept: Arc<Kept>,
    server: Server,
}

impl Mailbox {
    /// An empty mailbox in memory, on a port of the kernel's choice.
    ///
    /// # Errors
    /// [`LocalError::Listen`] when no port is free, [`LocalError::Events`] when the database in memory can't be made.
    pub async fn start() -> Result<Self, LocalError> {
        let kept = Arc::new(Kept::in_memory()?);
        let server = Server::start(ANY_PORT, kept.events.beside(router(&kept))).await?;
        Ok(Self { kept, server })
    }

    /// A mailbox that keeps its messages as files in `directory`, and the events in a database there, on `port`, with the
    /// routes of `beside` on the same port.
    ///
    /// # Errors
    /// [`LocalError`] when the directory can't be read or made or the port is taken.
    pub async fn in_directory(directory: PathBuf, port: u16, beside: Router) -> Result<Self, LocalError> {
        let kept = Arc::new(Kept::in_directory(directory, ses::now())?);
        let server = Server::start(port, kept.events.beside(router(&kept).merge(beside))).await?;
        Ok(Self { kept, server })
    }

    /// From now on hands the events to the queues that the template's rules of EventBridge name.
    ///
    /// # Errors
    /// [`LocalError::Filter`] when a rule's pattern can't be followed here.
    pub fn follow_rules(&self, template: &Template, queues: &Queues) -> Result<(), LocalError> {
        self.kept.events.follow_rules(template, queues)
    }

    /// Returns the address of the page, and the value for `AWS_ENDPOINT_URL_SESV2` and `AWS_ENDPOINT_URL_EVENTBRIDGE`:
    /// `http://127.0.0.1:<port>`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.server.endpoint()
    }

    /// Every message taken so far, newest first.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        self.kept.messages().iter().map(|message| Message::clone(message)).collect()
    }

    /// The newest events, up to `limit`, newest first: as EventBridge hands them to a target, each with its `eventBusName`.
    ///
    /// # Errors
    /// [`LocalError::Events`] when the database can't be read.
    pub fn events(&self, limit: usize) -> Result<Vec<Value>, LocalError> {
        self.kept.events.newest(limit, None)
    }

    /// Answers the next `calls` calls of `PutEvents` with `ThrottlingException`.
    pub fn throttle_events(&self, calls: usize) {
        self.kept.events.switches.throttled.set(calls);
    }

    /// Never answers the next `calls` calls of `PutEvents`.
    pub fn silence_events(&self, calls: usize) {
        self.kept.events.switches.silent.set(calls);
    }

    /// Takes all entries of `PutEvents` but the next `entries`, which fail with `ThrottlingException`.
    pub fn refuse_events(&self, entries: usize) {
        self.kept.events.switches.failed_entries.set(entries);
    }

    /// The number of calls of `PutEvents` since the start, with repeats by an SDK's retries.
    #[must_use]
    pub fn event_calls(&self) -> usize {
        self.kept.events.switches.calls().len()
    }

    /// Forgets every message. Events stay.
    ///
    /// # Errors
    /// [`LocalError::File`] when a message's file can't be deleted.
    pub fn clear(&self) -> Result<(), LocalError> {
        self.kept.clear()
    }

    /// The names of the operations asked for since the start or the last [`Mailbox::forget_calls`], in order of arrival.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        self.kept.account.calls()
    }

    /// Forgets the [`Mailbox::calls`] so far.
    pub fn forget_calls(&self) {
        self.kept.account.forget_calls();
    }

    /// Answers the next `calls` calls as SES does to a sender over its rate; 0 ends that.
    pub fn throttle(&self, calls: usize) {
        self.fail(SesFailure::RateExceeded, calls);
    }

    /// Fails the next `calls` calls of `SendEmail`; 0 ends that.
    pub fn fail(&self, failure: SesFailure, calls: usize) {
        self.kept.account.fail(Operation::SendEmail, failure, calls);
    }

    /// Fails the next `calls` calls of `GetAccount`; 0 ends that.
    pub fn fail_account(&self, failure: SesFailure, calls: usize) {
        self.kept.account.fail(Operation::GetAccount, failure, calls);
    }

    /// Accepts up to `per_second` recipients a second, and refuses more as SES does; `None` is no limit. `GetAccount` says so;
    /// without a limit it says 14. The seconds are those of tokio's clock, which a test can pause.
    pub fn limit_rate(&self, per_second: Option<u32>) {
        self.kept.account.limit_rate(per_second, Instant::now());
    }

    /// Accepts up to `per_day` recipients in 24 hours, and refuses more as SES does; `None` is no limit. Cleared
    /// messages do not count.
    pub fn limit_day(&self, per_day: Option<u64>) {
        self.kept.account.limit_day(per_day);
    }

    /// From now on rejects every message from or to `identity` as not verified: an address, or a domain with all its
    /// addresses. The account is in the sandbox then.
    pub fn unverify(&self, identity: impl Into<String>) {
        self.kept.account.unverify(identity.into());
    }

    /// Marks every identity as verified again.
    pub fn verify_all(&self) {
        self.kept.account.verify_all();
    }

    /// From now on rejects every message to `recipient`: an address, or a domain with all its addresses.
    pub fn refuse(&self, recipient: impl Into<String>) {
        self.kept.account.refuse(recipient.into());
    }
}

fn router(kept: &Arc<Kept>) -> Router {
    ses::routes()
        .merge(api::routes())
        .merge(pages::routes())
        .layer(DefaultBodyLimit::max(MAX_REQUEST))
        .with_state(Arc::clone(kept))
}
