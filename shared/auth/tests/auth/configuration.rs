//! What an operator may configure, and what is said of a mistake.

use serde_json::{Value, json};
use spaces_auth::{AuthConfigError, Authenticator, IntrospectionConfig, Issuers};

use crate::support::*;

fn issuers_error(issuers: &Value) -> String {
    Issuers::from_json(&issuers.to_string()).unwrap_err().to_string()
}

fn issuer_error(name: &str, value: Option<Value>) -> String {
    issuers_error(&json!([issuer(), with(&issuer(), name, value)]))
}

#[test]
fn a_wrong_field_is_named_with_its_issuer() {
    for (name, value, message) in [
        ("audience", json!(1), "audience must be a text or a list of texts, and none of them empty"),
        ("audience", json!([]), "audience must be a text or a list of texts, and none of them empty"),
        ("audience", json!([""]), "audience must be a text or a list of texts, and none of them empty"),
        ("audience", json!(["a", 1]), "audience must be a text or a list of texts, and none of them empty"),
        ("algorithms", json!(["RS256", "HS256"]), "algorithms must be of RS256, ES256 and EdDSA"),
        ("algorithms", json!(["none"]), "algorithms must be of RS256, ES256 and EdDSA"),
        ("native_user_ids", json!("true"), "native_user_ids must be true or false"),
        ("user_id_claim", json!(""), "user_id_claim must be a text and not empty"),
        ("jwks", json!({}), "jwks must be a JWK Set: an object with a list of keys"),
        ("jwks_url", json!("https://issuer.example/jwks"), "jwks_url or jwks must be there, and not both"),
        ("audiences", json!("a"), "audiences is unknown"),
        ("access_tokens", json!("on"), "access_tokens: must be a JSON object"),
        ("access_tokens", json!({"type": "JWT"}), "access_tokens: type is unknown"),
        (
            "access_tokens",
            json!({"audience": "a", "client_ids": ["b"]}),
            "access_tokens: client_ids can't be there together with audience",
        ),
    ] {
        let expected = format!("issuer 2 ({ISSUER}): {message}");
        assert_eq!(issuer_error(name, Some(value.clone())), expected, "{name} {value}");
    }
    assert_eq!(issuer_error("iss", None), "issuer 2 (without a name): iss is missing");
    let nobodys = with(&with(&issuer(), "audience", None), "access_tokens", Some(json!({})));
    let expected = format!("issuer 1 ({ISSUER}): access_tokens: audience or client_ids must be there");
    assert_eq!(issuers_error(&json!([nobodys])), expected);
}

#[test]
fn an_inline_key_that_can_not_be_used_is_a_mistake() {
    let message =
        format!("issuer 2 ({ISSUER}): jwks has a key that is not a public RSA, P-256 or Ed25519 key for signatures");
    let weak: Value = serde_json::from_str(include_str!("../fixtures/weak-jwks.json")).unwrap();
    for key in weak["keys"].as_array().unwrap() {
        assert_eq!(issuer_error("jwks", Some(json!({"keys": [key]}))), message, "{key}");
    }
}

#[test]
fn keys_come_over_https_or_from_this_machine() {
    let at = |url: &str| {
        let issuer = json!({"iss": ISSUER, "jwks_url": url});
        Issuers::from_json(&json!([issuer]).to_string()).is_ok()
    };
    for url in ["https://issuer.example/jwks", "http://localhost:9000/", "http://127.0.0.1:1/", "http://[::1]:1/"] {
        assert!(at(url), "{url}");
    }
    for url in [
        "http://issuer.example/jwks",
        "http://127.0.0.1.example.com/",
        "http://localhost.example.com/",
        "http://10.0.0.1/",
        "https://user:password@issuer.example/",
        "https://user@issuer.example/",
        "file:///etc/passwd",
        "ftp://localhost/",
        "issuer.example",
    ] {
        assert!(!at(url), "{url}");
    }
}

#[test]
fn what_is_no_list_of_issuers_is_refused() {
    for wrong in ["", "{}", "null", "[1]", "[\"https://issuer.example\"]", "[{}]", "[[]]"] {
        assert!(Issuers::from_json(wrong).is_err(), "{wrong}");
    }
    assert!(Issuers::from_json("[]").is_ok());
}

#[test]
fn an_issuer_is_there_once_and_is_not_the_guests_own() {
    assert_eq!(issuers_error(&json!([issuer(), issuer()])), format!("the issuer {ISSUER} is there twice"));
    let own = with(&issuer(), "iss", Some(json!("https://guests.example")));
    assert!(matches!(Authenticator::new(config(&json!([own]))), Err(AuthConfigError::GuestIssuer)));
}

#[test]
fn a_wrong_introspection_endpoint_is_refused_without_showing_its_secret() {
    let valid =
        json!({"url": "https://as.example/introspect", "client_id": "c", "client_secret": "s3cret", "iss": ISSUER});
    assert!(IntrospectionConfig::from_json(&valid.to_string()).is_ok());
    for (name, value, message) in [
        ("url", None, "url is missing"),
        ("client_id", None, "client_id is missing"),
        ("client_secret", None, "client_secret is missing"),
        ("client_secret", Some(json!(["s3cret"])), "client_secret must be a text and not empty"),
        ("iss", None, "iss is missing"),
        ("cache_seconds", Some(json!(301)), "cache_seconds must be 0 to 300"),
        ("cache_seconds", Some(json!(-1)), "cache_seconds must be 0 to 300"),
        ("cache_seconds", Some(json!("s3cret")), "cache_seconds must be a whole number"),
        ("email_verified_by_default", Some(json!("s3cret")), "email_verified_by_default must be true or false"),
        ("secret", Some(json!("s3cret")), "secret is unknown"),
    ] {
        let error = IntrospectionConfig::from_json(&with(&valid, name, value).to_string()).unwrap_err();
        assert_eq!(error.to_string(), format!("introspection: {message}"));
        assert!(!format!("{error:?}").contains("s3cret"));
    }
    for wrong in ["", "[]", "\"s3cret\"", "{\"s3cret"] {
        let error = IntrospectionConfig::from_json(wrong).unwrap_err();
        assert_eq!(error.to_string(), "introspection: must be a JSON object");
    }
}
