//! The subset of event patterns that the template uses: nested names, lists of literal values, prefixes, and existence.
//!
//! Source: *Control which events Lambda sends to your function*, AWS Lambda developer guide; *Creating Amazon
//! EventBridge event patterns*, Amazon EventBridge user guide.

use serde_json::Value;

/// Patterns of which a record must match at least one; without patterns, every record matches.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Filter(Vec<Value>);

impl Filter {
    /// Parses patterns. Rejects operators that are not implemented here.
    pub(crate) fn parse(patterns: &[String]) -> Result<Self, String> {
        let read = |pattern: &String| {
            let pattern = serde_json::from_str(pattern).map_err(|error| error.to_string())?;
            check(&pattern)?;
            Ok(pattern)
        };
        patterns.iter().map(read).collect::<Result<_, String>>().map(Self)
    }

    pub(crate) fn matches(&self, record: &Value) -> bool {
        self.0.is_empty() || self.0.iter().any(|pattern| is_match(pattern, Some(record)))
    }
}

fn check(pattern: &Value) -> Result<(), String> {
    match pattern {
        Value::Object(members) => members.values().try_for_each(check),
        Value::Array(values) => {
            let is_known = |value: &Value| {
                prefix(value).is_some() || exists(value).is_some() || !(value.is_object() || value.is_array())
            };
            let unknown = values.iter().any(|value| !is_known(value));
            if unknown { Err(format!("the filter operator {pattern} is not implemented here")) } else { Ok(()) }
        }
        literal => Err(format!("{literal} must be in a list")),
    }
}

fn is_match(pattern: &Value, value: Option<&Value>) -> bool {
    match pattern {
        Value::Object(members) => {
            members.iter().all(|(name, nested)| is_match(nested, value.and_then(|v| v.get(name))))
        }
        Value::Array(wanted) => wanted.iter().any(|wanted| match exists(wanted) {
            Some(exists) => value.is_some() == exists,
            None => value.is_some_and(|value| is_wanted(wanted, value)),
        }),
        _ => false,
    }
}

/// Returns whether `value`, or any value of the list `value`, matches.
fn is_wanted(wanted: &Value, value: &Value) -> bool {
    if let Some(values) = value.as_array() {
        return values.iter().any(|value| is_wanted(wanted, value));
    }
    match prefix(wanted) {
        Some(prefix) => value.as_str().is_some_and(|text| text.starts_with(prefix)),
        None => wanted == value,
    }
}

/// Returns the text of `{"prefix": "…"}`.
fn prefix(wanted: &Value) -> Option<&str> {
    let members = wanted.as_object().filter(|members| members.len() == 1)?;
    members.get("prefix")?.as_str()
}

/// Returns the value of `{"exists": …}`. Lambda supports it on leaf nodes only.
fn exists(wanted: &Value) -> Option<bool> {
    let members = wanted.as_object().filter(|members| members.len() == 1)?;
    members.get("exists")?.as_bool()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Template;
    use crate::template::SourceDefinition;

    fn parse(pattern: &str) -> Result<Filter, String> {
        Filter::parse(&[pattern.to_owned()])
    }

    fn record(name: &str, sk: &str, status: &str) -> Value {
        json!({ "eventName": name, "dynamodb": { "NewImage": { "sk": { "S": sk }, "status": { "S": status } } } })
    }

    #[test]
    fn changes_of_invitations_and_users_deleted_spaces_and_joins_by_invitation_pass() {
        let mappings = Template::of_this_checkout().unwrap().mappings().unwrap();
        let mapping = mappings.into_iter().find(|mapping| mapping.name == "Outbox").unwrap();
        let SourceDefinition::Stream { patterns, .. } = mapping.source else { panic!("{mapping:?}") };
        let filter = Filter::parse(&patterns).unwrap();
        for name in ["INSERT", "MODIFY"] {
            assert!(filter.matches(&record(name, "INVITE", "open")));
            assert!(!filter.matches(&record(name, "TO#0123", "sent")));
            assert!(!filter.matches(&record(name, "SPACE", "active")));
        }
        assert!(filter.matches(&record("MODIFY", "SPACE", "deleted")));
        assert!(!filter.matches(&record("MODIFY", "SPACE", "archived")));
        assert!(!filter.matches(&json!({ "eventName": "REMOVE", "dynamodb": { "Keys": {} } })));
        let with_keys = |name: &str, pk: &str, sk: &str| json!({ "eventName": name, "dynamodb": { "Keys": { "pk": { "S": pk }, "sk": { "S": sk } } } });
        for name in ["INSERT", "MODIFY"] {
            assert!(filter.matches(&with_keys(name, "USER#0123", "USER")));
            assert!(!filter.matches(&with_keys(name, "ADDRESS#0123", "USER")));
        }
        assert!(!filter.matches(&with_keys("REMOVE", "USER#0123", "USER")));
        let member = |sk: &str, image: Value| json!({ "eventName": "INSERT", "dynamodb": { "Keys": { "sk": { "S": sk } }, "NewImage": image } });
        let by_invitation = json!({ "invite": { "S": "0123" } });
        assert!(filter.matches(&member("MEMBER#userId#0123", by_invitation.clone())));
        assert!(!filter.matches(&member("MEMBER#userId#0123", json!({}))));
        assert!(!filter.matches(&member("MEMBER#anonymousId#0123", by_invitation)));
    }

    #[test]
    fn a_list_matches_if_any_of_its_values_does() {
        let filter = parse(r#"{"tags":{"set":["a","b"]}}"#).unwrap();
        assert!(filter.matches(&json!({ "tags": { "set": ["c", "b"] } })));
        assert!(!filter.matches(&json!({ "tags": { "set": ["c"] } })));
        assert!(!filter.matches(&json!({ "tags": { "set": [] } })));
    }

    #[test]
    fn unsupported_operators_are_rejected() {
        let error = parse(r#"{"eventName":[{"suffix":"IN"}]}"#).unwrap_err();
        assert_eq!(error, r#"the filter operator [{"suffix":"IN"}] is not implemented here"#);
        assert_eq!(parse(r#"{"eventName":"INSERT"}"#).unwrap_err(), r#""INSERT" must be in a list"#);
    }
}
