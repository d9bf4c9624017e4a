use std::io::Write;

use create_space_invite::App;
use serde_json::{Value, json};
use spaces_local::harness::{self, PUBLIC_URL};
use spaces_local::tokens;
use tempfile::NamedTempFile;

use crate::{Service, distinct};

/// Writes the keys of the sample service app, which tests can sign with, to a file.
fn keys() -> NamedTempFile {
    file(&tokens::service_app_jwks().unwrap())
}

fn file(content: &Value) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(content.to_string().as_bytes()).unwrap();
    file
}

fn register(keys: &NamedTempFile, more: &str) -> String {
    let id = tokens::SERVICE_APP_ID;
    let keys = keys.path().display();
    format!(
        "service-app register --id {id} --account 59039e47e2cda45e3bbbfc7f --email app@example.com --keys {keys} {more}"
    )
}

/// Returns the status code of a create request by the service app, for itself or for another user, in a process with
/// empty caches.
async fn create(service: &Service, acts_as: Option<&str>) -> u64 {
    let app = App::from_env(&service.harness.env().unwrap(), distinct(harness::now())).unwrap();
    let mut event = harness::event("create-space-invite", "200-title-alone").unwrap();
    let token = tokens::service_app(PUBLIC_URL, tokens::ACT_AS_SCOPE, harness::now()).unwrap();
    event["headers"]["authorization"] = json!(format!("service_app {token}"));
    if let Some(address) = acts_as {
        event["headers"]["x-avaya-act-as"] = json!(address);
    }
    let answer = harness::answer(event, |request| app.answer(request)).await.unwrap();
    answer["statusCode"].as_u64().unwrap()
}

#[tokio::test]
async fn a_registered_app_creates_and_acts_for_users_only_with_the_scope() {
    let service = Service::start().await;
    service.run("service-app remove sample-service-app").await.unwrap();
    assert_eq!(create(&service, None).await, 401);
    let printed = service.run(&register(&keys(), "")).await.unwrap();
    assert!(printed.contains("scopes       none") && printed.ends_with("registered."), "{printed}");
    assert_eq!((create(&service, None).await, create(&service, Some("ana@example.com")).await), (200, 403));
    let printed = service.run(&register(&keys(), "--scope spaces.create.actas")).await.unwrap();
    assert!(printed.contains("registration replaced"), "{printed}");
    assert_eq!(create(&service, Some("ana@example.com")).await, 200);
}

#[tokio::test]
async fn an_app_is_shown_with_its_mail_limit_and_its_mails() {
    let service = Service::start().await;
    for (more, shown) in [("", "mails        10000 within 24 hours"), ("--mails 12", "mails        12 within 24 hours")]
    {
        service.run(&register(&keys(), more)).await.unwrap();
        let printed = service.run("service-app show sample-service-app").await.unwrap();
        assert!(printed.contains(shown), "{printed}");
        let none = "mailed    0 people; 0 within 30 days; complaints by 0 of them";
        assert!(printed.ends_with(none), "{printed}");
    }
}

#[tokio::test]
async fn a_disabled_app_is_rejected_until_it_is_enabled() {
    let service = Service::start().await;
    for (command, status) in [("disable", 401), ("enable", 200)] {
        service.run(&format!("service-app {command} sample-service-app")).await.unwrap();
        assert_eq!(create(&service, None).await, status, "{command}");
    }
    service.run(&register(&keys(), "--disabled")).await.unwrap();
    assert_eq!(create(&service, None).await, 401);
}

#[tokio::test]
async fn a_registration_is_shown_with_the_ids_of_its_keys() {
    let service = Service::start().await;
    service.run(&register(&keys(), "")).await.unwrap();
    let shown = service.run("service-app show sample-service-app").await.unwrap();
    let kid = tokens::service_app_jwks().unwrap()["keys"][0]["kid"].as_str().unwrap().to_owned();
    for part in ["active", "59039e47e2cda45e3bbbfc7f", "app@example.com", &format!("{kid} (OKP)")] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}

#[tokio::test]
async fn keys_that_cannot_verify_tokens_are_not_stored() {
    let service = Service::start().await;
    let before = service.items("SERVICE_APP");
    let key = tokens::service_app_jwks().unwrap()["keys"][0].clone();
    let with = |name: &str, value: Value| {
        let mut key = key.clone();
        key[name] = value;
        key
    };
    for (set, fault) in [
        (json!([]), "not a JWK Set"),
        (json!({"keys": []}), "without a key"),
        (json!({"keys": [key, with("d", json!("secret"))]}), "key 2 can't be used: a private"),
        (json!({"keys": [with("use", json!("enc"))]}), "key 1 can't be used: not for verifying"),
        (json!({"keys": [key, with("x", json!("A".repeat(43)))]}), "several keys of one type"),
    ] {
        let file = file(&set);
        let error = service.run(&register(&file, "")).await.unwrap_err();
        assert!(error.starts_with("--keys ") && error.contains(fault) && !error.contains("secret"), "{error}");
    }
    let missing = service.run(&register(&keys(), "").replace("--keys /", "--keys /nowhere/")).await.unwrap_err();
    assert!(missing.contains("No such file"), "{missing}");
    assert_eq!(service.items("SERVICE_APP"), before);
}

#[tokio::test]
async fn an_unregistered_app_is_reported_and_not_created() {
    let service = Service::start().await;
    let before = service.items("SERVICE_APP");
    for command in ["show", "disable", "enable", "remove"] {
        let error = service.run(&format!("service-app {command} another")).await.unwrap_err();
        assert_eq!(error, "there is no service app another");
    }
    assert_eq!(service.items("SERVICE_APP"), before);
}
