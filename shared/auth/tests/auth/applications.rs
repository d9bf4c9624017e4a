//! A token that an application obtained for itself is never accepted as a person's, however it is presented.

use serde_json::{Value, json};
use spaces_auth::Rejected;

use crate::support::*;

/// The marks, as their providers write them.
fn marks() -> Vec<(&'static str, Vec<(&'static str, Value)>)> {
    vec![
        ("RFC 9068", vec![("sub", json!("app")), ("client_id", json!("app"))]),
        ("OpenID Connect", vec![("sub", json!("app")), ("azp", json!("app"))]),
        ("Entra, version 1", vec![("sub", json!("app")), ("appid", json!("app"))]),
        ("Okta", vec![("sub", json!("app")), ("cid", json!("app"))]),
        ("Auth0's grant", vec![("gty", json!("client-credentials"))]),
        ("Auth0's grants", vec![("gty", json!(["client-credentials"]))]),
        ("Auth0's subject", vec![("sub", json!("x7Yq@clients"))]),
        ("Entra's type", vec![("idtyp", json!("app"))]),
        ("Keycloak", vec![("preferred_username", json!("service-account-spaces"))]),
        ("Keycloak's introspection", vec![("username", json!("service-account-spaces"))]),
        ("Keycloak's name", vec![("name", json!("service-account-spaces"))]),
    ]
}

fn marked(claims: Value, marks: &[(&str, Value)]) -> Value {
    marks.iter().fold(claims, |claims, (name, value)| with(&claims, name, Some(value.clone())))
}

async fn is_introspected_as(claims: Value) -> Rejected {
    let server = TestServer::answering(&with(&claims, "active", Some(json!(true)))).await;
    let endpoint = json!({
        "url": server.url(), "client_id": "c", "client_secret": "s", "iss": ISSUER, "audience": null, "user_id_claim": "uid"
    });
    refusal(&introspecting(&endpoint), "bearer", "opaque").await
}

#[tokio::test]
async fn an_application_is_not_a_user_however_its_token_is_presented() {
    // Another claim names the user, so that no token is refused for lack of one.
    let issuer = with(&issuer(), "user_id_claim", Some(json!("uid")));
    for (name, marks) in marks() {
        let marks = [marks, vec![("uid", json!("u-1"))]].concat();
        let token = TestKey::EdDsa.sign(&TestKey::EdDsa.header(), &marked(user_claims(), &marks));
        // Okta's claim for the client already marks an access token.
        let expected = if name == "Okta" { Rejected::Kind } else { Rejected::Application };
        assert_eq!(refusal(&trusting(&issuer), "jwt", &token).await, expected, "jwt: {name}");
        let header = with(&TestKey::EdDsa.header(), "typ", Some(json!("at+jwt")));
        let token = TestKey::EdDsa.sign(&header, &marked(access_claims(), &marks));
        assert_eq!(refusal(&trusting(&issuer), "bearer", &token).await, Rejected::Application, "bearer: {name}");
        let claims = marked(json!({"sub": "alice"}), &marks);
        assert_eq!(is_introspected_as(claims).await, Rejected::Application, "introspection: {name}");
    }
}

#[tokio::test]
async fn a_person_whose_token_was_issued_to_a_client_is_a_user() {
    for (name, value) in [
        ("azp", json!("web")),
        ("appid", json!("web")),
        ("gty", json!("authorization_code")),
        ("idtyp", json!("user")),
        ("preferred_username", json!("alice")),
        ("name", json!("Alice, service-account-holder")),
    ] {
        let token = TestKey::EdDsa.sign(&TestKey::EdDsa.header(), &with(&user_claims(), name, Some(value.clone())));
        assert!(authenticate(&trusting(&issuer()), "jwt", &token).await.is_ok(), "{name} {value}");
    }
}
