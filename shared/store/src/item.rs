//! Conversions between items and the structs that describe them, and the conditional writes common to all kinds of
//! items.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use serde::Serialize;
use serde::de::value::MapDeserializer;
use serde::de::{DeserializeOwned, IntoDeserializer};

use crate::key::Key;
use crate::{Store, StoreError};

/// Maximum number of retries of a write that conflicts with a transaction.
pub(crate) const MAX_CONFLICTS: u32 = 7;

/// The attributes of an item.
pub(crate) type Attributes = HashMap<String, AttributeValue>;

/// The result of a conditional write.
#[derive(Debug)]
pub(crate) enum Guarded {
    /// The condition held. Contains the attributes after an update, if it requested them.
    Written(Attributes),
    /// The condition failed. Contains the attributes of the existing item, if there is one.
    Refused(Option<Attributes>),
}

impl Guarded {
    /// Returns whether the condition held.
    pub(crate) fn is_written(&self) -> bool {
        matches!(self, Self::Written(_))
    }
}

/// The result of setting a permanent mark on an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marking {
    /// The mark has been set.
    Marked,
    /// The item was already marked.
    AlreadyMarked,
    /// The item does not exist.
    NotFound,
}

impl Marking {
    /// Returns whether the item exists.
    #[must_use]
    pub fn exists(self) -> bool {
        self != Self::NotFound
    }
}

impl From<Guarded> for Marking {
    fn from(guarded: Guarded) -> Self {
        match guarded {
            Guarded::Written(_) => Self::Marked,
            Guarded::Refused(Some(_)) => Self::AlreadyMarked,
            Guarded::Refused(None) => Self::NotFound,
        }
    }
}

impl Store {
    /// Puts an item unless its key is taken, and returns the existing item if it is.
    pub(crate) async fn put_if_absent(&self, item: Attributes) -> Result<Option<Attributes>, StoreError> {
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let mut round = 0;
        loop {
            // Boxed, like all calls: the future of a call takes kilobytes, which every enclosing future would contain.
            match Box::pin(put.clone().send()).await {
                Ok(_) => return Ok(None),
                Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
                    return match error.into_err() {
                        PutItemError::ConditionalCheckFailedException(error) => {
                            Ok(Some(error.item.unwrap_or_default()))
                        }
                        other => Err(StoreError::Refused(Box::new(other))),
                    };
                }
                Err(error) if round < MAX_CONFLICTS && conflicts_with_transaction(&error) => pause(round).await,
                Err(error) => return Err(StoreError::from_sdk(error)),
            }
            round += 1;
        }
    }

    /// Begins an update of one item.
    pub(crate) fn update(&self, key: Key) -> UpdateItemFluentBuilder {
        self.client.update_item().table_name(&self.table).set_key(Some(key.attributes()))
    }
}

/// Carries out a conditional update.
pub(crate) async fn guarded(update: UpdateItemFluentBuilder) -> Result<Guarded, StoreError> {
    let update = update.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
    let mut round = 0;
    loop {
        match Box::pin(update.clone().send()).await {
            Ok(written) => return Ok(Guarded::Written(written.attributes.unwrap_or_default())),
            Err(SdkError::ServiceError(error)) if error.err().is_conditional_check_failed_exception() => {
                return match error.into_err() {
                    UpdateItemError::ConditionalCheckFailedException(error) => Ok(Guarded::Refused(error.item)),
                    other => Err(StoreError::Refused(Box::new(other))),
                };
            }
            Err(error) if round < MAX_CONFLICTS && conflicts_with_transaction(&error) => pause(round).await,
            Err(error) => return Err(StoreError::from_sdk(error)),
        }
        round += 1;
    }
}

/// Returns whether a write was rejected because a transaction was writing the same item. The SDK does not retry this
/// error.
fn conflicts_with_transaction<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    matches!(error, SdkError::ServiceError(error) if error.err().code() == Some("TransactionConflictException"))
}

/// Waits before retrying a write that conflicted with a transaction: 10 to 20 ms at first, and twice as long each time.
/// The jitter only separates the two writers, so it needs no better source of randomness.
pub(crate) async fn pause(round: u32) {
    let longest = 20_u64 << round;
    tokio::time::sleep(Duration::from_millis(longest / 2 + fastrand::u64(0..=longest / 2))).await;
}

/// Waits for 160 to 320 ms, usually long enough for a concurrent request to store what it has started.
pub async fn wait_for_others() {
    pause(4).await;
}

/// Deserializes an item of this kind.
pub(crate) fn read<T: DeserializeOwned>(kind: &'static str, item: Attributes) -> Result<T, StoreError> {
    // Reads one value at a time, because `serde_dynamo::from_item` first builds two more maps of the attributes.
    let values = item.into_iter().map(|(name, value)| (name, Value(value)));
    T::deserialize(MapDeserializer::new(values)).map_err(|error| StoreError::corrupt(kind, error))
}

/// The value of an attribute, read by `serde_dynamo`.
struct Value(AttributeValue);

impl IntoDeserializer<'_, serde_dynamo::Error> for Value {
    type Deserializer = serde_dynamo::Deserializer;

    fn into_deserializer(self) -> Self::Deserializer {
        serde_dynamo::Deserializer::from_attribute_value(self.0.into())
    }
}

/// Serializes an item of this kind with this key.
pub(crate) fn write(kind: &'static str, key: Key, item: &impl Serialize) -> Result<Attributes, StoreError> {
    let mut attributes = attributes(kind, item)?;
    attributes.extend(key.attributes());
    Ok(attributes)
}

/// Serializes the attributes of an item of this kind, without its key.
pub(crate) fn attributes(kind: &'static str, item: &impl Serialize) -> Result<Attributes, StoreError> {
    serde_dynamo::to_item(item).map_err(|error| StoreError::corrupt(kind, error))
}

/// Serializes one value of an item of this kind.
pub(crate) fn value(kind: &'static str, value: &impl Serialize) -> Result<AttributeValue, StoreError> {
    serde_dynamo::to_attribute_value(value).map_err(|error| StoreError::corrupt(kind, error))
}

/// Returns a text attribute of an item.
pub(crate) fn text<'a>(item: &'a Attributes, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}
