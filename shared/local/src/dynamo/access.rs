//! The parts of a request that IAM matches against a role: the action, the index, and the prefixes of the partition
//! keys.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// An action that a role has to allow for a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TableAccess {
    /// An action such as `PutItem`, which a put in a transaction also needs.
    pub(crate) action: String,
    /// The index that is read; `None` for the table itself.
    pub(crate) index: Option<String>,
    /// Partition keys that the request names (`dynamodb:LeadingKeys`), each up to its first `#`, or up to the second in
    /// the keys of limits. There are only a few, so even a long-running process can record them all.
    pub(crate) keys: BTreeSet<String>,
}

impl TableAccess {
    /// Parses a request. An unreadable request needs its action, without a key.
    pub(super) fn of(operation: &str, body: &[u8]) -> Vec<Self> {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let one = |keys| vec![Self { action: operation.to_owned(), index: text(body.get("IndexName")), keys }];
        match operation {
            "BatchGetItem" => {
                let tables = body.get("RequestItems").and_then(Value::as_object).into_iter().flat_map(Map::values);
                let keys = tables.filter_map(|table| table.get("Keys")?.as_array()).flatten();
                one(keys.filter_map(partition).collect())
            }
            "Query" => one(queried(&body).into_iter().collect()),
            "TransactWriteItems" | "TransactGetItems" => transaction(&body),
            _ => one(named(&body).into_iter().collect()),
        }
    }
}

/// Parses a transaction, whose parts need the actions of the single calls. Each part is compared with the keys of all
/// parts: AWS's documentation can be read in two ways, and this is the stricter one.
fn transaction(body: &Value) -> Vec<TableAccess> {
    let items = body.get("TransactItems").and_then(Value::as_array).into_iter().flatten();
    let parts: Vec<_> = items.filter_map(Value::as_object).flatten().collect();
    let keys: BTreeSet<String> = parts.iter().filter_map(|(_, part)| named(part)).collect();
    let action =
        |name: &str| if name == "ConditionCheck" { "ConditionCheckItem".to_owned() } else { format!("{name}Item") };
    parts.iter().map(|(name, _)| TableAccess { action: action(name), index: None, keys: keys.clone() }).collect()
}

/// Returns the key prefix of a call for one item.
fn named(call: &Value) -> Option<String> {
    partition(call.get("Key").or_else(|| call.get("Item"))?)
}

/// Returns the key prefix of a query: the value that its condition compares the partition key with, which comes first.
fn queried(query: &Value) -> Option<String> {
    let (_, value) = query.get("KeyConditionExpression")?.as_str()?.split_once('=')?;
    let name = value.split_whitespace().next()?;
    kind(query.get("ExpressionAttributeValues")?.get(name)?)
}

fn partition(item: &Value) -> Option<String> {
    kind(item.get("pk")?)
}

fn kind(attribute: &Value) -> Option<String> {
    let key = attribute.get("S")?.as_str()?;
    // Keep two parts of the keys of limits: roles distinguish limits by the second.
    let parts = if key.starts_with("LIMIT#") { 2 } else { 1 };
    Some(key.split_inclusive('#').take(parts).collect())
}

fn text(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn access(action: &str, index: Option<&str>, keys: &[&str]) -> TableAccess {
        let keys = keys.iter().map(|key| (*key).to_owned()).collect();
        TableAccess { action: action.to_owned(), index: index.map(str::to_owned), keys }
    }

    fn read(operation: &str, body: &Value) -> Vec<TableAccess> {
        TableAccess::of(operation, body.to_string().as_bytes())
    }

    #[test]
    fn a_call_for_an_item_names_its_key() {
        let key = json!({ "pk": { "S": "SPACE#1" }, "sk": { "S": "SPACE" } });
        assert_eq!(read("GetItem", &json!({ "Key": key })), [access("GetItem", None, &["SPACE#"])]);
        assert_eq!(read("PutItem", &json!({ "Item": key })), [access("PutItem", None, &["SPACE#"])]);
        let warm_up = json!({ "Key": { "pk": { "S": "WARM_UP" } } });
        assert_eq!(read("GetItem", &warm_up), [access("GetItem", None, &["WARM_UP"])]);
    }

    #[test]
    fn a_batch_names_all_its_keys() {
        let keys = json!([{ "pk": { "S": "USER#1" } }, { "pk": { "S": "USER#2" } }, { "pk": { "S": "ADDRESS#3" } }]);
        let batch = json!({ "RequestItems": { "spaces": { "Keys": keys } } });
        assert_eq!(read("BatchGetItem", &batch), [access("BatchGetItem", None, &["ADDRESS#", "USER#"])]);
    }

    #[test]
    fn a_query_names_the_partition_of_the_table_or_of_an_index() {
        let values = json!({ ":member": { "S": "MEMBER#" }, ":space": { "S": "SPACE#1" } });
        let condition = "pk = :space AND begins_with(sk, :member)";
        let query = json!({ "KeyConditionExpression": condition, "ExpressionAttributeValues": values });
        assert_eq!(read("Query", &query), [access("Query", None, &["SPACE#"])]);
        let values = json!({ ":user": { "S": "USER#1" } });
        let condition = "gsi2pk = :user";
        let query =
            json!({ "IndexName": "gsi2", "KeyConditionExpression": condition, "ExpressionAttributeValues": values });
        assert_eq!(read("Query", &query), [access("Query", Some("gsi2"), &["USER#"])]);
    }

    #[test]
    fn the_parts_of_a_transaction_need_their_own_actions() {
        let item = |pk: &str| json!({ "pk": { "S": pk } });
        let parts = json!([{ "Put": { "Item": item("SPACE#1") } }, { "ConditionCheck": { "Key": item("INVITE#2") } }]);
        let keys = ["INVITE#", "SPACE#"];
        assert_eq!(
            read("TransactWriteItems", &json!({ "TransactItems": parts })),
            [access("PutItem", None, &keys), access("ConditionCheckItem", None, &keys)]
        );
    }
}
