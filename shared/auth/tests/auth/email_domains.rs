//! An issuer vouches only for the addresses of its own domains.

use serde_json::{Value, json};
use spaces_auth::{AuthConfig, Authenticator, IntrospectionConfig};
use spaces_model::Email;

use crate::support::*;

const PARTNER: &str = "https://partner.example";

fn vouching(iss: &str, domains: Value) -> Value {
    with(&with(&issuer(), "iss", Some(json!(iss))), "email_domains", Some(domains))
}

/// Returns the address in an issuer's token, proven or not.
async fn email_of(authenticator: &Authenticator, iss: &str, email: &str, verified: bool) -> Email {
    let claims = with(&with(&user_claims(), "iss", Some(json!(iss))), "email", Some(json!(email)));
    let claims = with(&claims, "email_verified", Some(json!(verified)));
    let token = TestKey::EdDsa.sign(&TestKey::EdDsa.header(), &claims);
    user(authenticate(authenticator, "jwt", &token).await).email.unwrap()
}

async fn is_vouched_for(authenticator: &Authenticator, iss: &str, email: &str) -> bool {
    let said = (email_of(authenticator, iss, email, true).await, email_of(authenticator, iss, email, false).await);
    match said {
        (Email::Proven { .. }, Email::Disproven { .. }) => true,
        (Email::Unverified(_), Email::Unverified(_)) => false,
        other => panic!("{other:?}"),
    }
}

fn both(ours: Value, partners: Value) -> Authenticator {
    Authenticator::new(config(&json!([vouching(ISSUER, ours), vouching(PARTNER, partners)]))).unwrap()
}

fn conflict(ours: Value, partners: Value) -> String {
    let config = config(&json!([vouching(ISSUER, ours), vouching(PARTNER, partners)]));
    Authenticator::new(config).unwrap_err().to_string()
}

#[tokio::test]
async fn a_partner_neither_proves_nor_disproves_an_address_outside_its_domains() {
    let authenticator = both(json!("*"), json!(["partner.example"]));
    assert!(is_vouched_for(&authenticator, PARTNER, "ana@partner.example").await);
    assert!(!is_vouched_for(&authenticator, PARTNER, "ana@example.com").await);
    assert!(is_vouched_for(&authenticator, ISSUER, "ana@example.com").await);
    assert!(!is_vouched_for(&authenticator, ISSUER, "ana@partner.example").await, "* leaves it to the partner");
}

#[tokio::test]
async fn an_issuer_without_domains_vouches_for_no_address() {
    let without = trusting(&with(&issuer(), "email_domains", None));
    assert!(!is_vouched_for(&without, ISSUER, "ana@example.com").await);
    let by_default = with(&with(&issuer(), "email_domains", None), "email_verified_by_default", Some(json!(true)));
    let claims = with(&user_claims(), "email", Some(json!("ana@example.com")));
    let token = TestKey::EdDsa.sign(&TestKey::EdDsa.header(), &claims);
    let user = user(authenticate(&trusting(&by_default), "jwt", &token).await);
    assert!(matches!(user.email, Some(Email::Unverified(_))), "{user:?}");
}

#[tokio::test]
async fn domains_are_compared_in_punycode_and_lower_case_and_without_their_subdomains() {
    let authenticator = both(json!(["Müller.Example", "EXAMPLE.com"]), Value::Null);
    for address in ["a@müller.example", "a@xn--mller-kva.example", "a@MÜLLER.example", "a@example.com", "A@Example.COM"]
    {
        assert!(is_vouched_for(&authenticator, ISSUER, address).await, "{address}");
    }
    for address in ["a@sub.example.com", "a@example.org", "a@myexample.com", "a@com.example"] {
        assert!(!is_vouched_for(&authenticator, ISSUER, address).await, "{address}");
    }
}

#[test]
fn two_issuers_cannot_vouch_for_one_domain() {
    assert_eq!(
        conflict(json!("*"), json!("*")),
        "https://issuer.example and https://partner.example both have * in email_domains"
    );
    assert_eq!(
        conflict(json!(["a.example", "xn--mller-kva.example"]), json!("MÜLLER.example")),
        "https://issuer.example and https://partner.example both have xn--mller-kva.example in email_domains"
    );
}

#[test]
fn anything_but_a_list_of_domains_is_refused() {
    for wrong in
        [json!(["*", "a.example"]), json!("*.example"), json!(["a@b.example"]), json!(["a b"]), json!(["-a.example"])]
    {
        let error = spaces_auth::Issuers::from_json(&json!([vouching(ISSUER, wrong)]).to_string()).unwrap_err();
        let fault = "email_domains must be \"*\" alone or a list of domains";
        assert_eq!(error.to_string(), format!("issuer 1 ({ISSUER}): {fault}"));
    }
}

fn with_introspection(issuers: &Value, iss: &str, fields: Value) -> Result<Authenticator, String> {
    let Value::Object(fields) = fields else { panic!("{fields}") };
    let mut endpoint = json!({
        "url": "https://as.example/introspect", "client_id": "c", "client_secret": "s", "iss": iss, "audience": null
    });
    endpoint.as_object_mut().unwrap().extend(fields);
    let introspection = Some(IntrospectionConfig::from_json(&endpoint.to_string()).unwrap());
    Authenticator::new(AuthConfig { introspection, ..config(issuers) }).map_err(|error| error.to_string())
}

#[tokio::test]
async fn introspection_counts_as_the_issuer_that_it_names() {
    let ours = json!([vouching(ISSUER, json!("*"))]);
    assert!(with_introspection(&ours, ISSUER, json!({"email_domains": "*"})).is_ok());
    let error = with_introspection(&ours, PARTNER, json!({"email_domains": "*"})).unwrap_err();
    assert_eq!(error, "https://issuer.example and https://partner.example both have * in email_domains");
    let divided = with_introspection(&ours, PARTNER, json!({"email_domains": "partner.example"})).unwrap();
    assert!(!is_vouched_for(&divided, ISSUER, "ana@partner.example").await);
}

#[test]
fn at_most_one_issuer_assigns_the_ids_of_this_service() {
    let native = |iss: &str| with(&vouching(iss, Value::Null), "native_user_ids", Some(json!(true)));
    let error = Authenticator::new(config(&json!([native(ISSUER), native(PARTNER)]))).unwrap_err().to_string();
    let expected = "https://issuer.example and https://partner.example both have true in native_user_ids";
    assert_eq!(error, expected);
    let ours = json!([native(ISSUER)]);
    assert!(with_introspection(&ours, ISSUER, json!({"native_user_ids": true})).is_ok());
    assert_eq!(with_introspection(&ours, PARTNER, json!({"native_user_ids": true})).unwrap_err(), expected);
}
