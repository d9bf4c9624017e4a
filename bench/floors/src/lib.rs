//! Code that the floors share: the same SDK clients as the service's, and items of the same size.
//!
//! A floor makes the calls that its function makes, in the same order, with items of the same shape, and does nothing else:
//! it checks nobody, reads no body, and logs nothing. What a function costs above its floor is what the service's own work costs.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, StalledStreamProtectionConfig};
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::{Builder, tls};
use aws_types::SdkConfig;
use aws_types::region::Region;
use lambda_http::Error;
use sha2::{Digest, Sha256};

/// An item.
pub type Item = HashMap<String, AttributeValue>;

/// The configuration of the clients, from what Lambda sets.
///
/// # Errors
///
/// When a variable is missing.
pub fn sdk_config(service: &str) -> Result<SdkConfig, Error> {
    let variable = |name: &str| std::env::var(name);
    let credentials = Credentials::new(
        variable("AWS_ACCESS_KEY_ID")?,
        variable("AWS_SECRET_ACCESS_KEY")?,
        variable("AWS_SESSION_TOKEN").ok(),
        None,
        "environment",
    );
    let http =
        Builder::new().tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::AwsLc)).build_https();
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(variable("AWS_REGION")?))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http)
        .sleep_impl(TokioSleep::new())
        .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(Duration::from_secs(2)).build())
        .retry_config(RetryConfig::standard())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    config.set_endpoint_url(variable(&format!("AWS_ENDPOINT_URL_{service}")).ok());
    Ok(config.build())
}

/// The table.
pub struct Table {
    /// Its client.
    pub client: aws_sdk_dynamodb::Client,
    /// Its name.
    pub name: String,
}

impl Table {
    /// The table that `TABLE_NAME` names.
    ///
    /// # Errors
    ///
    /// When a variable is missing.
    pub fn from_env() -> Result<Self, Error> {
        let client = aws_sdk_dynamodb::Client::new(&sdk_config("DYNAMODB")?);
        Ok(Self { client, name: std::env::var("TABLE_NAME")? })
    }

    /// Reads an item.
    ///
    /// # Errors
    ///
    /// Any error of the SDK.
    pub async fn get(&self, pk: &str, sk: &str) -> Result<GetItemOutput, Error> {
        let read = self.client.get_item().table_name(&self.name).set_key(Some(key(pk, sk))).consistent_read(true);
        // Boxed, as the functions' calls are.
        Ok(Box::pin(read.send()).await?)
    }

    /// Opens the connection, as the functions do.
    ///
    /// # Errors
    ///
    /// Any error of the SDK.
    pub async fn warm_up(&self) -> Result<(), Error> {
        self.get("WARM_UP", "WARM_UP").await.map(drop)
    }

    /// Puts an item unless there is one under its key.
    ///
    /// # Errors
    ///
    /// Any error of the SDK.
    pub async fn put_if_absent(&self, item: Item) -> Result<(), Error> {
        let put = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        Box::pin(put.send()).await?;
        Ok(())
    }

    /// Begins an update of an item.
    #[must_use]
    pub fn update(&self, pk: &str, sk: &str) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(key(pk, sk)))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
    }

    /// Writes a user into the directory unless the same is there, and makes them the owner of their address unless they are:
    /// both at once, as the functions do. The hash of the address is made up.
    ///
    /// # Errors
    ///
    /// Any error of the SDK.
    pub async fn remember(&self, user: &str) -> Result<(), Error> {
        let profile = self
            .update(&format!("USER#{user}"), "USER")
            .update_expression("SET id = :id, #email = :email, #name = :name")
            .condition_expression("attribute_not_exists(pk) OR #email <> :email OR #name <> :name")
            .expression_attribute_names("#email", "email")
            .expression_attribute_names("#name", "name")
            .expression_attribute_values(":id", text(user))
            .expression_attribute_values(":email", text(format!("{user}@example.com")))
            .expression_attribute_values(":name", text("Alice Archer"));
        let address = self
            .update(&format!("ADDRESS#{user}00000000"), "USER")
            .update_expression("SET #user = :user, proven = :now")
            .condition_expression("attribute_not_exists(pk) OR (#user <> :user AND proven <= :now)")
            .expression_attribute_names("#user", "user")
            .expression_attribute_values(":user", text(user))
            .expression_attribute_values(":now", text(NOW));
        let (profile, address) = futures_util::join!(Box::pin(profile.send()), Box::pin(address.send()));
        profile?;
        address?;
        Ok(())
    }
}

/// A time as the table has it.
pub const NOW: &str = "2026-11-21T12:00:00.000Z";

/// The partition of an invitation: a hash of its id.
#[must_use]
pub fn invitation_partition(invite: &str) -> String {
    let hash = hex::encode(Sha256::digest(invite));
    format!("INVITE#{}", hash.get(..32).unwrap_or_default())
}

/// A text.
#[must_use]
pub fn text(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

/// A number.
#[must_use]
pub fn number(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// A primary key.
#[must_use]
pub fn key(pk: &str, sk: &str) -> Item {
    item(&[("pk", pk), ("sk", sk)])
}

/// An item of texts.
#[must_use]
pub fn item(attributes: &[(&str, &str)]) -> Item {
    attributes.iter().map(|(name, value)| ((*name).to_owned(), text(*value))).collect()
}

/// An id that no other of this process has, nor, most likely, one of another process.
#[must_use]
pub fn id() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let process = u64::from(std::process::id()) << 32;
    format!("{process:016x}{:08x}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Something that need not be done again for some time.
pub struct Recent(std::sync::Mutex<Option<Instant>>, Duration);

impl Recent {
    /// Makes one that is due at first, and again each time that this much has passed.
    #[must_use]
    pub const fn new(fresh: Duration) -> Self {
        Self(std::sync::Mutex::new(None), fresh)
    }

    /// Returns whether it has to be done now; from then on it counts as done.
    pub fn is_due(&self) -> bool {
        let mut last = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let due = last.is_none_or(|last| last.elapsed() > self.1);
        if due {
            *last = Some(Instant::now());
        }
        due
    }
}
