//! Parsing of configuration from JSON, with errors that name the field and don't show secrets.
//!
//! The rules differ from those for the fields of requests (`Field` and `Faults` of `spaces-http`, on which this crate
//! does not depend): the first fault aborts start-up, an unknown field is a fault, and nothing here is part of the API.

use serde_json::{Map, Value};

/// A fault of the configuration. Messages show issuers' names and conflicting values, but no other configured value,
/// because it may be a secret.
#[derive(Debug, thiserror::Error)]
pub enum AuthConfigError {
    /// The text is not JSON, or not JSON of this shape.
    #[error("{place}: must be {must_be}")]
    Shape {
        /// The part of the configuration.
        place: String,
        /// The shape that it must have.
        must_be: &'static str,
    },
    /// A field is missing or wrong.
    #[error("{place}: {field} {fault}")]
    Field {
        /// The part of the configuration: for an issuer, its position in the list and its name.
        place: String,
        /// The name of the field.
        field: String,
        /// The fault of the field.
        fault: &'static str,
    },
    /// Two issuers have a value that only one may have.
    #[error("{first} and {second} both have {value} in {field}")]
    Both {
        /// The name of the field.
        field: &'static str,
        /// One issuer.
        first: String,
        /// The other.
        second: String,
        /// The value that both have.
        value: String,
    },
    /// Two issuers have the same name.
    #[error("the issuer {0} is listed twice")]
    Twice(String),
    /// A trusted issuer has the name of this service, which issues the guest tokens itself.
    #[error("an issuer has the name of this service, which issues the guest tokens itself")]
    GuestIssuer,
}

impl AuthConfigError {
    pub(super) fn both(field: &'static str, first: &str, second: &str, value: String) -> Self {
        Self::Both { field, first: first.to_owned(), second: second.to_owned(), value }
    }
}

/// The fields of a JSON object that have not been read yet.
pub(super) struct ConfigFields {
    place: String,
    members: Map<String, Value>,
}

impl ConfigFields {
    pub(super) fn new(place: String, value: Value) -> Result<Self, AuthConfigError> {
        match value {
            Value::Object(members) => Ok(Self { place, members }),
            _ => Err(AuthConfigError::Shape { place, must_be: "a JSON object" }),
        }
    }

    /// Takes a field that is an object, and returns its fields.
    pub(super) fn nested(&mut self, name: &str) -> Result<Option<Self>, AuthConfigError> {
        let place = format!("{}: {name}", self.place);
        self.take(name).map(|value| Self::new(place, value)).transpose()
    }

    /// Takes a field of any type. `null` counts as absent.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.members.remove(name).filter(|value| !value.is_null())
    }

    pub(super) fn text(&mut self, name: &'static str) -> Result<Option<String>, AuthConfigError> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
            Some(_) => Err(self.error(name, "must be a string and not empty")),
        }
    }

    pub(super) fn required_text(&mut self, name: &'static str) -> Result<String, AuthConfigError> {
        self.text(name)?.ok_or_else(|| self.error(name, "is missing"))
    }

    /// Takes a field that is a string or a list of strings.
    pub(super) fn texts(&mut self, name: &'static str) -> Result<Option<Vec<String>>, AuthConfigError> {
        let read = |value: Value| match value {
            Value::String(text) => Some(vec![text]),
            Value::Array(list) => list.into_iter().map(|item| item.as_str().map(str::to_owned)).collect(),
            _ => None,
        };
        let usable = |texts: &Vec<String>| !texts.is_empty() && texts.iter().all(|text| !text.is_empty());
        let Some(value) = self.take(name) else { return Ok(None) };
        let texts = read(value).filter(usable);
        texts.map(Some).ok_or_else(|| self.error(name, "must be a string or a list of strings, none of them empty"))
    }

    pub(super) fn required_texts(&mut self, name: &'static str) -> Result<Vec<String>, AuthConfigError> {
        self.texts(name)?.ok_or_else(|| self.error(name, "is missing"))
    }

    /// Takes a field that is a string, a list of strings or an explicit `null`. Rejects an absent field, because it may
    /// have been forgotten.
    pub(super) fn explicit_texts(&mut self, name: &'static str) -> Result<Option<Vec<String>>, AuthConfigError> {
        if !self.members.contains_key(name) {
            return Err(self.error(name, "is missing: write null if tokens have none; it is then not checked"));
        }
        self.texts(name)
    }

    /// Takes a field that is `true` or `false`. Defaults to `false`.
    pub(super) fn flag(&mut self, name: &'static str) -> Result<bool, AuthConfigError> {
        match self.take(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(_) => Err(self.error(name, "must be true or false")),
        }
    }

    pub(super) fn number(&mut self, name: &'static str) -> Result<Option<i64>, AuthConfigError> {
        let Some(value) = self.take(name) else { return Ok(None) };
        value.as_i64().map(Some).ok_or_else(|| self.error(name, "must be a whole number"))
    }

    pub(super) fn error(&self, field: &str, fault: &'static str) -> AuthConfigError {
        AuthConfigError::Field { place: self.place.clone(), field: field.to_owned(), fault }
    }

    /// Checks that no field is left, because a misspelled name would otherwise silently disable a check.
    pub(super) fn finish(self) -> Result<(), AuthConfigError> {
        match self.members.keys().next() {
            None => Ok(()),
            Some(unknown) => Err(self.error(unknown, "is unknown")),
        }
    }
}
