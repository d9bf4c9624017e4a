//! Writes memberships: alone, or in a transaction with the number of admins.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use spaces_model::{Member, SpaceId};

use super::{MemberChange, attributes, read_member, write_member};
use crate::error::TRANSIENT_REASONS;
use crate::item::{self, Attributes, Guarded, MAX_CONFLICTS};
use crate::{Store, StoreError, key};

/// The indexes of the items in a transaction, and of their cancellation reasons.
const MEMBER: usize = 0;
const SPACE: usize = 1;

impl Store {
    /// Replaces the membership that was read, alone or together with the number of admins.
    pub(super) async fn change(
        &self,
        space: SpaceId,
        held: Option<&Member>,
        wanted: Member,
    ) -> Result<MemberChange, StoreError> {
        let wanted = Member { version: held.map_or(0, |held| held.version.saturating_add(1)), ..wanted };
        let outcome = match (held.is_some_and(Member::is_admin), wanted.is_admin()) {
            (false, true) => Box::pin(self.change_admins(space, held, &wanted, AdminCount::Raise)).await?,
            (true, false) => Box::pin(self.change_admins(space, held, &wanted, AdminCount::Lower)).await?,
            (false, false) | (true, true) => self.change_alone(space, held, &wanted).await?,
        };
        Ok(match outcome {
            ChangeOutcome::Written => MemberChange::Done(wanted),
            ChangeOutcome::Conflict(by) => match by.map(read_member).transpose()? {
                // The response to the first attempt was lost, and the SDK's retry has found what that attempt wrote.
                Some(by) if held.is_some() && by == wanted => MemberChange::Done(by),
                by => MemberChange::Conflict(by),
            },
            ChangeOutcome::OnlyAdmin => MemberChange::OnlyAdmin,
        })
    }

    async fn change_alone(
        &self,
        space: SpaceId,
        held: Option<&Member>,
        wanted: &Member,
    ) -> Result<ChangeOutcome, StoreError> {
        let Some(held) = held else {
            let found = self.put_if_absent(write_member(space, wanted)?).await?;
            return Ok(found.map_or(ChangeOutcome::Written, |found| ChangeOutcome::Conflict(Some(found))));
        };
        let edit = Edit::of(space, held, wanted)?;
        let update = self
            .update(key::member(space, held.id))
            .update_expression(edit.expression)
            .condition_expression(CONDITION)
            .set_expression_attribute_names(Some(edit.names))
            .set_expression_attribute_values(Some(edit.values))
            .expression_attribute_values(":held", number(held.version));
        Ok(match item::guarded(update).await? {
            Guarded::Written(_) => ChangeOutcome::Written,
            Guarded::Refused(by) => ChangeOutcome::Conflict(by),
        })
    }

    async fn change_admins(
        &self,
        space: SpaceId,
        held: Option<&Member>,
        wanted: &Member,
        count: AdminCount,
    ) -> Result<ChangeOutcome, StoreError> {
        let items = vec![self.member_write(space, held, wanted)?, self.admins_write(space, count)?];
        for round in 0..=MAX_CONFLICTS {
            let write = self.client.transact_write_items().set_transact_items(Some(items.clone()));
            let reasons = match Box::pin(write.send()).await {
                Ok(_) => return Ok(ChangeOutcome::Written),
                Err(SdkError::ServiceError(error)) if error.err().is_transaction_canceled_exception() => {
                    match error.into_err() {
                        TransactWriteItemsError::TransactionCanceledException(error) => {
                            error.cancellation_reasons.unwrap_or_default()
                        }
                        other => return Err(StoreError::Refused(Box::new(other))),
                    }
                }
                Err(error) => return Err(StoreError::from_sdk(error)),
            };
            match interpret(reasons, count)? {
                Some(change) => return Ok(change),
                // DynamoDB cancels one of two conflicting transactions.
                None if round < MAX_CONFLICTS => item::pause(round).await,
                None => break,
            }
        }
        Err(StoreError::Unavailable("the transaction kept conflicting with others".into()))
    }

    fn member_write(
        &self,
        space: SpaceId,
        held: Option<&Member>,
        wanted: &Member,
    ) -> Result<TransactWriteItem, StoreError> {
        let Some(held) = held else {
            let put = Put::builder()
                .table_name(&self.table)
                .set_item(Some(write_member(space, wanted)?))
                .condition_expression("attribute_not_exists(pk)")
                .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
                .build()
                .map_err(refused)?;
            return Ok(TransactWriteItem::builder().put(put).build());
        };
        let edit = Edit::of(space, held, wanted)?;
        let update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(key::member(space, held.id).attributes()))
            .update_expression(edit.expression)
            .condition_expression(CONDITION)
            .set_expression_attribute_names(Some(edit.names))
            .set_expression_attribute_values(Some(edit.values))
            .expression_attribute_values(":held", number(held.version))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(refused)?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    fn admins_write(&self, space: SpaceId, count: AdminCount) -> Result<TransactWriteItem, StoreError> {
        let (by, condition) = match count {
            AdminCount::Raise => ("1", "attribute_exists(pk)"),
            AdminCount::Lower => ("-1", "admins > :one"),
        };
        let mut update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(key::space(space).attributes()))
            .update_expression("ADD admins :by")
            .condition_expression(condition)
            .expression_attribute_values(":by", AttributeValue::N(by.to_owned()));
        if count == AdminCount::Lower {
            update = update.expression_attribute_values(":one", number(1));
        }
        Ok(TransactWriteItem::builder().update(update.build().map_err(refused)?).build())
    }
}

/// The condition of every change: the membership still has the version that was read.
const CONDITION: &str = "version = :held";

/// The direction in which a change moves the number of admins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AdminCount {
    Raise,
    Lower,
}

/// The result of a guarded write.
enum ChangeOutcome {
    Written,
    Conflict(Option<Attributes>),
    OnlyAdmin,
}

/// An update that sets every attribute of a membership, and removes those that it no longer has. Attributes added by a
/// later release stay.
struct Edit {
    expression: String,
    names: HashMap<String, String>,
    values: Attributes,
}

impl Edit {
    /// The optional attributes of a membership.
    const OPTIONAL: [&str; 8] = ["role_set", "invite", "left", "removed", "gsi2pk", "gsi2sk", "card", "notification"];
    /// The attributes that put a space into the member's list of spaces. They are set when the member joins and removed
    /// when they leave; in between, only using the space and editing the preference change them.
    const LISTED: [&str; 4] = ["gsi2pk", "gsi2sk", "card", "notification"];

    fn of(space: SpaceId, held: &Member, wanted: &Member) -> Result<Self, StoreError> {
        let mut attributes = attributes(space, wanted)?;
        let mut gone: Vec<&str> = Self::OPTIONAL.into_iter().filter(|name| !attributes.contains_key(*name)).collect();
        if held.is_present() == wanted.is_present() {
            attributes.retain(|name, _| !Self::LISTED.contains(&name.as_str()));
            gone.retain(|name| !Self::LISTED.contains(name));
        }
        let mut names: Vec<String> = attributes.keys().cloned().collect();
        names.sort_unstable();
        let assigned: Vec<String> = names.iter().map(|name| format!("#{name} = :{name}")).collect();
        let removed: Vec<String> = gone.iter().map(|name| format!("#{name}")).collect();
        let mut expression = format!("SET {}", assigned.join(", "));
        if !removed.is_empty() {
            expression = format!("{expression} REMOVE {}", removed.join(", "));
        }
        let values = attributes.drain().map(|(name, value)| (format!(":{name}"), value)).collect();
        let all = names.into_iter().chain(gone.into_iter().map(str::to_owned));
        Ok(Self { expression, names: all.map(|name| (format!("#{name}"), name)).collect(), values })
    }
}

/// Interprets the reasons of a cancelled transaction. Returns `None` if it should be retried.
fn interpret(reasons: Vec<CancellationReason>, count: AdminCount) -> Result<Option<ChangeOutcome>, StoreError> {
    let codes: Vec<String> = reasons.iter().map(|reason| reason.code().unwrap_or("None").to_owned()).collect();
    let failed = |place: usize| codes.get(place).is_some_and(|code| code == "ConditionalCheckFailed");
    if failed(MEMBER) {
        let item = reasons.into_iter().nth(MEMBER).and_then(|reason| reason.item);
        return Ok(Some(ChangeOutcome::Conflict(item.filter(|item| !item.is_empty()))));
    }
    if failed(SPACE) && count == AdminCount::Lower {
        return Ok(Some(ChangeOutcome::OnlyAdmin));
    }
    if codes.iter().any(|code| TRANSIENT_REASONS.contains(&code.as_str())) {
        return Ok(None);
    }
    Err(StoreError::Refused(format!("the transaction was cancelled: {}", codes.join(", ")).into()))
}

fn number(number: u32) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

fn refused(error: BuildError) -> StoreError {
    StoreError::Refused(Box::new(error))
}
