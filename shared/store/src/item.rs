//! Between items and the structs that describe them.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::StoreError;
use crate::key::Key;

/// The attributes of an item.
pub(crate) type Attributes = HashMap<String, AttributeValue>;

/// Reads an item of this kind.
pub(crate) fn read<T: DeserializeOwned>(kind: &'static str, item: Attributes) -> Result<T, StoreError> {
    serde_dynamo::from_item(item).map_err(|error| StoreError::corrupt(kind, error))
}

/// Writes an item of this kind under this key.
pub(crate) fn write(kind: &'static str, key: Key, item: &impl Serialize) -> Result<Attributes, StoreError> {
    let mut attributes: Attributes = serde_dynamo::to_item(item).map_err(|error| StoreError::corrupt(kind, error))?;
    attributes.extend(key.attributes());
    Ok(attributes)
}

/// A text attribute of an item whose other attributes do not matter.
pub(crate) fn text<'a>(item: &'a Attributes, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}
