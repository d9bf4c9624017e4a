//! Conditional writes by senders.

use aws_sdk_dynamodb::types::AttributeValue;

use super::{DeliveryState, PreviousMail};
use crate::item::{guarded, value};
use crate::key::Key;
use crate::{Store, StoreError};

/// A condition of a write, in addition to the version.
#[derive(Debug, Clone, Copy)]
pub(super) enum Condition<'a> {
    /// The delivery has no attribute with this name.
    Absent(&'a str),
    /// SES has reported nothing since this state was read. Reports do not change the version.
    State(Option<DeliveryState>),
    /// SES has reported nothing about the mail before either.
    Previous(&'a PreviousMail),
}

impl Store {
    /// Writes attributes of a delivery, and returns whether it still had the version that was read and the conditions
    /// held.
    pub(super) async fn write_delivery(
        &self,
        key: &Key,
        version: u32,
        set: &[(&str, AttributeValue)],
        remove: &[&str],
        conditions: &[Condition<'_>],
    ) -> Result<bool, StoreError> {
        let mut assigned = vec!["#version = :next".to_owned()];
        assigned.extend(set.iter().map(|(name, _)| format!("#{name} = :{name}")));
        let removed: Vec<String> = remove.iter().map(|name| format!("#{name}")).collect();
        let removed = if remove.is_empty() { String::new() } else { format!(" REMOVE {}", removed.join(", ")) };
        let mut update = self
            .update(key.clone())
            .update_expression(format!("SET {}{removed}", assigned.join(", ")))
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":held", number(version))
            .expression_attribute_values(":next", number(version.saturating_add(1)));
        let mut expected = vec!["#version = :held".to_owned()];
        for condition in conditions {
            match condition {
                Condition::Absent(name) => {
                    update = update.expression_attribute_names(format!("#{name}"), *name);
                    expected.push(format!("attribute_not_exists(#{name})"));
                }
                Condition::Previous(before) => {
                    update = update
                        .expression_attribute_names("#before", "before")
                        .expression_attribute_values(":before_seen", before.write()?);
                    expected.push("#before = :before_seen".to_owned());
                }
                Condition::State(state) => {
                    update = update.expression_attribute_names("#state", "state");
                    match state {
                        None => expected.push("attribute_not_exists(#state)".to_owned()),
                        Some(state) => {
                            expected.push("#state = :seen".to_owned());
                            update = update.expression_attribute_values(":seen", value("delivery", state)?);
                        }
                    }
                }
            }
        }
        update = update.condition_expression(expected.join(" AND "));
        for name in remove {
            update = update.expression_attribute_names(format!("#{name}"), *name);
        }
        for (name, value) in set {
            update = update
                .expression_attribute_names(format!("#{name}"), *name)
                .expression_attribute_values(format!(":{name}"), value.clone());
        }
        Ok(guarded(update).await?.is_written())
    }
}

pub(super) fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

pub(super) fn number(number: u32) -> AttributeValue {
    AttributeValue::N(number.to_string())
}
