//! What an operator does to the table by hand: service apps, users, an invitation withdrawn, mails that were given up.
//!
//! It runs on the operator's machine with the operator's own credentials. It is no function and in none: whoever may invoke a
//! function could then register keys or read every invitation, and every function would have to be allowed to.

mod args;
mod connection;
mod invitations;
mod service_apps;
mod undelivered;
mod users;

use std::io;
use std::path::PathBuf;

use jiff::Timestamp;
use spaces_auth::KeyFault;
use spaces_store::{Store, StoreError};

pub use args::{Command, Line, USAGE, UsageError, parse};
pub use connection::Table;

/// Why a command was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// The table did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What a command is about is not there.
    #[error("there is no {0}")]
    NotFound(String),
    /// A variable is missing from the environment.
    #[error("{0}. {ADVICE}")]
    Environment(String),
    /// The keys of a service app can't be used.
    #[error("--keys {}: {fault}", path.display())]
    Keys {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: KeyFault,
    },
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
}

const ADVICE: &str = "Credentials, region and index secret come from the environment: eval \"$(aws configure \
                      export-credentials --format env)\", export AWS_REGION and export INDEX_SECRET=\"$(aws secretsmanager \
                      get-secret-value --secret-id INDEX_SECRET_ARN --query SecretString --output text)\"; for the local \
                      stack, --local";

/// What came of a command.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// What to tell the operator.
    pub text: String,
    /// Whether everything was looked at: false if items could not be read.
    pub complete: bool,
}

impl Answer {
    fn complete(text: String) -> Self {
        Self { text, complete: true }
    }
}

/// Carries out a command. `progress` is told what takes long.
///
/// # Errors
///
/// [`OperatorError`].
pub async fn run(
    command: &Command,
    store: &Store,
    now: Timestamp,
    progress: impl FnMut(String),
) -> Result<Answer, OperatorError> {
    match command {
        Command::ServiceApp(command) => service_apps::run(command, store).await.map(Answer::complete),
        Command::User(command) => users::run(command, store, now).await.map(Answer::complete),
        Command::Invitation(command) => invitations::run(command, store, now).await.map(Answer::complete),
        Command::Undelivered(search) => undelivered::run(search, store, now, progress).await,
    }
}
