//! The SES account, used through the real SDK: its failures, its quotas and its verified identities.

#![cfg(test)]

use aws_credential_types::Credentials;
use aws_sdk_sesv2::config::retry::RetryConfig;
use aws_sdk_sesv2::config::{BehaviorVersion, Region};
use aws_sdk_sesv2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::get_account::GetAccountOutput;
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message};
use aws_sdk_sesv2::{Client, Config};
use serde_json::{Value, json};
use spaces_local::{Mailbox, SesFailure};

const SENDER: &str = "Spaces <noreply@example.com>";

struct World {
    mailbox: Mailbox,
    client: Client,
}

impl World {
    async fn new() -> Self {
        let mailbox = Mailbox::start().await.unwrap();
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-central-1"))
            .credentials_provider(Credentials::from_keys("local", "local", None))
            .endpoint_url(mailbox.endpoint())
            .retry_config(RetryConfig::disabled())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build();
        Self { mailbox, client: Client::from_conf(config) }
    }

    async fn send_to(&self, to: &[&str]) -> Result<(), SdkError<SendEmailError>> {
        let data = |text: &str| Content::builder().data(text).build().unwrap();
        let body = Body::builder().text(data("text")).build();
        let content = EmailContent::builder().simple(Message::builder().subject(data("Hi")).body(body).build()).build();
        let to = to.iter().map(|address| (*address).to_owned()).collect();
        let to = Destination::builder().set_to_addresses(Some(to)).build();
        let call = self.client.send_email().from_email_address(SENDER).destination(to).content(content);
        call.send().await.map(|_| ())
    }

    async fn send(&self) -> Result<(), SdkError<SendEmailError>> {
        self.send_to(&["ana@example.org"]).await
    }

    /// Returns the code and the message of a rejected call.
    async fn refusal(&self) -> (String, String) {
        let error = self.send().await.unwrap_err().into_service_error();
        (error.code().unwrap_or_default().to_owned(), error.message().unwrap_or_default().to_owned())
    }

    async fn account(&self) -> GetAccountOutput {
        self.client.get_account().send().await.unwrap()
    }

    async fn put(&self, path: &str) {
        let response = reqwest::Client::new().put(format!("{}{path}", self.mailbox.endpoint())).send().await.unwrap();
        assert_eq!(response.status(), 204, "{path}");
    }

    async fn delete(&self, path: &str) {
        let response =
            reqwest::Client::new().delete(format!("{}{path}", self.mailbox.endpoint())).send().await.unwrap();
        assert_eq!(response.status(), 204, "{path}");
    }

    async fn get(&self, path: &str) -> Value {
        reqwest::get(format!("{}{path}", self.mailbox.endpoint())).await.unwrap().json().await.unwrap()
    }
}

#[tokio::test]
async fn each_failure_has_the_code_and_the_message_of_ses() {
    let world = World::new().await;
    for (failure, code, text) in [
        (SesFailure::RateExceeded, "TooManyRequestsException", "Maximum sending rate exceeded."),
        (SesFailure::QuotaExceeded, "TooManyRequestsException", "Daily message quota exceeded."),
        (SesFailure::SendingPaused, "SendingPausedException", "paused"),
        (SesFailure::AccountSuspended, "AccountSuspendedException", "permanently restricted"),
        (SesFailure::AccessDenied, "AccessDeniedException", "not authorized"),
        (SesFailure::DomainNotVerified, "MailFromDomainNotVerifiedException", "domain isn't verified"),
        (SesFailure::ServerError, "InternalFailure", ""),
    ] {
        world.mailbox.fail(failure, 1);
        let refusal = world.refusal().await;
        assert_eq!(refusal.0, code);
        assert!(refusal.1.contains(text), "{failure:?}: {refusal:?}");
    }
    world.send().await.unwrap();
    assert_eq!(world.mailbox.messages().len(), 1);
}

#[tokio::test]
async fn a_silenced_account_never_answers() {
    let world = World::new().await;
    world.mailbox.fail(SesFailure::Silence, 1);
    tokio::select! {
        answer = world.send() => panic!("{answer:?}"),
        () = async { while world.get("/api/failures").await != Value::Null {} } => {}
    }
    world.send().await.unwrap();
    assert_eq!(world.mailbox.messages().len(), 1);
}

#[tokio::test]
async fn the_error_names_the_unverified_identities() {
    let world = World::new().await;
    world.mailbox.unverify("example.org");
    let to = ["Ana <ana@EXAMPLE.org>", "sam@example.net"];
    let error = world.send_to(&to).await.unwrap_err().into_service_error();
    assert!(error.is_message_rejected(), "{error:?}");
    let text = "Email address is not verified. The following identities failed the check in region LOCAL: ";
    assert_eq!(error.message(), Some(format!("{text}Ana <ana@EXAMPLE.org>").as_str()));

    world.mailbox.unverify("noreply@example.com");
    let error = world.send_to(&to).await.unwrap_err().into_service_error();
    assert_eq!(error.message(), Some(format!("{text}{SENDER}, Ana <ana@EXAMPLE.org>").as_str()));
    assert!(!world.account().await.production_access_enabled());

    world.mailbox.verify_all();
    world.send_to(&to).await.unwrap();
    assert!(world.account().await.production_access_enabled());
}

#[tokio::test]
async fn an_account_rejects_recipients_beyond_its_rate() {
    let world = World::new().await;
    world.mailbox.limit_rate(Some(2));
    // The bucket holds no more than one second's worth, however long the test takes.
    let error =
        world.send_to(&["a@example.org", "b@example.org", "c@example.org"]).await.unwrap_err().into_service_error();
    assert!(error.is_too_many_requests_exception(), "{error:?}");
    assert!((world.account().await.send_quota().unwrap().max_send_rate() - 2.0).abs() < f64::EPSILON);
    world.send_to(&["a@example.org", "b@example.org"]).await.unwrap();
    world.mailbox.limit_rate(None);
    world.send_to(&["a@example.org", "b@example.org", "c@example.org"]).await.unwrap();
}

#[tokio::test]
async fn an_account_rejects_recipients_beyond_its_daily_quota() {
    let world = World::new().await;
    world.mailbox.limit_day(Some(2));
    world.send().await.unwrap();
    let error = world.send_to(&["a@example.org", "b@example.org"]).await.unwrap_err().into_service_error();
    assert_eq!(error.message(), Some("Daily message quota exceeded."));
    world.send().await.unwrap();
    let account = world.account().await;
    let quota = account.send_quota().unwrap();
    assert_eq!(format!("{} {}", quota.max24_hour_send(), quota.sent_last24_hours()), "2 2");
    world.mailbox.limit_day(None);
    world.send().await.unwrap();
}

#[tokio::test]
async fn the_account_describes_itself() {
    let world = World::new().await;
    let account = world.account().await;
    assert!(account.sending_enabled() && account.production_access_enabled());
    let quota = account.send_quota().unwrap();
    assert_eq!(
        format!("{} {} {}", quota.max24_hour_send(), quota.max_send_rate(), quota.sent_last24_hours()),
        "50000 14 0"
    );

    world.mailbox.fail(SesFailure::SendingPaused, usize::MAX);
    let account = world.account().await;
    assert_eq!((account.sending_enabled(), account.enforcement_status()), (false, Some("HEALTHY")));
    world.mailbox.fail(SesFailure::AccountSuspended, usize::MAX);
    let account = world.account().await;
    assert_eq!((account.sending_enabled(), account.enforcement_status()), (false, Some("SHUTDOWN")));
}

#[tokio::test]
async fn get_account_fails_independently() {
    let world = World::new().await;
    world.mailbox.fail_account(SesFailure::AccessDenied, 1);
    world.send().await.unwrap();
    let error = world.client.get_account().send().await.unwrap_err().into_service_error();
    assert_eq!(error.code(), Some("AccessDeniedException"));
    world.account().await;
}

#[tokio::test]
async fn the_switches_can_be_set_over_http() {
    let world = World::new().await;
    world.put("/api/failures?kind=quota-exceeded&calls=2").await;
    assert_eq!(world.refusal().await.1, "Daily message quota exceeded.");
    assert_eq!(world.get("/api/failures").await, json!({ "kind": "quota-exceeded", "calls": 1 }));
    world.delete("/api/failures").await;
    assert_eq!(world.get("/api/failures").await, Value::Null);
    world.put("/api/failures?kind=access-denied&operation=GetAccount").await;
    assert!(world.client.get_account().send().await.is_err());
    world.delete("/api/failures?operation=GetAccount").await;

    world.put("/api/rate?per_second=1").await;
    world.put("/api/quota?per_day=1").await;
    world.put("/api/unverified?identity=example.org").await;
    assert_eq!(world.get("/api/unverified").await, json!(["example.org"]));
    let account = world.account().await;
    let quota = account.send_quota().unwrap();
    assert_eq!(format!("{} {}", quota.max24_hour_send(), quota.max_send_rate()), "1 1");
    for path in ["/api/rate", "/api/quota", "/api/unverified"] {
        world.delete(path).await;
    }
    world.send_to(&["a@example.org", "b@example.org"]).await.unwrap();
}

#[tokio::test]
async fn messages_are_listed_by_recipient_regardless_of_case() {
    let world = World::new().await;
    world.send_to(&["Ana@example.org"]).await.unwrap();
    world.send_to(&["sam@example.org"]).await.unwrap();
    let list = world.get("/api/messages?to=aNA@example.org").await;
    assert_eq!((list.as_array().unwrap().len(), &list[0]["to"][0]), (1, &json!("Ana@example.org")));
    assert_eq!(world.get("/api/messages?to=nobody@example.org").await, json!([]));
    assert_eq!(world.get("/api/messages").await.as_array().unwrap().len(), 2);
}
