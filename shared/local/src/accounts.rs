//! The accounts service of development: a page to pick who one is. It sets the session cookie and goes back to the link.
//!
//! Cookies don't know ports (RFC 6265 section 8.5), so the one that is set here reaches the API on the same host.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use jiff::Timestamp;
use serde::Deserialize;

use crate::tokens::{self, Person};

/// The name of the session cookie where the functions are not told another one.
const COOKIE: &str = "AUTH_TOKEN";

/// People to pick: the inviter and the invitees of the sample invitations, and others.
const PEOPLE: [(&str, &str); 5] = [
    ("alice@example.com", "Alice Archer"),
    ("bob@example.com", "Bob Builder"),
    ("ana@example.com", "Ana García"),
    ("rosa@example.com", "Rosa Klein"),
    ("mallory@elsewhere.example", "Mallory"),
];

/// `GET /accounts`, `POST /accounts` and `POST /accounts/out`, which lead back to links below `api` and nowhere else.
pub fn routes(api: String) -> Router {
    Router::new()
        .route("/accounts", get(page).post(sign_in))
        .route("/accounts/out", post(sign_out))
        .with_state(Arc::new(Api(api)))
}

/// Where the API is.
struct Api(String);

impl Api {
    /// Where to go on: the link that somebody came from, else the mailbox.
    fn way_back<'a>(&self, next: &'a str) -> &'a str {
        let path = next.strip_prefix(&self.0).unwrap_or_default();
        let is_link = path.starts_with("/spaces/invites/") && path.bytes().all(|byte| byte.is_ascii_graphic());
        if is_link { next } else { "/" }
    }

    /// Chromium holds redirects after a form to `form-action`, so the API has to be in it.
    fn policy(&self) -> String {
        format!(
            "default-src 'none'; style-src 'self'; form-action 'self' {}; base-uri 'none'; frame-ancestors 'none'",
            self.0
        )
    }
}

#[derive(Template)]
#[template(path = "accounts.html")]
struct AccountsPage<'a> {
    next: &'a str,
    people: [(&'static str, &'static str); 5],
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    next: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Chosen {
    next: String,
    email: String,
    name: String,
    unverified: Option<String>,
}

async fn page(State(api): State<Arc<Api>>, Query(asked): Query<Asked>) -> Response {
    match (AccountsPage { next: &asked.next, people: PEOPLE }).render() {
        Ok(html) => ([(header::CONTENT_SECURITY_POLICY, api.policy())], Html(html)).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn sign_in(State(api): State<Arc<Api>>, headers: HeaderMap, Form(chosen): Form<Chosen>) -> Response {
    let email = match chosen.email.trim().parse() {
        Ok(email) => email,
        Err(error) => return (StatusCode::BAD_REQUEST, format!("{}: {error}", chosen.email)).into_response(),
    };
    let name = Some(chosen.name.trim().to_owned()).filter(|name| !name.is_empty());
    let person = Person { name, email_verified: chosen.unverified.is_none(), ..Person::with_email(email) };
    match tokens::user(&person, now()) {
        Ok(token) => go_back(&api, &headers, &chosen.next, &format!("{COOKIE}={token}")),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn sign_out(State(api): State<Arc<Api>>, headers: HeaderMap, Form(asked): Form<Asked>) -> Response {
    go_back(&api, &headers, &asked.next, &format!("{COOKIE}=; Max-Age=0"))
}

/// Sets the cookie, unless another site's page asks for it, as anonymous login does: a guest's cookie and a user's replace
/// each other.
fn go_back(api: &Api, headers: &HeaderMap, next: &str, cookie: &str) -> Response {
    if headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin") {
        return (StatusCode::FORBIDDEN, "another site sent this form").into_response();
    }
    let cookie = format!("{cookie}; HttpOnly; Secure; SameSite=Lax; Path=/");
    let location = api.way_back(next).to_owned();
    (StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, location)]).into_response()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the accounts service stands in for a server, which has a clock of its own"
)]
fn now() -> Timestamp {
    Timestamp::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_is_a_link_of_the_service_or_the_mailbox() {
        let api = Api("http://127.0.0.1:9000".to_owned());
        let link = "http://127.0.0.1:9000/spaces/invites/000000000000000000000001/join";
        assert_eq!(api.way_back(link), link);
        for elsewhere in [
            "",
            "/spaces/invites/1/join",
            "http://127.0.0.1:9000.evil.example/spaces/invites/",
            "http://127.0.0.1:9000@evil.example/spaces/invites/",
            "http://127.0.0.1:9000/api/",
            "http://127.0.0.1:9000/spaces/invites/1\r\nSet-Cookie: a=b",
            "https://evil.example/",
        ] {
            assert_eq!(api.way_back(elsewhere), "/", "{elsewhere}");
        }
    }
}
