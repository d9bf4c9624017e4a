//! What the floors share: the same SDK clients as the service's, and items of the same size.
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
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::{Builder, tls};
use aws_types::SdkConfig;
use aws_types::region::Region;
use lambda_http::Error;

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
    /// What the SDK says.
    pub async fn get(&self, pk: &str, sk: &str) -> Result<GetItemOutput, Error> {
        let read = self.client.get_item().table_name(&self.name).set_key(Some(key(pk, sk))).consistent_read(true);
        Ok(read.send().await?)
    }

    /// Opens the connection, as the functions do.
    ///
    /// # Errors
    ///
    /// What the SDK says.
    pub async fn warm_up(&self) -> Result<(), Error> {
        self.get("WARM_UP", "WARM_UP").await.map(drop)
    }

    /// Writes a user into the directory unless the same is there.
    ///
    /// # Errors
    ///
    /// What the SDK says.
    pub async fn remember(&self, user: &str) -> Result<(), Error> {
        let condition = "attribute_not_exists(pk) OR #email <> :email OR #name <> :name OR #gsi1pk <> :gsi1pk OR #gsi1sk <> :gsi1sk";
        let mut write = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(key(&format!("USER#{user}"), "USER")))
            .expression_attribute_values(":id", text(user));
        for (name, value) in [
            ("email", format!("{user}@example.com")),
            ("name", "Alice Archer".to_owned()),
            ("gsi1pk", format!("EMAIL#{user}@example.com")),
            ("gsi1sk", user.to_owned()),
        ] {
            write = write
                .expression_attribute_names(format!("#{name}"), name)
                .expression_attribute_values(format!(":{name}"), AttributeValue::S(value));
        }
        let assignments = "SET id = :id, #email = :email, #name = :name, #gsi1pk = :gsi1pk, #gsi1sk = :gsi1sk";
        write.update_expression(assignments).condition_expression(condition).send().await?;
        Ok(())
    }
}

/// A text.
#[must_use]
pub fn text(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
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

/// What was done a moment ago and need not be done again.
pub struct Recent(std::sync::Mutex<Option<Instant>>, Duration);

impl Recent {
    /// It is believed for so long.
    #[must_use]
    pub const fn new(fresh: Duration) -> Self {
        Self(std::sync::Mutex::new(None), fresh)
    }

    /// Whether it has to be done now; from then on it counts as done.
    pub fn is_due(&self) -> bool {
        let mut last = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let due = last.is_none_or(|last| last.elapsed() > self.1);
        if due {
            *last = Some(Instant::now());
        }
        due
    }
}
