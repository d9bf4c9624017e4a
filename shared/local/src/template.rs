//! Reads the deployment template, so that the local stack can't drift from what is deployed.

mod api;
mod mappings;
mod roles;
mod rules;

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

pub(crate) use self::api::{ApiDefinition, RouteDefinition, ThrottleDefinition};
pub(crate) use self::mappings::{FunctionDefinition, MappingDefinition, SourceDefinition};
pub(crate) use self::rules::RuleDefinition;
use crate::LocalError;

/// The deployment template, with CloudFormation's short tags (`!Ref X`) in their long form (`{"Ref": "X"}`).
#[derive(Debug, Clone)]
pub struct Template {
    path: PathBuf,
    document: Value,
}

/// The part of an `AWS::DynamoDB::Table` that defines the data, ready for `CreateTable`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TableDefinition {
    /// The body of `CreateTable`, without the table's name.
    pub(crate) create: Map<String, Value>,
    /// The TTL attribute, if there is one.
    pub(crate) ttl_attribute: Option<String>,
}

impl Template {
    /// Reads `infra/template.yaml` of this checkout.
    ///
    /// # Errors
    /// [`LocalError::File`] or [`LocalError::Template`] when the file is missing or not valid YAML.
    pub fn of_this_checkout() -> Result<Self, LocalError> {
        Self::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/template.yaml"))
    }

    /// Reads the template at `path`.
    ///
    /// # Errors
    /// [`LocalError::File`] or [`LocalError::Template`] when the file is missing or not valid YAML.
    pub fn read(path: impl Into<PathBuf>) -> Result<Self, LocalError> {
        let path = path.into();
        let text = std::fs::read_to_string(&path).map_err(LocalError::file(&path))?;
        Self::parse(path, &text)
    }

    fn parse(path: PathBuf, text: &str) -> Result<Self, LocalError> {
        match yaml_serde::from_str(text) {
            Ok(yaml) => Ok(Self { path, document: long_form(yaml) }),
            Err(error) => Err(LocalError::Template { path, reason: error.to_string() }),
        }
    }

    /// Returns the only table of the template.
    pub(crate) fn table(&self) -> Result<TableDefinition, LocalError> {
        let tables: Vec<_> = self.resources("AWS::DynamoDB::Table").collect();
        let [(_, table)] = tables.as_slice() else {
            return Err(self.invalid(format!("{} tables where one is expected", tables.len())));
        };
        let properties = table.get("Properties").ok_or_else(|| self.invalid("the table has no Properties"))?;
        Ok(TableDefinition { create: create_request(properties), ttl_attribute: ttl_attribute(properties) })
    }

    /// Returns the id of each function's resource, and the name of its binary.
    ///
    /// # Errors
    /// [`LocalError::Template`] when a function has no `BuildProperties.Binary`.
    pub fn functions(&self) -> Result<Vec<(&str, &str)>, LocalError> {
        let named = self.resources("AWS::Serverless::Function").map(|(id, _)| Ok((id.as_str(), self.binary(id)?)));
        named.collect()
    }

    /// Returns the name of a function's binary.
    fn binary(&self, resource: &str) -> Result<&str, LocalError> {
        let binary = self.document.pointer(&format!("/Resources/{resource}/Metadata/BuildProperties/Binary"));
        binary.and_then(Value::as_str).ok_or_else(|| self.invalid(format!("{resource} has no BuildProperties.Binary")))
    }

    /// Replaces the default of a parameter, as if an operator deployed with this value.
    ///
    /// # Errors
    /// [`LocalError::Template`] when there is no such parameter.
    pub fn with_parameter(mut self, name: &str, value: &str) -> Result<Self, LocalError> {
        let parameter = self.document.get_mut("Parameters").and_then(|all| all.get_mut(name)?.as_object_mut());
        match parameter {
            Some(parameter) => parameter.insert("Default".to_owned(), json!(value)),
            None => return Err(self.invalid(format!("there is no parameter {name}"))),
        };
        Ok(self)
    }

    /// Returns the whole template.
    #[must_use]
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// Returns the resources of a type, with their names.
    fn resources(&self, kind: &str) -> impl Iterator<Item = (&String, &Value)> {
        let resources = self.document.get("Resources").and_then(Value::as_object);
        resources.into_iter().flatten().filter(move |(_, resource)| resource.get("Type") == Some(&json!(kind)))
    }

    fn invalid(&self, reason: impl Into<String>) -> LocalError {
        LocalError::Template { path: self.path.clone(), reason: reason.into() }
    }
}

fn create_request(properties: &Value) -> Map<String, Value> {
    let shaping = ["AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode"];
    let mut create: Map<String, Value> =
        shaping.iter().filter_map(|name| Some(((*name).to_owned(), properties.get(name)?.clone()))).collect();
    if let Some(view) = properties.pointer("/StreamSpecification/StreamViewType") {
        // CloudFormation has no `StreamEnabled`: a view type enables the stream.
        create.insert("StreamSpecification".to_owned(), json!({ "StreamEnabled": true, "StreamViewType": view }));
    }
    create
}

fn ttl_attribute(properties: &Value) -> Option<String> {
    let ttl = properties.get("TimeToLiveSpecification")?;
    let enabled = ttl.get("Enabled") == Some(&json!(true));
    enabled.then(|| ttl.get("AttributeName")?.as_str().map(str::to_owned)).flatten()
}

/// Converts YAML to JSON, with tags in the form of CloudFormation's JSON.
fn long_form(yaml: yaml_serde::Value) -> Value {
    use yaml_serde::Value as Yaml;
    match yaml {
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let name = tag.trim_start_matches('!');
            let value = long_form(tagged.value);
            match name {
                "Ref" | "Condition" => json!({ name: value }),
                "GetAtt" => json!({ "Fn::GetAtt": attribute_path(value) }),
                _ => json!({ format!("Fn::{name}"): value }),
            }
        }
        Yaml::Sequence(values) => values.into_iter().map(long_form).collect(),
        Yaml::Mapping(entries) => {
            entries.into_iter().map(|(key, value)| (key_text(&key), long_form(value))).collect::<Map<_, _>>().into()
        }
        scalar => serde_json::to_value(scalar).unwrap_or_default(),
    }
}

/// Splits `A.B` of `!GetAtt A.B` into `["A", "B"]`; the attribute itself may contain dots.
fn attribute_path(value: Value) -> Value {
    match value.as_str().and_then(|path| path.split_once('.')) {
        Some((resource, attribute)) => json!([resource, attribute]),
        None => value,
    }
}

/// Returns a mapping's key as text: `200:` under `responses:` is a number in YAML and a string in JSON.
fn key_text(key: &yaml_serde::Value) -> String {
    key.as_str().map_or_else(|| yaml_serde::to_string(key).unwrap_or_default().trim().to_owned(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Template {
        Template::parse("template.yaml".into(), text).unwrap()
    }

    #[test]
    fn short_tags_read_as_their_long_form() {
        let template = parse("A: !Ref Table\nB: !GetAtt Table.Stream.Arn\nC: !If [Prod, !Sub 'x-${Y}', 2]\n200: ok\n");
        let expected = json!({
            "A": { "Ref": "Table" },
            "B": { "Fn::GetAtt": ["Table", "Stream.Arn"] },
            "C": { "Fn::If": ["Prod", { "Fn::Sub": "x-${Y}" }, 2] },
            "200": "ok",
        });
        assert_eq!(template.document, expected);
    }

    #[test]
    fn the_table_of_this_checkout_has_keys_index_stream_and_expiry() {
        let table = Template::of_this_checkout().unwrap().table().unwrap();
        assert_eq!(table.ttl_attribute.as_deref(), Some("expires_at"));
        assert_eq!(
            table.create["StreamSpecification"],
            json!({ "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" })
        );
        let indexes = &table.create["GlobalSecondaryIndexes"];
        assert_eq!((&indexes[0]["IndexName"], &indexes[1]["IndexName"]), (&json!("gsi1"), &json!("gsi2")));
        assert_eq!(indexes[1]["Projection"], json!({ "ProjectionType": "INCLUDE", "NonKeyAttributes": ["card"] }));
        assert_eq!(table.create["KeySchema"][1], json!({ "AttributeName": "sk", "KeyType": "RANGE" }));
    }

    #[test]
    fn a_template_without_a_table_is_an_error_that_names_the_file() {
        let error = parse("Resources: {}").table().unwrap_err();
        assert_eq!(error.to_string(), "template.yaml: 0 tables where one is expected");
    }
}
