//! The accounts service for development, as a browser uses it.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use jiff::Timestamp;
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use spaces_local::harness::Harness;
use spaces_local::samples::Sample;
use spaces_local::tokens::{self, DevelopmentUser};
use spaces_local::{Mailbox, accounts};
use tempfile::TempDir;

const LINK: &str = "http://127.0.0.1:9000/spaces/invites/000000000000000000000001/join";

struct World {
    mailbox: Mailbox,
    harness: Harness,
    _directory: TempDir,
}

impl World {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let harness = Harness::start().await.unwrap();
        let routes = accounts::routes("http://127.0.0.1:9000".to_owned(), harness.store.clone());
        let mailbox = Mailbox::in_directory(directory.path().to_owned(), 0, routes).await.unwrap();
        Self { mailbox, harness, _directory: directory }
    }

    async fn page(&self, next: &str, cookie: &str) -> String {
        let request = Client::new().get(format!("{}/accounts?next={next}", self.mailbox.endpoint()));
        request.header("cookie", cookie).send().await.unwrap().text().await.unwrap()
    }
}

async fn post(path: &str, form: &str, headers: &[(&str, &str)]) -> Response {
    let world = World::new().await;
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let request = client.post(format!("{}{path}", world.mailbox.endpoint())).body(form.to_owned());
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send().await.unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[tokio::test]
async fn signing_in_redirects_to_the_link_with_a_session() {
    let form = format!("email=bob%40example.com&name=Bob&next={LINK}");
    let response = post("/accounts", &form, &[("sec-fetch-site", "same-origin")]).await;
    assert_eq!((response.status().as_u16(), header(&response, "location")), (303, LINK));
    let cookie = header(&response, "set-cookie");
    assert!(cookie.starts_with("AUTH_TOKEN=ey") && cookie.ends_with("; HttpOnly; Secure; SameSite=Lax; Path=/"));
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let response = post("/accounts/out", "", &[]).await;
    assert_eq!((response.status().as_u16(), header(&response, "location")), (303, "/"));
    assert!(header(&response, "set-cookie").starts_with("AUTH_TOKEN=; Max-Age=0"));
}

#[tokio::test]
async fn a_form_of_another_site_is_rejected() {
    let response = post("/accounts", "email=bob%40example.com", &[("sec-fetch-site", "cross-site")]).await;
    assert_eq!((response.status().as_u16(), header(&response, "set-cookie")), (403, ""));
}

#[tokio::test]
async fn the_page_shows_the_invitation_and_the_standing_of_each_account() {
    let page = World::new().await.page(LINK, "").await;
    assert!(page.contains("Alice Archer invites you to <b dir=\"auto\">Sample space</b>"), "{page}");
    for line in [
        "bob@example.com · Invited as member",
        "ana@example.com · Invited as admin",
        "alice@example.com · In the space as admin",
        "mallory@elsewhere.example · Not on the invitation",
    ] {
        assert!(page.contains(line), "{line}: {page}");
    }
}

#[tokio::test]
async fn all_invitees_are_offered() {
    let world = World::new().await;
    let sample = world.harness.store.invitation(Sample::Open.id()).await.unwrap().unwrap();
    let [first, ..] = sample.invitees.as_slice() else { panic!("{sample:?}") };
    let target = spaces_model::InviteeTarget::Email("zoe@example.net".parse().unwrap());
    let invitees = vec![spaces_model::Invitee { target, role: first.role }];
    let id = "00000000000000000000abcd".parse().unwrap();
    world.harness.store.create(&spaces_model::Invitation { id, invitees, ..sample }).await.unwrap();
    let page = world.page(&LINK.replace("000000000000000000000001", "00000000000000000000abcd"), "").await;
    assert!(page.contains(">zoe@example.net</button>") && page.contains("Invited as member"), "{page}");
}

#[tokio::test]
async fn the_page_says_that_a_closed_link_admits_nobody() {
    let world = World::new().await;
    for (number, word) in [("2", "has expired"), ("3", "is revoked")] {
        let page = world.page(&LINK.replace("1/join", &format!("{number}/join")), "").await;
        assert!(page.contains(word), "{page}");
    }
    // There is no such invitation, or the link belongs to another service.
    for next in
        ["", "http://127.0.0.1:9000/spaces/invites/ffffffffffffffffffffffff/join", &LINK.replace("9000", "9999")]
    {
        let page = world.page(next, "").await;
        assert!(!page.contains("invites you to") && page.contains("Bob Builder"), "{next}: {page}");
    }
}

#[tokio::test]
async fn the_page_shows_the_signed_in_account_and_a_sign_out_button() {
    let person = DevelopmentUser {
        name: Some("Noor".to_owned()),
        ..DevelopmentUser::with_email("noor@example.com".parse().unwrap())
    };
    let token = tokens::user(&person, Timestamp::UNIX_EPOCH).unwrap();
    let world = World::new().await;
    let page = world.page("", &format!("other=1; AUTH_TOKEN={token}")).await;
    assert!(page.contains("signed in as <b dir=\"auto\">Noor</b>") && page.contains("/accounts/out"), "{page}");
    assert!(!world.page("", "AUTH_TOKEN=x").await.contains("signed in as <b"), "a cookie that is not a token");
}
