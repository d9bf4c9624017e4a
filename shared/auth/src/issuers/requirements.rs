//! Claims that an issuer's tokens must have, each with one of the configured values.

use serde_json::Value;

use super::fields::{AuthConfigError, ConfigFields};
use crate::Rejected;
use crate::claims::Claims;

/// Claims, each with its accepted values.
#[derive(Debug, Clone, Default)]
pub(super) struct Requirements(Vec<(String, Vec<Value>)>);

impl Requirements {
    /// Parses the field `require`: an object of claims, each with a value or a list of values.
    pub(super) fn from_fields(fields: &mut ConfigFields) -> Result<Self, AuthConfigError> {
        const FAULT: &str = "must be an object of claims, each with a string, a number, true, false or a list of these";
        let Some(value) = fields.take("require") else { return Ok(Self::default()) };
        let Value::Object(claims) = value else { return Err(fields.error("require", FAULT)) };
        let read = |(name, value): (String, Value)| {
            let values = if let Value::Array(values) = value { values } else { vec![value] };
            let is_scalar = |value: &Value| matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_));
            (!values.is_empty() && values.iter().all(is_scalar)).then_some((name, values))
        };
        let claims: Option<_> = claims.into_iter().map(read).collect();
        claims.map(Self).ok_or_else(|| fields.error("require", FAULT))
    }

    /// Checks that each claim is an accepted value, or a list that contains one.
    pub(super) fn check(&self, claims: &Claims) -> Result<(), Rejected> {
        let met = |(name, values): &(String, Vec<Value>)| match claims.get(name) {
            Some(Value::Array(several)) => several.iter().any(|one| values.contains(one)),
            Some(one) => values.contains(one),
            None => false,
        };
        if self.0.iter().all(met) { Ok(()) } else { Err(Rejected::Requirement) }
    }
}
