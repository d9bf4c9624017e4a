//! The function with a test configuration, and decoding of its tokens.

use std::sync::atomic::{AtomicU8, Ordering};

use anonymous_login::App;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Value, json};
use spaces_api::CallersConfig;
use spaces_auth::Authenticator;
use spaces_http::{Context, Env, GatewayEvent, Sources};
use spaces_local::harness;

const NOW: &str = "2026-11-21T21:30:00Z";

pub(crate) fn env() -> Env {
    [
        ("PUBLIC_URL", "https://spaces.example.com"),
        ("SIGNING_SECRET", "a secret for tests, of more than forty characters"),
        ("SIGNING_SECRET_PREVIOUS", "the previous secret for tests, no shorter than that"),
        ("CORS_ALLOWED_ORIGINS", "https://app.example.com"),
    ]
    .into_iter()
    .collect()
}

pub(crate) fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// Returns a clock that stands still, and random bytes that count up.
pub(crate) fn sources() -> Sources {
    let next = AtomicU8::new(0);
    Sources::new(now, move |bytes| {
        for byte in bytes {
            *byte = next.fetch_add(1, Ordering::Relaxed);
        }
    })
}

pub(crate) async fn answer(env: &Env, event: Value) -> Value {
    let app = App::from_env(env, sources()).unwrap();
    let event: GatewayEvent = serde_json::from_value(event).unwrap();
    let answer = spaces_http::handle(event, Context::default(), |request| app.answer(request)).await;
    serde_json::to_value(answer.unwrap()).unwrap()
}

/// Returns the configuration of the functions with callers, from the same environment and with the public keys that
/// this function publishes.
pub(crate) async fn others(env: &Env) -> CallersConfig {
    let keys = answer(env, harness::event("anonymous-login", "200-jwks").unwrap()).await;
    let mut env = env.clone();
    env.set("GUEST_JWKS", keys["body"].as_str().unwrap());
    CallersConfig::from_env(&env, &env.required("PUBLIC_URL").unwrap().parse().unwrap()).unwrap()
}

/// Verifies the token in a response, and replaces it with its header and claims.
pub(crate) async fn opened(mut answer: Value) -> Value {
    let reader = Authenticator::new(others(&env()).await.auth).unwrap();
    let open = async |token: &str| {
        let part = |at: usize| -> Value {
            let part = URL_SAFE_NO_PAD.decode(token.split('.').nth(at).unwrap()).unwrap();
            serde_json::from_slice(&part).unwrap()
        };
        assert!(reader.session(token, now()).await.is_ok());
        json!({"header": part(0), "claims": part(1)})
    };
    if let Some(body) = answer["body"].as_str()
        && let Ok(mut body) = serde_json::from_str::<Value>(body)
    {
        if let Some(token) = body["token"].as_str() {
            body["token"] = open(token).await;
        }
        answer["body"] = body;
    }
    if let Some(cookie) = answer["cookies"].get(0).and_then(Value::as_str) {
        let (pair, attributes) = cookie.split_once(';').unwrap();
        let (name, token) = pair.split_once('=').unwrap();
        answer["cookies"] = json!({"name": name, "token": open(token).await, "attributes": attributes});
    }
    answer
}
