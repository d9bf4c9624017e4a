//! The development issuers' tokens, verified with a different crypto API than the one that signs them.

#![cfg(test)]

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use spaces_local::issuer::{INTROSPECTION_CLIENT, OpaqueTokens};
use spaces_local::tokens::{DevelopmentIssuer, DevelopmentUser, IntrospectionResponse};
use spaces_local::{Mailbox, issuer, tokens};

fn ana() -> DevelopmentUser {
    DevelopmentUser { name: Some("Ana".to_owned()), ..DevelopmentUser::with_email("ana@example.org".parse().unwrap()) }
}

fn now() -> Timestamp {
    "2026-11-05T10:00:00.25Z".parse().unwrap()
}

/// Verifies a token with `jwks` and returns its header and claims.
fn verified(token: &str, jwks: &Value) -> (Value, Value) {
    let decode = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let key = decode(jwks["keys"][0]["x"].as_str().unwrap());
    UnparsedPublicKey::new(&ED25519, key).verify(signed.as_bytes(), &decode(signature)).unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    (serde_json::from_slice(&decode(header)).unwrap(), serde_json::from_slice(&decode(claims)).unwrap())
}

#[test]
fn a_user_token_has_the_original_claims_and_an_identity() {
    let token = tokens::user(&ana(), now()).unwrap();
    let (header, mut claims) = verified(&token, &tokens::issuer_jwks().unwrap());
    assert_eq!(header, json!({ "alg": "EdDSA", "typ": "JWT" }));
    let mark = claims["user_id_sig"].take();
    assert_eq!(mark.as_str().unwrap().len(), 43);
    let expected = json!({
        "user_id_sig": null,
        "product_type": "accounts",
        "lastupdatetime": "2026-11-05T10:00:00.250",
        "iss": "https://accounts.dev.invalid",
        "publickeyid": "development-issuer-1",
        "exp": 1_793_916_000,
        "user_id": ana().id,
        "ver": "2.0",
        "iat": 1_793_872_800,
        "email": "ana@example.org",
        "email_verified": true,
        "name": "Ana",
    });
    assert_eq!(claims, expected);
}

#[test]
fn a_token_without_identity_has_only_the_user_id() {
    let token = tokens::user(&DevelopmentUser { identity: false, ..ana() }, now()).unwrap();
    let (_, claims) = verified(&token, &tokens::issuer_jwks().unwrap());
    assert_eq!(claims["user_id"], json!(ana().id));
    assert_eq!((claims.get("email"), claims.get("email_verified"), claims.get("name")), (None, None, None));
}

#[test]
fn the_partners_tokens_have_the_partners_issuer_and_key() {
    let person = DevelopmentUser {
        organization: Some("Acme".to_owned()),
        ..DevelopmentUser::with_email("pia@partner.test".parse().unwrap())
    };
    let token = tokens::user_of_issuer(DevelopmentIssuer::Partner, &person, now(), Some(now())).unwrap();
    let (_, claims) = verified(&token, &DevelopmentIssuer::Partner.jwks().unwrap());
    assert_eq!((&claims["iss"], &claims["email"]), (&json!(tokens::PARTNER_ISSUER), &json!("pia@partner.test")));
    assert_eq!((&claims["email_verified"], &claims["org"]), (&json!(true), &json!("Acme")));
    assert_eq!(claims["publickeyid"], DevelopmentIssuer::Partner.jwks().unwrap()["keys"][0]["kid"]);
    assert_ne!(DevelopmentIssuer::Partner.jwks().unwrap(), DevelopmentIssuer::Accounts.jwks().unwrap());
}

#[test]
fn a_token_may_be_issued_over_twelve_hours_ago_or_have_no_iat() {
    let token = |issued| tokens::user_of_issuer(DevelopmentIssuer::Accounts, &ana(), now(), issued).unwrap();
    let claims = |token: &str| verified(token, &tokens::issuer_jwks().unwrap()).1;
    let old = claims(&token(Some(now() - 48.hours())));
    assert_eq!(old["exp"].as_i64().unwrap() - old["iat"].as_i64().unwrap(), 60 * 3600);
    assert_eq!(claims(&token(None)).get("iat"), None);
}

#[test]
fn the_same_address_in_another_case_is_the_same_user() {
    let shouting = DevelopmentUser::with_email("ANA@example.org".parse().unwrap());
    assert_eq!(shouting.id, ana().id);
    assert_ne!(DevelopmentUser::with_email("bob@example.org".parse().unwrap()).id, ana().id);
}

#[test]
fn a_service_app_token_is_valid_for_an_hour_and_verifies_with_the_registered_key() {
    let token = tokens::service_app("http://127.0.0.1:9000", "a b", now()).unwrap();
    let (header, claims) = verified(&token, &tokens::service_app_jwks().unwrap());
    assert_eq!(header["kid"], tokens::service_app_jwks().unwrap()["keys"][0]["kid"]);
    assert_eq!((&claims["iss"], &claims["sub"]), (&json!("sample-service-app"), &json!("sample-service-app")));
    assert_eq!((&claims["aud"], &claims["scope"]), (&json!("http://127.0.0.1:9000"), &json!("a b")));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3600);
}

struct Running {
    mailbox: Mailbox,
    tokens: OpaqueTokens,
    _directory: tempfile::TempDir,
}

impl Running {
    async fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let tokens = OpaqueTokens::in_directory(directory.path().join("tokens"));
        let mail = directory.path().join("mail");
        let mailbox = Mailbox::in_directory(mail, 0, issuer::routes(tokens.clone())).await.unwrap();
        Self { mailbox, tokens, _directory: directory }
    }

    async fn introspect(&self, token: &str) -> Value {
        let (id, secret) = INTROSPECTION_CLIENT;
        let request = reqwest::Client::new().post(format!("{}/issuer/introspect", self.mailbox.endpoint()));
        let request = request.basic_auth(id, Some(secret)).header("content-type", "application/x-www-form-urlencoded");
        request.body(format!("token={token}")).send().await.unwrap().json().await.unwrap()
    }
}

#[expect(clippy::disallowed_methods, reason = "the issuer under test uses the real time")]
fn real_now() -> Timestamp {
    Timestamp::now()
}

#[tokio::test]
async fn introspection_returns_the_user_of_an_opaque_token() {
    let issuer = Running::start().await;
    let token = issuer.tokens.add([0xab; 20], &IntrospectionResponse::of(&ana(), real_now())).unwrap();
    assert_eq!(token, "ab".repeat(20));
    let answer = issuer.introspect(&token).await;
    assert_eq!((&answer["active"], &answer["sub"]), (&json!(true), &json!(ana().id)));
    assert_eq!((&answer["iss"], &answer["email"]), (&json!(tokens::ISSUER), &json!("ana@example.org")));
}

#[tokio::test]
async fn unknown_expired_and_malformed_tokens_are_inactive() {
    let issuer = Running::start().await;
    let expired = IntrospectionResponse::of(&ana(), real_now() - 13.hours());
    let expired = issuer.tokens.add([1; 20], &expired).unwrap();
    for token in [expired.as_str(), &"cd".repeat(20), "../tokens/0101010101010101010101010101010101010101"] {
        assert_eq!(issuer.introspect(token).await, json!({ "active": false }), "{token}");
    }
}

#[tokio::test]
async fn introspection_requires_the_clients_credentials() {
    let issuer = Running::start().await;
    let request = reqwest::Client::new().post(format!("{}/issuer/introspect", issuer.mailbox.endpoint()));
    let request =
        request.basic_auth("spaces", Some("guess")).header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(request.body("token=x").send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn each_issuer_publishes_its_key() {
    let running = Running::start().await;
    for (path, issuer) in
        [("/issuer/jwks.json", DevelopmentIssuer::Accounts), ("/partner/jwks.json", DevelopmentIssuer::Partner)]
    {
        let jwks = reqwest::get(format!("{}{path}", running.mailbox.endpoint())).await.unwrap();
        assert_eq!(jwks.json::<Value>().await.unwrap(), issuer.jwks().unwrap());
    }
}
