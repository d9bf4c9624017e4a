//! Behavior that a single event cannot show: limits, configuration, the tokens as other functions read them.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod support;

use anonymous_login::App;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use spaces_auth::Authenticator;
use spaces_http::{Context, Env, GatewayEvent};
use spaces_local::harness;
use spaces_model::{Caller, LinkMark};

use self::support::{answer, env, now, opened, others, sources};

fn event(name: &str) -> Value {
    harness::event("anonymous-login", name).unwrap()
}

#[tokio::test]
async fn a_body_of_more_than_a_mebibyte_is_too_large() {
    let mut event = event("200-display-name");
    let mut with_name_of = |length: usize| {
        event["body"] = json!(format!("{{\"unknown\":\"{}\"}}", "x".repeat(length)));
        event.clone()
    };
    let frame = "{\"unknown\":\"\"}".len();
    assert_eq!(answer(&env(), with_name_of((1 << 20) - frame)).await["statusCode"], 200);
    let refused = answer(&env(), with_name_of((1 << 20) - frame + 1)).await;
    assert_eq!(refused["statusCode"], 413);
    assert!(refused["body"].as_str().unwrap().contains("payload_too_large"));
}

#[tokio::test]
async fn a_browser_that_sends_only_its_origin_may_submit_the_form() {
    let from = async |origin: &str| {
        let mut event = event("303-form-with-next");
        let headers = event["headers"].as_object_mut().unwrap();
        headers.remove("sec-fetch-site");
        headers.insert("origin".to_owned(), json!(origin));
        answer(&env(), event).await["statusCode"].clone()
    };
    assert_eq!(from("https://spaces.example.com").await, 303);
    for other in
        ["https://evil.example", "http://spaces.example.com", "https://spaces.example.com.evil.example", "null"]
    {
        assert_eq!(from(other).await, 403, "{other}");
    }
}

#[tokio::test]
async fn bytes_that_are_not_utf_8_are_read_as_windows_1252_in_every_kind_of_body() {
    let named = async |event_name: &str, body: &[u8]| {
        let mut event = event(event_name);
        event["isBase64Encoded"] = json!(true);
        event["body"] = json!(STANDARD.encode(body));
        opened(answer(&env(), event).await).await["body"]["token"]["claims"]["displayname"].clone()
    };
    for (body, name) in [
        (&b"displayname=Jos%E9"[..], "José"),
        (b"displayname=Jos\xE9", "José"),
        (b"displayname=Jos%C3%A9+%80", "JosÃ© €"),
        (b"displayname=Jos%C3%A9", "José"),
        (b"displayname=It%92s+%80+5", "It’s € 5"),
    ] {
        assert_eq!(named("200-form", body).await, name);
    }
    assert_eq!(named("200-display-name", b"{\"displayname\":\"It\x92s \x80 5\"}").await, "It’s € 5");
}

#[tokio::test]
async fn the_longest_name_fits_into_a_cookie() {
    let family = "👨‍👩‍👧‍👦";
    let mut event = event("303-form-with-next");
    let next = "%2Fspaces%2Finvites%2F59039e47e2cda45e3bbbfc80%2Fjoin";
    event["isBase64Encoded"] = json!(false);
    event["body"] = json!(format!("displayname={}&next={next}", family.repeat(60)));
    let answer = answer(&env(), event).await;
    assert_eq!(answer["statusCode"], 303, "{answer}");
    let cookie = answer["cookies"][0].as_str().unwrap();
    assert!(cookie.len() <= 4096, "{}", cookie.len());
}

#[tokio::test]
async fn an_address_is_not_accepted_as_a_name() {
    let named = async |name: &str| {
        let mut event = event("200-display-name");
        event["body"] = json!(json!({"displayname": name}).to_string());
        opened(answer(&env(), event).await).await["body"]["token"]["claims"]["displayname"].clone()
    };
    assert_eq!(named("Leia").await, "Leia");
    for address in ["leia@example.com", " <leia@example.com> ", "Leia leia@example.com"] {
        assert_eq!(named(address).await, "Guest", "{address}");
    }
}

#[tokio::test]
async fn two_logins_make_two_guests() {
    let app = App::from_env(&env(), sources()).unwrap();
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let event: GatewayEvent = serde_json::from_value(event("200-empty-body")).unwrap();
        let answer = spaces_http::handle(event, Context::default(), |request| app.answer(request)).await.unwrap();
        let answer = opened(serde_json::to_value(answer).unwrap()).await;
        tokens.push(answer["body"]["token"]["claims"].clone());
    }
    assert_ne!(tokens[0]["anonymous_id"], tokens[1]["anonymous_id"]);
    assert_ne!(tokens[0]["jti"], tokens[1]["jti"]);
}

#[tokio::test]
async fn the_cookie_lives_as_long_as_its_token_and_does_not_reveal_the_link() {
    let mut variables: Vec<(String, String)> =
        ["PUBLIC_URL", "SIGNING_SECRET"].map(|name| (name.to_owned(), env().required(name).unwrap().to_owned())).into();
    variables.push(("GUEST_TOKEN_HOURS".to_owned(), "2".to_owned()));
    let env: Env = variables.into_iter().collect();
    let answer = answer(&env, event("303-form-with-next")).await;
    assert_eq!(answer["headers"]["location"], "/spaces/invites/59039e47e2cda45e3bbbfc80/join?guest=1");
    let cookie = answer["cookies"][0].as_str().unwrap();
    let (pair, attributes) = cookie.split_once(';').unwrap();
    let (name, token) = pair.split_once('=').unwrap();
    assert_eq!(name, "__Host-GUEST");
    assert_eq!(attributes, " HttpOnly; Secure; SameSite=Lax; Path=/; Max-Age=7200");
    let reader = Authenticator::new(others(&env).await.auth).unwrap();
    assert!(reader.session(token, now() + jiff::SignedDuration::from_secs(7230)).await.is_err());
    let guest = reader.session(token, now() + jiff::SignedDuration::from_secs(7200)).await.unwrap();
    let Caller::Guest(guest) = guest else { panic!("{guest:?}") };
    assert_eq!(guest.came_by, Some(LinkMark::new("59039e47e2cda45e3bbbfc80".parse().unwrap(), guest.id)));
}

#[tokio::test]
async fn json_that_is_sent_as_a_form_fails_as_json() {
    let mut event = event("200-json-sent-as-form");
    event["isBase64Encoded"] = json!(false);
    event["body"] = json!(json!({"displayname": 1}).to_string());
    let answer = answer(&env(), event).await;
    assert_eq!(answer["statusCode"], 400);
    assert_eq!(answer["headers"]["content-type"], "application/problem+json");
}

#[tokio::test]
async fn a_failed_form_gets_a_page() {
    for (name, status) in [
        ("400-next-on-another-site", 400),
        ("400-next-twice", 400),
        ("403-form-of-another-site", 403),
        ("403-form-with-next-outside-a-browser", 403),
    ] {
        let mut event = event(name);
        event["headers"]["accept-language"] = json!("de-AT, en;q=0.5");
        let answer = answer(&env(), event).await;
        assert_eq!(answer["statusCode"], status, "{name}");
        assert_eq!(answer["headers"]["content-type"], "text/html; charset=utf-8", "{name}");
        assert_eq!(answer["headers"]["cache-control"], "no-store", "{name}");
        assert!(answer["body"].as_str().unwrap().contains("lang=\"de\""), "{name} {answer}");
    }
}

#[test]
fn a_missing_or_invalid_variable_is_named() {
    for (name, value) in [
        ("PUBLIC_URL", ""),
        ("PUBLIC_URL", "spaces.example.com"),
        ("SIGNING_SECRET", ""),
        ("SIGNING_SECRET", "too short"),
        ("SIGNING_SECRET", "development-only-development-only-development-only"),
        ("GUEST_TOKEN_HOURS", "0"),
        ("GUEST_TOKEN_HOURS", "169"),
        ("GUEST_TOKEN_HOURS", "-1"),
        ("GUEST_TOKEN_HOURS", "a day"),
        ("CORS_ALLOWED_ORIGINS", "app.example.com"),
    ] {
        let valid = ["PUBLIC_URL", "SIGNING_SECRET"].map(|name| (name, env().required(name).unwrap().to_owned()));
        let env: Env = valid.into_iter().chain([(name, value.to_owned())]).collect();
        let error = match App::from_env(&env, sources()) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("{name}={value} was accepted"),
        };
        assert!(error.contains(name) && !error.contains("too short"), "{error}");
    }
}

#[test]
fn the_deployed_role_allows_what_the_function_does_and_no_more() {
    assert!(harness::allowed_actions("AnonymousLoginRole").unwrap().is_empty());
}
