//! The scheme `service_app`.

use std::cell::Cell;
use std::convert::Infallible;

use serde_json::{Value, json};
use spaces_auth::{AuthError, Credentials, Rejected};
use spaces_model::{Caller, ServiceApp, ServiceAppRegistration, ServiceAppStatus};

use crate::support::*;

fn sign(claims: &Value) -> String {
    TestKey::EdDsa.sign(&TestKey::EdDsa.header(), claims)
}

async fn registered(
    claims: &Value,
    registration: Option<ServiceAppRegistration>,
) -> Result<ServiceApp, AuthError<Infallible>> {
    let header = format!("service_app {}", sign(claims));
    let credentials = Credentials::parse(&header).unwrap();
    let lookup = async |_| Ok(registration);
    match trusting(&issuer()).authenticate(&credentials, now(), lookup).await? {
        Caller::ServiceApp(app) => Ok(app),
        other => panic!("no service app: {other:?}"),
    }
}

async fn refused(claims: &Value) -> Rejected {
    refusal(&trusting(&issuer()), "service_app", &sign(claims)).await
}

#[tokio::test]
async fn a_service_app_acts_with_its_registered_account() {
    let app = registered(&service_app_claims(), Some(registration())).await.unwrap();
    assert_eq!(app.id.as_str(), "calendar-sync");
    assert_eq!(app.account.to_string(), "0123456789abcdef01234567");
    assert_eq!(app.email.as_typed(), "calendar@example.com");
}

#[tokio::test]
async fn a_token_may_name_an_earlier_url_of_the_service() {
    let earlier = with(&service_app_claims(), "aud", Some(json!(PREVIOUS)));
    assert!(registered(&earlier, Some(registration())).await.is_ok());
}

#[tokio::test]
async fn a_scope_counts_if_it_is_both_granted_and_registered() {
    for (granted, expected) in [
        (Some(json!("spaces.create.actas spaces.delete")), vec!["spaces.create.actas"]),
        (Some(json!("  spaces.read   spaces.create.actas ")), vec!["spaces.create.actas", "spaces.read"]),
        (Some(json!("spaces.create.actasx SPACES.READ spaces.create")), vec![]),
        (Some(json!("spaces.create.actas\tspaces.read")), vec![]),
        (Some(json!("")), vec![]),
        (Some(json!(null)), vec![]),
        (None, vec![]),
    ] {
        let claims = with(&service_app_claims(), "scope", granted.clone());
        let app = registered(&claims, Some(registration())).await.unwrap();
        assert!(app.scopes.iter().map(String::as_str).eq(expected), "{granted:?}: {:?}", app.scopes);
    }
    for wrong in [json!(["spaces.create.actas"]), json!(1)] {
        assert_eq!(refused(&with(&service_app_claims(), "scope", Some(wrong))).await, Rejected::Claim("scope"));
    }
}

#[tokio::test]
async fn a_tokens_lifetime_is_at_most_an_hour() {
    let issued = |ago: i64, lifetime: i64| {
        with(&with(&service_app_claims(), "iat", Some(json!(NOW - ago))), "exp", Some(json!(NOW - ago + lifetime)))
    };
    assert!(registered(&issued(0, 3600), Some(registration())).await.is_ok());
    assert!(registered(&issued(3000, 3600), Some(registration())).await.is_ok());
    assert_eq!(refused(&issued(0, 3601)).await, Rejected::TooLongLived);
    assert_eq!(refused(&issued(86_400, 90_000)).await, Rejected::TooLongLived);
    assert_eq!(refused(&issued(-31, 3600)).await, Rejected::IssuedInFuture);
    assert_eq!(refused(&with(&service_app_claims(), "iat", None)).await, Rejected::Missing("iat"));
}

#[tokio::test]
async fn issuer_and_subject_are_both_the_app() {
    let subject = |value| with(&service_app_claims(), "sub", value);
    assert_eq!(refused(&subject(Some(json!("other")))).await, Rejected::Issuer);
    assert_eq!(refused(&subject(None)).await, Rejected::Missing("sub"));
    assert_eq!(refused(&subject(Some(json!(["calendar-sync"])))).await, Rejected::Claim("sub"));
}

#[tokio::test]
async fn an_app_that_is_unknown_disabled_or_registered_as_another_is_refused() {
    let rejected = async |registration| match registered(&service_app_claims(), registration).await {
        Err(AuthError::Rejected(rejected)) => rejected,
        other => panic!("{other:?}"),
    };
    assert_eq!(rejected(None).await, Rejected::UnknownServiceApp);
    let other = ServiceAppRegistration { id: "other".parse().unwrap(), ..registration() };
    assert_eq!(rejected(Some(other)).await, Rejected::UnknownServiceApp);
    let disabled = ServiceAppRegistration { status: ServiceAppStatus::Disabled, ..registration() };
    assert_eq!(rejected(Some(disabled)).await, Rejected::Disabled);
    let broken = ServiceAppRegistration { keys: "{}".to_owned(), ..registration() };
    assert_eq!(rejected(Some(broken)).await, Rejected::Registration);
    let no_keys = ServiceAppRegistration { keys: "{\"keys\":[]}".to_owned(), ..registration() };
    assert_eq!(rejected(Some(no_keys)).await, Rejected::Key);
}

#[tokio::test]
async fn an_invalid_app_name_is_refused_without_a_lookup() {
    for name in ["", "a b", "SERVICE_APP#x", "../x"] {
        let claims = with(&with(&service_app_claims(), "iss", Some(json!(name))), "sub", Some(json!(name)));
        assert_eq!(refused(&claims).await, Rejected::UnknownServiceApp, "{name}");
    }
}

#[tokio::test]
async fn a_token_that_is_bad_by_itself_costs_no_lookup() {
    for (name, value) in [
        ("exp", json!(NOW - 60)),
        ("nbf", json!(NOW + 60)),
        ("aud", json!("https://other.example")),
        ("iat", json!(NOW - 90_000)),
        ("sub", json!("other")),
    ] {
        let header = format!("service_app {}", sign(&with(&service_app_claims(), name, Some(value))));
        let looked_up = Cell::new(false);
        let lookup = async |_| {
            looked_up.set(true);
            Ok::<_, Infallible>(Some(registration()))
        };
        let credentials = Credentials::parse(&header).unwrap();
        assert!(trusting(&issuer()).authenticate(&credentials, now(), lookup).await.is_err());
        assert!(!looked_up.get(), "{name}");
    }
}

#[tokio::test]
async fn a_failed_lookup_is_not_the_callers_fault() {
    #[derive(Debug, PartialEq)]
    struct Throttled;
    let header = format!("service_app {}", sign(&service_app_claims()));
    let credentials = Credentials::parse(&header).unwrap();
    let outcome = trusting(&issuer()).authenticate(&credentials, now(), async |_| Err(Throttled)).await;
    assert!(matches!(outcome, Err(AuthError::Lookup(Throttled))));
}

#[tokio::test]
async fn the_future_can_move_between_threads() {
    fn can_move<T: Send>(future: T) -> T {
        future
    }
    let header = format!("service_app {}", sign(&service_app_claims()));
    let credentials = Credentials::parse(&header).unwrap();
    let authenticator = trusting(&issuer());
    let found = registration();
    let lookup = async |_| {
        tokio::task::yield_now().await;
        Ok::<_, Infallible>(Some(found))
    };
    assert!(can_move(authenticator.authenticate(&credentials, now(), lookup)).await.is_ok());
}
