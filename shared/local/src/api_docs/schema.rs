//! Flattens schemas into lists of fields and generates samples from them.

use serde_json::{Map, Value, json};

use crate::samples::Sample;
use crate::tokens::DevelopmentUser;

/// A field of a body, named by its path: `invitees[].role`.
#[derive(Debug, Clone)]
pub(super) struct SchemaField {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) required: bool,
    pub(super) description: String,
}

/// The schemas of a description.
#[derive(Clone, Copy)]
pub(super) struct Schemas<'a>(pub(super) &'a Value);

impl<'a> Schemas<'a> {
    /// Resolves a `$ref`, or returns the value itself.
    pub(super) fn resolve(self, value: &'a Value) -> &'a Value {
        let target = value.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix('#'));
        target.and_then(|pointer| self.0.pointer(pointer)).unwrap_or(value)
    }

    /// Returns the fields that a schema describes, each followed by its nested fields.
    pub(super) fn fields(self, schema: &'a Value) -> Vec<SchemaField> {
        let mut fields = Vec::new();
        self.collect(schema, "", &mut Vec::new(), &mut fields);
        fields
    }

    fn collect(self, schema: &'a Value, place: &str, within: &mut Vec<&'a Value>, fields: &mut Vec<SchemaField>) {
        let schema = self.resolve(schema);
        // Stop at a schema that contains itself.
        if within.iter().any(|outer| std::ptr::eq(*outer, schema)) {
            return;
        }
        within.push(schema);
        for part in ["allOf", "oneOf", "anyOf"].into_iter().flat_map(|key| members(schema, key)) {
            self.collect(part, place, within, fields);
        }
        if let Some(items) = schema.get("items") {
            self.collect(items, &format!("{place}[]"), within, fields);
        }
        let required: Vec<&str> = members(schema, "required").filter_map(Value::as_str).collect();
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let name_here = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
            if fields.iter().all(|field| field.name != name_here) {
                fields.push(SchemaField {
                    kind: self.kind(property),
                    required: required.contains(&name.as_str()),
                    description: self.text(property, "description"),
                    name: name_here.clone(),
                });
            }
            self.collect(property, &name_here, within, fields);
        }
        within.pop();
    }

    /// Describes a type in a few words: *string, one of `open`, `expired`*.
    pub(super) fn kind(self, schema: &'a Value) -> String {
        let schema = self.resolve(schema);
        let parts: Vec<&Value> = ["oneOf", "anyOf"].into_iter().flat_map(|key| members(schema, key)).collect();
        if !parts.is_empty() {
            return parts.into_iter().map(|part| self.kind(part)).collect::<Vec<_>>().join(" or ");
        }
        let types: Vec<&str> = match schema.get("type") {
            Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).collect(),
            Some(one) => one.as_str().into_iter().collect(),
            None => vec!["object"],
        };
        let mut kind = types.join(" or ");
        if let Some(items) = schema.get("items") {
            kind = format!("{kind} of {}", self.kind(items));
        }
        let values: Vec<String> = members(schema, "enum").map(|value| format!("`{}`", plain(value))).collect();
        if !values.is_empty() {
            kind = format!("{kind}, one of {}", values.join(", "));
        }
        for (key, before, after) in [
            ("format", "", ""),
            ("minimum", "from ", ""),
            ("maximum", "to ", ""),
            ("minLength", "at least ", " characters"),
            ("maxLength", "at most ", " characters"),
            ("maxItems", "at most ", " items"),
            ("default", "default `", "`"),
        ] {
            if let Some(value) = schema.get(key) {
                kind = format!("{kind}, {before}{}{after}", plain(value));
            }
        }
        kind
    }

    pub(super) fn text(self, value: &'a Value, key: &str) -> String {
        let own = value.get(key).or_else(|| self.resolve(value).get(key));
        own.and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// Generates a value that fits the schema. Objects get their required properties, or all properties if none is
    /// required.
    pub(super) fn sample(self, schema: &'a Value) -> Value {
        let schema = self.resolve(schema);
        let stated = schema.get("example").or_else(|| schema.get("default"));
        if let Some(stated) = stated.or_else(|| members(schema, "examples").chain(members(schema, "enum")).next()) {
            return stated.clone();
        }
        if let Some(first) = ["oneOf", "anyOf"].into_iter().find_map(|key| members(schema, key).next()) {
            return self.sample(first);
        }
        let mut object = Map::new();
        for part in members(schema, "allOf") {
            object.extend(self.sample(part).as_object().cloned().unwrap_or_default());
        }
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            let required: Vec<&str> = members(schema, "required").filter_map(Value::as_str).collect();
            let is_sampled = |name: &String| required.is_empty() || required.contains(&name.as_str());
            let sampled = properties.iter().filter(|(name, _)| is_sampled(name));
            object.extend(sampled.map(|(name, property)| {
                let known = property.get("default").is_none().then(|| sample_value(name)).flatten();
                (name.clone(), known.map_or_else(|| self.sample(property), Value::String))
            }));
        }
        // A nullable type has the form `["string", "null"]`.
        let kind = schema.get("type").and_then(|kind| kind.as_str().or_else(|| kind.get(0)?.as_str()));
        match kind {
            Some("array") => json!([schema.get("items").map_or(Value::Null, |items| self.sample(items))]),
            Some("boolean") => json!(true),
            Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
            Some("string") if schema.get("format") == Some(&json!("idn-email")) => json!("ana@example.com"),
            Some("string") => json!("text"),
            _ => Value::Object(object),
        }
    }
}

/// Returns a value for a field or a parameter, taken from the sample data where possible.
pub(super) fn sample_value(name: &str) -> Option<String> {
    Some(match name {
        "_id" | "inviteId" => Sample::Open.id().to_string(),
        "id" | "spaceId" | "topicId" => Sample::Open.space().to_string(),
        "memberId" => DevelopmentUser::with_email("ana@example.com".parse().ok()?).id.to_string(),
        "type" => "user".to_owned(),
        "u" | "email" => "me".to_owned(),
        "title" => "Team lunch".to_owned(),
        "inviteeType" => "email".to_owned(),
        "role" => "member".to_owned(),
        "startDateTime" => "2099-04-28T19:30:00Z".to_owned(),
        "endDateTime" => "2099-04-28T20:30:00Z".to_owned(),
        _ => return None,
    })
}

fn members<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
