//! Code that the floors share: clients with the SDK's defaults, and items of the same size as the service's.
//!
//! A floor makes the calls that its function makes, in the same order, with items of the same shape, and does nothing
//! else: it authenticates nobody, checks nothing, and logs nothing. The difference between a function and its floor is
//! the cost of the service's own work.

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
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, ReturnValue, ReturnValuesOnConditionCheckFailure};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::{Builder, tls};
use aws_types::SdkConfig;
use aws_types::region::Region;
use lambda_http::Error;
use sha2::{Digest, Sha256};

/// An item.
pub type Item = HashMap<String, AttributeValue>;

/// Returns the configuration of the clients, from Lambda's environment.
///
/// # Errors
///
/// Fails if a variable is missing.
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
    /// The client.
    pub client: aws_sdk_dynamodb::Client,
    /// The table's name.
    pub name: String,
}

impl Table {
    /// Returns the table named by `TABLE_NAME`.
    ///
    /// # Errors
    ///
    /// Fails if a variable is missing.
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

    /// Opens a connection, as the functions do.
    ///
    /// # Errors
    ///
    /// Any error of the SDK.
    pub async fn warm_up(&self) -> Result<(), Error> {
        self.get("WARM_UP", "WARM_UP").await.map(drop)
    }

    /// Puts an item unless an item with its key exists.
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

    /// Reads a user and the owner of their address in one batch, as the functions do. The hash of the address is
    /// arbitrary.
    ///
    /// # Errors
    ///
    /// Any error of the SDK.
    pub async fn look_up(&self, user: &str) -> Result<(), Error> {
        let (user, address) = (format!("USER#{user}"), format!("ADDRESS#{user}00000000"));
        self.batch(vec![key(&user, "USER"), key(&address, "USER")]).await.map(drop)
    }

    /// Writes a user who is not in the directory and the owner of their address concurrently, as the functions do.
    ///
    /// # Errors
    ///
    /// Any error of the SDK.
    pub async fn remember(&self, user: &str) -> Result<(), Error> {
        let profile = self
            .update(&format!("USER#{user}"), "USER")
            .update_expression(
                "SET #id = :id, #email = :email, #email_proven = :now, #name = :name, #issuer = :issuer, #updated = :now",
            )
            .condition_expression("attribute_not_exists(pk)")
            .expression_attribute_names("#id", "id")
            .expression_attribute_names("#email", "email")
            .expression_attribute_names("#email_proven", "email_proven")
            .expression_attribute_names("#name", "name")
            .expression_attribute_names("#issuer", "issuer")
            .expression_attribute_names("#updated", "updated")
            .expression_attribute_values(":id", text(user))
            .expression_attribute_values(":email", text(format!("{user}@example.com")))
            .expression_attribute_values(":name", text("Alice Archer"))
            .expression_attribute_values(":issuer", text("https://accounts.dev.invalid"))
            .expression_attribute_values(":now", text(NOW));
        let address = self
            .update(&format!("ADDRESS#{user}00000000"), "USER")
            .update_expression("SET #user = :user, #issuer = :issuer, #proven = :now")
            .condition_expression("attribute_not_exists(pk)")
            .expression_attribute_names("#user", "user")
            .expression_attribute_names("#issuer", "issuer")
            .expression_attribute_names("#proven", "proven")
            .expression_attribute_values(":user", text(user))
            .expression_attribute_values(":issuer", text("https://accounts.dev.invalid"))
            .expression_attribute_values(":now", text(NOW));
        let (profile, address) = futures_util::join!(Box::pin(profile.send()), Box::pin(address.send()));
        profile?;
        address?;
        Ok(())
    }

    /// Adds to a sender's count of mails within 24 hours.
    ///
    /// # Errors
    ///
    /// Any error of the SDK.
    pub async fn count_mails(&self, pk: &str, mails: usize) -> Result<(), Error> {
        let count = self
            .update(pk, "LIMIT")
            .update_expression("SET #since = if_not_exists(#since, :since), expires_at = :ends, #raised0 = if_not_exists(#raised0, :first) + :mails ADD #raised1 :mails")
            .condition_expression("attribute_not_exists(stopped) AND (attribute_not_exists(#since) OR (#since > :begin AND #raised0 <= :rest))")
            .expression_attribute_names("#since", "since")
            .expression_attribute_names("#raised0", "used")
            .expression_attribute_names("#raised1", "sent_2026-11-21")
            .expression_attribute_values(":since", text(NOW))
            .expression_attribute_values(":first", number(0))
            .expression_attribute_values(":begin", text("2026-11-20T12:00:00.000Z"))
            .expression_attribute_values(":ends", number(4_104_950_400))
            .expression_attribute_values(":mails", number(mails as u64))
            .expression_attribute_values(":rest", number(100_000_000))
            .return_values(ReturnValue::AllNew);
        Box::pin(count.send()).await?;
        Ok(())
    }

    /// Reads at most 100 items with strong consistency.
    ///
    /// # Errors
    ///
    /// Any error of the SDK.
    pub async fn batch(&self, keys: Vec<Item>) -> Result<Vec<Item>, Error> {
        let wanted = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build()?;
        let batch = self.client.batch_get_item().request_items(&self.name, wanted);
        let read = Box::pin(batch.send()).await?;
        Ok(read.responses.unwrap_or_default().remove(&self.name).unwrap_or_default())
    }
}

/// A time in the table's format.
pub const NOW: &str = "2026-11-21T12:00:00.000Z";

/// Returns the partition of an invitation: a hash of its id.
#[must_use]
pub fn invitation_partition(invite: &str) -> String {
    let hash = hex::encode(Sha256::digest(invite));
    format!("INVITE#{}", hash.get(..32).unwrap_or_default())
}

/// Returns a text attribute.
#[must_use]
pub fn text(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

/// Returns a number attribute.
#[must_use]
pub fn number(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// Returns a primary key.
#[must_use]
pub fn key(pk: &str, sk: &str) -> Item {
    item(&[("pk", pk), ("sk", sk)])
}

/// Returns an item of text attributes.
#[must_use]
pub fn item(attributes: &[(&str, &str)]) -> Item {
    attributes.iter().map(|(name, value)| ((*name).to_owned(), text(*value))).collect()
}

/// Returns an id that is unique in this process and, most likely, among all processes.
#[must_use]
pub fn id() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let process = u64::from(std::process::id()) << 32;
    format!("{process:016x}{:08x}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A task that is due at most once per period.
pub struct Recent(std::sync::Mutex<Option<Instant>>, Duration);

impl Recent {
    /// Returns a task that is due now, and again each time `fresh` has passed since it was last due.
    #[must_use]
    pub const fn new(fresh: Duration) -> Self {
        Self(std::sync::Mutex::new(None), fresh)
    }

    /// Returns whether the task is due. If it is, it counts as done.
    pub fn is_due(&self) -> bool {
        let mut last = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let due = last.is_none_or(|last| last.elapsed() > self.1);
        if due {
            *last = Some(Instant::now());
        }
        due
    }
}
