//! What the operator does to the table by hand. No function calls any of it, and no function's role allows it.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, ReturnValue};
use spaces_model::{Invitation, ServiceAppId, ServiceAppStatus};

use crate::item::{self, Attributes};
use crate::{Store, StoreError, invitations, key};

/// A part of the table, as a search for mails that were not sent reads it.
#[derive(Debug)]
pub struct OutboxPage {
    /// What was found, in no particular order.
    pub rows: Vec<OutboxRow>,
    /// What reading cost, in read capacity units.
    pub read_units: f64,
    /// Where the next page begins; none after the last one.
    pub next: Option<OutboxPosition>,
}

/// An item that tells how far an invitation's mails have come.
#[derive(Debug)]
pub enum OutboxRow {
    /// An invitation that we mail and that was not revoked, whatever its age.
    Invitation {
        /// Its partition key.
        pk: String,
        /// The invitation.
        invitation: Box<Invitation>,
    },
    /// One mail of the invitation with this partition key is sent, or refused for good.
    Settled {
        /// The partition key.
        pk: String,
    },
    /// An item that cannot be read.
    Unreadable {
        /// Its partition key.
        pk: String,
        /// What is wrong with it.
        error: StoreError,
    },
}

/// Where a page of the table begins.
#[derive(Debug)]
pub struct OutboxPosition(Attributes);

impl Store {
    /// Reads a page of all invitations to be mailed, and of all that is settled about them.
    ///
    /// It is a `Scan`: every item of the table is read and paid for, up to 1 MB a page. There is no index for it, since
    /// every invitation would pay for one in every write, and this is asked for after an outage.
    ///
    /// # Errors
    ///
    /// [`StoreError`], but not for items that cannot be read: one of these must not hide the others.
    pub async fn outbox(&self, from: Option<OutboxPosition>) -> Result<OutboxPage, StoreError> {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let page = self
            .client
            .scan()
            .table_name(&self.table)
            .filter_expression(
                "(sk = :invite AND channel = :server AND attribute_not_exists(revoked)) \
                 OR (begins_with(sk, :delivery) AND #state IN (:sent, :failed))",
            )
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":invite", text(key::INVITE))
            .expression_attribute_values(":server", text("server"))
            .expression_attribute_values(":delivery", text(key::DELIVERY))
            .expression_attribute_values(":sent", text("sent"))
            .expression_attribute_values(":failed", text("failed"))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .set_exclusive_start_key(from.map(|position| position.0))
            .send()
            .await
            .map_err(StoreError::of_call)?;
        Ok(OutboxPage {
            rows: page.items.unwrap_or_default().into_iter().map(read_row).collect(),
            read_units: page.consumed_capacity.and_then(|consumed| consumed.capacity_units).unwrap_or_default(),
            next: page.last_evaluated_key.map(OutboxPosition),
        })
    }

    /// Lets a service app call, or stops it, if it is registered; whether it is.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn set_service_app_status(
        &self,
        id: &ServiceAppId,
        status: ServiceAppStatus,
    ) -> Result<bool, StoreError> {
        let status = match status {
            ServiceAppStatus::Active => "active",
            ServiceAppStatus::Suspended => "suspended",
        };
        let update = self
            .update(key::service_app(id))
            .update_expression("SET #status = :status")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":status", AttributeValue::S(status.to_owned()));
        Ok(item::guarded(update).await?.is_written())
    }

    /// Removes a service app's registration; whether there was one.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn remove_service_app(&self, id: &ServiceAppId) -> Result<bool, StoreError> {
        let removed = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key::service_app(id).attributes()))
            .return_values(ReturnValue::AllOld)
            .send()
            .await
            .map_err(StoreError::of_call)?;
        Ok(removed.attributes.is_some_and(|item| !item.is_empty()))
    }
}

/// The invitation as the new image of a stream record.
///
/// # Errors
///
/// [`StoreError::Corrupt`] if it cannot be written as an item, which is a bug.
pub fn image_of_invitation(invitation: &Invitation) -> Result<serde_dynamo::Item, StoreError> {
    Ok(invitations::write_invitation(invitation)?.into())
}

fn read_row(attributes: Attributes) -> OutboxRow {
    let pk = item::text(&attributes, "pk").unwrap_or_default().to_owned();
    if item::text(&attributes, "sk") != Some(key::INVITE) {
        return OutboxRow::Settled { pk };
    }
    match invitations::read_invitation(attributes) {
        Ok(invitation) => OutboxRow::Invitation { pk, invitation: Box::new(invitation) },
        Err(error) => OutboxRow::Unreadable { pk, error },
    }
}
