//! Why the table did not do what it was asked.

use std::error::Error;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

/// A failed read or write.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// DynamoDB is throttling, or out of reach, and stayed so through the retries. Trying again later is right.
    #[error("the table is busy or out of reach")]
    Unavailable(#[source] Source),
    /// An item is there but cannot be read. Somebody must look at it.
    #[error("the {item} item cannot be read")]
    Corrupt {
        /// The kind of item.
        item: &'static str,
        /// What is wrong with it.
        #[source]
        source: Source,
    },
    /// DynamoDB refuses what an item is to be as invalid: it is too large, or a key of it is empty.
    #[error("the table refused an item as invalid")]
    Invalid(#[source] Source),
    /// DynamoDB refuses what we ask: our bug, or a missing table or permission.
    #[error("the table refused the call")]
    Refused(#[source] Source),
}

type Source = Box<dyn Error + Send + Sync>;

/// The error codes of calls that DynamoDB may well accept a little later (*Error handling with DynamoDB*).
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

/// The reasons of a cancelled transaction that may be gone a little later (`TransactionCanceledException`).
pub(crate) const TRANSIENT_REASONS: &[&str] =
    &["ProvisionedThroughputExceeded", "ThrottlingError", "TransactionConflict"];

impl StoreError {
    pub(crate) fn of_call<E, R>(error: SdkError<E, R>) -> Self
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
