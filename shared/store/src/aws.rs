//! How the functions reach AWS: endpoint, credentials, time-outs and retries, the same for every client.
//!
//! The SDK's default chain looks for credentials in files, in processes, at STS and at metadata endpoints. A function has
//! its credentials in the environment, so only that is read: a cold start saves the work, the binary the code.
//!
//! AWS's endpoints have certificates of Amazon Trust Services, so only its roots are trusted. Reading the 140 of the system
//! would be most of a cold start.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::{Builder, tls};
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{HttpClient, HttpConnectorSettings, SharedHttpConnector};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::shared::IntoShared;
use aws_types::SdkConfig;
use aws_types::region::Region;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, SharedHttpClient, StalledStreamProtectionConfig};

/// The roots of Amazon Trust Services (<https://www.amazontrust.com/repository/>), the first of which ends in 2037.
const AMAZON_ROOTS: &[u8] = include_bytes!("amazon-roots.pem");

/// Where AWS is and who we are there.
pub struct Access {
    /// The region.
    pub region: String,
    /// The access key's id.
    pub access_key_id: String,
    /// The access key's secret.
    pub secret_access_key: String,
    /// The session's token, for credentials of a role.
    pub session_token: Option<String>,
    /// Another endpoint than AWS's own, for the local stack.
    pub endpoint_url: Option<String>,
    /// Whether the system's root certificates are trusted as well.
    pub system_roots: bool,
}

/// A variable without which AWS cannot be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not set")]
pub struct MissingVariable(pub &'static str);

impl Access {
    /// Reads what the Lambda runtime sets, and the variables that the AWS SDKs share for another endpoint:
    /// `AWS_ENDPOINT_URL_<service>`, else `AWS_ENDPOINT_URL`. `SSL_CERT_FILE` names further root certificates, for an
    /// endpoint of somebody else or a proxy.
    ///
    /// # Errors
    ///
    /// [`MissingVariable`].
    pub fn read(service: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Self, MissingVariable> {
        let required = |name: &'static str| variable(name).ok_or(MissingVariable(name));
        Ok(Self {
            region: required("AWS_REGION")?,
            access_key_id: required("AWS_ACCESS_KEY_ID")?,
            secret_access_key: required("AWS_SECRET_ACCESS_KEY")?,
            session_token: variable("AWS_SESSION_TOKEN"),
            endpoint_url: variable(&format!("AWS_ENDPOINT_URL_{service}")).or_else(|| variable("AWS_ENDPOINT_URL")),
            system_roots: variable("SSL_CERT_FILE").is_some(),
        })
    }
}

/// The time that a call may take, and its attempts.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// One attempt, from sending to the whole answer. Connecting may take half of it.
    pub attempt: Duration,
    /// Maximum number of attempts. All of them together, with the pauses between them, may take as long as all but one.
    pub attempts: u32,
}

/// The configuration of an AWS client.
#[must_use]
pub fn sdk_config(access: Access, timeouts: Timeouts) -> SdkConfig {
    let Access { region, access_key_id, secret_access_key, session_token, endpoint_url, system_roots } = access;
    let credentials = Credentials::new(access_key_id, secret_access_key, session_token, None, "environment");
    let timeout_config = TimeoutConfig::builder()
        .connect_timeout(timeouts.attempt / 2)
        .operation_attempt_timeout(timeouts.attempt)
        .operation_timeout(timeouts.attempt * timeouts.attempts.saturating_sub(1).max(1))
        .build();
    let retries = RetryConfig::standard()
        .with_max_attempts(timeouts.attempts)
        .with_initial_backoff(Duration::from_millis(50))
        .with_max_backoff(Duration::from_secs(1));
    let http_client = http_client(system_roots);
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(region))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http_client)
        .sleep_impl(TokioSleep::new())
        .timeout_config(timeout_config)
        .retry_config(retries)
        // Answers are a few kilobytes and have time-outs of their own.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    config.set_endpoint_url(endpoint_url);
    config.build()
}

fn http_client(system_roots: bool) -> SharedHttpClient {
    let roots = tls::TrustStore::empty().with_pem_certificate(AMAZON_ROOTS).with_native_roots(system_roots);
    let client = Builder::new().tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::AwsLc));
    Unvalidated(match tls::TlsContext::builder().with_trust_store(roots).build() {
        Ok(context) => client.tls_context(context).build_https(),
        // It never fails; if it did, the system's roots would do.
        Err(_) => client.build_https(),
    })
    .into_shared()
}

/// An HTTP client without the validation of a base configuration. There, the SDK's own builds a connector and drops it, to load the
/// system's roots before the first call; of the compiled roots, that is a twelfth of a cold start's instructions.
#[derive(Debug)]
struct Unvalidated(SharedHttpClient);

impl HttpClient for Unvalidated {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        self.0.http_connector(settings, components)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.0.connector_metadata()
    }
}
