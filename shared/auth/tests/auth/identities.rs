//! What a token says about its user.

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

#[tokio::test]
async fn an_address_is_verified_only_if_the_issuer_says_so() {
    let address: EmailAddress = "Han@Example.com".parse().unwrap();
    for verified in [json!(true), json!("true")] {
        assert_eq!(with_email(false, Some(verified)).await, Some(Email::Verified(address.clone())));
    }
    let not_verified = [json!(false), json!("false"), json!("True"), json!("1"), json!(1), json!(null), json!([true])];
    for verified in not_verified {
        for default in [false, true] {
            let email = with_email(default, Some(verified.clone())).await;
            assert_eq!(email, Some(Email::Unverified(address.clone())), "{verified}");
        }
    }
}

#[tokio::test]
async fn an_address_without_a_word_on_its_proof_is_worth_what_is_configured() {
    let address: EmailAddress = "Han@Example.com".parse().unwrap();
    assert_eq!(with_email(false, None).await, Some(Email::Unverified(address)));
    assert!(matches!(with_email(true, None).await, Some(Email::Verified(_))));
}

#[tokio::test]
async fn what_can_not_be_read_is_left_out_and_the_user_is_let_in() {
    for (name, value) in [
        ("email", json!("no address")),
        ("email", json!(["han@example.com"])),
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
async fn the_user_is_named_by_user_id_or_else_by_sub() {
    let both = described(&issuer(), &[("user_id", json!("han"))]).await;
    assert_eq!(both.id, user_id(ISSUER, "han", false));
    assert_eq!(described(&issuer(), &[]).await.id, user_id(ISSUER, "alice", false));
}

#[tokio::test]
async fn an_issuer_may_name_its_users_by_another_claim_and_then_only_by_that() {
    let by_oid = with(&issuer(), "user_id_claim", Some(json!("oid")));
    let user = described(&by_oid, &[("oid", json!("o-1")), ("user_id", json!("han"))]).await;
    assert_eq!(user.id, user_id(ISSUER, "o-1", false));
    let without = TestKey::EdDsa.sign(&TestKey::EdDsa.header(), &user_claims());
    assert_eq!(refusal(&trusting(&by_oid), "jwt", &without).await, Rejected::NoUser);
}

#[tokio::test]
async fn a_user_without_a_usable_name_for_the_issuer_is_refused() {
    let long = "x".repeat(256);
    for value in [json!(""), json!(null), json!(17), json!(["alice"]), json!({}), json!(long)] {
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
