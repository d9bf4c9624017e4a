//! Operations of the operator. No function calls them, and no function's role allows them.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use spaces_model::{Invitation, Role, ServiceAppId, ServiceAppStatus, SpaceId, SpaceStatus, UserId};

use crate::{Marking, Store, StoreError, invitations, item, key, members};

impl Store {
    /// Enables or disables a service app, and returns whether it is registered.
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
            ServiceAppStatus::Disabled => "suspended",
        };
        let update = self
            .update(key::service_app(id))
            .update_expression("SET #status = :status")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":status", AttributeValue::S(status.to_owned()));
        Ok(item::guarded(update).await?.is_written())
    }

    /// Marks a space as deleted, if it exists.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn mark_space_deleted(&self, space: SpaceId) -> Result<Marking, StoreError> {
        let update = self
            .update(key::space(space))
            .update_expression("SET #status = :deleted, #version = #version + :one")
            .condition_expression("attribute_exists(pk) AND #status <> :deleted")
            .expression_attribute_names("#status", "status")
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":deleted", item::value("space", &SpaceStatus::Deleted)?)
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()));
        item::guarded(update).await.map(Marking::from)
    }

    /// Reads the roles of all present members of a space.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn member_roles(&self, space: SpaceId) -> Result<Vec<Role>, StoreError> {
        let mut pages = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :space AND begins_with(sk, :member)")
            .filter_expression("attribute_not_exists(#left) AND attribute_not_exists(removed)")
            .expression_attribute_names("#left", "left")
            .expression_attribute_values(":space", AttributeValue::S(key::space_partition(space)))
            .expression_attribute_values(":member", AttributeValue::S(key::MEMBER.to_owned()))
            .into_paginator()
            .items()
            .send();
        let mut roles = Vec::new();
        while let Some(member) = pages.next().await {
            roles.push(members::read_member(member.map_err(StoreError::from_sdk)?)?.role);
        }
        Ok(roles)
    }

    /// Finds all invitations whose inviter is this user, whatever their state and the state of the user's memberships.
    /// Scans the whole table, because no index has inviters.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn invitations_by(&self, inviter: UserId) -> Result<Vec<Invitation>, StoreError> {
        let mut pages = self
            .client
            .scan()
            .table_name(&self.table)
            .filter_expression("sk = :invite AND inviter = :inviter")
            .expression_attribute_values(":invite", AttributeValue::S(key::INVITE.to_owned()))
            .expression_attribute_values(":inviter", AttributeValue::S(inviter.to_string()))
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        let mut invitations = Vec::new();
        while let Some(item) = pages.next().await {
            invitations.push(invitations::read_invitation(item.map_err(StoreError::from_sdk)?)?);
        }
        invitations.sort_by_key(|invitation| invitation.created);
        Ok(invitations)
    }

    /// Removes a service app's registration, and returns whether there was one.
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
            .map_err(StoreError::from_sdk)?;
        Ok(removed.attributes.is_some_and(|item| !item.is_empty()))
    }
}
