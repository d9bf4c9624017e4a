//! The scheme `bearer` with access tokens that are JWTs: RFC 9068, and issuers that deviate from it.

use serde_json::{Value, json};
use spaces_auth::{Rejected, user_id};

use crate::support::*;

fn typed(typ: Option<&str>) -> Value {
    with(&TestKey::Rs256.header(), "typ", typ.map(|typ| json!(typ)))
}

fn accepting(access_tokens: Value) -> Value {
    with(&issuer(), "access_tokens", Some(access_tokens))
}

#[tokio::test]
async fn a_token_of_rfc_9068_is_accepted_with_either_spelling_of_its_type() {
    for typ in ["at+jwt", "application/at+jwt", "AT+JWT", "Application/at+JWT"] {
        let token = TestKey::Rs256.sign(&typed(Some(typ)), &access_claims());
        let user = user(authenticate(&trusting(&issuer()), "bearer", &token).await);
        assert_eq!(user.id, user_id(ISSUER, "alice", false));
    }
}

#[tokio::test]
async fn any_other_type_is_refused() {
    for typ in [Some("JWT"), Some("id+jwt"), Some("guest+jwt"), Some(""), None] {
        let token = TestKey::Rs256.sign(&typed(typ), &access_claims());
        assert_eq!(refusal(&trusting(&issuer()), "bearer", &token).await, Rejected::Kind, "{typ:?}");
    }
}

#[tokio::test]
async fn every_claim_that_rfc_9068_requires_is_required() {
    for name in ["sub", "client_id", "iat", "jti"] {
        for value in [None, Some(Value::Null)] {
            let claims = with(&access_claims(), name, value);
            let token = TestKey::Rs256.sign(&typed(Some("at+jwt")), &claims);
            assert!(authenticate(&trusting(&issuer()), "bearer", &token).await.is_err(), "{name}");
        }
    }
    for name in ["sub", "client_id", "jti"] {
        let claims = with(&access_claims(), name, Some(json!(["alice"])));
        let token = TestKey::Rs256.sign(&typed(Some("at+jwt")), &claims);
        let refused = refusal(&trusting(&issuer()), "bearer", &token).await;
        assert!(matches!(refused, Rejected::Claim(claim) if claim == name), "{name}: {refused:?}");
    }
}

#[tokio::test]
async fn an_application_with_a_token_of_its_own_is_not_a_user() {
    let claims = with(&access_claims(), "sub", Some(json!("web")));
    let token = TestKey::Rs256.sign(&typed(Some("at+jwt")), &claims);
    assert_eq!(refusal(&trusting(&issuer()), "bearer", &token).await, Rejected::Application);
}

#[tokio::test]
async fn access_tokens_of_an_issuer_without_an_audience_are_refused() {
    let open = with(&issuer(), "audience", Some(Value::Null));
    let token = TestKey::Rs256.sign(&typed(Some("at+jwt")), &access_claims());
    assert_eq!(refusal(&trusting(&open), "bearer", &token).await, Rejected::AccessTokensOff);
}

#[tokio::test]
async fn access_tokens_may_have_an_audience_of_their_own() {
    let api = accepting(json!({"audience": "https://api.example"}));
    let claims = with(&access_claims(), "aud", Some(json!(["https://api.example"])));
    let token = TestKey::Rs256.sign(&typed(Some("at+jwt")), &claims);
    assert!(authenticate(&trusting(&api), "bearer", &token).await.is_ok());
    let for_id_tokens = TestKey::Rs256.sign(&typed(Some("at+jwt")), &access_claims());
    assert_eq!(refusal(&trusting(&api), "bearer", &for_id_tokens).await, Rejected::Audience);
}

#[tokio::test]
async fn amazon_cognito_is_accepted_by_its_client_ids() {
    let cognito = json!({
        "types": ["JWT"], "client_ids": ["web"], "required_claims": ["sub", "client_id", "iat", "jti", "token_use"]
    });
    let cognito = trusting(&accepting(cognito));
    let claims = with(&with(&access_claims(), "aud", None), "token_use", Some(json!("access")));
    let sign = |claims: &Value| TestKey::Rs256.sign(&typed(None), claims);
    assert!(authenticate(&cognito, "bearer", &sign(&claims)).await.is_ok());
    let other_client = with(&claims, "client_id", Some(json!("other")));
    assert_eq!(refusal(&cognito, "bearer", &sign(&other_client)).await, Rejected::Audience);
    let id_token = with(&claims, "token_use", Some(json!("id")));
    assert_eq!(refusal(&cognito, "bearer", &sign(&id_token)).await, Rejected::Kind);
    assert_eq!(refusal(&cognito, "bearer", &sign(&with(&claims, "client_id", None))).await, Rejected::MissingRequired);
    assert_eq!(refusal(&cognito, "bearer", &sign(&with(&claims, "token_use", None))).await, Rejected::MissingRequired);
}

#[tokio::test]
async fn keycloak_entra_and_auth0_are_accepted_as_configured() {
    let plain = trusting(&accepting(json!({"types": ["JWT", "at+jwt"], "required_claims": ["sub", "azp", "iat"]})));
    let claims = with(&with(&access_claims(), "client_id", None), "azp", Some(json!("web")));
    let sign = |claims: &Value| TestKey::Rs256.sign(&typed(Some("JWT")), claims);
    for (name, value) in [("typ", json!("Bearer")), ("scp", json!("user")), ("scope", json!("openid"))] {
        assert!(authenticate(&plain, "bearer", &sign(&with(&claims, name, Some(value)))).await.is_ok(), "{name}");
    }
    for (name, value) in
        [("typ", json!("ID")), ("typ", json!("Refresh")), ("at_hash", json!("x")), ("events", json!({}))]
    {
        let token = sign(&with(&claims, name, Some(value)));
        assert_eq!(refusal(&plain, "bearer", &token).await, Rejected::Kind, "{name}");
    }
    let own = with(&claims, "sub", Some(json!("web")));
    assert_eq!(refusal(&plain, "bearer", &sign(&own)).await, Rejected::Application);
}
