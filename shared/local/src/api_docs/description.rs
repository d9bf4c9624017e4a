//! The API description, prepared for the pages.

use std::path::Path;

use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::schema::{SchemaField, Schemas, sample_value};
use crate::LocalError;

/// Methods that a path can have, in the order in which the pages list them.
const METHODS: [&str; 6] = ["get", "head", "post", "put", "patch", "delete"];

/// Media type of HTML forms, whose bodies are not JSON.
const FORM: &str = "application/x-www-form-urlencoded";

/// The contents of `docs/openapi.json`.
pub(super) struct ApiDescription(Value);

/// The operations with one tag.
pub(super) struct OperationGroup {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) operations: Vec<ApiOperation>,
}

/// One operation: a method of a path.
pub(super) struct ApiOperation {
    pub(super) id: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) summary: String,
    pub(super) description: String,
    pub(super) deprecated: bool,
    /// Names of the security schemes that the operation accepts.
    pub(super) schemes: Vec<String>,
    pub(super) parameters: Vec<Parameter>,
    /// Media type of the body; empty without a body.
    pub(super) body_type: String,
    pub(super) body_description: String,
    pub(super) fields: Vec<SchemaField>,
    /// Example bodies.
    pub(super) examples: Vec<Example>,
    pub(super) answers: Vec<ResponseDoc>,
}

/// A parameter of the path, the query or a header.
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) place: String,
    pub(super) required: bool,
    pub(super) kind: String,
    pub(super) description: String,
    /// Value to prefill: a value from the sample data if the parameter is required.
    pub(super) value: String,
}

/// An example body.
#[derive(Clone)]
pub(super) struct Example {
    pub(super) name: String,
    pub(super) summary: String,
    pub(super) text: String,
}

/// The response with one status.
pub(super) struct ResponseDoc {
    pub(super) status: String,
    pub(super) description: String,
    pub(super) fields: Vec<SchemaField>,
    pub(super) example: Option<String>,
}

impl ApiDescription {
    /// Reads the description from this checkout at every call, with `api` as the only server.
    pub(super) fn read(api: &str) -> Result<Self, LocalError> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
        let text = std::fs::read(&path).map_err(LocalError::file(&path))?;
        let description = serde_json::from_slice(&text).map_err(std::io::Error::from);
        let mut description: Value = description.map_err(LocalError::file(&path))?;
        if let Some(members) = description.as_object_mut() {
            members.insert("servers".to_owned(), json!([{ "url": api, "description": "the service on this machine" }]));
        }
        Ok(Self(description))
    }

    pub(super) fn into_json(self) -> Value {
        self.0
    }

    /// Returns the operations grouped by tag, in the order of the description's tags.
    pub(super) fn groups(&self) -> Vec<OperationGroup> {
        let tags = self.0.get("tags").and_then(Value::as_array).into_iter().flatten();
        let group = |tag| {
            let (name, description) = (self.schemas().text(tag, "name"), self.schemas().text(tag, "description"));
            let has_tag = |operation: &Value| operation.pointer("/tags/0").and_then(Value::as_str) == Some(&name);
            let operations = self.all().filter(|(_, _, operation)| has_tag(operation));
            let operations =
                operations.map(|(path, method, operation)| self.described(path, method, operation)).collect();
            OperationGroup { name, description, operations }
        };
        tags.map(group).collect()
    }

    pub(super) fn operation(&self, id: &str) -> Option<ApiOperation> {
        let mut all = self.all();
        let (path, method, found) =
            all.find(|(_, _, operation)| self.schemas().text(operation, "operationId") == id)?;
        Some(self.described(path, method, found))
    }

    /// Returns the names and descriptions of the security schemes.
    pub(super) fn schemes(&self) -> Vec<(String, String)> {
        let schemes = self.0.pointer("/components/securitySchemes").and_then(Value::as_object);
        let described = schemes.into_iter().flatten();
        described.map(|(name, scheme)| (name.clone(), self.schemas().text(scheme, "description"))).collect()
    }

    fn all(&self) -> impl Iterator<Item = (&String, &'static str, &Value)> {
        let paths = self.0.get("paths").and_then(Value::as_object).into_iter().flatten();
        paths.flat_map(|(path, item)| {
            METHODS.into_iter().filter_map(move |method| Some((path, method, item.get(method)?)))
        })
    }

    fn schemas(&self) -> Schemas<'_> {
        Schemas(&self.0)
    }

    fn described(&self, path: &str, method: &str, operation: &Value) -> ApiOperation {
        let schemas = self.schemas();
        let security = operation.get("security").and_then(Value::as_array).into_iter().flatten();
        let accepted = security.filter_map(Value::as_object).flat_map(|scheme| scheme.keys().cloned()).collect();
        let parameters = operation.get("parameters").and_then(Value::as_array).into_iter().flatten();
        let body = operation.get("requestBody").map(|body| schemas.resolve(body));
        let content = body.and_then(|body| body.get("content")).and_then(Value::as_object);
        let (body_type, content) = content.and_then(|content| content.iter().next()).unzip();
        let schema = content.and_then(|content| content.get("schema"));
        ApiOperation {
            id: schemas.text(operation, "operationId"),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: schemas.text(operation, "summary"),
            description: schemas.text(operation, "description"),
            deprecated: operation.get("deprecated") == Some(&json!(true)),
            schemes: accepted,
            parameters: parameters.map(|parameter| self.parameter(parameter)).collect(),
            body_type: body_type.cloned().unwrap_or_default(),
            body_description: body.map(|body| schemas.text(body, "description")).unwrap_or_default(),
            fields: schema.map(|schema| schemas.fields(schema)).unwrap_or_default(),
            examples: self.examples(body_type.map_or("", String::as_str), content),
            answers: self.answers(operation),
        }
    }

    fn parameter(&self, parameter: &Value) -> Parameter {
        let schemas = self.schemas();
        let parameter = schemas.resolve(parameter);
        let name = schemas.text(parameter, "name");
        let required = parameter.get("required") == Some(&json!(true));
        Parameter {
            value: sample_value(&name).filter(|_| required).unwrap_or_default(),
            kind: parameter.get("schema").map(|schema| schemas.kind(schema)).unwrap_or_default(),
            place: schemas.text(parameter, "in"),
            description: schemas.text(parameter, "description"),
            required,
            name,
        }
    }

    /// Returns the examples of the description, or one generated from the schema.
    fn examples(&self, media_type: &str, content: Option<&Value>) -> Vec<Example> {
        let Some(content) = content else { return Vec::new() };
        let stated = content.get("examples").and_then(Value::as_object).into_iter().flatten();
        let mut examples: Vec<Example> = stated
            .map(|(name, example)| {
                let example = self.schemas().resolve(example);
                let text = example.get("value").map(pretty).unwrap_or_default();
                Example { name: name.clone(), summary: self.schemas().text(example, "summary"), text }
            })
            .collect();
        if examples.is_empty() {
            let sample = content.get("schema").map(|schema| self.schemas().sample(schema)).unwrap_or(json!({}));
            let text = if media_type == FORM { form(&sample) } else { pretty(&sample) };
            examples.push(Example { name: "sample".to_owned(), summary: "A sample".to_owned(), text });
        }
        examples
    }

    fn answers(&self, operation: &Value) -> Vec<ResponseDoc> {
        let schemas = self.schemas();
        let answers = operation.get("responses").and_then(Value::as_object).into_iter().flatten();
        let described = answers.map(|(status, answer)| {
            let answer = schemas.resolve(answer);
            let content = answer.get("content").and_then(Value::as_object).and_then(|content| content.values().next());
            // Every problem has the same schema.
            let schema = content.and_then(|content| content.get("schema")).filter(|_| status.starts_with('2'));
            let examples = content.and_then(|content| content.get("examples")).and_then(Value::as_object);
            let example =
                examples.and_then(|examples| examples.values().next()).map(|example| schemas.resolve(example));
            ResponseDoc {
                status: status.clone(),
                description: schemas.text(answer, "description"),
                fields: schema.map(|schema| schemas.fields(schema)).unwrap_or_default(),
                example: example.and_then(|example| example.get("value")).map(pretty),
            }
        });
        described.collect()
    }
}

impl ApiOperation {
    /// Returns the path with the prefilled values of its parameters.
    pub(super) fn example_path(&self) -> String {
        let parameters = self.parameters.iter().filter(|parameter| parameter.place == "path");
        parameters.fold(self.path.clone(), |path, parameter| {
            path.replace(&format!("{{{}}}", parameter.name), &parameter.value)
        })
    }

    pub(super) fn has_optional_parameters(&self) -> bool {
        self.parameters.iter().any(|parameter| !parameter.required)
    }

    /// Returns whether pages of other origins may call the operation. The invitation pages and the stop-mail pages are
    /// opened by the browser itself.
    pub(super) fn allows_cross_origin(&self) -> bool {
        self.path.starts_with("/api/")
    }
}

fn form(fields: &Value) -> String {
    let fields = fields.as_object().into_iter().flatten();
    let pairs = fields.map(|(name, value)| (name, value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
