//! Behavior that a single event cannot show: repetition, limits, failures, and callers with short-lived tokens.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use create_space_invite::App;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use spaces_auth::{GuestTokens, Secrets};
use spaces_http::Env;
use spaces_local::harness::{self, Harness, PUBLIC_URL};
use spaces_local::tokens;
use spaces_model::{Guest, GuestId};

const KEY: &str = "3f1c8f4e-6a0b-4f6e-9d1f-6c1a2b3c4d5e";

struct Service {
    harness: Harness,
    app: App,
}

impl Service {
    async fn start() -> Self {
        let harness = Harness::start().await.unwrap();
        let env = harness.env().unwrap();
        Self { app: app(&env, harness::now()), harness }
    }

    /// Sends the request of `events/create-space-invite/200-email.json` with changes.
    async fn send(&self, change: impl FnOnce(&mut Request)) -> Value {
        answer(&self.app, change).await
    }

    /// Returns the calls to the table, sorted because some are concurrent.
    fn calls(&self) -> Vec<String> {
        let mut calls = self.harness.dynamo.calls();
        calls.sort();
        calls
    }

    fn stored(&self, kind: &str) -> Vec<Value> {
        let mut items = self.harness.dynamo.items().unwrap();
        items.retain(|item| {
            let title = if kind == "INVITE" { &item["founds"]["title"] } else { &item["title"] };
            item["sk"] == kind && title == "invite + new space"
        });
        items
    }
}

fn app(env: &Env, now: Timestamp) -> App {
    App::from_env(env, harness::sources_at(now)).unwrap()
}

struct Request {
    event: Value,
    body: Value,
}

impl Request {
    fn header(&mut self, name: &str, value: &str) {
        self.event["headers"][name] = json!(value);
    }
}

async fn answer(app: &App, change: impl FnOnce(&mut Request)) -> Value {
    let event = harness::event("create-space-invite", "200-email").unwrap();
    let body = serde_json::from_str(event["body"].as_str().unwrap()).unwrap();
    let mut request = Request { event, body };
    change(&mut request);
    let Request { mut event, body } = request;
    event["body"] = json!(body.to_string());
    harness::answer(event, |request| app.answer(request)).await.unwrap()
}

/// Returns the environment with another value for one variable.
fn with(harness: &Harness, name: &str, value: &str) -> Env {
    let mut env = harness.env().unwrap();
    env.set(name, value);
    env
}

fn status_and_code(answer: &Value) -> (u64, &str) {
    (answer["statusCode"].as_u64().unwrap(), answer["body"]["code"].as_str().unwrap_or_default())
}

fn service_app(scope: &str) -> String {
    format!("service_app {}", tokens::service_app(PUBLIC_URL, scope, harness::now()).unwrap())
}

#[tokio::test]
async fn a_guest_creates_nothing() {
    let service = Service::start().await;
    let secrets = Secrets::new("a secret for tests, of more than forty characters", None).unwrap();
    let guests = GuestTokens::new(&secrets, PUBLIC_URL, PUBLIC_URL, SignedDuration::from_hours(1)).unwrap();
    let guest = Guest { id: GuestId::from_bytes([7; 12]), display_name: "Leia".to_owned(), came_by: None };
    let token = guests.issue(&guest, [1; 16], harness::now()).unwrap();
    let answer = service.send(|request| request.header("authorization", &format!("jwt {token}"))).await;
    assert_eq!(status_and_code(&answer), (403, "forbidden"));
    let acting = service
        .send(|request| {
            request.header("authorization", &format!("jwt {token}"));
            request.header("x-avaya-act-as", "ana@example.com");
        })
        .await;
    assert_eq!(status_and_code(&acting), (403, "act_as_denied"));
    assert!(service.stored("SPACE").is_empty());
}

#[tokio::test]
async fn a_service_app_creates_in_the_name_of_its_account() {
    let service = Service::start().await;
    let answer = service.send(|request| request.header("authorization", &service_app(""))).await;
    assert_eq!(answer["statusCode"], 200);
    let invitation = &service.stored("INVITE")[0];
    assert_eq!(invitation["inviter_email"], tokens::SERVICE_APP_EMAIL);
    assert_eq!(invitation["acted_by"], tokens::SERVICE_APP_ID);
}

#[tokio::test]
async fn a_service_app_with_the_scope_acts_for_a_known_user_of_its_domain() {
    let service = Service::start().await;
    let answer = service
        .send(|request| {
            request.header("authorization", &service_app("spaces.other spaces.create.actas"));
            request.header("x-avaya-act-as", "Ana@EXAMPLE.com");
        })
        .await;
    assert_eq!(answer["statusCode"], 200);
    let invitation = &service.stored("INVITE")[0];
    assert_eq!(invitation["inviter_name"], "Ana García");
    assert_eq!(invitation["language"], "es");
    assert_eq!(invitation["acted_by"], tokens::SERVICE_APP_ID);
    assert_eq!(service.stored("SPACE")[0]["creator"], invitation["inviter"]);
}

#[tokio::test]
async fn every_failed_condition_of_acting_for_a_user_gets_the_same_response() {
    let service = Service::start().await;
    let mut bodies = Vec::new();
    for (scope, address) in [
        ("", "ana@example.com"),
        ("spaces.create", "ana@example.com"),
        ("spaces.create.actas", "nobody@example.com"),
        ("spaces.create.actas", "sam@example.org"),
        ("spaces.create.actas", "ana@sub.example.com"),
        ("spaces.create.actas", "ana@notexample.com"),
        ("spaces.create.actas", "ana@example.com, remy@example.com"),
        ("spaces.create.actas", ""),
        ("spaces.create.actas", "ána@example.com"),
    ] {
        let answer = service
            .send(|request| {
                request.header("authorization", &service_app(scope));
                request.header("x-avaya-act-as", address);
            })
            .await;
        assert_eq!(status_and_code(&answer), (403, "act_as_denied"), "{scope} {address}");
        bodies.push(answer["body"].clone());
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1);
    assert!(service.stored("SPACE").is_empty());
}

#[tokio::test]
async fn a_body_over_a_mebibyte_is_too_large_and_one_of_a_mebibyte_is_read() {
    let service = Service::start().await;
    let pad = |length: usize| move |request: &mut Request| request.body["padding"] = json!("x".repeat(length));
    let spare = (1 << 20) - {
        let event = harness::event("create-space-invite", "200-email").unwrap();
        let mut body: Value = serde_json::from_str(event["body"].as_str().unwrap()).unwrap();
        body["padding"] = json!("");
        body.to_string().len()
    };
    assert_eq!(service.send(pad(spare)).await["statusCode"], 200);
    assert_eq!(status_and_code(&service.send(pad(spare + 1)).await), (413, "payload_too_large"));
}

#[tokio::test]
async fn a_repeated_request_with_the_same_key_gets_the_same_response_and_creates_nothing() {
    let service = Service::start().await;
    let first = service.send(|request| request.header("idempotency-key", KEY)).await;
    let again = service.send(|request| request.header("idempotency-key", KEY)).await;
    assert_eq!(first, again);
    assert_eq!((service.stored("SPACE").len(), service.stored("INVITE").len()), (1, 1));
}

#[tokio::test]
async fn without_a_key_each_request_creates_a_space() {
    let service = Service::start().await;
    let first = service.send(|_| {}).await;
    let again = service.send(|_| {}).await;
    assert_ne!(first["body"]["data"][0]["_id"], again["body"]["data"][0]["_id"]);
    assert_eq!(service.stored("SPACE").len(), 2);
}

#[tokio::test]
async fn concurrent_requests_with_one_key_create_one_space_and_one_set_of_mails() {
    let service = Service::start().await;
    let send = || service.send(|request| request.header("idempotency-key", KEY));
    let answers = futures_util::future::join_all((0..20).map(|_| send())).await;
    assert!(answers.iter().all(|answer| *answer == answers[0] && answer["statusCode"] == 200));
    assert_eq!((service.stored("SPACE").len(), service.stored("INVITE").len()), (1, 1));
    let stream = service.harness.dynamo.stream().after(None).unwrap();
    let outbox = stream.iter().filter(|record| record["dynamodb"]["NewImage"]["channel"]["S"] == "server");
    assert_eq!(outbox.count(), 1);
}

#[tokio::test]
async fn the_same_key_with_another_body_is_a_mismatch() {
    let service = Service::start().await;
    service.send(|request| request.header("idempotency-key", KEY)).await;
    let other = service
        .send(|request| {
            request.header("idempotency-key", KEY);
            request.body["topic"]["description"] = json!("another");
        })
        .await;
    assert_eq!(status_and_code(&other), (422, "idempotency_mismatch"));
}

#[tokio::test]
async fn the_same_key_of_another_caller_is_another_request() {
    let service = Service::start().await;
    let first = service.send(|request| request.header("idempotency-key", KEY)).await;
    let other = service
        .send(|request| {
            request.header("idempotency-key", KEY);
            request.header("authorization", &service_app(""));
        })
        .await;
    assert_ne!(first["body"]["data"][0]["_id"], other["body"]["data"][0]["_id"]);
}

#[tokio::test]
async fn a_repeated_request_gets_its_response_after_the_meeting_has_ended() {
    let harness = Harness::start().await.unwrap();
    let env = harness.env().unwrap();
    let ends = harness::now() + SignedDuration::from_hours(1);
    let times = |request: &mut Request| {
        request.header("idempotency-key", KEY);
        request.body["startDateTime"] = json!(harness::now().to_string());
        request.body["endDateTime"] = json!(ends.to_string());
    };
    let first = answer(&app(&env, harness::now()), times).await;
    assert_eq!(first["statusCode"], 200);
    let later = app(&env, ends + SignedDuration::from_secs(1));
    assert_eq!(answer(&later, times).await, first);
    let unknown = answer(&later, |request| {
        times(request);
        request.header("idempotency-key", "another");
    });
    assert_eq!(unknown.await["body"]["errors"][0]["code"], "end_in_past");
}

#[tokio::test]
async fn a_key_must_be_1_to_255_printable_ascii_characters() {
    let service = Service::start().await;
    for (key, status) in [("k", 200), (&*"k".repeat(255), 200), (&*"k".repeat(256), 400), ("", 400), ("a\tb", 400)] {
        let answer = service.send(|request| request.header("idempotency-key", key)).await;
        assert_eq!(answer["statusCode"], status, "{key}");
    }
}

#[tokio::test]
async fn a_caller_over_the_limit_gets_retry_after() {
    let harness = Harness::start().await.unwrap();
    let app = app(&with(&harness, "CREATES_PER_MINUTE", "2"), harness::now());
    assert_eq!(answer(&app, |_| {}).await["statusCode"], 200);
    assert_eq!(answer(&app, |_| {}).await["statusCode"], 200);
    let refused = answer(&app, |_| {}).await;
    assert_eq!(status_and_code(&refused), (429, "too_many_requests"));
    assert_eq!(refused["headers"]["retry-after"], "31");
    let other = answer(&app, |request| request.header("authorization", &service_app(""))).await;
    assert_eq!(other["statusCode"], 200);
}

#[tokio::test]
async fn a_repeated_request_gets_its_response_over_the_limit() {
    let harness = Harness::start().await.unwrap();
    let app = app(&with(&harness, "CREATES_PER_MINUTE", "1"), harness::now());
    let with_key = |key: &'static str| answer(&app, move |request| request.header("idempotency-key", key));
    let first = with_key("k-1").await;
    assert_eq!(first["statusCode"], 200);
    assert_eq!(with_key("k-1").await, first);
    assert_eq!(status_and_code(&with_key("k-2").await), (429, "too_many_requests"));
}

#[tokio::test]
async fn a_dry_run_stores_nothing_and_has_a_verdict_on_each_entry() {
    let service = Service::start().await;
    let dry = |request: &mut Request| {
        request.event["rawQueryString"] = json!("dryRun=true");
        request.event["queryStringParameters"] = json!({ "dryRun": "true" });
        request.header("idempotency-key", KEY);
        let email = |address: &str| json!({ "inviteeType": "email", "invitee": address });
        request.body["invitees"] = ["han@a.example", "HAN@a.example", "ünal@a.example"].map(email).into();
    };
    let dry_run = service.send(dry).await;
    assert_eq!(dry_run["statusCode"], 200, "{dry_run}");
    let object = &dry_run["body"]["data"][0];
    let verdicts: Vec<&Value> = object["invitees"].as_array().unwrap().iter().map(|entry| &entry["verdict"]).collect();
    assert_eq!(verdicts, ["ok", "duplicate", "not_mailed"]);
    assert!(object.get("_id").is_none() && object.get("topicId").is_none());
    assert!(service.stored("SPACE").is_empty() && service.stored("INVITE").is_empty());
    let wrong = service
        .send(|request| {
            dry(request);
            request.body["topic"]["title"] = json!("");
        })
        .await;
    assert_eq!(wrong["body"]["errors"][0]["field"], "topic.title");
    // The key is still unused.
    let made = service.send(|request| request.header("idempotency-key", KEY)).await;
    assert_eq!(made["statusCode"], 200);
}

#[tokio::test]
async fn a_throttled_table_is_unavailable_and_nothing_is_stored() {
    let service = Service::start().await;
    service.harness.dynamo.throttle(100);
    let answer = service.send(|_| {}).await;
    assert_eq!(status_and_code(&answer), (503, "unavailable"));
    assert_eq!(answer["headers"]["retry-after"], "1");
    assert!(service.stored("SPACE").is_empty());
}

#[tokio::test]
async fn a_briefly_throttled_table_is_retried() {
    let service = Service::start().await;
    service.harness.dynamo.throttle(2);
    assert_eq!(service.send(|_| {}).await["statusCode"], 200);
}

#[tokio::test]
async fn calls_that_time_out_twice_are_made_a_third_time() {
    let service = Service::start().await;
    let app = app(&with(&service.harness, "TABLE_TIMEOUT_MS", "500"), harness::now());
    // The first request: the directory's batch, concurrent with the count of mails. The second, which needs no reads:
    // the count. The third, which mails nobody: the three puts.
    for (spaces, calls, channel) in [(1, 2, "server"), (2, 1, "server"), (3, 3, "client")] {
        service.harness.dynamo.fall_silent(2 * calls);
        let answer = answer(&app, |request| request.body["informChannel"] = json!(channel)).await;
        assert_eq!(answer["statusCode"], 200, "{answer}");
        assert_eq!(service.stored("SPACE").len(), spaces);
    }
}

#[tokio::test]
async fn an_unreachable_table_is_unavailable() {
    let harness = Harness::start().await.unwrap();
    let app = app(&with(&harness, "AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9"), harness::now());
    assert_eq!(status_and_code(&answer(&app, |_| {}).await), (503, "unavailable"));
}

#[tokio::test]
async fn a_missing_table_is_an_internal_error_without_details() {
    let harness = Harness::start().await.unwrap();
    let app = app(&with(&harness, "TABLE_NAME", "another"), harness::now());
    let answer = answer(&app, |_| {}).await;
    assert_eq!(status_and_code(&answer), (500, "internal"));
    assert!(!answer.to_string().contains("another") && !answer.to_string().contains("ResourceNotFound"));
}

#[tokio::test]
async fn an_issuer_whose_keys_cannot_be_fetched_is_unavailable() {
    let harness = Harness::start().await.unwrap();
    let issuer = json!([{
        "iss": tokens::ISSUER, "jwks_url": "https://issuer.invalid/jwks.json", "algorithms": ["EdDSA"], "audience": null,
    }]);
    let app = app(&with(&harness, "ISSUERS", &issuer.to_string()), harness::now());
    assert_eq!(status_and_code(&answer(&app, |_| {}).await), (503, "unavailable"));
}

#[tokio::test]
async fn a_thousand_of_the_longest_invitees_cost_three_puts() {
    let service = Service::start().await;
    service.send(|request| request.body["topic"]["title"] = json!("to be known")).await;
    service.harness.dynamo.forget_calls();
    let domain = format!("{0}.{0}.{0}.example", "d".repeat(60));
    let invitees: Vec<Value> = (0..1_000)
        .map(|n| {
            let local = format!("{n:04}{}", "a".repeat(254 - 4 - 1 - domain.len()));
            json!({"inviteeType": "email", "invitee": format!("{local}@{domain}"), "role": "member"})
        })
        .collect();
    assert_eq!(invitees[0]["invitee"].as_str().unwrap().len(), 254);
    let answer = service
        .send(|request| {
            request.body["topic"]["description"] = json!("界".repeat(2_000));
            request.body["invitees"] = json!(invitees);
        })
        .await;
    assert_eq!(answer["statusCode"], 200, "{answer}");
    assert_eq!(answer["body"]["data"][0]["invitees"].as_array().unwrap().len(), 1_000);
    // Besides the puts, the inviter's mails are counted.
    assert_eq!(service.calls(), ["PutItem", "PutItem", "PutItem", "UpdateItem"]);
    assert_eq!((service.stored("SPACE").len(), service.stored("INVITE").len()), (1, 1));
}

#[tokio::test]
async fn round_trips_are_one_and_three_with_colleagues_to_look_up() {
    let service = Service::start().await;
    service.send(|_| {}).await;
    // The user and their address are read in one batch, and written concurrently when the token says something new,
    // while the inviter's mails are counted. Then the three puts are sent concurrently.
    let [puts, updates] = [["PutItem"; 3], ["UpdateItem"; 3]];
    assert_eq!(service.calls(), [&["BatchGetItem"][..], &puts, &updates].concat());
    service.harness.dynamo.forget_calls();
    service.send(|_| {}).await;
    assert_eq!(service.calls(), [&puts[..], &updates[..1]].concat());
    service.harness.dynamo.forget_calls();
    service.send(|request| request.body["informChannel"] = json!("client")).await;
    assert_eq!(service.calls(), puts);
    service.harness.dynamo.forget_calls();
    let ana = tokens::DevelopmentUser::with_email("ana@example.com".parse().unwrap()).id;
    let user = json!({"inviteeType": "userid", "invitee": ana.to_string()});
    service.send(|request| request.body["invitees"] = json!([user])).await;
    assert_eq!(service.calls(), [&["BatchGetItem"; 2][..], &puts, &updates[..1]].concat());
}

#[tokio::test]
async fn the_keys_of_a_response_are_in_the_documented_order() {
    let service = Service::start().await;
    let mut event = harness::event("create-space-invite", "200-email").unwrap();
    let body = event["body"].as_str().unwrap().replace("\"server\"", "\"outlook\"");
    event["body"] = json!(body);
    let body = harness::body(event, |request| service.app.answer(request)).await.unwrap();
    let expected = concat!(
        r#"{"data":[{"topicId":"0102030405060708090a0b0c","startDateTime":"2099-04-28T19:55:50.950Z","#,
        r#""endDateTime":"2099-04-28T20:55:50.950Z","_id":"0d0e0f101112131415161718","#,
        r#""invitees":[{"inviteeType":"email","invitee":"han42@example.com","role":"member"}],"#,
        r#""created":"2026-11-21T12:00:00.000Z"}],"inviteContent":{"subject":"#,
    );
    assert!(body.starts_with(expected), "{body}");
    let places = ["\"subject\":", "\"text\":", "\"html\":", "\"language\":"].map(|key| body.find(key).unwrap());
    assert!(places.is_sorted());
}

#[tokio::test]
async fn links_lead_to_the_configured_host_and_no_other() {
    let service = Service::start().await;
    let answer = service
        .send(|request| {
            for header in ["host", "x-forwarded-host", "forwarded"] {
                request.header(header, "evil.example");
            }
            request.event["requestContext"]["domainName"] = json!("evil.example");
            request.body["informChannel"] = json!("client");
        })
        .await;
    assert!(
        answer["body"]["inviteContent"]["text"]
            .as_str()
            .unwrap()
            .contains("https://spaces.example.com/spaces/invites/")
    );
    assert!(!answer.to_string().contains("evil.example"));
}

#[test]
fn a_missing_variable_stops_the_function_and_is_named() {
    let error =
        App::from_env(&Env::from_iter([("PUBLIC_URL", "https://a.example")]), harness::sources_at(harness::now()));
    assert_eq!(error.err().unwrap().to_string(), "the environment variable AWS_REGION is missing");
}

#[test]
fn the_deployed_role_allows_what_the_function_does_and_no_more() {
    let expected = [
        // The caller and their address; invitees by id.
        "dynamodb:BatchGetItem",
        // Opens the first connection; a user whose token proves no address; the user acted for, by address.
        "dynamodb:GetItem",
        // An invitation, its space and its creator's membership.
        "dynamodb:PutItem",
        // The spaces that the caller shares with an invitee.
        "dynamodb:Query",
        // The directory.
        "dynamodb:UpdateItem",
    ];
    assert_eq!(harness::allowed_actions("CreateSpaceInviteRole").unwrap(), expected);
}

#[tokio::test]
async fn unknown_opaque_tokens_get_retry_after_once_the_budget_is_used_up() {
    let service = Service::start().await;
    for n in 0..20 {
        let token = format!("bearer {n:040x}");
        let answer = service.send(|request| request.header("authorization", &token)).await;
        let retry_after = (n >= 10).then_some("1");
        assert_eq!(answer["statusCode"], if n < 10 { 401 } else { 503 }, "{n}: {answer}");
        assert_eq!(answer["headers"].get("retry-after").and_then(Value::as_str), retry_after, "{n}");
    }
}
