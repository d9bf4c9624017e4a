//! The operator's commands for the table: service apps, users, spaces, invitations, and records that could not be
//! relayed or published.
//!
//! The commands run on the operator's machine with the operator's own credentials. They are not a Lambda function and
//! not part of one: anyone allowed to invoke such a function could register keys or read every invitation, and its role
//! would need the permissions for that.

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

pub use args::{Command, CommandLine, EventCommand, RelayCommand, ReportCommand};
pub use connection::Table;

/// The error returned when a command fails.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// The table reported an error.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The subject of the command does not exist.
    #[error("there is no {0}")]
    NotFound(String),
    /// The address to be erased belongs to a user.
    #[error("the address belongs to user {0}: erase user {0}, which erases the address as well")]
    AddressOwned(spaces_model::UserId),
    /// A variable is missing from the environment.
    #[error("{0}. {ADVICE}")]
    Environment(String),
    /// A queue reported an error.
    #[error("the queue is busy or unreachable, or you lack permission")]
    Queue(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The keys of a service app cannot be used.
    #[error("--keys {}: {fault}", path.display())]
    Keys {
        /// The file.
        path: PathBuf,
        /// The fault in it.
        fault: KeyFault,
    },
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
}

const ADVICE: &str = "Credentials, region and index secret come from the environment: eval \"$(aws configure \
                      export-credentials --format env)\", export AWS_REGION and export INDEX_SECRET=\"$(aws \
                      secretsmanager get-secret-value --secret-id INDEX_SECRET_ARN --query SecretString --output \
                      text)\", and so does your name: export OPERATOR=\"$(aws sts get-caller-identity --query Arn \
                      --output text)\"; for the local stack, use --local";

impl From<ConfigError> for OperatorError {
    fn from(error: ConfigError) -> Self {
        Self::Environment(error.to_string())
    }
}

/// The result of a command.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// The text to print for the operator.
    pub text: String,
    /// `true` if everything was done, `false` if some records could not be relayed or published.
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
