//! The template's roles, and the accesses that they allow.

use serde_json::Value;

use super::Template;
use crate::LocalError;
use crate::dynamo::TableAccess;

/// The statements of a role, all of which have the effect `Allow`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RoleDefinition<'a>(&'a [Value]);

impl Template {
    /// Returns the role with this name.
    pub(crate) fn role(&self, name: &str) -> Result<RoleDefinition<'_>, LocalError> {
        let pointer = format!("/Resources/{name}/Properties/Policies/0/PolicyDocument/Statement");
        let statements = self.document.pointer(&pointer).and_then(Value::as_array);
        let statements = statements.ok_or_else(|| self.invalid(format!("there is no role {name}")))?;
        Ok(RoleDefinition(statements))
    }
}

impl<'a> RoleDefinition<'a> {
    /// Returns the names of the role's actions, in the order of the statements.
    pub(crate) fn actions(&self) -> impl Iterator<Item = &'a str> {
        self.0.iter().flat_map(actions)
    }

    /// Returns whether a statement allows an access to the table or to one of its indexes.
    pub(crate) fn allows(&self, access: &TableAccess) -> bool {
        let action = format!("dynamodb:{}", access.action);
        let allows = |statement: &&Value| {
            let is_of = |resource: &str| match &access.index {
                Some(index) => resource.ends_with(&format!("/index/{index}")),
                None => resource == "Table",
            };
            actions(statement).any(|allowed| allowed == action)
                && resource(statement).is_some_and(is_of)
                && match leading_keys(statement) {
                    Some(patterns) => {
                        access.keys.iter().all(|key| patterns.iter().any(|pattern| is_like(key, pattern)))
                    }
                    None => true,
                }
        };
        self.0.iter().any(|statement| allows(&statement))
    }
}

fn actions(statement: &Value) -> impl Iterator<Item = &str> {
    statement.get("Action").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// Returns the name in `!GetAtt Name.Arn`, or the text of `!Sub`.
fn resource(statement: &Value) -> Option<&str> {
    let resource = statement.get("Resource")?;
    resource.pointer("/Fn::GetAtt/0").or_else(|| resource.get("Fn::Sub"))?.as_str()
}

/// Returns the patterns of which each partition key of a request must match one, if there are any.
fn leading_keys(statement: &Value) -> Option<Vec<&str>> {
    let patterns = statement.get("Condition")?.get("ForAllValues:StringLike")?.get("dynamodb:LeadingKeys")?;
    Some(patterns.as_array()?.iter().filter_map(Value::as_str).collect())
}

/// Implements IAM's `StringLike` for a `*` at the end, the only place where the template uses one.
fn is_like(key: &str, pattern: &str) -> bool {
    pattern.strip_suffix('*').map_or(key == pattern, |start| key.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLE: &str = "
Resources:
  Role:
    Properties:
      Policies:
        - PolicyDocument:
            Statement:
              - Action: [dynamodb:GetItem, dynamodb:PutItem]
                Resource: !GetAtt Table.Arn
                Condition: { ForAllValues:StringLike: { 'dynamodb:LeadingKeys': [WARM_UP, 'SPACE#*', 'USER#*'] } }
              - Action: [dynamodb:Query]
                Resource: !Sub '${Table.Arn}/index/gsi2'
                Condition: { ForAllValues:StringLike: { 'dynamodb:LeadingKeys': ['USER#*'] } }
              - Action: [dynamodb:Scan]
                Resource: !GetAtt Table.Arn
";

    fn access(action: &str, index: Option<&str>, keys: &[&str]) -> TableAccess {
        let keys = keys.iter().map(|key| (*key).to_owned()).collect();
        TableAccess { action: action.to_owned(), index: index.map(str::to_owned), keys }
    }

    #[test]
    fn an_access_is_allowed_by_action_resource_and_all_its_keys() {
        let template = Template::parse("template.yaml".into(), ROLE).unwrap();
        let role = template.role("Role").unwrap();
        assert!(role.allows(&access("GetItem", None, &["WARM_UP"])));
        assert!(role.allows(&access("PutItem", None, &["SPACE#", "USER#"])));
        assert!(!role.allows(&access("PutItem", None, &["SPACE#", "SERVICE_APP#"])));
        assert!(!role.allows(&access("GetItem", None, &["WARM_UP#"])));
        assert!(!role.allows(&access("DeleteItem", None, &["SPACE#"])));
        assert!(role.allows(&access("Query", Some("gsi2"), &["USER#"])));
        assert!(!role.allows(&access("Query", Some("gsi2"), &["SPACE#"])));
        assert!(!role.allows(&access("Query", Some("gsi1"), &["USER#"])));
        assert!(!role.allows(&access("Query", None, &["USER#"])));
        assert!(role.allows(&access("Scan", None, &[])));
        assert_eq!(role.actions().count(), 4);
        assert_eq!(template.role("Other").unwrap_err().to_string(), "template.yaml: there is no role Other");
    }
}
