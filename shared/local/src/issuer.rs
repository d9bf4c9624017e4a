//! The development issuers: publish their keys, and the main one tells what an opaque token stands for.

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
use crate::tokens::{Introspection, Issuer};

/// The client that may introspect, and its secret; for development only.
pub const INTROSPECTION_CLIENT: (&str, &str) = ("spaces", "development-only");

/// The opaque tokens that the issuer knows: one file each, so that another process can add one.
#[derive(Debug, Clone)]
pub struct OpaqueTokens {
    directory: PathBuf,
}

impl OpaqueTokens {
    /// The tokens kept in `directory`, which is made at the first one.
    #[must_use]
    pub fn in_directory(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// Makes the token whose 40 hex digits are `random`, which must come from a CSPRNG.
    ///
    /// # Errors
    /// [`LocalError::File`] when it can't be written down.
    pub fn add(&self, random: [u8; 20], meaning: &Introspection) -> Result<String, LocalError> {
        let token = random.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        fs::create_dir_all(&self.directory).map_err(LocalError::file(&self.directory))?;
        let path = self.file_of(&token);
        let json = serde_json::to_vec(meaning).map_err(std::io::Error::from);
        json.and_then(|json| fs::write(&path, json)).map_err(LocalError::file(&path))?;
        Ok(token)
    }

    fn find(&self, token: &str, now: Timestamp) -> Option<Introspection> {
        // Also keeps a "token" like ../../x from naming another file.
        let is_ours = token.len() == 40 && token.bytes().all(|byte| byte.is_ascii_hexdigit());
        let meaning = is_ours.then(|| fs::read(self.file_of(token)).ok())??;
        serde_json::from_slice(&meaning).ok().filter(|known: &Introspection| known.is_valid(now))
    }

    fn file_of(&self, token: &str) -> PathBuf {
        Path::new(&self.directory).join(token).with_extension("json")
    }
}

/// `GET /issuer/jwks.json` and `POST /issuer/introspect`, and the partner's `GET /partner/jwks.json`.
pub fn routes(tokens: OpaqueTokens) -> Router {
    Router::new()
        .route("/issuer/jwks.json", get(async || jwks(Issuer::Accounts)))
        .route("/partner/jwks.json", get(async || jwks(Issuer::Partner)))
        .route("/issuer/introspect", post(introspect))
        .with_state(Arc::new(tokens))
}

fn jwks(issuer: Issuer) -> Response {
    match issuer.jwks() {
        Ok(jwks) => Json(jwks).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

#[derive(Debug, Deserialize)]
struct Introspect {
    token: String,
}

/// RFC 7662, section 2. An unknown token is not an error: its answer is `{"active": false}`.
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

fn answer(meaning: Option<Introspection>) -> Value {
    let mut answer = meaning.map_or_else(|| json!({}), |meaning| json!(meaning));
    let active = answer.get("sub").is_some();
    if let Some(members) = answer.as_object_mut() {
        members.insert("active".to_owned(), json!(active));
    }
    answer
}

/// RFC 6749, section 2.3.1.
fn is_our_client(headers: &HeaderMap) -> bool {
    let (id, secret) = INTROSPECTION_CLIENT;
    let expected = format!("Basic {}", BASE64_STANDARD.encode(format!("{id}:{secret}")));
    headers.get(header::AUTHORIZATION).is_some_and(|given| given == expected.as_str())
}

#[expect(clippy::disallowed_methods, reason = "the issuer stands in for a server, which has a clock of its own")]
fn now() -> Timestamp {
    Timestamp::now()
}
