//! Accepted configurations, and the errors for mistakes.

use serde_json::{Value, json};
use spaces_auth::{AuthConfig, AuthConfigError, Authenticator, IntrospectionConfig, Issuers};

use crate::support::*;

fn issuers_error(issuers: &Value) -> String {
    Issuers::from_json(&issuers.to_string()).unwrap_err().to_string()
}

fn issuer_error(name: &str, value: Option<Value>) -> String {
    issuers_error(&json!([issuer(), with(&issuer(), name, value)]))
}

const REQUIRE: &str =
    "require must be an object of claims, each with a string, a number, true, false or a list of these";
const NAMES: &str = "name_claims must be a list of claims, or of lists of claims whose texts are joined";

#[test]
fn a_wrong_field_is_named_with_its_issuer() {
    for (name, value, message) in [
        ("require", json!(["tid"]), REQUIRE),
        ("require", json!({"tid": []}), REQUIRE),
        ("require", json!({"tid": null}), REQUIRE),
        ("require", json!({"tid": {"a": 1}}), REQUIRE),
        ("user_id_claim", json!([]), "user_id_claim must be a string or a list of strings, none of them empty"),
        ("email_claim", json!(["email"]), "email_claim must be a string and not empty"),
        ("email_verified_claim", json!(true), "email_verified_claim must be a string and not empty"),
        ("org_claim", json!(""), "org_claim must be a string and not empty"),
        ("name_claims", json!("name"), NAMES),
        ("name_claims", json!([""]), NAMES),
        ("name_claims", json!([[]]), NAMES),
        ("name_claims", json!([["a", 1]]), NAMES),
        ("audience", json!(1), "audience must be a string or a list of strings, none of them empty"),
        ("audience", json!([]), "audience must be a string or a list of strings, none of them empty"),
        ("audience", json!([""]), "audience must be a string or a list of strings, none of them empty"),
        ("audience", json!(["a", 1]), "audience must be a string or a list of strings, none of them empty"),
        ("algorithms", json!(["RS256", "HS256"]), "algorithms must be among RS256, ES256 and EdDSA"),
        ("algorithms", json!(["none"]), "algorithms must be among RS256, ES256 and EdDSA"),
        ("native_user_ids", json!("true"), "native_user_ids must be true or false"),
        ("user_id_claim", json!(""), "user_id_claim must be a string or a list of strings, none of them empty"),
        ("jwks", json!({}), "jwks must be a JWK Set: an object with a list of keys"),
        ("jwks_url", json!("https://issuer.example/jwks"), "jwks_url or jwks must be given, but not both"),
        ("audiences", json!("a"), "audiences is unknown"),
        ("access_tokens", json!("on"), "access_tokens: must be a JSON object"),
        ("access_tokens", json!({"type": "JWT"}), "access_tokens: type is unknown"),
        (
            "access_tokens",
            json!({"audience": "a", "client_ids": ["b"]}),
            "access_tokens: client_ids can't be given together with audience",
        ),
    ] {
        let expected = format!("issuer 2 ({ISSUER}): {message}");
        assert_eq!(issuer_error(name, Some(value.clone())), expected, "{name} {value}");
    }
    assert_eq!(issuer_error("iss", None), "issuer 2 (without a name): iss is missing");
    let forgotten = "audience is missing: write null if tokens have none; it is then not checked";
    assert_eq!(issuer_error("audience", None), format!("issuer 2 ({ISSUER}): {forgotten}"));
    let nobodys = with(&with(&issuer(), "audience", Some(Value::Null)), "access_tokens", Some(json!({})));
    let expected = format!("issuer 1 ({ISSUER}): access_tokens: audience or client_ids must be given");
    assert_eq!(issuers_error(&json!([nobodys])), expected);
}

#[test]
fn inline_keys_must_have_a_usable_one_and_no_private_one() {
    let message = format!("issuer 2 ({ISSUER}): jwks has no public RSA, P-256 or Ed25519 key for signatures");
    assert_eq!(issuer_error("jwks", Some(json!({"keys": []}))), message);
    let weak: Value = serde_json::from_str(include_str!("../fixtures/weak-jwks.json")).unwrap();
    for key in weak["keys"].as_array().unwrap() {
        assert_eq!(issuer_error("jwks", Some(json!({"keys": [key]}))), message, "{key}");
    }
    let mut keys = jwks();
    keys["keys"].as_array_mut().unwrap().push(json!({"kty": "oct", "k": "c2VjcmV0"}));
    assert_eq!(issuer_error("jwks", Some(keys)), format!("issuer 2 ({ISSUER}): jwks has a private or symmetric key"));
}

#[test]
fn keys_come_over_https_or_from_this_machine() {
    let at = |url: &str| {
        let issuer = json!({"iss": ISSUER, "jwks_url": url, "audience": null});
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
fn an_issuer_on_a_loopback_host_is_refused_unless_the_service_is_on_one_too() {
    let published = |iss: &str, url: &str| json!([{"iss": iss, "jwks_url": url, "audience": null}]);
    let start = |public_url: &str, issuers: &Value| {
        let config = AuthConfig { own_urls: vec![public_url.parse().unwrap()], ..config(issuers) };
        Authenticator::new(config).map(|_| ()).map_err(|error| error.to_string())
    };
    let fault = "is on http or a loopback host, but PUBLIC_URL is not";
    for (iss, url, field) in [
        (ISSUER, "http://127.0.0.1:8025/jwks.json", "jwks_url"),
        (ISSUER, "https://localhost/jwks.json", "jwks_url"),
        (ISSUER, "https://[::1]/jwks.json", "jwks_url"),
        ("http://issuer.example", "https://issuer.example/jwks.json", "iss"),
        ("https://127.0.0.1", "https://issuer.example/jwks.json", "iss"),
    ] {
        let issuers = published(iss, url);
        assert_eq!(start("http://127.0.0.1:9000", &issuers), Ok(()), "{iss} {url}");
        let expected = format!("issuer 1 ({iss}): {field} {fault}");
        for elsewhere in ["https://spaces.example", "https://localhost"] {
            assert_eq!(start(elsewhere, &issuers), Err(expected.clone()), "{iss} {url}");
        }
    }
    for iss in [ISSUER, "zang.io"] {
        assert_eq!(start("https://spaces.example", &published(iss, "https://issuer.example/jwks.json")), Ok(()));
    }
}

#[test]
fn anything_but_a_list_of_issuers_is_refused() {
    for wrong in ["", "{}", "null", "[1]", "[\"https://issuer.example\"]", "[{}]", "[[]]"] {
        assert!(Issuers::from_json(wrong).is_err(), "{wrong}");
    }
    assert!(Issuers::from_json("[]").is_ok());
}

#[test]
fn an_issuer_is_listed_once_and_does_not_have_the_name_of_this_service() {
    assert_eq!(issuers_error(&json!([issuer(), issuer()])), format!("the issuer {ISSUER} is listed twice"));
    for address in [AUDIENCE, PREVIOUS] {
        let own = with(&issuer(), "iss", Some(json!(address)));
        assert!(matches!(Authenticator::new(config(&json!([own]))), Err(AuthConfigError::GuestIssuer)), "{address}");
    }
}

#[test]
fn a_wrong_introspection_endpoint_is_refused_without_showing_its_secret() {
    let valid = json!({"url": "https://as.example/introspect", "client_id": "c", "client_secret": "s3cret", "iss": ISSUER, "audience": null});
    assert!(IntrospectionConfig::from_json(&valid.to_string()).is_ok());
    for (name, value, message) in [
        ("url", None, "url is missing"),
        ("client_id", None, "client_id is missing"),
        ("client_secret", None, "client_secret is missing"),
        ("client_secret", Some(json!(["s3cret"])), "client_secret must be a string and not empty"),
        ("iss", None, "iss is missing"),
        ("audience", None, "audience is missing: write null if tokens have none; it is then not checked"),
        ("token_pattern", Some(json!("[s3cret")), "token_pattern must be a regular expression"),
        ("token_pattern", Some(json!("a)|(b")), "token_pattern must be a regular expression"),
        ("unknown_per_minute", Some(json!(0)), "unknown_per_minute must be 1 to 6000"),
        ("unknown_burst", Some(json!(6001)), "unknown_burst must be 1 to 6000"),
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
