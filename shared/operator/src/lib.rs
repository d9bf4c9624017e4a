//! The operator's commands on the table: service apps, users, spaces, invitations, records that could not be relayed or published.
//!
//! It runs on the operator's machine with the operator's own credentials. It is no function and in none: whoever may invoke a
//! function could then register keys or read every invitation, and every function would have to be allowed to.

mod args;
mod audit;
mod connection;
mod invitations;
mod redrive;
mod service_apps;
mod spaces;
mod stops;
mod users;

use std::io;
use std::path::PathBuf;

use spaces_auth::KeyFault;
use spaces_http::{ConfigError, Env, Sources};
use spaces_store::StoreError;

use crate::audit::Auditor;

pub use args::{Command, EventCommand, Line, RelayCommand, ReportCommand};
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
    /// An address is to be erased that a user owns.
    #[error("the address belongs to user {0}: erase {0}, and the address with them")]
    BelongsTo(spaces_model::UserId),
    /// A variable is missing from the environment.
    #[error("{0}. {ADVICE}")]
    Environment(String),
    /// The queues did not do it.
    #[error("the queue is busy, out of reach or closed to you")]
    Queue(#[source] Box<dyn std::error::Error + Send + Sync>),
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
                      get-secret-value --secret-id INDEX_SECRET_ARN --query SecretString --output text)\", and who you are from \
                      export OPERATOR=\"$(aws sts get-caller-identity --query Arn --output text)\"; for the local stack, --local";

impl From<ConfigError> for OperatorError {
    fn from(error: ConfigError) -> Self {
        Self::Environment(error.to_string())
    }
}

/// What came of a command.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// What to tell the operator.
    pub text: String,
    /// `true` if everything was done; `false` if records could not be relayed or published.
    pub complete: bool,
}

/// Carries out a command, in the environment that [`Table::environment`] returns.
///
/// # Errors
///
/// [`OperatorError`].
pub async fn run(command: &Command, env: &Env, sources: Sources) -> Result<Answer, OperatorError> {
    let store = || connection::open(env);
    let auditor = || Auditor::from_env(env, sources.now());
    let text = match command {
        Command::ServiceApp(command) => service_apps::run(command, &store()?, sources.now()).await?,
        Command::User(command) => users::run(command, &store()?, &auditor()?, sources.now()).await?,
        Command::Space(command) => spaces::run(command, &store()?, &auditor()?, sources.now()).await?,
        Command::Invitation(command) => invitations::run(command, &store()?, &auditor()?, sources.now()).await?,
        Command::Stops(command) => stops::run(command, &store()?, &auditor()?, sources.now()).await?,
        Command::Reports(ReportCommand::List) => stops::reports(&store()?, sources.now()).await?,
        Command::Relay(RelayCommand::Redrive) => return redrive::relay(env, sources).await,
        Command::Events(EventCommand::Redrive) => return redrive::events(env, sources).await,
    };
    Ok(Answer { text, complete: true })
}
