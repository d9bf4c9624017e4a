//! Items as plain JSON, for snapshots and readers.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use dynoxide::{AttributeValue, Item};
use serde_json::{Map, Number, Value};

/// Converts an item to JSON without DynamoDB's type letters. Sets become lists, binary becomes base64.
pub(super) fn item(item: Item) -> Value {
    // Sort first, so that the output does not depend on the map that serde_json is built with.
    let sorted: BTreeMap<String, AttributeValue> = item.into_iter().collect();
    sorted.into_iter().map(|(name, attribute)| (name, value(attribute))).collect::<Map<_, _>>().into()
}

fn value(attribute: AttributeValue) -> Value {
    match attribute {
        AttributeValue::S(text) => text.into(),
        AttributeValue::N(digits) => number(digits),
        AttributeValue::B(bytes) => binary(&bytes),
        AttributeValue::BOOL(truth) => truth.into(),
        AttributeValue::NULL(_) => Value::Null,
        AttributeValue::SS(texts) => texts.into(),
        AttributeValue::NS(numbers) => numbers.into_iter().map(number).collect(),
        AttributeValue::BS(binaries) => binaries.iter().map(|bytes| binary(bytes)).collect(),
        AttributeValue::L(values) => values.into_iter().map(value).collect(),
        AttributeValue::M(entries) => item(entries),
    }
}

/// Converts a number. DynamoDB's numbers have up to 38 digits; one that JSON can't represent exactly stays a string.
fn number(digits: String) -> Value {
    match digits.parse::<Number>() {
        Ok(number) if number.to_string() == digits => Value::Number(number),
        _ => Value::String(digits),
    }
}

fn binary(bytes: &[u8]) -> Value {
    BASE64_STANDARD.encode(bytes).into()
}
