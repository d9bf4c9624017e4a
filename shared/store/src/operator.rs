//! What the operator does to the table by hand. No function calls any of it, and no function's role allows it.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use spaces_model::{ServiceAppId, ServiceAppStatus};

use crate::{Store, StoreError, item, key};

impl Store {
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
