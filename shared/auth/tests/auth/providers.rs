//! The worked examples of `docs/configuration.md`, each with tokens of its provider's shape.

use serde_json::{Value, json};
use spaces_auth::{AuthConfig, Authenticator, IntrospectionConfig, Issuers, Rejected};
use spaces_model::{Email, User};

use crate::support::*;

const DOCS: &str = include_str!("../../../../docs/configuration.md");

/// Returns the first block of JSON below a heading of the documentation.
fn documented(heading: &str) -> Value {
    let section = DOCS.split(&format!("\n{heading}\n")).nth(1).unwrap_or_else(|| panic!("{heading} is not there"));
    let section = section.split("\n#").next().unwrap();
    let block = section.split("```json\n").nth(1).and_then(|rest| rest.split("```").next());
    serde_json::from_str(block.unwrap_or_else(|| panic!("{heading} has no example"))).unwrap()
}

/// A deployment configured with an example, but with the keys of the fixtures instead of those at its URL.
struct Example {
    authenticator: Authenticator,
    issuer: Value,
}

impl Example {
    fn of(heading: &str) -> Self {
        let issuers = documented(heading);
        let [issuer] = issuers.as_array().unwrap().as_slice() else { panic!("{heading}: one issuer") };
        let deployment = |issuers: &Value| {
            let own_urls = vec!["https://spaces.example.com".parse().unwrap()];
            Authenticator::new(AuthConfig { own_urls, ..config(issuers) }).unwrap()
        };
        deployment(&issuers);
        let inline = with(&with(issuer, "jwks_url", None), "jwks", Some(jwks()));
        Self { authenticator: deployment(&json!([inline])), issuer: issuer.clone() }
    }

    fn token(&self, header: &Value, claims: &Value) -> String {
        let header = with(&with(header, "alg", Some(json!("RS256"))), "kid", Some(json!("rs")));
        let iss = self.issuer["iss"].get(0).unwrap_or(&self.issuer["iss"]).clone();
        let dated = [("iss", iss), ("iat", json!(NOW - 10)), ("exp", json!(NOW + 3600))];
        let claims = dated.into_iter().fold(claims.clone(), |claims, (name, value)| with(&claims, name, Some(value)));
        TestKey::Rs256.sign(&header, &claims)
    }

    async fn user(&self, scheme: &str, header: &Value, claims: &Value) -> User {
        user(authenticate(&self.authenticator, scheme, &self.token(header, claims)).await)
    }

    async fn email(&self, header: &Value, claims: &Value) -> Option<Email> {
        self.user("jwt", header, claims).await.email
    }

    async fn refused(&self, scheme: &str, header: &Value, claims: &Value) -> Rejected {
        refusal(&self.authenticator, scheme, &self.token(header, claims)).await
    }

    /// Checks that an ID token and an access token authenticate the same user, and that neither is accepted as the
    /// other. Returns the user of the ID token.
    async fn check_tokens_of_a_person(&self, header: &Value, id: &Value, access: &Value) -> User {
        let by_id = self.user("jwt", header, id).await;
        assert_eq!(self.user("bearer", header, access).await.id, by_id.id);
        let confused = [self.refused("bearer", header, id).await, self.refused("jwt", header, access).await];
        let kinds = [Rejected::Kind, Rejected::Audience, Rejected::MissingRequired];
        assert!(confused.iter().all(|refusal| kinds.contains(refusal)), "{confused:?}");
        by_id
    }

    async fn check_application(&self, header: &Value, access: &Value) {
        let refusals = [self.refused("bearer", header, access).await, self.refused("jwt", header, access).await];
        let reasons = [Rejected::Application, Rejected::MissingRequired, Rejected::Kind, Rejected::Audience];
        assert!(refusals.iter().all(|refusal| reasons.contains(refusal)), "{refusals:?}");
    }
}

fn typed() -> Value {
    json!({"typ": "JWT"})
}

fn untyped() -> Value {
    json!({})
}

fn proven(address: &str, at: i64) -> Email {
    Email::Proven { address: address.parse().unwrap(), at: Some(after(at)) }
}

fn disproven(address: &str, at: i64) -> Email {
    Email::Disproven { address: address.parse().unwrap(), at: Some(after(at)) }
}

fn unverified(address: &str) -> Email {
    Email::Unverified(address.parse().unwrap())
}

#[tokio::test]
async fn the_original() {
    let original = Example::of("### The original");
    let claims = json!({
        "user_id_sig": "lOXzq75sGrw", "product_type": "accounts", "lastupdatetime": "2017-01-30T13:58:47.206",
        "iss": "zang.io", "publickeyid": "rs", "exp": NOW + 3600, "user_id": "59039e47e2cda45e3bbbfc7f", "ver": "2.0"
    });
    let token = TestKey::Rs256.sign(&json!({"alg": "RS256", "typ": "JWT"}), &claims);
    let ana = user(authenticate(&original.authenticator, "jwt", &token).await);
    assert_eq!((ana.id.to_string().as_str(), ana.issuer.as_deref()), ("59039e47e2cda45e3bbbfc7f", Some("zang.io")));
    assert_eq!(ana.email, None);
    let guest = with(&claims, "product_type", Some(json!("onesna")));
    assert_eq!(original.refused("jwt", &typed(), &guest).await, Rejected::Kind);
    assert!(authenticate(&original.authenticator, "bearer", &token).await.is_err());
}

#[tokio::test]
async fn the_originals_opaque_tokens_by_introspection() {
    let mut example = documented("## `INTROSPECTION`");
    let ana = json!({"active": true, "sub": "59039e47e2cda45e3bbbfc7f", "client_id": "web", "iss": "zang.io"});
    let server = TestServer::answering(&ana).await;
    example["url"] = json!(server.url());
    // In a deployment, the secret is a variable of its own.
    example["client_secret"] = json!("secret");
    let introspection = Some(IntrospectionConfig::from_json(&example.to_string()).unwrap());
    let beside = config(&documented("### The original"));
    let authenticator = Authenticator::new(AuthConfig { introspection, ..beside }).unwrap();
    let token = "f746696f5de45280128ae2f274eea253e8a7943a";
    let user = user(authenticate(&authenticator, "bearer", token).await);
    assert_eq!(user.id.to_string(), "59039e47e2cda45e3bbbfc7f");
    assert_eq!(refusal(&authenticator, "bearer", "f746696f5de4528u128ae2f274eea253e8a7943a").await, Rejected::Pattern);
    server.answer(200, &with(&ana, "sub", Some(json!("web"))));
    let of_application = "00".repeat(20);
    assert_eq!(refusal(&authenticator, "bearer", &of_application).await, Rejected::Application);
}

#[tokio::test]
async fn amazon_cognito() {
    let cognito = Example::of("### Amazon Cognito");
    let sub = "aaaaaaaa-bbbb-cccc-dddd-example";
    let id = json!({
        "sub": sub, "cognito:groups": ["staff"], "email_verified": true, "cognito:username": "ana", "origin_jti": "o-1",
        "aud": "1example23456789", "event_id": "e-1", "token_use": "id", "auth_time": NOW - 500, "jti": "j-1",
        "email": "ana@example.com", "given_name": "Ana", "family_name": "García"
    });
    let access = json!({
        "sub": sub, "client_id": "1example23456789", "origin_jti": "o-1", "event_id": "e-1", "token_use": "access",
        "scope": "aws.cognito.signin.user.admin openid", "auth_time": NOW - 500, "jti": "j-2", "username": "ana"
    });
    let ana = cognito.check_tokens_of_a_person(&untyped(), &id, &access).await;
    assert_eq!(ana.name.as_deref(), Some("Ana García"));
    assert_eq!(ana.email, Some(proven("ana@example.com", -500)));
    for (said, expected) in [
        (json!("true"), Some(proven("ana@example.com", -500))),
        (json!(false), Some(disproven("ana@example.com", -500))),
        (json!("false"), Some(disproven("ana@example.com", -500))),
    ] {
        assert_eq!(cognito.email(&untyped(), &with(&id, "email_verified", Some(said))).await, expected);
    }
    let application = json!({
        "sub": "1example23456789", "client_id": "1example23456789", "token_use": "access", "scope": "spaces/read",
        "auth_time": NOW - 10, "version": 2, "jti": "j-3"
    });
    cognito.check_application(&untyped(), &application).await;
    let other_client = with(&access, "client_id", Some(json!("2example")));
    assert_eq!(cognito.refused("bearer", &untyped(), &other_client).await, Rejected::Audience);
}

#[tokio::test]
async fn auth0() {
    let auth0 = Example::of("### Auth0");
    let id = json!({
        "nickname": "ana", "name": "ana@example.com", "picture": "https://s.gravatar.com/avatar/1",
        "updated_at": "2026-11-20T10:00:00.000Z", "email": "ana@example.com", "email_verified": true,
        "aud": "ExampleClientId", "sub": "auth0|64f1", "sid": "s-1", "nonce": "n-1", "org_id": "org_Example"
    });
    let access = json!({
        "sub": "auth0|64f1", "aud": ["https://spaces.example.com", "https://example.eu.auth0.com/userinfo"],
        "azp": "ExampleClientId", "scope": "openid profile email"
    });
    let ana = auth0.check_tokens_of_a_person(&typed(), &id, &access).await;
    assert_eq!(ana.email, Some(proven("ana@example.com", -10)));
    assert_eq!((ana.name.as_deref(), ana.organisation.as_deref()), (Some("ana"), Some("org_Example")));
    let unproven = with(&id, "email_verified", Some(json!(false)));
    assert_eq!(auth0.email(&typed(), &unproven).await, Some(disproven("ana@example.com", -10)));
    let application = json!({
        "sub": "BatchClientId@clients", "aud": "https://spaces.example.com", "azp": "BatchClientId",
        "gty": "client-credentials", "scope": "read:spaces"
    });
    auth0.check_application(&typed(), &application).await;
    let without_scope = with(&application, "scope", None);
    auth0.check_application(&typed(), &without_scope).await;
    assert_eq!(auth0.refused("bearer", &typed(), &without_scope).await, Rejected::Application);
}

#[tokio::test]
async fn microsoft_entra_id() {
    let entra = Example::of("### Microsoft Entra ID");
    let (tenant, client) = ("11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-000000000000");
    let id = json!({
        "aud": client, "nbf": NOW - 10, "name": "Ana García", "oid": "o-ana", "preferred_username": "ana@contoso.com",
        "rh": "0.A", "sub": "pairwise-1", "tid": tenant, "uti": "u-1", "ver": "2.0", "email": "Ana@Contoso.com", "xms_edov": true
    });
    let access = json!({
        "aud": client, "nbf": NOW - 10, "aio": "A", "azp": client, "azpacr": "0", "name": "Ana García", "oid": "o-ana",
        "preferred_username": "ana@contoso.com", "rh": "0.A", "scp": "access_as_user", "sub": "pairwise-2", "tid": tenant,
        "uti": "u-2", "ver": "2.0"
    });
    let ana = entra.check_tokens_of_a_person(&typed(), &id, &access).await;
    assert_eq!((ana.name.as_deref(), ana.organisation.as_deref()), (Some("Ana García"), Some(tenant)));
    assert_eq!(ana.email, Some(proven("ana@contoso.com", -10)));
    for (said, expected) in [
        (Some(json!("1")), Some(proven("ana@contoso.com", -10))),
        (Some(json!(1)), Some(proven("ana@contoso.com", -10))),
        (Some(json!("true")), Some(proven("ana@contoso.com", -10))),
        (Some(json!("0")), Some(disproven("ana@contoso.com", -10))),
        (Some(json!(false)), Some(disproven("ana@contoso.com", -10))),
        (None, Some(unverified("ana@contoso.com"))),
    ] {
        assert_eq!(entra.email(&typed(), &with(&id, "xms_edov", said)).await, expected);
    }
    let typed_by_anybody = with(&id, "email", Some(json!("ceo@example.com")));
    assert_eq!(entra.email(&typed(), &typed_by_anybody).await, Some(unverified("ceo@example.com")));
    let application = json!({
        "aud": client, "nbf": NOW - 10, "aio": "A", "azp": "batch", "azpacr": "1", "oid": "o-batch", "rh": "0.A",
        "roles": ["Spaces.Read"], "sub": "o-batch", "tid": tenant, "uti": "u-3", "ver": "2.0"
    });
    entra.check_application(&typed(), &application).await;
    entra.check_application(&typed(), &with(&application, "idtyp", Some(json!("app")))).await;
    let other_tenant = with(&id, "tid", Some(json!("9188040d-6c67-4c5b-b112-36a304b66dad")));
    assert_eq!(entra.refused("jwt", &typed(), &other_tenant).await, Rejected::Requirement);
}

#[tokio::test]
async fn keycloak() {
    let keycloak = Example::of("### Keycloak");
    let id = json!({
        "auth_time": NOW - 60, "jti": "j-1", "aud": "spaces-web", "sub": "4f2a", "typ": "ID", "azp": "spaces-web", "nonce": "n",
        "sid": "s", "at_hash": "h", "acr": "1", "email_verified": true, "name": "Ana García", "preferred_username": "ana",
        "given_name": "Ana", "family_name": "García", "email": "ana@example.com", "organization": ["acme"]
    });
    let access = json!({
        "auth_time": NOW - 60, "jti": "onrtac:j-2", "aud": ["spaces", "account"], "sub": "4f2a", "typ": "Bearer",
        "azp": "spaces-web", "sid": "s", "acr": "1", "allowed-origins": ["https://app.example.com"],
        "realm_access": {"roles": ["default-roles-example"]}, "scope": "openid profile email", "email_verified": true,
        "name": "Ana García", "preferred_username": "ana", "email": "ana@example.com"
    });
    let ana = keycloak.check_tokens_of_a_person(&typed(), &id, &access).await;
    assert_eq!((ana.name.as_deref(), ana.organisation.as_deref()), (Some("Ana García"), Some("acme")));
    assert_eq!(ana.email, Some(proven("ana@example.com", -60)));
    assert_eq!(keycloak.user("bearer", &typed(), &access).await.email, ana.email);
    let unproven = with(&id, "email_verified", Some(json!(false)));
    assert_eq!(keycloak.email(&typed(), &unproven).await, Some(disproven("ana@example.com", -60)));
    let application = json!({
        "jti": "trrtcc:j-3", "aud": ["spaces", "account"], "sub": "7c1d", "typ": "Bearer", "azp": "batch", "acr": "1",
        "scope": "profile email", "clientHost": "10.0.0.1", "email_verified": false, "client_id": "batch",
        "preferred_username": "service-account-batch", "clientAddress": "10.0.0.1"
    });
    keycloak.check_application(&typed(), &application).await;
    assert_eq!(keycloak.refused("bearer", &typed(), &application).await, Rejected::Application);
}

#[tokio::test]
async fn google() {
    let google = Example::of("### Google");
    let client = "1234567890-example.apps.googleusercontent.com";
    let id = json!({
        "azp": client, "aud": client, "sub": "110169484474386276334", "hd": "example.com", "email": "ana@example.com",
        "email_verified": true, "at_hash": "h", "nonce": "n", "name": "Ana García", "given_name": "Ana", "family_name": "García"
    });
    let ana = google.user("jwt", &typed(), &id).await;
    assert_eq!((ana.name.as_deref(), ana.organisation.as_deref()), (Some("Ana García"), Some("example.com")));
    assert_eq!(ana.email, Some(proven("ana@example.com", -10)));
    let at_gmail = with(&with(&id, "hd", None), "email", Some(json!("ana@gmail.com")));
    let private = google.user("jwt", &typed(), &at_gmail).await;
    assert_eq!((private.email, private.organisation), (Some(proven("ana@gmail.com", -10)), None));
    let elsewhere = with(&at_gmail, "email", Some(json!("ana@partner.example")));
    assert_eq!(google.email(&typed(), &elsewhere).await, Some(unverified("ana@partner.example")));
    assert_eq!(google.refused("bearer", &typed(), &id).await, Rejected::Kind);
    let application = json!({
        "azp": "117815", "aud": client, "sub": "117815", "email": "job@example.iam.gserviceaccount.com", "email_verified": true
    });
    assert_eq!(google.refused("jwt", &typed(), &application).await, Rejected::Application);
    google.check_application(&typed(), &application).await;
    assert_eq!(refusal(&google.authenticator, "bearer", "ya29.a0Example").await, Rejected::IntrospectionOff);
}

#[tokio::test]
async fn okta() {
    let okta = Example::of("### Okta");
    let id = json!({
        "sub": "00uAna", "name": "Ana García", "email": "ana@example.com", "email_verified": true, "ver": 1,
        "aud": "0oaExampleWeb", "jti": "ID.1", "amr": ["pwd"], "idp": "00o1", "nonce": "n",
        "preferred_username": "ana@example.com", "auth_time": NOW - 70, "at_hash": "h"
    });
    let access = json!({
        "ver": 1, "jti": "AT.1", "aud": "api://default", "cid": "0oaExampleWeb", "uid": "00uAna",
        "scp": ["openid", "profile", "email"], "auth_time": NOW - 70, "sub": "ana@example.com"
    });
    let ana = okta.check_tokens_of_a_person(&untyped(), &id, &access).await;
    assert_eq!((ana.name.as_deref(), ana.email), (Some("Ana García"), Some(proven("ana@example.com", -70))));
    let unproven = with(&id, "email_verified", Some(json!(false)));
    assert_eq!(okta.email(&untyped(), &unproven).await, Some(disproven("ana@example.com", -70)));
    let elsewhere = with(&id, "email", Some(json!("ana@gmail.com")));
    assert_eq!(okta.email(&untyped(), &elsewhere).await, Some(unverified("ana@gmail.com")));
    let application = json!({
        "ver": 1, "jti": "AT.2", "aud": "api://default", "cid": "0oaBatch", "scp": ["spaces"], "sub": "0oaBatch"
    });
    okta.check_application(&untyped(), &application).await;
    let with_uid = with(&application, "uid", Some(json!("0oaBatch")));
    assert_eq!(okta.refused("bearer", &untyped(), &with_uid).await, Rejected::Application);
}

#[tokio::test]
async fn apple() {
    let apple = Example::of("### Apple");
    let id = json!({
        "aud": "com.example.spaces", "sub": "000123.abcdef.0456", "nonce": "n", "c_hash": "h",
        "email": "x7yq@privaterelay.appleid.com", "email_verified": "true", "is_private_email": "true",
        "auth_time": NOW - 20, "nonce_supported": true
    });
    let ana = apple.user("jwt", &untyped(), &id).await;
    assert_eq!((ana.name, ana.email), (None, Some(proven("x7yq@privaterelay.appleid.com", -20))));
    let as_flag = with(&id, "email_verified", Some(json!(true)));
    assert_eq!(apple.email(&untyped(), &as_flag).await, Some(proven("x7yq@privaterelay.appleid.com", -20)));
    let elsewhere = with(&id, "email", Some(json!("ana@example.com")));
    assert_eq!(apple.email(&untyped(), &elsewhere).await, Some(unverified("ana@example.com")));
    assert!(matches!(apple.refused("bearer", &untyped(), &id).await, Rejected::Kind));
    let notification = json!({"aud": "com.example.spaces", "jti": "j", "sub": "000123.abcdef.0456", "events": "{}"});
    assert_eq!(apple.refused("jwt", &untyped(), &notification).await, Rejected::Kind);
    let client_secret = json!({"iss": "TEAMID", "iat": NOW, "exp": NOW + 60, "aud": "https://appleid.apple.com", "sub": "com.example.spaces"});
    let client_secret = TestKey::Es256.sign(&TestKey::Es256.header(), &client_secret);
    assert_eq!(refusal(&apple.authenticator, "jwt", &client_secret).await, Rejected::Issuer);
}

#[test]
fn every_example_of_the_documentation_is_tested() {
    let examples = DOCS.split("\n## Examples\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let tested =
        ["The original", "Amazon Cognito", "Auth0", "Microsoft Entra ID", "Keycloak", "Google", "Okta", "Apple"];
    let headings: Vec<_> = examples.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    assert_eq!(headings, tested);
    for heading in headings {
        assert!(Issuers::from_json(&documented(&format!("### {heading}")).to_string()).is_ok(), "{heading}");
    }
}
