//! The template's queues and event source mappings.

use std::time::Duration;

use serde_json::Value;

use super::Template;
use crate::LocalError;
use crate::queues::{QueueDefinition, RedrivePolicy};

/// Default number of concurrent invocations of a queue's mapping: without a `ScalingConfig`, Lambda starts with five
/// pollers.
const DEFAULT_CONCURRENCY: u64 = 5;

/// Default timeout of a function, in seconds.
const DEFAULT_TIMEOUT: u64 = 3;

/// An `AWS::Lambda::EventSourceMapping`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MappingDefinition {
    /// Name of the resource.
    pub(crate) name: String,
    pub(crate) function: FunctionDefinition,
    pub(crate) source: SourceDefinition,
    /// Maximum number of records per invocation.
    pub(crate) batch: usize,
    /// True if the function's result says which records failed (`ReportBatchItemFailures`).
    pub(crate) reports_failures: bool,
}

/// A function that a mapping or a route invokes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FunctionDefinition {
    /// Name of the function's binary, by which `cargo lambda watch` identifies it.
    pub(crate) name: String,
    pub(crate) timeout: Duration,
}

/// The event source of a mapping.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum SourceDefinition {
    /// The table's stream.
    Stream {
        /// Patterns of the filter, of which a record must match at least one; without patterns, all records match.
        patterns: Vec<String>,
        /// Maximum number of retries of a record; `None` means unlimited.
        retries: Option<u32>,
        /// Queue that receives a message for each record that is given up.
        on_failure: Option<String>,
    },
    /// A queue.
    Queue {
        /// Name of the queue.
        name: String,
        /// Maximum number of concurrent invocations.
        concurrency: usize,
    },
}

impl Template {
    /// Returns the queues of the template.
    ///
    /// # Errors
    /// [`LocalError::Template`] when a queue is not a standard queue, or an attribute can't be resolved here.
    pub fn queues(&self) -> Result<Vec<QueueDefinition>, LocalError> {
        self.resources("AWS::SQS::Queue").map(|(name, queue)| self.queue(name, queue)).collect()
    }

    /// Returns the event source mappings of the template.
    pub(crate) fn mappings(&self) -> Result<Vec<MappingDefinition>, LocalError> {
        self.resources("AWS::Lambda::EventSourceMapping").map(|(name, mapping)| self.mapping(name, mapping)).collect()
    }

    fn queue(&self, resource: &str, queue: &Value) -> Result<QueueDefinition, LocalError> {
        let property = |name: &str| queue.get("Properties").and_then(|properties| properties.get(name));
        if property("FifoQueue").is_some() {
            return Err(self.invalid(format!("{resource}: only standard queues are implemented here")));
        }
        let mut definition = QueueDefinition::named(self.queue_name(resource));
        for (name, target) in [
            ("VisibilityTimeout", &mut definition.visibility_timeout),
            ("MessageRetentionPeriod", &mut definition.retention),
        ] {
            if let Some(value) = property(name) {
                *target = Duration::from_secs(self.number(resource, name, value)?);
            }
        }
        if let Some(policy) = property("RedrivePolicy") {
            definition.redrive = Some(self.redrive_policy(resource, policy)?);
        }
        Ok(definition)
    }

    fn redrive_policy(&self, resource: &str, policy: &Value) -> Result<RedrivePolicy, LocalError> {
        let unreadable = || self.invalid(format!("{resource}: the RedrivePolicy can't be read"));
        let target = policy.get("deadLetterTargetArn").and_then(target).ok_or_else(unreadable)?;
        let max = policy.get("maxReceiveCount").ok_or_else(unreadable)?;
        let max_receive_count = self.number(resource, "maxReceiveCount", max)?.try_into().map_err(|_| unreadable())?;
        Ok(RedrivePolicy { dead_letter_queue: self.queue_name(target), max_receive_count })
    }

    fn mapping(&self, resource: &str, mapping: &Value) -> Result<MappingDefinition, LocalError> {
        let property = |name: &str| mapping.pointer(&format!("/Properties/{name}"));
        let unreadable = |what: &str| self.invalid(format!("{resource}: the {what} can't be read"));
        let named = |name: &str| property(name).and_then(target).ok_or_else(|| unreadable(name));
        let source = named("EventSourceArn")?;
        let is_queue = self.is_queue(source);
        let source = if is_queue {
            if property("FilterCriteria").is_some() {
                return Err(self.invalid(format!("{resource}: filters of queues are not implemented here")));
            }
            let concurrency = match property("ScalingConfig/MaximumConcurrency") {
                Some(value) => self.number(resource, "MaximumConcurrency", value)?,
                None => DEFAULT_CONCURRENCY,
            };
            SourceDefinition::Queue { name: self.queue_name(source), concurrency: size(concurrency) }
        } else {
            self.stream(resource, mapping)?
        };
        let batch = match (property("BatchSize"), is_queue) {
            (Some(value), _) => self.number(resource, "BatchSize", value)?,
            (None, true) => 10,
            (None, false) => 100,
        };
        let reports = property("FunctionResponseTypes").and_then(Value::as_array);
        Ok(MappingDefinition {
            name: resource.to_owned(),
            function: self.function(named("FunctionName")?)?,
            source,
            batch: size(batch),
            reports_failures: reports.is_some_and(|types| types.iter().any(|kind| kind == "ReportBatchItemFailures")),
        })
    }

    fn stream(&self, resource: &str, mapping: &Value) -> Result<SourceDefinition, LocalError> {
        let property = |name: &str| mapping.pointer(&format!("/Properties/{name}"));
        if property("StartingPosition") != Some(&Value::from("TRIM_HORIZON")) {
            return Err(
                self.invalid(format!("{resource}: only the starting position TRIM_HORIZON is implemented here"))
            );
        }
        let filters = property("FilterCriteria/Filters").and_then(Value::as_array);
        let pattern = |filter: &Value| filter.get("Pattern").and_then(Value::as_str).map(str::to_owned);
        let retries = match property("MaximumRetryAttempts") {
            None => None,
            Some(value) if value.as_i64() == Some(-1) => None,
            Some(value) => {
                Some(u32::try_from(self.number(resource, "MaximumRetryAttempts", value)?).unwrap_or(u32::MAX))
            }
        };
        let on_failure = property("DestinationConfig/OnFailure/Destination").and_then(target);
        Ok(SourceDefinition::Stream {
            patterns: filters.into_iter().flatten().filter_map(pattern).collect(),
            retries,
            on_failure: on_failure.map(|queue| self.queue_name(queue)),
        })
    }

    pub(super) fn function(&self, resource: &str) -> Result<FunctionDefinition, LocalError> {
        let function = self.resource(resource).ok_or_else(|| self.invalid(format!("there is no {resource}")))?;
        let common = self.document.pointer("/Globals/Function/Timeout");
        let timeout = match function.pointer("/Properties/Timeout").or(common) {
            Some(value) => self.number(resource, "Timeout", value)?,
            None => DEFAULT_TIMEOUT,
        };
        Ok(FunctionDefinition { name: self.binary(resource)?.to_owned(), timeout: Duration::from_secs(timeout) })
    }

    /// Returns the name of a queue: its `QueueName`, or the resource's name without one.
    pub(super) fn queue_name(&self, resource: &str) -> String {
        let queue = self.resource(resource);
        let name = queue.and_then(|queue| queue.pointer("/Properties/QueueName")?.as_str());
        name.unwrap_or(resource).to_owned()
    }

    pub(super) fn is_queue(&self, resource: &str) -> bool {
        self.resource(resource).and_then(|resource| resource.get("Type")?.as_str()) == Some("AWS::SQS::Queue")
    }

    pub(super) fn resource(&self, name: &str) -> Option<&Value> {
        self.document.get("Resources")?.get(name)
    }

    /// Returns a number, or the default of the parameter that `value` refers to.
    pub(super) fn number(&self, resource: &str, property: &str, value: &Value) -> Result<u64, LocalError> {
        let parameter = value.get("Ref").and_then(Value::as_str);
        let value = match parameter {
            Some(name) => self.document.get("Parameters").and_then(|all| all.get(name)?.get("Default")),
            None => Some(value),
        };
        let number = value.and_then(|value| value.as_u64().or_else(|| value.as_str()?.parse().ok()));
        number.ok_or_else(|| {
            self.invalid(format!("{resource}: {property} is neither a number nor a parameter with a default"))
        })
    }
}

/// Returns the resource that `!GetAtt X.Arn`, `!Ref X` or `!Ref X.Alias` names; for `!If`, that of the last branch.
pub(super) fn target(value: &Value) -> Option<&str> {
    if let Some(branches) = value.get("Fn::If") {
        return target(branches.get(2)?);
    }
    match value.get("Fn::GetAtt") {
        Some(path) => path.get(0)?.as_str(),
        None => value.get("Ref")?.as_str()?.split('.').next(),
    }
}

/// Converts a number to a size of at least one.
fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FUNCTION: &str = "
Parameters:
  Many: { Type: Number, Default: 7 }
Resources:
  Table: { Type: AWS::DynamoDB::Table }
  Sender:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: sender } }
    Properties: { Timeout: 60 }
  Mail:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 360
      MessageRetentionPeriod: 1209600
      RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 1000 }
  Dead: { Type: AWS::SQS::Queue, Properties: { QueueName: dead-mail } }
";

    fn parse(more: &str) -> Template {
        Template::parse("template.yaml".into(), &format!("{FUNCTION}{more}")).unwrap()
    }

    #[test]
    fn queues_are_read_with_their_attributes() {
        let mail = QueueDefinition {
            name: "Mail".to_owned(),
            visibility_timeout: Duration::from_mins(6),
            retention: Duration::from_hours(14 * 24),
            redrive: Some(RedrivePolicy { dead_letter_queue: "dead-mail".to_owned(), max_receive_count: 1000 }),
        };
        let mut queues = parse("").queues().unwrap();
        queues.sort_by(|a, b| a.name.cmp(&b.name));
        assert_eq!(queues, [mail, QueueDefinition::named("dead-mail")]);
    }

    #[test]
    fn a_mapping_of_a_queue_is_read() {
        let template = parse(
            "
  FromMail:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      EventSourceArn: !GetAtt Mail.Arn
      FunctionName: !Ref Sender.Alias
      BatchSize: 1
      ScalingConfig: { MaximumConcurrency: !Ref Many }
      FunctionResponseTypes: [ReportBatchItemFailures]
",
        );
        let expected = MappingDefinition {
            name: "FromMail".to_owned(),
            function: FunctionDefinition { name: "sender".to_owned(), timeout: Duration::from_mins(1) },
            source: SourceDefinition::Queue { name: "Mail".to_owned(), concurrency: 7 },
            batch: 1,
            reports_failures: true,
        };
        assert_eq!(template.mappings().unwrap(), [expected]);
    }

    #[test]
    fn a_mapping_of_the_stream_is_read() {
        let template = parse(
            "
  FromTable:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      EventSourceArn: !GetAtt Table.StreamArn
      FunctionName: !GetAtt Sender.Arn
      StartingPosition: TRIM_HORIZON
      DestinationConfig: { OnFailure: { Destination: !GetAtt Dead.Arn } }
",
        );
        let mapping = template.mappings().unwrap().remove(0);
        let on_failure = Some("dead-mail".to_owned());
        assert_eq!(mapping.source, SourceDefinition::Stream { patterns: vec![], retries: None, on_failure });
        assert_eq!((mapping.batch, mapping.reports_failures), (100, false));
    }

    #[test]
    fn unsupported_mappings_are_rejected() {
        let refused = |more: &str| {
            let mapping = "
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      FunctionName: !GetAtt Sender.Arn
";
            parse(&format!("{mapping}{more}")).mappings().unwrap_err().to_string()
        };
        let error = refused("      EventSourceArn: !GetAtt Table.StreamArn\n      StartingPosition: LATEST\n");
        assert!(error.contains("only the starting position TRIM_HORIZON"), "{error}");
        let error = refused("      EventSourceArn: !GetAtt Mail.Arn\n      BatchSize: !If [A, 1, 2]\n");
        assert!(error.contains("BatchSize is neither a number"), "{error}");
        let error = refused("      EventSourceArn: !GetAtt Mail.Arn\n      FilterCriteria: {}\n");
        assert!(error.contains("filters of queues"), "{error}");
    }
}
