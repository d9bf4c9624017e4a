//! The template's EventBridge rules.

use serde_json::{Map, Value};

use super::Template;
use super::mappings::target;

/// An `AWS::Events::Rule` of the default bus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RuleDefinition {
    /// The event pattern, as JSON text, with the names of resources in place of references to them.
    pub(crate) pattern: String,
    /// The queues among its targets.
    pub(crate) queues: Vec<String>,
}

impl Template {
    /// Returns the rules of the default bus that have an event pattern and a queue as a target.
    pub(crate) fn rules(&self) -> Vec<RuleDefinition> {
        let rules = self.resources("AWS::Events::Rule").filter_map(|(_, rule)| rule.get("Properties"));
        let of_the_default_bus = rules.filter(|rule| rule.get("EventBusName").is_none());
        of_the_default_bus
            .filter_map(|rule| {
                let targets = rule.get("Targets").and_then(Value::as_array).into_iter().flatten();
                let resources = targets.filter_map(|each| target(each.get("Arn")?));
                let queues = resources.filter(|name| self.is_queue(name)).map(|name| self.queue_name(name));
                let queues = Some(queues.collect::<Vec<_>>()).filter(|queues| !queues.is_empty())?;
                Some(RuleDefinition { pattern: resolve(rule.get("EventPattern")?).to_string(), queues })
            })
            .collect()
    }
}

/// Replaces references to resources with the resources' names.
fn resolve(value: &Value) -> Value {
    if let Some(name) = value.get("Ref") {
        return name.clone();
    }
    match value {
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.clone(), resolve(value))).collect::<Map<_, _>>())
        }
        Value::Array(values) => values.iter().map(resolve).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_events_of_the_stacks_configuration_set_go_to_a_queue() {
        let rules = Template::of_this_checkout().unwrap().rules();
        let rule = rules.iter().find(|rule| rule.queues == ["MailEventQueue"]).unwrap();
        assert!(rule.pattern.contains(r#""ses:configuration-set":["MailConfiguration"]"#), "{}", rule.pattern);
    }

    #[test]
    fn rules_of_other_buses_and_other_targets_are_left_out() {
        let template = "
Resources:
  Function: { Type: AWS::Serverless::Function }
  Own: { Type: AWS::Events::Rule, Properties: { EventBusName: own, EventPattern: { source: [a] } } }
  Default:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: { source: [b] }
      Targets: [{ Id: function, Arn: !GetAtt Function.Arn }]
";
        let rules = Template::parse("template.yaml".into(), template).unwrap().rules();
        assert_eq!(rules, []);
    }
}
