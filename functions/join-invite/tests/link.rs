//! Behavior of the link in a browser that a single event cannot show: headers of every response, redirects, guests,
//! failures.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod support;

use jiff::SignedDuration;
use serde_json::{Value, json};
use spaces_auth::{GuestTokens, Secrets};
use spaces_local::harness::{self, PUBLIC_URL};
use spaces_local::samples::Sample;
use spaces_local::tokens::{self, DevelopmentUser};
use spaces_model::{Guest, GuestId, LinkMark};

use support::Service;

const LINK: &str = "/spaces/invites/000000000000000000000001/join";
const JOINED: &str = "/spaces/invites/000000000000000000000001/joined";
const MEETING: &str = "/spaces/invites/000000000000000000000001/meet";
const SPACE: &str = "5a0000000000000000000001";

impl Service {
    async fn open(&self, visit: &Visit<'_>) -> Value {
        let mut event = harness::event("join-invite", "200-link").unwrap();
        event["rawPath"] = json!(visit.path);
        event["rawQueryString"] = json!(visit.query);
        event["requestContext"]["http"]["path"] = json!(visit.path);
        event["requestContext"]["http"]["method"] = json!(visit.method);
        for (name, value) in visit.headers {
            event["headers"][name] = json!(value);
        }
        let session = visit.session.iter().map(|session| match session {
            Session::User(token) => format!("AUTH_TOKEN={token}"),
            Session::Guest(token) => format!("__Host-GUEST={token}"),
        });
        event["cookies"] = session.chain(visit.cookies.iter().map(|cookie| (*cookie).to_owned())).collect();
        harness::answer(event, |request| self.app.answer(request)).await.unwrap()
    }

    fn items(&self) -> Vec<Value> {
        self.harness.dynamo.items().unwrap()
    }
}

struct Visit<'a> {
    method: &'a str,
    path: &'a str,
    query: &'a str,
    headers: &'a [(&'a str, &'a str)],
    /// The token of a user, or of a guest from the guest form.
    session: Option<Session>,
    cookies: &'a [&'a str],
}

#[derive(Clone)]
enum Session {
    User(String),
    Guest(String),
}

const GET: Visit<'_> = Visit { method: "GET", path: LINK, query: "", headers: &[], session: None, cookies: &[] };

fn session(address: &str) -> String {
    let person =
        DevelopmentUser { name: Some("Somebody".to_owned()), ..DevelopmentUser::with_email(address.parse().unwrap()) };
    tokens::user(&person, harness::now()).unwrap()
}

/// Returns the token of a guest who was admitted by the form of this invitation, if any.
fn guest_of(number: u8, came_by: Option<Sample>) -> String {
    let secrets = Secrets::new("a secret for tests, of more than forty characters", None).unwrap();
    let guests = GuestTokens::new(&secrets, PUBLIC_URL, PUBLIC_URL, SignedDuration::from_hours(24)).unwrap();
    let id = GuestId::from_bytes([number; 12]);
    let came_by = came_by.map(|sample| LinkMark::new(sample.id(), id));
    let guest = Guest { id, display_name: "Leia".to_owned(), came_by };
    guests.issue(&guest, [1; 16], harness::now()).unwrap()
}

fn guest(number: u8) -> String {
    guest_of(number, Some(Sample::Open))
}

fn user(address: &str) -> Session {
    Session::User(session(address))
}

fn form_guest(number: u8) -> Session {
    Session::Guest(guest(number))
}

fn location(answer: &Value) -> &str {
    assert_eq!(answer["statusCode"], 303, "{answer}");
    answer["headers"]["location"].as_str().unwrap()
}

fn body(answer: &Value) -> &str {
    answer["body"].as_str().unwrap_or_default()
}

/// Returns one response of each kind, including internal errors, with its expected status.
async fn every_response() -> Vec<(&'static str, u16, Value)> {
    let service = Service::start().await;
    let same_site = &[("sec-fetch-site", "same-origin")];
    let mut answers = Vec::new();
    for (name, status, visit) in [
        ("login", 200, GET),
        ("login for HEAD", 200, Visit { method: "HEAD", ..GET }),
        ("somebody else", 200, Visit { session: Some(user("mallory@elsewhere.example")), ..GET }),
        ("joins", 303, Visit { session: Some(user("bob@example.com")), ..GET }),
        (
            "joins as guest",
            303,
            Visit { method: "POST", headers: same_site, session: Some(user("eve@a.example")), ..GET },
        ),
        ("the page after joining", 200, Visit { path: JOINED, session: Some(user("bob@example.com")), ..GET }),
        ("another site's form", 403, Visit { method: "POST", session: Some(user("bob@example.com")), ..GET }),
        ("unknown", 404, Visit { path: "/spaces/invites/0000000000000000000000ff/join", ..GET }),
        ("malformed", 404, Visit { path: "/spaces/invites/%2e%2e/join", ..GET }),
        ("not a page", 404, Visit { path: "/spaces/invites/x/y/z", ..GET }),
        ("wrong method", 405, Visit { method: "PUT", ..GET }),
        ("expired", 410, Visit { path: "/spaces/invites/000000000000000000000002/join", ..GET }),
        ("revoked", 410, Visit { path: "/spaces/invites/000000000000000000000003/join", ..GET }),
    ] {
        answers.push((name, status, service.open(&visit).await));
    }
    let broken = Service::start().await;
    let pk = broken.harness.invitation_partition(Sample::Open.id()).unwrap();
    broken.harness.dynamo.corrupt(&pk, "INVITE", "invitees").unwrap();
    answers.push(("broken", 500, broken.open(&GET).await));
    let busy = Service::start().await;
    busy.harness.dynamo.throttle(100);
    answers.push(("busy", 503, busy.open(&GET).await));
    answers
}

async fn every_response_has(header: &str, value: &str) {
    for (name, status, answer) in Box::pin(every_response()).await {
        assert_eq!(answer["statusCode"], status, "{name}: {answer}");
        assert_eq!(answer["headers"][header], value, "{name}");
    }
}

#[tokio::test]
async fn no_response_is_cached() {
    every_response_has("cache-control", "no-store").await;
}

#[tokio::test]
async fn no_response_reveals_the_link_to_other_sites() {
    every_response_has("referrer-policy", "same-origin").await;
}

#[tokio::test]
async fn no_response_is_indexed_by_search_engines() {
    every_response_has("x-robots-tag", "noindex").await;
}

#[tokio::test]
async fn no_response_is_sniffed_as_another_type() {
    every_response_has("x-content-type-options", "nosniff").await;
}

#[tokio::test]
async fn every_response_forbids_scripts_frames_and_subresources() {
    let brand = spaces_content::Brand::default();
    let style = brand.style_source();
    let policy = format!(
        "default-src 'none'; style-src {style}; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    every_response_has("content-security-policy", &policy).await;
}

#[tokio::test]
async fn every_response_with_a_body_is_a_page_that_loads_nothing() {
    for (name, status, answer) in Box::pin(every_response()).await {
        if status == 303 || name == "login for HEAD" {
            assert_eq!(body(&answer), "", "{name}");
            continue;
        }
        assert_eq!(answer["headers"]["content-type"], "text/html; charset=utf-8", "{name}");
        assert!(body(&answer).starts_with("<!doctype html>"), "{name}: {answer}");
        for loading in ["<script", "<img", "<iframe", " src=", " style=", "javascript:", "@import", "url("] {
            assert!(!body(&answer).contains(loading), "{name}: {loading}");
        }
        assert!(body(&answer).len() < 30_000, "{name} weighs {} bytes", body(&answer).len());
    }
}

#[tokio::test]
async fn an_internal_error_does_not_reveal_its_cause() {
    for (name, status, answer) in Box::pin(every_response()).await.into_iter().filter(|(_, status, _)| *status >= 500) {
        for cause in ["invitees", "INVITE", "Throttling", "dynamo", "about:blank"] {
            assert!(!body(&answer).contains(cause), "{name}: {cause}");
        }
        assert_eq!(answer["headers"]["retry-after"].as_str(), (status == 503).then_some("1"));
    }
}

#[tokio::test]
async fn a_visitor_without_a_session_writes_nothing() {
    let service = Service::start().await;
    let before = service.items();
    let previews = [("user-agent", "Slackbot-LinkExpanding 1.0"), ("purpose", "prefetch")];
    for method in ["GET", "HEAD", "POST"] {
        for path in [LINK, MEETING, JOINED] {
            for headers in [&[][..], &previews, &[("sec-fetch-site", "same-origin")]] {
                service.open(&Visit { method, path, headers, ..GET }).await;
            }
        }
    }
    service.open(&Visit { session: Some(Session::User("not.a.token".to_owned())), ..GET }).await;
    assert_eq!(service.items(), before);
    assert!(
        service.harness.dynamo.calls().iter().all(|call| call == "GetItem" || call == "Query"),
        "{:?}",
        service.harness.dynamo.calls()
    );
}

#[tokio::test]
async fn head_writes_nothing_for_any_caller() {
    let service = Service::start().await;
    let before = service.items();
    for address in ["bob@example.com", "mallory@elsewhere.example"] {
        for path in [LINK, MEETING, JOINED] {
            service.open(&Visit { method: "HEAD", path, session: Some(user(address)), ..GET }).await;
        }
    }
    assert_eq!(service.items(), before);
}

#[tokio::test]
async fn a_form_of_another_site_joins_nobody() {
    let service = Service::start().await;
    let before = service.items();
    for headers in [
        &[][..],
        &[("sec-fetch-site", "cross-site"), ("origin", PUBLIC_URL)],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("origin", "null")],
        &[("origin", "https://spaces.example.com.evil.example")],
    ] {
        let visit = Visit { method: "POST", headers, session: Some(user("mallory@elsewhere.example")), ..GET };
        assert_eq!(service.open(&visit).await["statusCode"], 403, "{headers:?}");
    }
    assert_eq!(service.items(), before);
}

#[tokio::test]
async fn a_guest_from_the_form_joins_and_stays_the_same_guest() {
    let service = Service::start().await;
    for _ in 0..2 {
        let answer = service.open(&Visit { session: Some(form_guest(7)), ..GET }).await;
        assert_eq!(location(&answer), JOINED);
    }
    let is_guest = |item: &&Value| item["sk"].as_str().is_some_and(|key| key.starts_with("MEMBER#GUEST#"));
    let items = service.items();
    let guests: Vec<&Value> = items.iter().filter(|item| item.get("guest").is_some() || is_guest(item)).collect();
    assert_eq!((guests.len(), &guests[0]["role"]), (1, &json!("guest")));
    let place = Visit { path: JOINED, session: Some(form_guest(7)), ..GET };
    let page = service.open(&place).await;
    assert!(body(&page).contains("<bdi>Leia</bdi>") && body(&page).contains("<dd>Guest</dd>"), "{page}");
}

#[tokio::test]
async fn people_are_sent_to_the_configured_application_and_to_no_url_from_a_request() {
    let service = Service::with(&[("APP_URL", "https://app.example.com/open?x=1")]).await;
    let headers =
        &[("x-forwarded-host", "evil.example"), ("host", "evil.example"), ("referer", "https://evil.example/")];
    for query in
        ["", "spaceId=evil&meet=false", "next=https://evil.example", "APP_URL=//evil.example", "inviteInfo=%0d%0a"]
    {
        let visit = Visit { query, headers, session: Some(user("bob@example.com")), ..GET };
        let expected = format!("https://app.example.com/open?x=1&spaceId={SPACE}");
        assert_eq!(location(&service.open(&visit).await), expected);
        let visit = Visit { path: MEETING, ..visit };
        assert_eq!(location(&service.open(&visit).await), format!("{expected}&meet=true"));
    }
}

#[tokio::test]
async fn a_stranger_joins_as_a_guest_with_the_button_and_later_with_the_link_alone() {
    let service = Service::with(&[("APP_URL", "https://app.example.com")]).await;
    let mallory = Some(user("mallory@elsewhere.example"));
    assert_eq!(service.open(&Visit { session: mallory.clone(), ..GET }).await["statusCode"], 200);
    let button = Visit { method: "POST", headers: &[("origin", PUBLIC_URL)], session: mallory.clone(), ..GET };
    let expected = format!("https://app.example.com/?spaceId={SPACE}");
    assert_eq!(location(&service.open(&button).await), expected);
    assert_eq!(location(&service.open(&Visit { session: mallory, ..GET }).await), expected);
}

#[tokio::test]
async fn the_accounts_service_gets_the_bare_link_as_the_return_url() {
    let service = Service::with(&[
        ("ACCOUNTS_SIGN_IN_URL", "https://accounts.example.com/in"),
        ("ACCOUNTS_SIGN_UP_URL", "https://accounts.example.com/up"),
    ]);
    let service = service.await;
    let back = "next=https%3A%2F%2Fspaces.example.com%2Fspaces%2Finvites%2F000000000000000000000001%2Fjoin";
    let login = service.open(&Visit { query: "inviteInfo=x&next=//evil.example", ..GET }).await;
    for place in ["in", "up"] {
        assert!(body(&login).contains(&format!("href=\"https://accounts.example.com/{place}?{back}\"")), "{login}");
    }
    let somebody_else = service.open(&Visit { session: Some(user("mallory@elsewhere.example")), ..GET }).await;
    let other = format!("href=\"https://accounts.example.com/in?{back}&#38;prompt=select_account\"");
    assert!(body(&somebody_else).contains(&other), "{somebody_else}");
}

#[tokio::test]
async fn no_page_shows_an_address_except_the_visitors_own_or_anything_from_invite_info() {
    let own = "mallory@elsewhere.example";
    let service = Service::start().await;
    let query = "inviteInfo=eyJzcGFjZU5hbWUiOiJFdmlsIHNwYWNlIiwiaW52aXRlck5hbWUiOiJFdmUifQ%3D%3D";
    for session in [None, Some(user(own)), Some(form_guest(7))] {
        for path in [LINK, JOINED] {
            let answer = service.open(&Visit { path, query, session: session.clone(), ..GET }).await;
            let text = body(&answer).split("</style>").last().unwrap().replace(own, "");
            assert!(!text.contains('@') && !text.contains("Ev"), "{answer}");
        }
    }
}

#[tokio::test]
async fn a_path_that_would_lead_elsewhere_leads_nowhere() {
    let service = Service::start().await;
    for path in [
        "/spaces/invites///evil.example/join",
        "/spaces/invites/..//evil.example/join",
        "/spaces/invites/\\evil.example/join",
        "/spaces/invites/00000000000000000000000G/join",
    ] {
        let answer = service.open(&Visit { path, session: Some(user("bob@example.com")), ..GET }).await;
        assert_eq!(answer["statusCode"], 404, "{path}");
        assert!(answer["headers"].get("location").is_none());
    }
}

#[tokio::test]
async fn a_mangled_link_leads_to_the_original_and_writes_nothing() {
    let service = Service::start().await;
    let before = service.items();
    for (path, link) in [
        ("/spaces/invites/000000000000000000000001", LINK),
        ("/spaces/invites/000000000000000000000001/join.", LINK),
        ("/spaces/invites/000000000000000000000001/join/..", LINK),
        ("/spaces/invites/000000000000000000000001%0d%0aLocation:%20x/join", LINK),
        ("/spaces/invites/000000000000000000000001/meet%3FinviteInfo%3Dx", MEETING),
        ("/spaces/5A0000000000000000000001", "/spaces/5a0000000000000000000001"),
    ] {
        for method in ["GET", "HEAD"] {
            let visit = Visit { method, path, session: Some(user("bob@example.com")), ..GET };
            assert_eq!(location(&service.open(&visit).await), link, "{path}");
        }
        let form = Visit { method: "POST", path, headers: &[("sec-fetch-site", "same-origin")], ..GET };
        assert_eq!(service.open(&form).await["statusCode"], 404, "{path}");
    }
    assert_eq!(service.items(), before);
}

#[tokio::test]
async fn subresource_frame_and_prefetch_requests_join_nobody() {
    let service = Service::start().await;
    let before = service.items();
    for headers in [
        &[("sec-fetch-dest", "image"), ("sec-fetch-mode", "no-cors"), ("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-dest", "iframe"), ("sec-fetch-mode", "navigate")],
        &[("sec-fetch-dest", "document"), ("sec-fetch-mode", "navigate"), ("sec-purpose", "prefetch")],
        &[("sec-fetch-dest", "document"), ("sec-fetch-mode", "navigate"), ("sec-purpose", "prefetch;prerender")],
        &[("sec-fetch-dest", "empty"), ("sec-fetch-mode", "cors")],
        &[("sec-fetch-mode", "no-cors")],
        &[("sec-fetch-dest", "")],
    ] {
        for token in [user("bob@example.com"), form_guest(7)] {
            let answer = service.open(&Visit { headers, session: Some(token), ..GET }).await;
            assert_eq!(answer["statusCode"], 200, "{headers:?}");
            assert!(body(&answer).contains("name=\"displayname\""), "{headers:?} {answer}");
        }
    }
    assert_eq!(service.items(), before);
    let opened = &[("sec-fetch-dest", "document"), ("sec-fetch-mode", "navigate"), ("sec-fetch-site", "cross-site")];
    let visit = Visit { headers: opened, session: Some(user("bob@example.com")), ..GET };
    assert_eq!(location(&service.open(&visit).await), JOINED);
}

#[tokio::test]
async fn a_guest_of_another_link_joins_only_with_the_button() {
    let service = Service::start().await;
    let before = service.items();
    for came_by in [None, Some(Sample::Revoked)] {
        let page = service.open(&Visit { session: Some(Session::Guest(guest_of(7, came_by))), ..GET }).await;
        assert_eq!(page["statusCode"], 200);
        let again = format!("href=\"{LINK}?guest=new\"");
        assert!(body(&page).contains("Continue as") && body(&page).contains(&again), "{page}");
    }
    assert_eq!(service.items(), before);
    let form = Visit { query: "guest=new", session: Some(Session::Guest(guest_of(7, None))), ..GET };
    assert!(body(&service.open(&form).await).contains("name=\"displayname\""));
    let headers = &[("sec-fetch-site", "same-origin")];
    let button = Visit { method: "POST", headers, session: Some(Session::Guest(guest_of(7, None))), ..GET };
    assert_eq!(location(&service.open(&button).await), JOINED);
}

#[tokio::test]
async fn any_valid_session_counts_and_users_come_before_guests() {
    let bob = session("bob@example.com");
    let (good, quoted) = (format!("AUTH_TOKEN={bob}"), format!("AUTH_TOKEN=\"{bob}\""));
    let of_guest = format!("__Host-GUEST={}", guest(7));
    let guests_session = format!("AUTH_TOKEN={}", guest_of(8, Some(Sample::Open)));
    let many = ["AUTH_TOKEN=a.b.c"; 20];
    let guests_by_another_name = format!("__Host-GUEST={bob}");
    for (cookies, role) in [
        (vec!["AUTH_TOKEN=x", &good], "Member"),
        (vec![&good, "AUTH_TOKEN=x"], "Member"),
        (vec!["AUTH_TOKEN=x; ", &good], "Member"),
        (vec![&quoted], "Member"),
        (vec!["__utmz=Unders\u{f8}gelse", &good], "Member"),
        (vec!["theme=%zz", "AUTH_TOKEN=", &good], "Member"),
        (vec![&of_guest, &good], "Member"),
        (vec![&guests_session, &good], "Member"),
        (vec![&guests_session, &of_guest], "Guest"),
        (many.iter().copied().chain([&*of_guest]).collect(), "Guest"),
        (vec!["AUTH_TOKEN=x", &of_guest], "Guest"),
        (vec![&of_guest], "Guest"),
    ] {
        let service = Service::start().await;
        let answer = service.open(&Visit { cookies: &cookies, ..GET }).await;
        assert_eq!(location(&answer), JOINED, "{cookies:?}");
        let page = service.open(&Visit { path: JOINED, cookies: &cookies, ..GET }).await;
        assert!(body(&page).contains(&format!("<dd>{role}</dd>")), "{cookies:?} {page}");
    }
    let service = Service::start().await;
    for cookies in [vec!["AUTH_TOKEN=x", "AUTH_TOKEN"], vec![&*guests_by_another_name]] {
        let page = service.open(&Visit { cookies: &cookies, ..GET }).await;
        assert!(body(&page).contains("name=\"displayname\""), "{cookies:?} {page}");
    }
}

#[tokio::test]
async fn a_guest_in_the_session_cookie_is_asked_whatever_their_token_claims() {
    let service = Service::start().await;
    let before = service.items();
    let tossed = format!("AUTH_TOKEN={}", guest(7));
    let page = service.open(&Visit { cookies: &[&tossed], ..GET }).await;
    assert!(body(&page).contains("Continue as"), "{page}");
    assert_eq!(service.items(), before);
}

#[tokio::test]
async fn an_invitee_who_means_to_decline_does_not_join_by_a_mangled_link() {
    let service = Service::start().await;
    let members = || service.items().iter().filter(|item| item["sk"].as_str().unwrap().starts_with("MEMBER#")).count();
    let before = members();
    for (path, query) in [
        ("/spaces/invites/000000000000000000000001/join%3Fanswer%3Dno", ""),
        ("/spaces/invites/000000000000000000000001/join.", "answer=no"),
        ("/spaces/invites/000000000000000000000001", "answer=No."),
    ] {
        let answer = service.open(&Visit { path, query, session: Some(user("bob@example.com")), ..GET }).await;
        assert_eq!(location(&answer), format!("{LINK}?answer=no"), "{path}");
    }
    for query in ["answer=no", "answer=NO", "answer=no.", "answer=no%3E"] {
        let page = service.open(&Visit { query, session: Some(user("bob@example.com")), ..GET }).await;
        assert_eq!(page["statusCode"], 200, "{query}");
    }
    assert_eq!(members(), before);
}

#[tokio::test]
async fn a_browser_that_rejects_the_guests_cookie_gets_a_page_that_says_so() {
    let service = Service::start().await;
    let from_form = &[("sec-fetch-site", "same-origin")];
    let refused = Visit { query: "guest=1", headers: from_form, ..GET };
    let page = service.open(&refused).await;
    assert_eq!(page["statusCode"], 403);
    assert!(body(&page).contains("Allow cookies") && body(&page).contains(&format!("href=\"{LINK}\"")), "{page}");
    let kept = Visit { cookies: &[&format!("__Host-GUEST={}", guest(7))], ..refused };
    assert_eq!(location(&service.open(&kept).await), JOINED);
    // The URL was copied, or the invitation has ended.
    let copied = Visit { query: "guest=1", headers: &[("sec-fetch-site", "none")], ..GET };
    assert_eq!(service.open(&copied).await["statusCode"], 200);
    let over = Visit { path: "/spaces/invites/000000000000000000000002/join", query: "guest=1", ..GET };
    assert_eq!(service.open(&over).await["statusCode"], 410);
}
