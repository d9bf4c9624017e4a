//! Between items and the structs that describe them, and the conditional writes that all kinds of items share.

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

/// The number of times that a write is tried again which met a transaction.
pub(crate) const MAX_CONFLICTS: u32 = 7;

/// The attributes of an item.
pub(crate) type Attributes = HashMap<String, AttributeValue>;

/// The result of a conditional write.
#[derive(Debug)]
pub(crate) enum Guarded {
    /// The condition held. The attributes are those after an update, if it asked for them.
    Written(Attributes),
    /// The condition failed. The attributes are those of the item that is there, if there is one.
    Refused(Option<Attributes>),
}

impl Guarded {
    /// Returns whether the condition held.
    pub(crate) fn is_written(&self) -> bool {
        matches!(self, Self::Written(_))
    }
}

/// The result of putting a mark on an item that stays once it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marking {
    /// The mark has been put.
    Now,
    /// The item had it.
    Before,
    /// There is no such item.
    Nothing,
}

impl Marking {
    /// Returns whether there is such an item.
    #[must_use]
    pub fn exists(self) -> bool {
        self != Self::Nothing
    }
}

impl From<Guarded> for Marking {
    fn from(guarded: Guarded) -> Self {
        match guarded {
            Guarded::Written(_) => Self::Now,
            Guarded::Refused(Some(_)) => Self::Before,
            Guarded::Refused(None) => Self::Nothing,
        }
    }
}

impl Store {
    /// Puts an item unless there is one under its key, and returns the one that is there.
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
            // Boxed, as all calls: the state of one is kilobytes large, and those around it would each have it inside.
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
                Err(error) if round < MAX_CONFLICTS && meets_a_transaction(&error) => pause(round).await,
                Err(error) => return Err(StoreError::of_call(error)),
            }
            round += 1;
        }
    }

    /// Begins an update of one item.
    pub(crate) fn update(&self, key: Key) -> UpdateItemFluentBuilder {
        self.client.update_item().table_name(&self.table).set_key(Some(key.attributes()))
    }
}

/// Carries an update with a condition out.
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
            Err(error) if round < MAX_CONFLICTS && meets_a_transaction(&error) => pause(round).await,
            Err(error) => return Err(StoreError::of_call(error)),
        }
        round += 1;
    }
}

/// Returns whether a write was refused because a transaction was writing the same item. The SDK does not retry that.
fn meets_a_transaction<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    matches!(error, SdkError::ServiceError(error) if error.err().code() == Some("TransactionConflictException"))
}

/// Waits before a write that met a transaction is tried again: 10 to 20 ms at first, twice as long each time. The pause only
/// keeps the two apart, so its randomness needs no better source.
pub(crate) async fn pause(round: u32) {
    let longest = 20_u64 << round;
    tokio::time::sleep(Duration::from_millis(longest / 2 + fastrand::u64(0..=longest / 2))).await;
}

/// Waits for 160 to 320 ms: for as long as another request takes, as a rule, to store what it has begun.
pub async fn wait_for_others() {
    pause(4).await;
}

/// Reads an item of this kind.
pub(crate) fn read<T: DeserializeOwned>(kind: &'static str, item: Attributes) -> Result<T, StoreError> {
    // One value after the other: `serde_dynamo::from_item` would build two more maps of the attributes first.
    let values = item.into_iter().map(|(name, value)| (name, Value(value)));
    T::deserialize(MapDeserializer::new(values)).map_err(|error| StoreError::corrupt(kind, error))
}

/// The value of an attribute, which serde_dynamo reads.
struct Value(AttributeValue);

impl<'de> IntoDeserializer<'de, serde_dynamo::Error> for Value {
    type Deserializer = serde_dynamo::Deserializer;

    fn into_deserializer(self) -> Self::Deserializer {
        serde_dynamo::Deserializer::from_attribute_value(self.0.into())
    }
}

/// Writes an item of this kind under this key.
pub(crate) fn write(kind: &'static str, key: Key, item: &impl Serialize) -> Result<Attributes, StoreError> {
    let mut attributes = attributes(kind, item)?;
    attributes.extend(key.attributes());
    Ok(attributes)
}

/// Writes the attributes of an item of this kind, without its key.
pub(crate) fn attributes(kind: &'static str, item: &impl Serialize) -> Result<Attributes, StoreError> {
    serde_dynamo::to_item(item).map_err(|error| StoreError::corrupt(kind, error))
}

/// Writes one value of an item of this kind.
pub(crate) fn value(kind: &'static str, value: &impl Serialize) -> Result<AttributeValue, StoreError> {
    serde_dynamo::to_attribute_value(value).map_err(|error| StoreError::corrupt(kind, error))
}

/// Returns a text attribute of an item whose other attributes do not matter.
pub(crate) fn text<'a>(item: &'a Attributes, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}
