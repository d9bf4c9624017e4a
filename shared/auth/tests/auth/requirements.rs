//! Claims that a configuration requires, each with one of the configured values.

use serde_json::{Value, json};
use spaces_auth::Rejected;

use crate::support::*;

async fn outcome(require: Value, claims: &[(&str, Value)]) -> Option<Rejected> {
    let issuer = with(&issuer(), "require", Some(require));
    let claims = claims.iter().fold(user_claims(), |all, (name, value)| with(&all, name, Some(value.clone())));
    let token = TestKey::EdDsa.sign(&TestKey::EdDsa.header(), &claims);
    match authenticate(&trusting(&issuer), "jwt", &token).await {
        Ok(_) => None,
        Err(spaces_auth::AuthError::Rejected(rejected)) => Some(rejected),
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn each_required_claim_has_one_of_its_values_or_a_list_with_one() {
    let require = json!({"tid": ["t-1", "t-2"], "level": 2, "staff": true});
    let good = [("tid", json!("t-2")), ("level", json!(2)), ("staff", json!(true))];
    assert_eq!(outcome(require.clone(), &good).await, None);
    assert_eq!(outcome(json!({"roles": "staff"}), &[("roles", json!(["guest", "staff"]))]).await, None);
    for (name, value) in [
        ("tid", json!("t-3")),
        ("tid", json!(["t-3"])),
        ("tid", json!(null)),
        ("tid", json!("T-1")),
        ("level", json!("2")),
        ("level", json!(3)),
        ("staff", json!(false)),
        ("staff", json!("true")),
    ] {
        let claims: Vec<_> = good.iter().cloned().chain([(name, value.clone())]).collect();
        assert_eq!(outcome(require.clone(), &claims).await, Some(Rejected::Requirement), "{name} {value}");
    }
    assert_eq!(outcome(require, &good[..2]).await, Some(Rejected::Requirement), "all of them are required");
}

#[tokio::test]
async fn the_issuers_requirements_and_those_for_access_tokens_both_hold_for_access_tokens() {
    let issuer = with(&issuer(), "require", Some(json!({"tid": "t-1"})));
    let issuer = trusting(&with(&issuer, "access_tokens", Some(json!({"require": {"idtyp": "user"}}))));
    let header = with(&TestKey::EdDsa.header(), "typ", Some(json!("at+jwt")));
    let accepted = async |tid: Option<Value>, idtyp: Option<Value>| {
        let claims = with(&with(&access_claims(), "tid", tid), "idtyp", idtyp);
        authenticate(&issuer, "bearer", &TestKey::EdDsa.sign(&header, &claims)).await.is_ok()
    };
    assert!(accepted(Some(json!("t-1")), Some(json!("user"))).await);
    assert!(!accepted(Some(json!("t-1")), None).await);
    assert!(!accepted(None, Some(json!("user"))).await);
    let claims = with(&user_claims(), "tid", Some(json!("t-1")));
    let user_token = TestKey::EdDsa.sign(&TestKey::EdDsa.header(), &claims);
    assert!(authenticate(&issuer, "jwt", &user_token).await.is_ok(), "a user token needs only the issuer's");
}

#[tokio::test]
async fn an_introspected_token_meets_the_requirements_of_the_endpoint() {
    for (scope, accepted) in [(Some(json!("spaces")), true), (Some(json!("other")), false), (None, false)] {
        let server = TestServer::answering(&with(&json!({"active": true, "sub": "alice"}), "scope", scope)).await;
        let endpoint = json!({
            "url": server.url(), "client_id": "c", "client_secret": "s", "iss": ISSUER, "audience": null,
            "require": {"scope": "spaces"}
        });
        assert_eq!(authenticate(&introspecting(&endpoint), "bearer", "opaque").await.is_ok(), accepted);
    }
}

#[tokio::test]
async fn a_token_may_not_exceed_the_configured_lifetime() {
    let longest = 1080 * 3600;
    for (scheme, typ, claims) in [("jwt", "JWT", user_claims()), ("bearer", "at+jwt", access_claims())] {
        let header = with(&TestKey::EdDsa.header(), "typ", Some(json!(typ)));
        let outcome = async |iat: Option<i64>, exp: i64| {
            let claims = with(&with(&claims, "iat", iat.map(|iat| json!(iat))), "exp", Some(json!(exp)));
            authenticate(&trusting(&issuer()), scheme, &TestKey::EdDsa.sign(&header, &claims)).await.is_ok()
        };
        assert!(outcome(Some(NOW), NOW + longest).await);
        assert!(!outcome(Some(NOW), NOW + longest + 1).await);
        assert!(!outcome(Some(NOW - longest), NOW + 1).await, "old, though it expires soon");
        if scheme == "jwt" {
            assert!(outcome(None, NOW + longest).await);
            assert!(!outcome(None, NOW + longest + 1).await);
        }
    }
}
