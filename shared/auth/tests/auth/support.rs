//! Keys, tokens and authenticators that the tests share.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use spaces_auth::{
    AuthConfig, AuthError, Authenticator, Credentials, GuestKeys, GuestTokens, IntrospectionConfig, Issuers, Rejected,
    Secrets,
};
use spaces_model::{Caller, ServiceAppRegistration, ServiceAppStatus, User};

/// The time in all tests.
pub(crate) const NOW: i64 = 1_795_000_000;
pub(crate) const ISSUER: &str = "https://issuer.example";
/// The URL of the service. It has a loopback host, so that issuers may have one, too.
pub(crate) const AUDIENCE: &str = "http://127.0.0.1:9000";
/// An earlier URL of the service.
pub(crate) const PREVIOUS: &str = "http://localhost:9000";
pub(crate) const JWKS: &str = include_str!("../fixtures/jwks.json");

pub(crate) fn now() -> Timestamp {
    after(0)
}

pub(crate) fn after(seconds: i64) -> Timestamp {
    Timestamp::from_second(NOW + seconds).unwrap()
}

/// A key pair of the fixtures. It signs with AWS-LC directly, so that the tests notice a mistake in the library that
/// verifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TestKey {
    Rs256,
    Es256,
    EdDsa,
}

impl TestKey {
    pub(crate) const ALL: [Self; 3] = [Self::Rs256, Self::Es256, Self::EdDsa];

    pub(crate) fn alg(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    pub(crate) fn kid(self) -> &'static str {
        match self {
            Self::Rs256 => "rs",
            Self::Es256 => "es",
            Self::EdDsa => "ed",
        }
    }

    fn pkcs8(self) -> Vec<u8> {
        let pem = match self {
            Self::Rs256 => include_str!("../fixtures/rs256.pem"),
            Self::Es256 => include_str!("../fixtures/es256.pem"),
            Self::EdDsa => include_str!("../fixtures/eddsa.pem"),
        };
        let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        STANDARD.decode(base64).unwrap()
    }

    pub(crate) fn signature(self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Rs256 => {
                let pair = RsaKeyPair::from_pkcs8(&self.pkcs8()).unwrap();
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).unwrap();
                signature
            }
            Self::Es256 => {
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &self.pkcs8()).unwrap();
                pair.sign(&random, message).unwrap().as_ref().to_vec()
            }
            Self::EdDsa => {
                let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&self.pkcs8()).unwrap();
                pair.sign(message).as_ref().to_vec()
            }
        }
    }

    pub(crate) fn public_key(self) -> Vec<u8> {
        match self {
            Self::Rs256 => RsaKeyPair::from_pkcs8(&self.pkcs8()).unwrap().public_key().as_ref().to_vec(),
            Self::Es256 => EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &self.pkcs8())
                .unwrap()
                .public_key()
                .as_ref()
                .to_vec(),
            Self::EdDsa => {
                Ed25519KeyPair::from_pkcs8_maybe_unchecked(&self.pkcs8()).unwrap().public_key().as_ref().to_vec()
            }
        }
    }

    pub(crate) fn header(self) -> Value {
        json!({"alg": self.alg(), "typ": "JWT", "kid": self.kid()})
    }

    /// Returns a compact JWS of exactly these strings.
    pub(crate) fn sign_text(self, header: &str, payload: &str) -> String {
        let signed = format!("{}.{}", encode(header), encode(payload));
        format!("{signed}.{}", encode(self.signature(signed.as_bytes())))
    }

    pub(crate) fn sign(self, header: &Value, claims: &Value) -> String {
        self.sign_text(&header.to_string(), &claims.to_string())
    }
}

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Returns the JSON object with one member changed, or removed if there is no value.
pub(crate) fn with(object: &Value, name: &str, value: Option<Value>) -> Value {
    let mut object = object.clone();
    let members = object.as_object_mut().unwrap();
    match value {
        Some(value) => members.insert(name.to_owned(), value),
        None => members.remove(name),
    };
    object
}

pub(crate) fn user_claims() -> Value {
    json!({"iss": ISSUER, "sub": "alice", "aud": AUDIENCE, "exp": NOW + 600, "iat": NOW - 10})
}

pub(crate) fn access_claims() -> Value {
    json!({
        "iss": ISSUER, "sub": "alice", "aud": AUDIENCE, "exp": NOW + 600, "iat": NOW - 10, "jti": "t-1",
        "client_id": "web"
    })
}

pub(crate) fn service_app_claims() -> Value {
    json!({
        "iss": "calendar-sync", "sub": "calendar-sync", "aud": AUDIENCE, "exp": NOW + 600, "iat": NOW - 10,
        "scope": "spaces.create.actas"
    })
}

pub(crate) fn issuer() -> Value {
    json!({"iss": ISSUER, "jwks": jwks(), "audience": AUDIENCE, "email_domains": "*"})
}

pub(crate) fn jwks() -> Value {
    serde_json::from_str(JWKS).unwrap()
}

pub(crate) fn registration() -> ServiceAppRegistration {
    ServiceAppRegistration {
        id: "calendar-sync".parse().unwrap(),
        keys: JWKS.to_owned(),
        account: "0123456789abcdef01234567".parse().unwrap(),
        email: "calendar@example.com".parse().unwrap(),
        scopes: ["spaces.create.actas", "spaces.read"].map(str::to_owned).into(),
        mails: 10_000,
        status: ServiceAppStatus::Active,
    }
}

pub(crate) fn guests() -> GuestTokens {
    let secrets = Secrets::new("a secret for tests, of more than forty characters", None).unwrap();
    GuestTokens::new(&secrets, AUDIENCE, AUDIENCE, SignedDuration::from_hours(24)).unwrap()
}

pub(crate) fn config(issuers: &Value) -> AuthConfig {
    AuthConfig {
        own_urls: [AUDIENCE, PREVIOUS].map(|url| url.parse().unwrap()).into(),
        guests: GuestKeys::from_json(guests().jwks()).unwrap(),
        issuers: Issuers::from_json(&issuers.to_string()).unwrap(),
        introspection: None,
        jwks_fresh: SignedDuration::from_hours(1),
        jwks_stale: SignedDuration::from_hours(24),
        user_token_max: SignedDuration::from_hours(1080),
    }
}

pub(crate) fn trusting(issuer: &Value) -> Authenticator {
    Authenticator::new(config(&json!([issuer]))).unwrap()
}

pub(crate) fn introspecting(introspection: &Value) -> Authenticator {
    let introspection = IntrospectionConfig::from_json(&introspection.to_string()).unwrap();
    Authenticator::new(AuthConfig { introspection: Some(introspection), ..config(&json!([issuer()])) }).unwrap()
}

/// Authenticates at a time, with the sample service app registered.
pub(crate) async fn at(
    time: Timestamp,
    authenticator: &Authenticator,
    scheme: &str,
    token: &str,
) -> Result<Caller, AuthError<Infallible>> {
    let header = format!("{scheme} {token}");
    let credentials = Credentials::parse(&header).map_err(AuthError::Rejected)?;
    let registered = registration();
    let lookup = async |id| Ok(Some(registered).filter(|app| app.id == id));
    authenticator.authenticate(&credentials, time, lookup).await
}

pub(crate) async fn authenticate(
    authenticator: &Authenticator,
    scheme: &str,
    token: &str,
) -> Result<Caller, AuthError<Infallible>> {
    at(now(), authenticator, scheme, token).await
}

/// Returns the check that the token failed.
pub(crate) async fn refusal(authenticator: &Authenticator, scheme: &str, token: &str) -> Rejected {
    match authenticate(authenticator, scheme, token).await {
        Err(AuthError::Rejected(rejected)) => rejected,
        other => panic!("not rejected: {other:?}"),
    }
}

pub(crate) fn user(outcome: Result<Caller, AuthError<Infallible>>) -> User {
    match outcome {
        Ok(Caller::User(user)) => user,
        other => panic!("no user: {other:?}"),
    }
}

/// A loopback HTTP server that always gives the same response and records its requests.
#[derive(Clone)]
pub(crate) struct TestServer {
    address: SocketAddr,
    state: Arc<Mutex<ServerState>>,
}

struct ServerState {
    status: StatusCode,
    body: String,
    asked: Vec<String>,
}

impl TestServer {
    pub(crate) async fn answering(body: &(impl ToString + ?Sized)) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = ServerState { status: StatusCode::OK, body: body.to_string(), asked: Vec::new() };
        let state = Arc::new(Mutex::new(state));
        let app = Router::new().fallback(answer).with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, state }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    pub(crate) fn answer(&self, status: u16, body: &(impl ToString + ?Sized)) {
        let mut state = self.state.lock().unwrap();
        state.status = StatusCode::from_u16(status).unwrap();
        state.body = body.to_string();
    }

    pub(crate) fn asked(&self) -> usize {
        self.state.lock().unwrap().asked.len()
    }

    /// Returns the last request: method, authorization, content type, body.
    pub(crate) fn last(&self) -> String {
        self.state.lock().unwrap().asked.last().cloned().unwrap()
    }
}

async fn answer(State(state): State<Arc<Mutex<ServerState>>>, request: Request) -> impl IntoResponse {
    let (parts, body) = request.into_parts();
    let header =
        |name: &str| parts.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    let (authorization, kind) = (header("authorization"), header("content-type"));
    let body = axum::body::to_bytes(body, 10_000).await.unwrap();
    let mut state = state.lock().unwrap();
    state.asked.push(format!("{} {authorization} {kind} {}", parts.method, String::from_utf8_lossy(&body)));
    let location = [("location", "http://127.0.0.1:1/elsewhere")];
    (state.status, location, state.body.clone())
}
