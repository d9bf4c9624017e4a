//! A token's claims about its user.

use serde_json::{Value, json};
use spaces_auth::{Rejected, user_id};
use spaces_model::{Email, EmailAddress, User};

use crate::support::*;

async fn described(issuer: &Value, claims: &[(&str, Value)]) -> User {
    let claims = claims.iter().fold(user_claims(), |all, (name, value)| with(&all, name, Some(value.clone())));
    user(authenticate(&trusting(issuer), "jwt", &TestKey::EdDsa.sign(&TestKey::EdDsa.header(), &claims)).await)
}

async fn with_email(default: bool, verified: Option<Value>) -> Option<Email> {
    let issuer = with(&issuer(), "email_verified_by_default", Some(json!(default)));
    let mut claims = vec![("email", json!("Han@Example.com"))];
    claims.extend(verified.map(|verified| ("email_verified", verified)));
    described(&issuer, &claims).await.email
}

fn han() -> EmailAddress {
    "Han@Example.com".parse().unwrap()
}

fn proven() -> Email {
    Email::Proven { address: han(), at: Some(after(-10)) }
}

#[tokio::test]
async fn an_address_is_proven_or_disproven_only_if_the_issuer_says_so() {
    for verified in [json!(true), json!("true"), json!("True"), json!("TRUE"), json!(1), json!("1")] {
        assert_eq!(with_email(false, Some(verified)).await, Some(proven()));
    }
    for verified in [json!(false), json!("false"), json!("False"), json!(0), json!("0")] {
        for default in [false, true] {
            let email = with_email(default, Some(verified.clone())).await;
            assert_eq!(email, Some(Email::Disproven { address: han(), at: Some(after(-10)) }), "{verified}");
        }
    }
    for verified in [
        json!("yes"),
        json!(" true"),
        json!(""),
        json!(2),
        json!(-1),
        json!(1.5),
        json!(null),
        json!([true]),
        json!({}),
    ] {
        for default in [false, true] {
            let email = with_email(default, Some(verified.clone())).await;
            assert_eq!(email, Some(Email::Unverified(han())), "{verified}");
        }
    }
}

#[tokio::test]
async fn an_address_without_a_claim_about_its_proof_counts_as_configured() {
    assert_eq!(with_email(false, None).await, Some(Email::Unverified(han())));
    assert_eq!(with_email(true, None).await, Some(proven()));
}

#[tokio::test]
async fn a_proof_is_dated_by_the_authentication_or_else_by_the_token() {
    let dated = async |auth_time: Option<Value>, iat: Option<Value>| {
        let claims =
            with(&with(&user_claims(), "email", Some(json!("han@example.com"))), "email_verified", Some(json!(true)));
        let claims = with(&with(&claims, "auth_time", auth_time), "iat", iat);
        let token = TestKey::EdDsa.sign(&TestKey::EdDsa.header(), &claims);
        match user(authenticate(&trusting(&issuer()), "jwt", &token).await).email {
            Some(Email::Proven { at, .. }) => at,
            other => panic!("not proven: {other:?}"),
        }
    };
    assert_eq!(dated(Some(json!(NOW - 99)), Some(json!(NOW - 10))).await, Some(after(-99)));
    assert_eq!(dated(Some(json!(NOW - 99)), None).await, Some(after(-99)));
    assert_eq!(dated(None, Some(json!(NOW - 10))).await, Some(after(-10)));
    assert_eq!(dated(None, None).await, None);
    let fraction: Value = serde_json::from_str(&format!("{NOW}.75")).unwrap();
    assert_eq!(dated(Some(fraction), None).await, Some(after(0)), "whole seconds");
}

#[tokio::test]
async fn an_authentication_in_the_future_or_without_a_valid_time_is_refused() {
    for (value, refused) in [(json!(NOW + 31), Rejected::IssuedInFuture), (json!("now"), Rejected::Claim("auth_time"))]
    {
        let claims = with(&user_claims(), "auth_time", Some(value));
        let token = TestKey::EdDsa.sign(&TestKey::EdDsa.header(), &claims);
        assert_eq!(refusal(&trusting(&issuer()), "jwt", &token).await, refused);
    }
}

#[tokio::test]
async fn the_claims_of_the_address_and_its_proof_are_configurable() {
    let entra = with(&issuer(), "email_claim", Some(json!("upn")));
    let entra = with(&entra, "email_verified_claim", Some(json!("xms_edov")));
    let claims =
        [("upn", json!("Han@Example.com")), ("email", json!("x@example.com")), ("email_verified", json!(true))];
    assert_eq!(described(&entra, &claims).await.email, Some(Email::Unverified(han())));
    let [upn, ..] = claims;
    assert_eq!(described(&entra, &[upn, ("xms_edov", json!("1"))]).await.email, Some(proven()));
}

#[tokio::test]
async fn claims_that_cannot_be_read_are_ignored_and_the_user_is_accepted() {
    for (name, value) in [
        ("email", json!("no address")),
        ("email", json!(["han@example.com", "solo@example.com"])),
        ("email", json!([])),
        ("email", json!("Han <han@example.com>")),
        ("email", json!("h\u{200b}an@example.com")),
        ("email", json!("han@localhost")),
        ("email", json!(null)),
        ("name", json!("\u{3164}\u{2800}")),
        ("name", json!(["Han", "Solo"])),
        ("email", json!("")),
        ("name", json!("  \u{202e} ")),
        ("name", json!({"first": "Han"})),
        ("locale", json!("not a language")),
        ("locale", json!("")),
        ("locale", json!(1)),
        ("locale", json!("x-private")),
        ("zoneinfo", json!("../../etc/passwd")),
        ("zoneinfo", json!("Europe/Prague\n")),
        ("zoneinfo", json!("Europe//Prague")),
        ("zoneinfo", json!("")),
        ("zoneinfo", json!("E".repeat(65))),
    ] {
        let user = described(&issuer(), &[(name, value.clone())]).await;
        assert_eq!((user.name, user.email, user.language, user.zone), (None, None, None, None), "{name} {value}");
    }
}

#[tokio::test]
async fn the_name_is_the_first_that_is_present() {
    let named = async |claims: &[(&str, Value)]| described(&issuer(), claims).await.name;
    let parts = [("given_name", json!("Han")), ("family_name", json!("Solo"))];
    assert_eq!(named(&parts).await.as_deref(), Some("Han Solo"));
    let [given, family] = parts.clone();
    assert_eq!(named(&parts[..1]).await.as_deref(), Some("Han"));
    assert_eq!(named(&[("name", json!("Captain Solo")), given, family]).await.as_deref(), Some("Captain Solo"));
    let nick = with(&issuer(), "name_claims", Some(json!([["family_name", "given_name"], "nickname"])));
    assert_eq!(described(&nick, &parts).await.name.as_deref(), Some("Solo Han"));
    let claims = [("name", json!("Captain")), ("nickname", json!("Hansi"))];
    assert_eq!(described(&nick, &claims).await.name.as_deref(), Some("Hansi"));
}

#[tokio::test]
async fn an_address_is_not_accepted_as_a_name() {
    for address in [
        "han@example.com",
        " han@example.com ",
        "<han@example.com>",
        "\u{200b}han@example.com\u{feff}",
        "Han <h@a.example>",
    ] {
        let claims = [("name", json!(address)), ("given_name", json!("Han"))];
        assert_eq!(described(&issuer(), &claims).await.name.as_deref(), Some("Han"), "{address:?}");
        assert_eq!(described(&issuer(), &[("given_name", json!(address))]).await.name, None, "{address:?}");
    }
    let long = format!("{} han@example.com", "x".repeat(300));
    assert_eq!(described(&issuer(), &[("name", json!(long))]).await.name, None, "also where it is cut off");
}

#[tokio::test]
async fn issuer_and_organisation_are_those_of_the_token() {
    let user = described(&issuer(), &[("org", json!("acme"))]).await;
    assert_eq!((user.issuer.as_deref(), user.organisation), (Some(ISSUER), None), "no claim is configured");
    let with_org = with(&issuer(), "org_claim", Some(json!("org")));
    let organisation = async |value| described(&with_org, &[("org", value)]).await.organisation;
    for value in [json!("acme"), json!(["acme"])] {
        assert_eq!(organisation(value).await.as_deref(), Some("acme"));
    }
    let personal = "9188040d-6c67-4c5b-b112-36a304b66dad";
    for none in
        [json!(""), json!(null), json!(7), json!([]), json!(["a", "b"]), json!({"acme": {}}), json!("x".repeat(256))]
    {
        assert_eq!(organisation(none.clone()).await, None, "{none}");
    }
    for value in [json!(personal), json!(personal.to_uppercase())] {
        assert_eq!(organisation(value).await, None, "everybody can have a personal account");
    }
    assert_eq!(described(&with_org, &[]).await.organisation, None);
}

#[tokio::test]
async fn a_name_is_trimmed_cleaned_and_cut() {
    let named = async |name: &str| described(&issuer(), &[("name", json!(name))]).await.name;
    assert_eq!(named(" Han\u{202e}\r\n Solo ").await.as_deref(), Some("Han Solo"));
    assert_eq!(named(&"ř".repeat(300)).await, Some("ř".repeat(200)));
}

#[tokio::test]
async fn a_language_may_be_spelled_with_underscores_and_have_extensions() {
    for (locale, language) in [
        ("cs", "cs"),
        ("en-US", "en-US"),
        ("pt_BR", "pt-BR"),
        ("zh_Hant_TW", "zh-Hant-TW"),
        ("de-DE-u-co-phonebk", "de-DE"),
        ("EN-us", "en-US"),
    ] {
        let read = described(&issuer(), &[("locale", json!(locale))]).await.language;
        assert_eq!(read.map(|read| read.to_string()).as_deref(), Some(language), "{locale}");
    }
}

#[tokio::test]
async fn a_time_zone_has_a_name_of_the_iana_database() {
    for zone in ["Europe/Prague", "America/Argentina/Buenos_Aires", "Etc/GMT+3", "UTC", "America/Port-au-Prince"] {
        let read = described(&issuer(), &[("zoneinfo", json!(zone))]).await.zone;
        assert_eq!(read.as_deref(), Some(zone));
    }
}

#[tokio::test]
async fn the_user_is_identified_by_user_id_or_else_by_sub() {
    let both = described(&issuer(), &[("user_id", json!("han"))]).await;
    assert_eq!(both.id, user_id(ISSUER, "han", false));
    assert_eq!(described(&issuer(), &[]).await.id, user_id(ISSUER, "alice", false));
}

#[tokio::test]
async fn an_issuer_may_identify_its_users_by_another_claim_alone() {
    let by_oid = with(&issuer(), "user_id_claim", Some(json!("oid")));
    let user = described(&by_oid, &[("oid", json!("o-1")), ("user_id", json!("han"))]).await;
    assert_eq!(user.id, user_id(ISSUER, "o-1", false));
    let listed = with(&issuer(), "user_id_claim", Some(json!(["uid", "oid"])));
    assert_eq!(described(&listed, &[("oid", json!("o-1"))]).await.id, user_id(ISSUER, "o-1", false));
    let both = [("oid", json!("o-1")), ("uid", json!("u-1"))];
    assert_eq!(described(&listed, &both).await.id, user_id(ISSUER, "u-1", false));
    let without = TestKey::EdDsa.sign(&TestKey::EdDsa.header(), &user_claims());
    assert_eq!(refusal(&trusting(&by_oid), "jwt", &without).await, Rejected::NoUser);
}

#[tokio::test]
async fn a_user_without_a_usable_id_is_refused() {
    let long = "x".repeat(256);
    for value in [json!(""), json!(17), json!(["alice"]), json!({}), json!(long)] {
        let token = TestKey::EdDsa.sign(&TestKey::EdDsa.header(), &with(&user_claims(), "user_id", Some(value)));
        assert_eq!(refusal(&trusting(&issuer()), "jwt", &token).await, Rejected::NoUser);
    }
    let nobody = TestKey::EdDsa.sign(&TestKey::EdDsa.header(), &with(&user_claims(), "sub", None));
    assert_eq!(refusal(&trusting(&issuer()), "jwt", &nobody).await, Rejected::NoUser);
}

#[tokio::test]
async fn only_an_issuer_of_native_ids_speaks_for_the_users_of_this_service() {
    let native = "59039e47e2cda45e3bbbfc7f";
    let ours = with(&issuer(), "native_user_ids", Some(json!(true)));
    assert_eq!(described(&ours, &[("user_id", json!(native))]).await.id.to_string(), native);
    assert_ne!(described(&issuer(), &[("user_id", json!(native))]).await.id.to_string(), native);
}
