//! The accounts service of development, as a browser uses it.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use spaces_local::{Mailbox, accounts};

const LINK: &str = "http://127.0.0.1:9000/spaces/invites/000000000000000000000001/join";

async fn post(path: &str, form: &str, headers: &[(&str, &str)]) -> Response {
    let directory = tempfile::tempdir().unwrap();
    let routes = accounts::routes("http://127.0.0.1:9000".to_owned());
    let mailbox = Mailbox::in_directory(directory.path().to_owned(), 0, routes).await.unwrap();
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let request = client.post(format!("{}{path}", mailbox.endpoint())).body(form.to_owned());
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send().await.unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[tokio::test]
async fn whoever_is_picked_goes_back_to_the_link_with_a_session() {
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
async fn another_site_signs_nobody_in() {
    let response = post("/accounts", "email=bob%40example.com", &[("sec-fetch-site", "cross-site")]).await;
    assert_eq!((response.status().as_u16(), header(&response, "set-cookie")), (403, ""));
}
