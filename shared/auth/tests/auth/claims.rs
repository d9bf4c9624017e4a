//! Claims as providers are known to write them.

use serde_json::{Value, json};
use spaces_auth::{AuthConfig, Authenticator, IntrospectionConfig, Issuers, Rejected, user_id};
use spaces_model::Email;

use crate::support::*;

/// Returns the token of a user with these claims in addition to those that every token has.
fn token(claims: &[(&str, Value)]) -> String {
    let claims = claims.iter().fold(user_claims(), |all, (name, value)| with(&all, name, Some(value.clone())));
    TestKey::EdDsa.sign(&TestKey::EdDsa.header(), &claims)
}

#[tokio::test]
async fn an_address_is_read_as_in_a_request() {
    let vouching = with(&issuer(), "email_domains", Some(json!("*")));
    for (claim, address) in [
        (json!("ana@bug.example "), Some("ana@bug.example")),
        (json!("\u{200b}Ana@Bug.example\u{feff}"), Some("Ana@Bug.example")),
        (json!(["ana@bug.example"]), Some("ana@bug.example")),
        (json!("ana@bücher.example"), Some("ana@bücher.example")),
        (json!(["ana@bug.example", "eve@bug.example"]), None),
        (json!([["ana@bug.example"]]), None),
        (json!({"value": "ana@bug.example"}), None),
        (json!("an\u{200b}a@bug.example"), None),
        (json!("mailto:ana@bug.example"), None),
        (json!("ana@bug"), None),
        (json!("a".repeat(5_000)), None),
    ] {
        let token = token(&[("email", claim.clone()), ("email_verified", json!(true))]);
        let user = user(authenticate(&trusting(&vouching), "jwt", &token).await);
        let read = user.email.as_ref().map(|email| match email {
            Email::Proven { address, .. } => address.as_typed(),
            other => panic!("{claim}: {other:?}"),
        });
        assert_eq!(read, address, "{claim}");
    }
}

#[tokio::test]
async fn the_name_is_the_first_visible_one_that_is_not_an_address() {
    for (claims, name) in [
        (json!({"given_name": "Ana", "family_name": "García"}), Some("Ana García")),
        (json!({"name": null, "given_name": "Ana", "family_name": null}), Some("Ana")),
        (json!({"name": "\u{3164}", "given_name": "Ana"}), Some("Ana")),
        (json!({"name": "ana@bug.example", "given_name": "Ana"}), Some("Ana")),
        (json!({"name": ["Ana"]}), Some("Ana")),
        (json!({"name": "García Márquez Ana"}), Some("García Márquez Ana")),
        (json!({"name": "\u{202e}anA\u{202c}"}), Some("anA")),
        (json!({"name": " \u{2800} ", "given_name": "\u{200b}", "family_name": " "}), None),
        (json!({}), None),
    ] {
        let claims: Vec<_> =
            claims.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        let user = user(authenticate(&trusting(&issuer()), "jwt", &token(&claims)).await);
        assert_eq!(user.name.as_deref(), name, "{claims:?}");
    }
    let long = user(authenticate(&trusting(&issuer()), "jwt", &token(&[("name", json!("👨‍👩‍👧‍👦".repeat(210)))])).await);
    assert_eq!(long.name, Some("👨‍👩‍👧‍👦".repeat(200)));
}

#[tokio::test]
async fn a_language_is_read_as_in_a_request() {
    for (claim, language) in [
        (json!("de_AT.UTF-8"), Some("de-AT")),
        (json!("zh-CHT"), Some("zh-Hant")),
        (json!("de-DE-u-fw-mon-mu-celsius"), Some("de-DE")),
        (json!("*"), None),
        (json!(null), None),
    ] {
        let user = user(authenticate(&trusting(&issuer()), "jwt", &token(&[("locale", claim.clone())])).await);
        assert_eq!(user.language.map(|language| language.to_string()).as_deref(), language, "{claim}");
    }
}

#[tokio::test]
async fn claims_that_are_null_count_as_absent() {
    let nulls = [
        "nbf",
        "auth_time",
        "product_type",
        "scope",
        "scp",
        "gty",
        "typ",
        "token_use",
        "events",
        "publickeyid",
        "azp",
        "email",
        "name",
        "locale",
    ];
    let claims: Vec<_> = nulls.into_iter().map(|name| (name, Value::Null)).collect();
    let user = user(authenticate(&trusting(&issuer()), "jwt", &token(&claims)).await);
    assert_eq!((user.name, user.email, user.language), (None, None, None));
}

#[tokio::test]
async fn an_unpaired_surrogate_in_a_name_does_not_keep_the_user_out() {
    // A program that counts in UTF-16 cut the name.
    let claims = with(&user_claims(), "name", Some(json!("Ana CUT"))).to_string().replace("CUT", "\\ud83d");
    let token = TestKey::EdDsa.sign_text(&TestKey::EdDsa.header().to_string(), &claims);
    let ana = user(authenticate(&trusting(&issuer()), "jwt", &token).await);
    assert_eq!(ana.name.as_deref(), Some("Ana \u{fffd}"));
}

#[tokio::test]
async fn an_issuer_may_have_several_spellings_and_its_users_have_one_id() {
    let google = with(&issuer(), "iss", Some(json!(["https://accounts.google.com", "accounts.google.com"])));
    for spelling in ["https://accounts.google.com", "accounts.google.com"] {
        let user = user(
            authenticate(
                &trusting(&google),
                "jwt",
                &token(&[("iss", json!(spelling)), ("user_id", Value::Null), ("sub", json!("110"))]),
            )
            .await,
        );
        assert_eq!(user.id, user_id("https://accounts.google.com", "110", false));
        assert_eq!(user.issuer.as_deref(), Some("https://accounts.google.com"));
    }
    let other = token(&[("iss", json!("http://accounts.google.com"))]);
    assert_eq!(refusal(&trusting(&google), "jwt", &other).await, Rejected::Issuer);
}

#[tokio::test]
async fn an_introspection_response_may_use_any_spelling_of_the_issuer() {
    let server = TestServer::answering(&json!({"active": true, "sub": "110", "iss": "accounts.example"})).await;
    let introspection = json!({
        "url": server.url(), "client_id": "c", "client_secret": "s", "audience": null, "iss": ["accounts.example", "https://accounts.example"]
    });
    let google = with(&issuer(), "iss", Some(json!(["https://accounts.example", "accounts.example"])));
    let introspection = Some(IntrospectionConfig::from_json(&introspection.to_string()).unwrap());
    let authenticator = Authenticator::new(AuthConfig { introspection, ..config(&json!([google])) }).unwrap();
    let user = user(authenticate(&authenticator, "bearer", "a1").await);
    assert_eq!(user.id, user_id("https://accounts.example", "110", false), "the issuer's own spelling makes the id");
}

#[test]
fn no_two_issuers_share_a_spelling() {
    let one = with(&issuer(), "iss", Some(json!(["https://a.example", "a.example"])));
    let two = with(&issuer(), "iss", Some(json!(["https://b.example", "a.example"])));
    let error = Issuers::from_json(&json!([one, two]).to_string()).unwrap_err();
    assert_eq!(error.to_string(), "the issuer a.example is listed twice");
    for wrong in [json!([]), json!(["a", 1]), json!(""), json!(["a", ""])] {
        assert!(Issuers::from_json(&json!([with(&issuer(), "iss", Some(wrong))]).to_string()).is_err());
    }
}

#[tokio::test]
async fn the_claim_that_names_the_client_is_configurable() {
    let okta = |access: Value| with(&with(&issuer(), "audience", Some(Value::Null)), "access_tokens", Some(access));
    let named = okta(json!({"types": ["JWT"], "client_ids": ["0oaWeb"], "client_claim": "cid"}));
    let access = json!({"iss": ISSUER, "sub": "ana", "cid": "0oaWeb", "iat": NOW - 10, "exp": NOW + 600, "jti": "AT.1", "scp": ["openid"]});
    let sign = |claims: &Value| TestKey::Rs256.sign(&TestKey::Rs256.header(), claims);
    assert!(authenticate(&trusting(&named), "bearer", &sign(&access)).await.is_ok());
    for (change, rejected) in [
        (("cid", json!("0oaOther")), Rejected::Audience),
        (("cid", Value::Null), Rejected::MissingRequired),
        (("cid", json!(["0oaWeb"])), Rejected::Claim("client_id")),
        (("sub", json!("0oaWeb")), Rejected::Application),
    ] {
        let (name, value) = change;
        assert_eq!(
            refusal(&trusting(&named), "bearer", &sign(&with(&access, name, Some(value)))).await,
            rejected,
            "{name}"
        );
    }
    let elsewhere =
        okta(json!({"types": ["JWT"], "client_ids": ["0oaWeb"], "required_claims": ["sub"], "client_claim": "client"}));
    let own = with(&with(&access, "cid", None), "client", Some(json!("ana")));
    assert_eq!(refusal(&trusting(&elsewhere), "bearer", &sign(&own)).await, Rejected::Audience);
    let own = with(&own, "client", Some(json!("0oaWeb")));
    assert!(authenticate(&trusting(&elsewhere), "bearer", &sign(&own)).await.is_ok());
}

#[tokio::test]
async fn a_key_for_encryption_beside_the_one_for_signatures_is_ignored() {
    let mut keys = jwks();
    let list = keys["keys"].as_array_mut().unwrap();
    let encrypting = with(&with(&list[0], "use", Some(json!("enc"))), "kid", Some(json!("enc-1")));
    list.insert(0, encrypting);
    list.push(json!({"kty": "EC", "crv": "P-521", "kid": "big", "x": "AA", "y": "AA"}));
    let inline = with(&issuer(), "jwks", Some(keys));
    assert!(authenticate(&trusting(&inline), "jwt", &token(&[])).await.is_ok());
}

#[test]
fn introspection_needs_an_issuer() {
    let without = json!({"url": "https://as.example/", "client_id": "c", "client_secret": "s", "audience": null});
    assert_eq!(
        IntrospectionConfig::from_json(&without.to_string()).unwrap_err().to_string(),
        "introspection: iss is missing"
    );
}
