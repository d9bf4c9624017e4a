//! Behavior that a single event cannot show.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use spaces_http::Sources;
use spaces_local::harness::{self, Harness};
use spaces_local::samples::Sample;
use spaces_model::{EmailAddress, Invitation, UserId};
use spaces_store::{MAX_STOPPED_INVITERS, StopWay};
use stop_mail::App;

const FORM: [(&str, &str); 2] =
    [("sec-fetch-site", "same-origin"), ("content-type", "application/x-www-form-urlencoded")];

struct Service {
    harness: Harness,
    app: App,
    clock: Arc<AtomicI64>,
    invitation: Invitation,
}

struct Answer {
    status: u64,
    body: String,
}

impl Service {
    async fn start() -> Self {
        let harness = Harness::start().await.unwrap();
        let clock = Arc::new(AtomicI64::new(harness::now().as_second()));
        let time = Arc::clone(&clock);
        let now = move || Timestamp::from_second(time.load(Ordering::Relaxed)).unwrap();
        let app = App::from_env(&harness.env().unwrap(), Sources::new(now, |bytes| bytes.fill(0))).unwrap();
        let invitation = harness.store.invitation(Sample::Open.id()).await.unwrap().unwrap();
        Self { harness, app, clock, invitation }
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.clock.load(Ordering::Relaxed)).unwrap()
    }

    fn pass(&self, time: SignedDuration) {
        self.clock.fetch_add(time.as_secs(), Ordering::Relaxed);
    }

    /// Returns the token of a mail to Bob in an inviter's name.
    fn token(&self, inviter: UserId) -> String {
        let mut invitation = self.invitation.clone();
        invitation.inviter.id = inviter;
        self.harness.store.stop_token(&bob(), &invitation, self.now()).unwrap()
    }

    async fn send(&self, method: &str, token: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut event = harness::event("stop-mail", "200-one-click").unwrap();
        event["rawPath"] = json!(format!("/mail/stop/{token}"));
        event["requestContext"]["http"]["method"] = json!(method);
        event["headers"] = headers.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        event["body"] = json!(body);
        let answer = harness::answer(event, |request| self.app.answer(request)).await.unwrap();
        let body = answer["body"].as_str().unwrap_or_default().to_owned();
        Answer { status: answer["statusCode"].as_u64().unwrap(), body }
    }

    /// Clicks a button of the page, and returns the resulting page.
    async fn click(&self, token: &str, button: &str) -> String {
        let answer = self.send("POST", token, &FORM, &format!("mail={button}")).await;
        assert_eq!(answer.status, 200, "{button}");
        // Of two timestamps in the same second, the stop wins.
        self.pass(SignedDuration::from_secs(1));
        answer.body
    }

    async fn may_mail(&self, inviter: UserId) -> bool {
        let store = &self.harness.store;
        let stops = store.mail_stops(&store.address_ref(&bob())).await.unwrap();
        store.may_mail(&bob(), &stops, inviter, self.now()).await.unwrap()
    }
}

fn bob() -> EmailAddress {
    "Bob@Example.com".parse().unwrap()
}

fn inviter(number: u8) -> UserId {
    UserId::from_bytes([number; 12])
}

#[tokio::test]
async fn the_button_of_a_mail_program_needs_neither_cookie_nor_origin_and_stops_everybody() {
    let service = Service::start().await;
    let token = service.token(inviter(1));
    let headers =
        [("content-type", "application/x-www-form-urlencoded"), ("origin", "null"), ("sec-fetch-site", "cross-site")];
    assert_eq!(service.send("POST", &token, &headers, "List-Unsubscribe=One-Click").await.status, 200);
    assert!(!service.may_mail(inviter(1)).await && !service.may_mail(inviter(2)).await);
}

#[tokio::test]
async fn opening_the_page_changes_nothing_however_often() {
    let service = Service::start().await;
    let (token, before) = (service.token(inviter(1)), service.harness.dynamo.items().unwrap());
    for method in ["GET", "HEAD", "GET"] {
        assert_eq!(service.send(method, &token, &[("sec-fetch-site", "none")], "").await.status, 200);
    }
    assert_eq!(service.harness.dynamo.items().unwrap(), before);
    assert!(service.may_mail(inviter(1)).await);
}

#[tokio::test]
async fn stopping_one_inviter_affects_no_other_and_is_undone_on_the_same_page() {
    let service = Service::start().await;
    let token = service.token(inviter(1));
    service.click(&token, "inviter").await;
    assert!(!service.may_mail(inviter(1)).await && service.may_mail(inviter(2)).await);
    service.click(&token, "all").await;
    assert!(!service.may_mail(inviter(2)).await);
    service.click(&token, "undo").await;
    assert!(service.may_mail(inviter(1)).await && service.may_mail(inviter(2)).await);
    service.click(&token, "all").await;
    assert!(!service.may_mail(inviter(1)).await);
}

#[tokio::test]
async fn undoing_by_the_mail_of_one_inviter_leaves_the_stop_of_another() {
    let service = Service::start().await;
    service.click(&service.token(inviter(1)), "inviter").await;
    service.click(&service.token(inviter(2)), "undo").await;
    assert!(!service.may_mail(inviter(1)).await && service.may_mail(inviter(2)).await);
}

#[tokio::test]
async fn stopping_too_many_inviters_one_by_one_stops_all_mail() {
    let service = Service::start().await;
    let most = u8::try_from(MAX_STOPPED_INVITERS).unwrap();
    for number in 0..most {
        service.click(&service.token(inviter(number)), "inviter").await;
    }
    // Stopping a known inviter again does not count again.
    service.click(&service.token(inviter(3)), "inviter").await;
    assert!(service.may_mail(inviter(most)).await && !service.may_mail(inviter(3)).await);
    let page = service.click(&service.token(inviter(most)), "inviter").await;
    assert!(!service.may_mail(inviter(most)).await && !service.may_mail(inviter(200)).await);
    assert!(page.contains("You won’t get any more emails from us."), "{page}");
}

#[tokio::test]
async fn a_stop_is_undone_by_a_mail_for_30_days() {
    let service = Service::start().await;
    let token = service.token(inviter(1));
    service.click(&token, "inviter").await;
    service.pass(SignedDuration::from_hours(24 * 29));
    service.click(&token, "all").await;
    service.pass(SignedDuration::from_hours(24));
    // The older of the two is too old.
    let page = service.send("GET", &token, &[], "").await.body;
    assert!(!page.contains("value=\"undo\""), "{page}");
    assert_eq!(service.send("POST", &token, &FORM, "mail=undo").await.status, 403);
    assert!(!service.may_mail(inviter(1)).await && !service.may_mail(inviter(2)).await);
    // A mail from another inviter names only the newer one.
    service.click(&service.token(inviter(2)), "undo").await;
    assert!(!service.may_mail(inviter(1)).await && service.may_mail(inviter(2)).await);
}

#[tokio::test]
async fn an_action_outweighed_by_a_later_timestamp_is_not_reported_as_done() {
    let service = Service::start().await;
    let token = service.token(inviter(1));
    let address = service.harness.store.address_ref(&bob());
    let ahead = service.now() + SignedDuration::from_mins(1);
    service.click(&token, "all").await;
    service.harness.store.lift_stops(&address, inviter(1), StopWay::Page, ahead).await.unwrap();
    for body in ["List-Unsubscribe=One-Click", "mail=all"] {
        assert_eq!(service.send("POST", &token, &FORM, body).await.status, 503, "{body}");
    }
    service.pass(SignedDuration::from_mins(2));
    service.click(&token, "all").await;
    service
        .harness
        .store
        .stop_all_mail(&address, StopWay::Page, service.now() + SignedDuration::from_mins(1))
        .await
        .unwrap();
    assert_eq!(service.send("POST", &token, &FORM, "mail=undo").await.status, 503);
    assert!(!service.may_mail(inviter(1)).await);
}

#[tokio::test]
async fn undoing_promises_no_mail_to_an_address_that_bounced() {
    let service = Service::start().await;
    let token = service.token(inviter(1));
    service.harness.store.record_bounce(&bob(), service.now()).await.unwrap();
    service.click(&token, "all").await;
    let page = service.click(&token, "undo").await;
    assert!(!service.may_mail(inviter(1)).await);
    assert!(page.contains("You’ve allowed our emails again.") && !page.contains("value=\"undo\""), "{page}");
}

#[tokio::test]
async fn the_pages_forms_are_accepted_only_from_the_page() {
    let service = Service::start().await;
    let (token, before) = (service.token(inviter(1)), service.harness.dynamo.items().unwrap());
    for headers in [
        [].as_slice(),
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", harness::PUBLIC_URL)],
        &[("origin", "null")],
        &[("origin", "https://evil.example")],
    ] {
        for button in ["inviter", "all", "undo", "report"] {
            let answer = service.send("POST", &token, headers, &format!("mail={button}")).await;
            assert_eq!(answer.status, 403, "{headers:?}");
        }
    }
    assert_eq!(service.harness.dynamo.items().unwrap(), before);
    let from_it = [("origin", harness::PUBLIC_URL)];
    assert_eq!(service.send("POST", &token, &from_it, "mail=all").await.status, 200);
}

#[tokio::test]
async fn a_recipients_reports_count_once_a_day_and_get_the_same_response() {
    let service = Service::start().await;
    let token = service.token(inviter(1));
    service.click(&token, "report").await;
    service.click(&token, "report").await;
    let reports = service.harness.store.reports(service.now()).await.unwrap();
    assert_eq!(reports.len(), 1);
    assert_eq!((reports[0].inviter, reports[0].space), (inviter(1), service.invitation.space));
    assert!(service.may_mail(inviter(1)).await, "a report stops nobody");
    service.pass(SignedDuration::from_hours(24));
    service.click(&token, "report").await;
    assert_eq!(service.harness.store.reports(service.now()).await.unwrap().len(), 2);
    service.pass(SignedDuration::from_hours(24 * 90));
    assert_eq!(service.harness.store.reports(service.now()).await.unwrap(), []);
}

#[tokio::test]
async fn the_page_shows_the_current_state() {
    let service = Service::start().await;
    let token = service.token(inviter(1));
    let buttons = async || {
        let body = service.send("GET", &token, &[], "").await.body;
        let has = |value: &str| body.contains(&format!("value=\"{value}\""));
        ["inviter", "all", "undo", "report"].map(has)
    };
    assert_eq!(buttons().await, [true, true, false, true]);
    service.click(&token, "inviter").await;
    assert_eq!(buttons().await, [false, true, true, true]);
    service.click(&token, "all").await;
    assert_eq!(buttons().await, [false, false, true, true]);
    service.click(&token, "undo").await;
    assert_eq!(buttons().await, [true, true, false, true]);
}

#[tokio::test]
async fn the_page_contains_neither_token_nor_address_nor_space() {
    let service = Service::start().await;
    let token = service.token(inviter(1));
    for (method, body) in [("GET", ""), ("POST", "mail=all"), ("POST", "mail=report")] {
        let page = service.send(method, &token, &FORM, body).await.body;
        let (_, page) = page.split_once("</style>").unwrap();
        for secret in [&token, "bob", "Bob", "@", "Sample space", &service.invitation.space.to_string()] {
            assert!(!page.contains(secret), "{secret}: {page}");
        }
    }
}

#[tokio::test]
async fn a_token_is_valid_for_two_years_and_damaged_ones_are_treated_like_expired_ones() {
    let service = Service::start().await;
    let token = service.token(inviter(1));
    service.pass(SignedDuration::from_hours(24 * 730));
    assert_eq!(service.send("GET", &token, &[], "").await.status, 200);
    service.pass(SignedDuration::from_hours(24 * 3));
    let old = service.send("GET", &token, &[], "").await;
    assert_eq!(old.status, 404);
    let damaged = format!("A{}", service.token(inviter(1)).split_at(1).1);
    for (token, method, body) in [
        (damaged.as_str(), "GET", ""),
        (&damaged, "POST", "List-Unsubscribe=One-Click"),
        (&damaged, "PUT", ""),
        ("x", "POST", "mail=all"),
        ("%C3%A9", "GET", ""),
    ] {
        let answer = service.send(method, token, &FORM, body).await;
        assert_eq!((answer.status, &answer.body), (404, &old.body), "{token}");
    }
}

#[tokio::test]
async fn every_response_is_a_page_with_the_common_headers() {
    let service = Service::start().await;
    for (token, status) in [(service.token(inviter(1)), 200), ("damaged".to_owned(), 404)] {
        let mut event = harness::event("stop-mail", "200-view").unwrap();
        event["rawPath"] = json!(format!("/mail/stop/{token}"));
        let answer: Value = harness::answer(event, |request| service.app.answer(request)).await.unwrap();
        assert_eq!(answer["statusCode"], status);
        let headers = &answer["headers"];
        assert_eq!(headers["cache-control"], "no-store");
        assert_eq!(headers["referrer-policy"], "same-origin");
        assert_eq!(headers["x-robots-tag"], "noindex");
        let policy = headers["content-security-policy"].as_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && policy.contains("form-action 'self'"), "{policy}");
    }
}

#[test]
fn the_deployed_role_writes_stops_and_reports_and_nothing_else() {
    let actions = harness::allowed_actions("StopMailRole").unwrap();
    assert_eq!(actions, ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]);
}
