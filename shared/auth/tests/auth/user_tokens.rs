//! The scheme `jwt` and the session cookie: users of trusted issuers, and guests.

use serde_json::{Value, json};
use spaces_auth::{AuthError, Rejected, user_id};
use spaces_model::{Caller, Guest};

use crate::support::*;

/// Returns a token as the original service issues it.
fn original() -> (Value, Value) {
    let header = json!({"alg": "RS256", "typ": "JWT"});
    let claims = json!({
        "user_id_sig": "lOXzq75sGrw", "product_type": "accounts", "lastupdatetime": "2017-01-30T13:58:47.206",
        "iss": "zang.io", "publickeyid": "rs", "exp": NOW + 600, "user_id": "59039e47e2cda45e3bbbfc7f", "ver": "2.0"
    });
    (header, claims)
}

fn zang() -> Value {
    json!({"iss": "zang.io", "jwks": jwks(), "audience": null, "native_user_ids": true})
}

#[tokio::test]
async fn a_token_of_the_original_is_accepted_with_the_key_that_its_claim_names() {
    let (header, claims) = original();
    let user = user(authenticate(&trusting(&zang()), "jwt", &TestKey::Rs256.sign(&header, &claims)).await);
    assert_eq!(user.id.to_string(), "59039e47e2cda45e3bbbfc7f");
    assert_eq!((user.name, user.email, user.language, user.zone), (None, None, None, None));
}

#[tokio::test]
async fn the_key_id_of_the_header_takes_precedence_over_that_of_the_claim() {
    let (header, claims) = original();
    let header = with(&header, "kid", Some(json!("es")));
    let token = TestKey::Rs256.sign(&header, &claims);
    assert_eq!(refusal(&trusting(&zang()), "jwt", &token).await, Rejected::Algorithm);
}

#[tokio::test]
async fn a_key_id_in_the_claims_that_is_unknown_or_not_a_string_is_refused() {
    let (header, claims) = original();
    for (value, expected) in [(json!("xx"), Rejected::Key), (json!(["rs"]), Rejected::Claim("publickeyid"))] {
        let token = TestKey::Rs256.sign(&header, &with(&claims, "publickeyid", Some(value)));
        assert_eq!(refusal(&trusting(&zang()), "jwt", &token).await, expected);
    }
}

#[tokio::test]
async fn the_damaged_sample_of_the_documentation_is_refused() {
    let sample = include_str!("../fixtures/damaged-sample.jwt");
    for scheme in ["jwt", "service_app"] {
        assert_eq!(refusal(&trusting(&zang()), scheme, sample).await, Rejected::Malformed);
    }
    assert!(authenticate(&trusting(&zang()), "bearer", sample).await.is_err());
}

#[tokio::test]
async fn a_token_of_another_product_than_accounts_is_refused() {
    let (header, claims) = original();
    for (product, expected) in
        [(json!("onesna"), Rejected::Kind), (json!(["accounts"]), Rejected::Claim("product_type"))]
    {
        let token = TestKey::Rs256.sign(&header, &with(&claims, "product_type", Some(product)));
        assert_eq!(refusal(&trusting(&zang()), "jwt", &token).await, expected);
    }
}

#[tokio::test]
async fn an_id_token_is_accepted_with_or_without_a_type() {
    for typ in [Some(json!("JWT")), Some(json!("jwt")), Some(json!("application/JWT")), None] {
        let token = TestKey::Es256.sign(&with(&TestKey::Es256.header(), "typ", typ), &user_claims());
        let user = user(authenticate(&trusting(&issuer()), "jwt", &token).await);
        assert_eq!(user.id, user_id(ISSUER, "alice", false));
    }
}

#[tokio::test]
async fn tokens_that_are_typed_as_something_else_are_not_user_tokens() {
    for typ in ["at+jwt", "application/at+jwt", "logout+jwt", "dpop+jwt", "secevent+jwt", "", "application/"] {
        let header = with(&TestKey::EdDsa.header(), "typ", Some(json!(typ)));
        let token = TestKey::EdDsa.sign(&header, &user_claims());
        assert_eq!(refusal(&trusting(&issuer()), "jwt", &token).await, Rejected::Kind, "{typ}");
    }
}

#[tokio::test]
async fn access_tokens_without_a_type_of_their_own_are_not_user_tokens() {
    for (name, value) in [
        ("token_use", json!("access")),
        ("typ", json!("Bearer")),
        ("typ", json!("Refresh")),
        ("scope", json!("openid")),
        ("scp", json!(["openid"])),
        ("events", json!({"http://schemas.openid.net/event/backchannel-logout": {}})),
    ] {
        let token = TestKey::EdDsa.sign(&TestKey::EdDsa.header(), &with(&user_claims(), name, Some(value)));
        assert_eq!(refusal(&trusting(&issuer()), "jwt", &token).await, Rejected::Kind, "{name}");
    }
    for (name, value) in [("token_use", json!("id")), ("typ", json!("ID"))] {
        let token = TestKey::EdDsa.sign(&TestKey::EdDsa.header(), &with(&user_claims(), name, Some(value)));
        assert!(authenticate(&trusting(&issuer()), "jwt", &token).await.is_ok(), "{name}");
    }
}

#[tokio::test]
async fn an_audience_is_checked_only_where_one_is_configured() {
    let any_audience = with(&issuer(), "audience", Some(Value::Null));
    for audience in [None, Some(json!("https://other.example"))] {
        let token = TestKey::EdDsa.sign(&TestKey::EdDsa.header(), &with(&user_claims(), "aud", audience));
        assert!(authenticate(&trusting(&any_audience), "jwt", &token).await.is_ok());
    }
}

#[tokio::test]
async fn an_algorithm_that_the_issuer_does_not_use_is_refused() {
    let only_rs256 = with(&issuer(), "algorithms", Some(json!(["RS256"])));
    let token = |key: TestKey| key.sign(&key.header(), &user_claims());
    assert!(authenticate(&trusting(&only_rs256), "jwt", &token(TestKey::Rs256)).await.is_ok());
    assert_eq!(refusal(&trusting(&only_rs256), "jwt", &token(TestKey::EdDsa)).await, Rejected::Algorithm);
}

#[tokio::test]
async fn a_token_without_a_key_id_is_accepted_if_only_one_key_fits() {
    let header = with(&TestKey::EdDsa.header(), "kid", None);
    let token = TestKey::EdDsa.sign(&header, &user_claims());
    assert!(authenticate(&trusting(&issuer()), "jwt", &token).await.is_ok());
    let mut keys = jwks();
    let mut second = keys["keys"][2].clone();
    second["x"] = json!(encode([7; 32]));
    second["kid"] = json!("ed-2");
    keys["keys"].as_array_mut().unwrap().push(second);
    let two_keys = with(&issuer(), "jwks", Some(keys));
    assert_eq!(refusal(&trusting(&two_keys), "jwt", &token).await, Rejected::Key);
}

#[tokio::test]
async fn an_issuers_key_does_not_sign_for_another_issuer() {
    let other = json!({"iss": "https://other.example", "jwks": {"keys": [jwks()["keys"][0]]}, "audience": AUDIENCE});
    let both = spaces_auth::Authenticator::new(config(&json!([issuer(), other]))).unwrap();
    let claims = with(&user_claims(), "iss", Some(json!("https://other.example")));
    assert!(authenticate(&both, "jwt", &TestKey::Rs256.sign(&TestKey::Rs256.header(), &claims)).await.is_ok());
    assert_eq!(refusal(&both, "jwt", &TestKey::EdDsa.sign(&TestKey::EdDsa.header(), &claims)).await, Rejected::Key);
}

fn guest() -> Guest {
    Guest { id: "00112233445566778899aabb".parse().unwrap(), display_name: "Leia".to_owned(), came_by: None }
}

#[tokio::test]
async fn a_guest_token_authenticates_a_guest() {
    let token = guests().issue(&guest(), [1; 16], now()).unwrap();
    let caller = authenticate(&trusting(&issuer()), "jwt", &token).await.unwrap();
    assert_eq!(caller, Caller::Guest(guest()));
}

#[tokio::test]
async fn a_guest_token_is_nothing_but_a_guest_token() {
    let token = guests().issue(&guest(), [1; 16], now()).unwrap();
    // This holds even if somebody registers or trusts the guest tokens' keys by mistake.
    let keys: Value = serde_json::from_str(guests().jwks()).unwrap();
    let careless = trusting(&with(&issuer(), "jwks", Some(keys)));
    assert_eq!(refusal(&careless, "bearer", &token).await, Rejected::Issuer);
    assert_eq!(refusal(&careless, "service_app", &token).await, Rejected::Kind);
}

#[tokio::test]
async fn an_issuers_token_is_never_a_guest_token_whatever_its_type() {
    let header = with(&TestKey::EdDsa.header(), "typ", Some(json!("guest+jwt")));
    let claims = json!({
        "iss": AUDIENCE, "aud": AUDIENCE, "iat": NOW, "nbf": NOW, "exp": NOW + 600, "jti": "j",
        "product_type": "onesna", "anonymous_id": "00112233445566778899aabb", "displayname": "Leia"
    });
    let token = TestKey::EdDsa.sign(&header, &claims);
    assert_eq!(refusal(&trusting(&issuer()), "jwt", &token).await, Rejected::Key);
    let own_issuer = TestKey::EdDsa.sign(&header, &with(&claims, "iss", Some(json!(ISSUER))));
    assert_eq!(refusal(&trusting(&issuer()), "jwt", &own_issuer).await, Rejected::Issuer);
}

#[tokio::test]
async fn a_session_cookie_may_have_any_token_of_the_scheme_jwt() {
    let authenticator = trusting(&issuer());
    let user_token = TestKey::EdDsa.sign(&TestKey::EdDsa.header(), &user_claims());
    assert!(matches!(authenticator.session(&user_token, now()).await, Ok(Caller::User(_))));
    let guest_token = guests().issue(&guest(), [1; 16], now()).unwrap();
    assert!(matches!(authenticator.session(&guest_token, now()).await, Ok(Caller::Guest(_))));
}

#[tokio::test]
async fn a_session_cookie_may_have_no_other_token() {
    let authenticator = trusting(&issuer());
    let typed = with(&TestKey::EdDsa.header(), "typ", Some(json!("at+jwt")));
    for token in [
        TestKey::EdDsa.sign(&typed, &access_claims()),
        TestKey::EdDsa.sign(&TestKey::EdDsa.header(), &service_app_claims()),
        "f746696f5de4528u128ae2f274eea253e8a7943a".to_owned(),
        "jwt a.b.c".to_owned(),
        String::new(),
        "x".repeat(10_000),
    ] {
        let outcome = authenticator.session(&token, now()).await;
        assert!(matches!(outcome, Err(AuthError::Rejected(_))), "{token}: {outcome:?}");
    }
}

#[tokio::test]
async fn no_error_and_no_debug_output_shows_a_token() {
    let authenticator = trusting(&issuer());
    let token = TestKey::EdDsa.sign(&TestKey::EdDsa.header(), &with(&user_claims(), "exp", Some(json!(1))));
    let error = authenticate(&authenticator, "jwt", &token).await.unwrap_err();
    let shown = format!("{error} {error:?} {authenticator:?}");
    for part in token.split('.') {
        assert!(!shown.contains(part), "{shown}");
    }
}

#[tokio::test]
async fn a_date_before_1970_is_refused() {
    for name in ["iat", "auth_time"] {
        for time in [-1, -62_167_219_201_i64] {
            let claims = with(&user_claims(), name, Some(json!(time)));
            let token = TestKey::Es256.sign(&TestKey::Es256.header(), &claims);
            let issuer = json!({"iss": ISSUER, "jwks": jwks(), "audience": AUDIENCE});
            assert_eq!(refusal(&trusting(&issuer), "jwt", &token).await, Rejected::Claim(name), "{time}");
        }
    }
}
