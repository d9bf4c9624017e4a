//! Access to AWS for all functions: endpoint, credentials, timeouts and retries, the same for every client.
//!
//! The SDK's default chain looks for credentials in files, processes, STS and metadata endpoints. A function has its
//! credentials in the environment, so only the environment is read, which makes cold starts faster and the binary
//! smaller.
//!
//! AWS's endpoints have certificates from Amazon Trust Services, so only its roots are trusted. Parsing the 140 roots
//! of the system would dominate a cold start.

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

/// The root certificates of Amazon Trust Services (<https://www.amazontrust.com/repository/>), the first of which
/// expires in 2037.
const AMAZON_ROOTS: &[u8] = include_bytes!("amazon-roots.pem");

/// Endpoint and credentials for AWS.
pub struct Access {
    /// The region.
    pub region: String,
    /// The access key id.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: String,
    /// The session token, for credentials of a role.
    pub session_token: Option<String>,
    /// An endpoint other than AWS's own, for the local stack.
    pub endpoint_url: Option<String>,
    /// If `true`, the system's root certificates are trusted as well.
    pub system_roots: bool,
}

/// A missing environment variable without which AWS cannot be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not set")]
pub struct MissingVariable(pub &'static str);

impl Access {
    /// Reads the variables that the Lambda runtime sets and those that the AWS SDKs use for another endpoint:
    /// `AWS_ENDPOINT_URL_<service>`, or else `AWS_ENDPOINT_URL`. `SSL_CERT_FILE` names additional root certificates,
    /// for a third-party endpoint or a proxy.
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

/// Timeout and number of attempts of a call.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// Timeout of one attempt, from sending the request to receiving the complete response. Connecting may take half
    /// of it.
    pub attempt: Duration,
    /// Maximum number of attempts. All of them together, including the pauses between them, may take `attempts - 1`
    /// times as long as one attempt.
    pub attempts: u32,
}

/// Creates the configuration of an AWS client.
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
        // Responses are a few kilobytes long, and each call has its own timeouts.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    config.set_endpoint_url(endpoint_url);
    config.build()
}

fn http_client(system_roots: bool) -> SharedHttpClient {
    let roots = tls::TrustStore::empty().with_pem_certificate(AMAZON_ROOTS).with_native_roots(system_roots);
    let client = Builder::new().tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::AwsLc));
    Unvalidated(match tls::TlsContext::builder().with_trust_store(roots).build() {
        Ok(context) => client.tls_context(context).build_https(),
        // This never fails; if it did, the system's roots would be used.
        Err(_) => client.build_https(),
    })
    .into_shared()
}

/// An HTTP client that skips the validation of its base configuration. To validate, the SDK's client builds a connector
/// and drops it, so that the system's root certificates are loaded before the first call. The roots are compiled in here,
/// so that would only cost a twelfth of a cold start's instructions.
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
