//! A space and its first invitation, together or not at all.

use std::time::Duration;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{CancellationReason, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem};
use spaces_model::{Invitation, Member, Space};

use crate::error::TRANSIENT_REASONS;
use crate::item::Attributes;
use crate::{Store, StoreError, invitations, spaces};

/// How often a transaction that met another one is tried again.
const MAX_CONFLICTS: u32 = 5;
/// The places of the items in the transaction, and so of their cancellation reasons.
const SPACE: usize = 0;
const INVITATION: usize = 2;

/// What became of a request to create a space.
#[derive(Debug)]
pub enum Created {
    /// It is created now.
    Now,
    /// It was created before, under the same ids: this is the invitation of then.
    Before(Box<Invitation>),
    /// It was created before, and the invitation of then has been cleaned up since.
    Forgotten,
}

impl Store {
    /// Writes a space, its creator's membership and its invitation in one transaction of three items, however many
    /// invitees there are.
    ///
    /// The condition of each item is that there is none yet. A repeat of a request has the ids of the first one, so it
    /// meets those items, and DynamoDB hands back what the first one wrote. That closes the race of two requests with one
    /// key: one writes, the other reads what was written.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn create(
        &self,
        space: &Space,
        creator: &Member,
        invitation: &Invitation,
    ) -> Result<Created, StoreError> {
        let items = [
            spaces::write_space(space)?,
            spaces::write_member(space.id, creator)?,
            invitations::write_invitation(invitation)?,
        ];
        let items = items.into_iter().map(|item| self.put_new(item)).collect::<Result<Vec<_>, _>>()?;
        for round in 0..MAX_CONFLICTS {
            let write = self.client.transact_write_items().set_transact_items(Some(items.clone()));
            let reasons = match write.send().await {
                Ok(_) => return Ok(Created::Now),
                Err(SdkError::ServiceError(error)) if error.err().is_transaction_canceled_exception() => {
                    match error.into_err() {
                        TransactWriteItemsError::TransactionCanceledException(error) => {
                            error.cancellation_reasons.unwrap_or_default()
                        }
                        other => return Err(StoreError::Refused(Box::new(other))),
                    }
                }
                Err(error) => return Err(StoreError::of_call(error)),
            };
            match verdict(reasons)? {
                Some(created) => return Ok(created),
                // Real DynamoDB cancels one of two transactions that meet. Soon the other one is done, and the next try
                // finds its items. The pause only keeps the two apart, so its randomness needs no better source.
                None => tokio::time::sleep(pause(round)).await,
            }
        }
        // Whoever it was that we kept meeting may have been a twin of this request.
        match self.invitation(invitation.id).await? {
            Some(invitation) => Ok(Created::Before(Box::new(invitation))),
            None => Err(StoreError::Unavailable("the transaction kept meeting others".into())),
        }
    }

    fn put_new(&self, item: Attributes) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(|error| StoreError::Refused(Box::new(error)))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }
}

/// What the reasons of a cancelled transaction say; none if it should be tried again.
fn verdict(reasons: Vec<CancellationReason>) -> Result<Option<Created>, StoreError> {
    let codes: Vec<String> = reasons.iter().map(|reason| reason.code().unwrap_or("None").to_owned()).collect();
    let failed = |place: usize| codes.get(place).is_some_and(|code| code == "ConditionalCheckFailed");
    if failed(INVITATION) {
        let item = reasons.into_iter().nth(INVITATION).and_then(|reason| reason.item);
        let item = item.ok_or_else(|| StoreError::corrupt("invitation", "a failed condition did not hand it back"))?;
        return Ok(Some(Created::Before(Box::new(invitations::read_invitation(item)?))));
    }
    if failed(SPACE) {
        return Ok(Some(Created::Forgotten));
    }
    if codes.iter().any(|code| TRANSIENT_REASONS.contains(&code.as_str())) {
        return Ok(None);
    }
    Err(StoreError::Refused(format!("the transaction was cancelled: {}", codes.join(", ")).into()))
}

fn pause(round: u32) -> Duration {
    let longest = 20_u64 << round;
    Duration::from_millis(longest / 2 + fastrand::u64(0..=longest / 2))
}
