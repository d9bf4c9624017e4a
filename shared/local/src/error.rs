use std::io;
use std::path::PathBuf;

/// An error of the local stack.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// A file or directory could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file or directory.
        path: PathBuf,
        /// The underlying error.
        source: io::Error,
    },
    /// Binding the address failed, most often because another program uses the port.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The loopback address and port.
        address: std::net::SocketAddr,
        /// The underlying error.
        source: io::Error,
    },
    /// The deployment template lacks something, or has something that is not supported here.
    #[error("{}: {reason}", path.display())]
    Template {
        /// The template.
        path: PathBuf,
        /// The missing or unsupported part.
        reason: String,
    },
    /// The database of an earlier run was created from a different table definition.
    #[error("{} holds a table created from an older template; start with --fresh to replace it", path.display())]
    StaleTable {
        /// The database file.
        path: PathBuf,
    },
    /// The event filter uses an operator that is not implemented here.
    #[error("event filter: {0}")]
    Filter(String),
    /// The functions' endpoint is not a URL.
    #[error("the functions' endpoint: {0}")]
    Endpoint(axum::http::uri::InvalidUri),
    /// The index secret is invalid.
    #[error("the index secret {0}")]
    Secret(#[source] spaces_model::SecretError),
    /// Signing a token failed.
    #[error("signing a token: {0}")]
    Token(String),
    /// The queues' database failed, the queue does not exist, or the message is invalid.
    #[error("queues: {0}")]
    Queues(String),
    /// The events' database failed.
    #[error("events: {0}")]
    Events(#[from] rusqlite::Error),
    /// The system provided no random bytes.
    #[error("the system provided no random bytes")]
    Random,
    /// The embedded database rejected an operation.
    #[error("embedded DynamoDB: {0}")]
    Database(#[from] dynoxide::DynoxideError),
}

impl From<crate::queues::SqsError> for LocalError {
    fn from(error: crate::queues::SqsError) -> Self {
        Self::Queues(error.to_string())
    }
}

impl LocalError {
    /// Returns a function for `map_err` after a file operation on `path`.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
