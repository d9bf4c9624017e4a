//! Configuration read from JSON, with errors that name the place and never show a value.
//!
//! These are other rules than those for a request's fields (`Field` and `Faults` of `spaces-http`, which this crate does
//! not know): the first fault stops the start, an unknown field is a fault, and nothing here is part of the API.

use serde_json::{Map, Value};

/// A fault of the configuration. No message shows a configured value but an issuer's name: values may be secrets.
#[derive(Debug, thiserror::Error)]
pub enum AuthConfigError {
    /// The text is no JSON, or no JSON of this shape.
    #[error("{place}: must be {must_be}")]
    Shape {
        /// Which part of the configuration.
        place: String,
        /// What it should be.
        must_be: &'static str,
    },
    /// A field is missing or wrong.
    #[error("{place}: {field} {fault}")]
    Field {
        /// Which part of the configuration: for an issuer its place in the list and its name.
        place: String,
        /// The field's name.
        field: String,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// Two issuers have what only one may have.
    #[error("{first} and {second} both have {value} in {field}")]
    Both {
        /// The field's name.
        field: &'static str,
        /// One issuer.
        first: String,
        /// The other.
        second: String,
        /// The value that both have.
        value: String,
    },
    /// Two issuers have the same name.
    #[error("the issuer {0} is there twice")]
    Twice(String),
    /// A trusted issuer has the name that our own guest tokens name as theirs.
    #[error("an issuer has the name of the guest tokens' own issuer")]
    GuestIssuer,
}

impl AuthConfigError {
    pub(super) fn both(field: &'static str, first: &str, second: &str, value: String) -> Self {
        Self::Both { field, first: first.to_owned(), second: second.to_owned(), value }
    }
}

/// The fields of a JSON object that are still to be read.
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

    /// The fields of an object within this one.
    pub(super) fn nested(&mut self, name: &str) -> Result<Option<Self>, AuthConfigError> {
        let place = format!("{}: {name}", self.place);
        self.take(name).map(|value| Self::new(place, value)).transpose()
    }

    /// A field as it is; `null` is as good as absent.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.members.remove(name).filter(|value| !value.is_null())
    }

    pub(super) fn text(&mut self, name: &'static str) -> Result<Option<String>, AuthConfigError> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
            Some(_) => Err(self.error(name, "must be a text and not empty")),
        }
    }

    pub(super) fn required_text(&mut self, name: &'static str) -> Result<String, AuthConfigError> {
        self.text(name)?.ok_or_else(|| self.error(name, "is missing"))
    }

    /// A text or a list of texts.
    pub(super) fn texts(&mut self, name: &'static str) -> Result<Option<Vec<String>>, AuthConfigError> {
        let read = |value: Value| match value {
            Value::String(text) => Some(vec![text]),
            Value::Array(list) => list.into_iter().map(|item| item.as_str().map(str::to_owned)).collect(),
            _ => None,
        };
        let usable = |texts: &Vec<String>| !texts.is_empty() && texts.iter().all(|text| !text.is_empty());
        let Some(value) = self.take(name) else { return Ok(None) };
        let texts = read(value).filter(usable);
        texts.map(Some).ok_or_else(|| self.error(name, "must be a text or a list of texts, and none of them empty"))
    }

    pub(super) fn required_texts(&mut self, name: &'static str) -> Result<Vec<String>, AuthConfigError> {
        self.texts(name)?.ok_or_else(|| self.error(name, "is missing"))
    }

    /// A text or a list of texts, or `null` written out: an absent one is a check that somebody forgot.
    pub(super) fn written_texts(&mut self, name: &'static str) -> Result<Option<Vec<String>>, AuthConfigError> {
        if !self.members.contains_key(name) {
            return Err(
                self.error(name, "is missing: null must be written out if tokens have none, and then none is checked")
            );
        }
        self.texts(name)
    }

    /// `true` or `false`, which is what it is where it is absent.
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

    /// Nothing may be left: a mistyped field would otherwise be a check that isn't made.
    pub(super) fn finish(self) -> Result<(), AuthConfigError> {
        match self.members.keys().next() {
            None => Ok(()),
            Some(unknown) => Err(self.error(unknown, "is unknown")),
        }
    }
}
