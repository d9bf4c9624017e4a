//! The development issuers: both publish their keys, and the main one introspects opaque tokens.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::LocalError;
use crate::tokens::{DevelopmentIssuer, IntrospectionResponse};

/// The client that may introspect tokens, and its secret; for development only.
pub const INTROSPECTION_CLIENT: (&str, &str) = ("spaces", "development-only");

/// The opaque tokens of the issuer, one file each, so that another process can add tokens.
#[derive(Debug, Clone)]
pub struct OpaqueTokens {
    directory: PathBuf,
}

impl OpaqueTokens {
    /// Stores the tokens in `directory`, which is created with the first token.
    #[must_use]
    pub fn in_directory(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// Adds a token whose 40 hex digits encode `random`, which must come from a CSPRNG.
    ///
    /// # Errors
    /// [`LocalError::File`] when the token can't be written.
    pub fn add(&self, random: [u8; 20], meaning: &IntrospectionResponse) -> Result<String, LocalError> {
        let token = random.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        fs::create_dir_all(&self.directory).map_err(LocalError::file(&self.directory))?;
        let path = self.file_of(&token);
        let json = serde_json::to_vec(meaning).map_err(std::io::Error::from);
        json.and_then(|json| fs::write(&path, json)).map_err(LocalError::file(&path))?;
        Ok(token)
    }

    fn find(&self, token: &str, now: Timestamp) -> Option<IntrospectionResponse> {
        // Also prevents path traversal by a token such as `../../x`.
        let is_ours = token.len() == 40 && token.bytes().all(|byte| byte.is_ascii_hexdigit());
        let meaning = is_ours.then(|| fs::read(self.file_of(token)).ok())??;
        serde_json::from_slice(&meaning).ok().filter(|known: &IntrospectionResponse| known.is_valid(now))
    }

    fn file_of(&self, token: &str) -> PathBuf {
        Path::new(&self.directory).join(token).with_extension("json")
    }
}

/// Routes `GET /issuer/jwks.json`, `POST /issuer/introspect` and, for the partner, `GET /partner/jwks.json`.
pub fn routes(tokens: OpaqueTokens) -> Router {
    Router::new()
        .route("/issuer/jwks.json", get(async || jwks(DevelopmentIssuer::Accounts)))
        .route("/partner/jwks.json", get(async || jwks(DevelopmentIssuer::Partner)))
        .route("/issuer/introspect", post(introspect))
        .with_state(Arc::new(tokens))
}

fn jwks(issuer: DevelopmentIssuer) -> Response {
    match issuer.jwks() {
        Ok(jwks) => Json(jwks).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

#[derive(Debug, Deserialize)]
struct Introspect {
    token: String,
}

/// Introspects a token (RFC 7662, section 2). For an unknown token the answer is `{"active": false}`, not an error.
async fn introspect(
    State(tokens): State<Arc<OpaqueTokens>>,
    headers: HeaderMap,
    Form(request): Form<Introspect>,
) -> Response {
    if !is_our_client(&headers) {
        return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Basic")]).into_response();
    }
    Json(answer(tokens.find(&request.token, now()))).into_response()
}

fn answer(meaning: Option<IntrospectionResponse>) -> Value {
    let mut answer = meaning.map_or_else(|| json!({}), |meaning| json!(meaning));
    let active = answer.get("sub").is_some();
    if let Some(members) = answer.as_object_mut() {
        members.insert("active".to_owned(), json!(active));
    }
    answer
}

/// Checks the client's credentials (RFC 6749, section 2.3.1).
fn is_our_client(headers: &HeaderMap) -> bool {
    let (id, secret) = INTROSPECTION_CLIENT;
    let expected = format!("Basic {}", BASE64_STANDARD.encode(format!("{id}:{secret}")));
    headers.get(header::AUTHORIZATION).is_some_and(|given| given == expected.as_str())
}

#[expect(clippy::disallowed_methods, reason = "the issuer simulates a separate server, which has its own clock")]
fn now() -> Timestamp {
    Timestamp::now()
}
