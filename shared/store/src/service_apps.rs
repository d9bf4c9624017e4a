//! The service apps registered by the operator.

use spaces_model::{ServiceAppId, ServiceAppRegistration};

use crate::item;
use crate::{Store, StoreError, key};

impl Store {
    /// Reads the registration of a service app.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn service_app(&self, id: &ServiceAppId) -> Result<Option<ServiceAppRegistration>, StoreError> {
        self.get(key::service_app(id)).await?.map(|item| item::read("service app", item)).transpose()
    }

    /// Registers a service app, or replaces its registration. Only the operator's tools call it.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn register_service_app(&self, app: &ServiceAppRegistration) -> Result<(), StoreError> {
        let item = item::write("service app", key::service_app(&app.id), app)?;
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        put.send().await.map_err(StoreError::from_sdk)?;
        Ok(())
    }
}
