//! What the service keeps, in one DynamoDB table. The only user of the DynamoDB SDK.
//!
//! | item | `pk` | `sk` |
//! |---|---|---|
//! | space | `SPACE#<id>` | `SPACE` |
//! | member | `SPACE#<id>` | `MEMBER#<kind>#<id>` |
//! | invitation | `INVITE#<id>` | `INVITE` |
//! | delivery | `INVITE#<id>` | `DELIVERY#<invitee>` |
//! | user | `USER#<id>` | `USER` |
//! | service app | `SERVICE_APP#<id>` | `SERVICE_APP` |
//!
//! Users are found by address through the index `gsi1`; no other item is in it. `expires_at` is when DynamoDB may delete an
//! invitation and its deliveries; it only cleans up, and nothing reads it.
//!
//! A row that cannot be read is an error of its own, never skipped.

pub mod aws;
mod create;
mod deliveries;
mod directory;
mod error;
mod invitations;
mod item;
mod key;
mod operator;
mod service_apps;
mod spaces;

pub use create::Created;
pub use deliveries::{Delivery, DeliveryState, Lease, LeaseOutcome};
pub use error::StoreError;
pub use invitations::invitation_of_image;
pub use operator::{OutboxPage, OutboxPosition, OutboxRow, image_of_invitation};

use aws_sdk_dynamodb::Client;
use aws_types::SdkConfig;

/// The table.
#[derive(Clone)]
pub struct Store {
    client: Client,
    table: String,
}

impl Store {
    /// The table with this name.
    #[must_use]
    pub fn new(config: &SdkConfig, table: impl Into<String>) -> Self {
        Self { client: Client::new(config), table: table.into() }
    }

    /// Opens a connection, so that the first request finds one.
    ///
    /// It reads an item that does not exist, which every function's role allows. A failure is not an error: the first
    /// request will meet it again and can answer.
    pub async fn warm_up(&self) {
        if let Err(error) = self.get(key::warm_up()).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "the table could not be reached at start");
        }
    }

    /// Reads one item, strongly consistent: what a request before this one wrote is seen.
    async fn get(&self, key: key::Key) -> Result<Option<item::Attributes>, StoreError> {
        let request =
            self.client.get_item().table_name(&self.table).set_key(Some(key.attributes())).consistent_read(true);
        Ok(request.send().await.map_err(StoreError::of_call)?.item)
    }
}
