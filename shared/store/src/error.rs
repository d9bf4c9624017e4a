//! Errors of the table.

use std::error::Error;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

/// A failed read or write.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// DynamoDB is throttling or unreachable, and all retries have failed. The caller may retry later.
    #[error("the table is busy or unreachable")]
    Unavailable(#[source] Source),
    /// An item exists but cannot be read. An operator has to look at it.
    #[error("the {item} item cannot be read")]
    Corrupt {
        /// The kind of item.
        item: &'static str,
        /// The cause.
        #[source]
        source: Source,
    },
    /// DynamoDB rejects the item as invalid: it is too large, or one of its keys is empty.
    #[error("the table refused an item as invalid")]
    Invalid(#[source] Source),
    /// DynamoDB rejects the call: a bug in the service, or a missing table or permission.
    #[error("the table refused the call")]
    Refused(#[source] Source),
}

type Source = Box<dyn Error + Send + Sync>;

/// The error codes of calls that may succeed later (*Error handling with DynamoDB*).
const TRANSIENT: &[&str] = &[
    "InternalServerError",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "ReplicatedWriteConflictException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingException",
    "TransactionConflictException",
    "TransactionInProgressException",
];

/// The reasons for cancelling a transaction that may succeed later (`TransactionCanceledException`).
pub(crate) const TRANSIENT_REASONS: &[&str] =
    &["ProvisionedThroughputExceeded", "ThrottlingError", "TransactionConflict"];

impl StoreError {
    pub(crate) fn from_sdk<E, R>(error: SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        match &error {
            SdkError::ServiceError(refused) => match refused.err().code() {
                Some(code) if TRANSIENT.contains(&code) => Self::Unavailable(Box::new(error)),
                Some("ValidationException") => Self::Invalid(Box::new(error)),
                _ => Self::Refused(Box::new(error)),
            },
            SdkError::ConstructionFailure(_) => Self::Refused(Box::new(error)),
            _ => Self::Unavailable(Box::new(error)),
        }
    }

    pub(crate) fn corrupt(item: &'static str, source: impl Into<Source>) -> Self {
        Self::Corrupt { item, source: source.into() }
    }
}
