//! Rules for every kind of token that is a JWS signed by another party.

use aws_lc_rs::hmac;
use proptest::prelude::*;
use serde_json::{Value, json};
use spaces_auth::{Authenticator, Rejected};

use crate::support::*;

/// A kind of token with a valid sample.
struct Kind {
    scheme: &'static str,
    typ: &'static str,
    claims: Value,
}

fn kinds() -> [Kind; 3] {
    [
        Kind { scheme: "jwt", typ: "JWT", claims: user_claims() },
        Kind { scheme: "bearer", typ: "at+jwt", claims: access_claims() },
        Kind { scheme: "service_app", typ: "JWT", claims: service_app_claims() },
    ]
}

impl Kind {
    fn header(&self, key: TestKey) -> Value {
        with(&key.header(), "typ", Some(json!(self.typ)))
    }
}

fn authenticator() -> Authenticator {
    trusting(&issuer())
}

/// Returns the reason for rejecting every kind of token with a changed claim, which must be the same for all.
async fn with_claim(name: &str, value: Option<Value>) -> Rejected {
    let mut refusals = Vec::new();
    for kind in kinds() {
        let token = TestKey::EdDsa.sign(&kind.header(TestKey::EdDsa), &with(&kind.claims, name, value.clone()));
        refusals.push(refusal(&authenticator(), kind.scheme, &token).await);
    }
    refusals.dedup();
    assert_eq!(refusals.len(), 1, "{name} {value:?}: {refusals:?}");
    refusals[0]
}

async fn with_header(name: &str, value: Option<Value>) -> Rejected {
    let mut refusals = Vec::new();
    for kind in kinds() {
        let token = TestKey::EdDsa.sign(&with(&kind.header(TestKey::EdDsa), name, value.clone()), &kind.claims);
        refusals.push(refusal(&authenticator(), kind.scheme, &token).await);
    }
    refusals.dedup();
    assert_eq!(refusals.len(), 1, "{name} {value:?}: {refusals:?}");
    refusals[0]
}

async fn is_accepted_with_claim(name: &str, value: Value) -> bool {
    let mut all = true;
    for kind in kinds() {
        let claims = with(&kind.claims, name, Some(value.clone()));
        let token = TestKey::EdDsa.sign(&kind.header(TestKey::EdDsa), &claims);
        all &= authenticate(&authenticator(), kind.scheme, &token).await.is_ok();
    }
    all
}

#[tokio::test]
async fn a_token_is_accepted_in_each_algorithm() {
    for kind in kinds() {
        for key in TestKey::ALL {
            let token = key.sign(&kind.header(key), &kind.claims);
            let caller = authenticate(&authenticator(), kind.scheme, &token).await;
            assert!(caller.is_ok(), "{} {key:?}: {caller:?}", kind.scheme);
        }
    }
}

#[tokio::test]
async fn a_signature_over_other_bytes_is_refused_in_each_algorithm() {
    for kind in kinds() {
        for key in TestKey::ALL {
            let token = key.sign(&kind.header(key), &kind.claims);
            let other = key.sign(&kind.header(key), &with(&kind.claims, "exp", Some(json!(NOW + 601))));
            let (signed, _) = token.rsplit_once('.').unwrap();
            let (_, signature) = other.rsplit_once('.').unwrap();
            let mixed = format!("{signed}.{signature}");
            assert_eq!(refusal(&authenticator(), kind.scheme, &mixed).await, Rejected::Signature);
        }
    }
}

#[tokio::test]
async fn a_token_without_a_signature_is_refused() {
    for kind in kinds() {
        let unsigned = |header: &Value| format!("{}.{}.", encode(header.to_string()), encode(kind.claims.to_string()));
        for alg in ["none", "None", "NONE", ""] {
            let header = with(&kind.header(TestKey::EdDsa), "alg", Some(json!(alg)));
            let token = unsigned(&header);
            assert_eq!(refusal(&authenticator(), kind.scheme, &token).await, Rejected::Algorithm, "{alg}");
        }
        let token = unsigned(&kind.header(TestKey::EdDsa));
        assert_eq!(refusal(&authenticator(), kind.scheme, &token).await, Rejected::Signature);
    }
}

#[tokio::test]
async fn a_public_key_is_not_accepted_as_an_hmac_secret() {
    for kind in kinds() {
        for key in TestKey::ALL {
            for secret in [key.public_key(), JWKS.as_bytes().to_vec()] {
                let header = with(&kind.header(key), "alg", Some(json!("HS256")));
                let signed = format!("{}.{}", encode(header.to_string()), encode(kind.claims.to_string()));
                let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), signed.as_bytes());
                let token = format!("{signed}.{}", encode(tag));
                assert_eq!(refusal(&authenticator(), kind.scheme, &token).await, Rejected::Algorithm);
            }
        }
    }
}

#[tokio::test]
async fn a_token_must_name_the_algorithm_of_its_key() {
    for kind in kinds() {
        for (key, named) in
            [(TestKey::Rs256, TestKey::Es256), (TestKey::Es256, TestKey::EdDsa), (TestKey::EdDsa, TestKey::Rs256)]
        {
            let header = with(&kind.header(key), "kid", Some(json!(named.kid())));
            let token = key.sign(&header, &kind.claims);
            assert_eq!(refusal(&authenticator(), kind.scheme, &token).await, Rejected::Algorithm, "{key:?}");
        }
    }
    for alg in ["RS384", "RS512", "PS256", "ES384", "ES256K", "Ed25519", "eddsa", "HS512"] {
        assert_eq!(with_header("alg", Some(json!(alg))).await, Rejected::Algorithm, "{alg}");
    }
    assert_eq!(with_header("alg", None).await, Rejected::Algorithm);
    assert_eq!(with_header("alg", Some(json!(7))).await, Rejected::Header("alg"));
}

#[tokio::test]
async fn a_header_that_brings_its_own_key_or_demands_something_is_refused() {
    let own_key = jwks()["keys"][2].clone();
    for (name, value) in [
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("crit", json!(["http://example.com/UNDEFINED"])),
        ("b64", json!(false)),
        ("b64", json!(true)),
        ("jku", json!("https://issuer.example/jwks.json")),
        ("jwk", own_key),
        ("x5u", json!("https://issuer.example/cert.pem")),
        ("x5c", json!(["MIIB"])),
        ("zip", json!("DEF")),
        ("enc", json!("A128GCM")),
    ] {
        let expected = with_header(name, Some(value)).await;
        assert!(matches!(expected, Rejected::Header(refused) if refused == name), "{name}: {expected:?}");
        assert!(matches!(with_header(name, Some(Value::Null)).await, Rejected::Header(_)), "{name}");
    }
}

#[tokio::test]
async fn a_key_id_that_is_unknown_or_not_a_string_is_refused() {
    assert_eq!(with_header("kid", Some(json!("other"))).await, Rejected::Key);
    assert_eq!(with_header("kid", Some(json!(1))).await, Rejected::Header("kid"));
    assert_eq!(with_header("typ", Some(json!(["JWT"]))).await, Rejected::Header("typ"));
}

#[tokio::test]
async fn a_token_without_an_expiry_is_refused() {
    assert_eq!(with_claim("exp", None).await, Rejected::Missing("exp"));
}

#[tokio::test]
async fn times_of_the_wrong_type_are_refused() {
    for name in ["exp", "nbf", "iat"] {
        for value in [
            json!((NOW - 5).to_string()),
            json!([NOW]),
            json!({"at": NOW}),
            json!(true),
            json!(1e300),
            json!(u64::MAX),
            json!(i64::MAX),
        ] {
            let refusal = with_claim(name, Some(value.clone())).await;
            assert!(matches!(refusal, Rejected::Claim(claim) if claim == name), "{name} {value}: {refusal:?}");
        }
    }
}

#[tokio::test]
async fn clock_skew_of_thirty_seconds_is_tolerated_and_no_more() {
    assert!(is_accepted_with_claim("exp", json!(NOW - 29)).await);
    assert_eq!(with_claim("exp", Some(json!(NOW - 30))).await, Rejected::Expired);
    assert_eq!(with_claim("exp", Some(json!(0))).await, Rejected::Expired);
    assert_eq!(with_claim("exp", Some(json!(-1))).await, Rejected::Expired);
    assert!(is_accepted_with_claim("nbf", json!(NOW + 30)).await);
    assert_eq!(with_claim("nbf", Some(json!(NOW + 31))).await, Rejected::NotYetValid);
    assert!(is_accepted_with_claim("iat", json!(NOW + 30)).await);
    assert_eq!(with_claim("iat", Some(json!(NOW + 31))).await, Rejected::IssuedInFuture);
}

#[tokio::test]
async fn a_claim_that_is_null_counts_as_absent() {
    for name in ["exp", "aud", "iss"] {
        assert_eq!(with_claim(name, Some(json!(null))).await, Rejected::Missing(name));
    }
}

#[tokio::test]
async fn a_time_may_have_a_fraction() {
    assert!(is_accepted_with_claim("exp", json!(1_794_999_970.5)).await);
    assert_eq!(with_claim("nbf", Some(json!(1_795_000_030.5))).await, Rejected::NotYetValid);
}

#[tokio::test]
async fn an_audience_that_is_missing_foreign_or_of_the_wrong_type_is_refused() {
    assert_eq!(with_claim("aud", None).await, Rejected::Missing("aud"));
    for value in [json!("https://other.example"), json!([]), json!(["https://other.example"]), json!("")] {
        assert_eq!(with_claim("aud", Some(value)).await, Rejected::Audience);
    }
    for value in [json!(1), json!({AUDIENCE: true}), json!([AUDIENCE, 1]), json!([[AUDIENCE]])] {
        assert_eq!(with_claim("aud", Some(value)).await, Rejected::Claim("aud"));
    }
}

#[tokio::test]
async fn one_of_several_audiences_is_enough() {
    assert!(is_accepted_with_claim("aud", json!(["https://other.example", AUDIENCE])).await);
}

#[tokio::test]
async fn an_issuer_that_is_missing_or_not_a_string_is_refused() {
    assert_eq!(with_claim("iss", None).await, Rejected::Missing("iss"));
    for value in [json!([ISSUER]), json!(["calendar-sync"]), json!({"iss": ISSUER}), json!(1)] {
        assert_eq!(with_claim("iss", Some(value)).await, Rejected::Claim("iss"));
    }
}

#[tokio::test]
async fn an_unknown_issuer_is_refused() {
    for unknown in ["https://issuer.example/", "https://ISSUER.example", "issuer.example", ""] {
        for kind in kinds() {
            let token =
                TestKey::EdDsa.sign(&kind.header(TestKey::EdDsa), &with(&kind.claims, "iss", Some(json!(unknown))));
            assert_eq!(refusal(&authenticator(), kind.scheme, &token).await, Rejected::Issuer, "{unknown}");
        }
    }
}

#[tokio::test]
async fn a_token_may_have_at_most_eight_kibibytes() {
    for kind in kinds() {
        let of_size = |padding: usize| {
            let claims = with(&kind.claims, "padding", Some(json!("x".repeat(padding))));
            TestKey::EdDsa.sign(&kind.header(TestKey::EdDsa), &claims)
        };
        let largest = (5000..8192).map(of_size).take_while(|token| token.len() <= 8192).last().unwrap();
        assert!(largest.len() > 8190);
        assert!(authenticate(&authenticator(), kind.scheme, &largest).await.is_ok());
        let refused = refusal(&authenticator(), kind.scheme, &format!("{largest}xxx")).await;
        assert_eq!(refused, Rejected::TooLarge);
        let garbage = "x".repeat(8193);
        assert_eq!(refusal(&authenticator(), kind.scheme, &garbage).await, Rejected::TooLarge);
    }
}

#[tokio::test]
async fn anything_but_a_compact_jws_of_json_objects_is_refused() {
    let header = TestKey::EdDsa.header().to_string();
    let sign = |header: &str, payload: &str| TestKey::EdDsa.sign_text(header, payload);
    let valid = sign(&header, &user_claims().to_string());
    let (signed, signature) = valid.rsplit_once('.').unwrap();
    for malformed in [
        sign(&header, "[]"),
        sign(&header, "\"text\""),
        sign(&header, ""),
        sign(&header, "{\"exp\":1"),
        sign("[]", "{}"),
        sign("", "{}"),
        format!("{valid}.{signature}"),
        format!(".{valid}"),
        signed.to_owned(),
        format!("{signed}..{signature}"),
        format!("{}.{}", "..", signature),
    ] {
        for scheme in ["jwt", "service_app"] {
            assert_eq!(refusal(&authenticator(), scheme, &malformed).await, Rejected::Malformed, "{malformed}");
        }
    }
}

#[tokio::test]
async fn a_token_is_accepted_only_in_its_own_scheme() {
    for kind in kinds() {
        for scheme in ["jwt", "bearer", "service_app"] {
            let token = TestKey::EdDsa.sign(&kind.header(TestKey::EdDsa), &kind.claims);
            let caller = authenticate(&authenticator(), scheme, &token).await;
            assert_eq!(caller.is_ok(), scheme == kind.scheme, "{} as {scheme}", kind.scheme);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn a_valid_token_with_a_changed_byte_is_never_accepted(
        kind in 0_usize..3, key in 0_usize..3, position in any::<prop::sample::Index>(), letter in "[A-Za-z0-9_.=-]",
    ) {
        let (kind, key) = (&kinds()[kind], TestKey::ALL[key]);
        let token = key.sign(&kind.header(key), &kind.claims);
        let position = position.index(token.len());
        let mut changed = token.clone();
        changed.replace_range(position..=position, &letter);
        prop_assume!(changed != token);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let outcome = runtime.block_on(authenticate(&authenticator(), kind.scheme, &changed));
        prop_assert!(outcome.is_err(), "{changed}");
    }

    #[test]
    fn garbage_never_panics_and_never_passes(scheme in "jwt|bearer|service_app", token in "[A-Za-z0-9_.-]{1,200}") {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        prop_assert!(runtime.block_on(authenticate(&authenticator(), &scheme, &token)).is_err());
    }
}
