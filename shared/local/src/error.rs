use std::io;
use std::path::PathBuf;

/// Why a part of the local stack could not start or answer.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// A file or directory could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file or directory.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// The address could not be listened on; most often another program has the port.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The loopback address with the port.
        address: std::net::SocketAddr,
        /// What went wrong.
        source: io::Error,
    },
    /// The deployment template does not say what is needed from it.
    #[error("{}: {reason}", path.display())]
    Template {
        /// The template.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A database of an earlier run was made for another table definition.
    #[error("{} holds a table made from an older template; start with --fresh to begin anew", path.display())]
    StaleTable {
        /// The database file.
        path: PathBuf,
    },
    /// The event filter can't be applied as Lambda would.
    #[error("event filter: {0}")]
    Filter(String),
    /// The functions' endpoint is no URL.
    #[error("the functions' endpoint: {0}")]
    Endpoint(axum::http::uri::InvalidUri),
    /// The index secret cannot be used.
    #[error("the index secret {0}")]
    Secret(#[source] spaces_model::SecretError),
    /// A token could not be signed.
    #[error("signing a token: {0}")]
    Token(String),
    /// The queues' database can't be used, there is no such queue, or the message is invalid.
    #[error("queues: {0}")]
    Queues(String),
    /// The database of the events can't be used.
    #[error("events: {0}")]
    Events(#[from] rusqlite::Error),
    /// The system has no randomness.
    #[error("no random bytes could be had")]
    Random,
    /// The embedded database refused an operation.
    #[error("embedded DynamoDB: {0}")]
    Database(#[from] dynoxide::DynoxideError),
}

impl From<crate::queues::SqsError> for LocalError {
    fn from(error: crate::queues::SqsError) -> Self {
        Self::Queues(error.to_string())
    }
}

impl LocalError {
    /// For `map_err` after a file operation on `path`.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
