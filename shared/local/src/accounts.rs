//! The accounts service of development: a page to pick who one is. It sets the session cookie and goes back to the link.
//!
//! Cookies don't know ports (RFC 6265 section 8.5), so the one that is set here reaches the API on the same host.

mod link;

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::Deserialize;
use spaces_store::{Store, StoreError};

use self::link::{Account, Link};
use crate::page::{failed, page, refuse_other_sites};
use crate::tokens::{self, Person};

/// The name of the session cookie where the functions are not told another one.
const COOKIE: &str = "AUTH_TOKEN";

/// People to pick: the inviter and the invitees of the sample invitations, and others.
pub(crate) const PEOPLE: [(&str, &str); 5] = [
    ("alice@example.com", "Alice Archer"),
    ("bob@example.com", "Bob Builder"),
    ("ana@example.com", "Ana García"),
    ("rosa@example.com", "Rosa Klein"),
    ("mallory@elsewhere.example", "Mallory"),
];

/// `GET /accounts`, `POST /accounts` and `POST /accounts/out`, which lead back to pages of `api` below `/spaces` and nowhere
/// else. The invitation that somebody comes from is looked up in the table.
pub fn routes(api: String, store: Store) -> Router {
    Router::new()
        .route("/accounts", get(show).post(sign_in))
        .route("/accounts/out", post(sign_out))
        .with_state(Arc::new(Accounts { api: Api(api), store }))
}

struct Accounts {
    api: Api,
    store: Store,
}

/// The URL of the API.
struct Api(String);

impl Api {
    /// The page to go on to: the one that somebody came from, else the mailbox.
    fn way_back<'a>(&self, next: &'a str) -> &'a str {
        let path = next.strip_prefix(&self.0).unwrap_or_default();
        let is_page = path.starts_with("/spaces/") && path.bytes().all(|byte| byte.is_ascii_graphic());
        if is_page { next } else { "/" }
    }
}

#[derive(Template)]
#[template(path = "accounts.html")]
struct AccountsPage<'a> {
    next: &'a str,
    /// The name or the address of the account that is signed in.
    session: Option<String>,
    link: Option<Link>,
    accounts: Vec<Account>,
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

async fn show(State(accounts): State<Arc<Accounts>>, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    match AccountsPage::new(&accounts, &asked.next, &headers).await {
        // Chromium holds redirects after a form to `form-action`, so the API has to be in it.
        Ok(shown) => page(&shown, &format!("form-action 'self' {}", accounts.api.0)),
        Err(error) => failed(&error),
    }
}

impl<'a> AccountsPage<'a> {
    async fn new(accounts: &Accounts, next: &'a str, headers: &HeaderMap) -> Result<Self, StoreError> {
        let Accounts { api, store } = accounts;
        let link = Link::read(store, api.way_back(next), now()).await?;
        let accounts = match &link {
            Some(link) => link.accounts(store, &PEOPLE).await?,
            None => PEOPLE.map(|(email, name)| Account::new(email, name)).into(),
        };
        Ok(Self { next, session: session(headers), link, accounts })
    }
}

/// Reads from the session cookie who is signed in. It is only shown, so nobody verifies it.
fn session(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    let mut pairs = cookies.split(';').filter_map(|cookie| cookie.trim().split_once('='));
    let (_, token) = pairs.find(|(name, _)| *name == COOKIE)?;
    let claims = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&claims).ok()?;
    let claim = ["name", "displayname", "email"].into_iter().find_map(|name| claims.get(name)?.as_str());
    Some(claim.unwrap_or("somebody without a name").to_owned())
}

async fn sign_in(State(accounts): State<Arc<Accounts>>, headers: HeaderMap, Form(chosen): Form<Chosen>) -> Response {
    let email = match chosen.email.trim().parse() {
        Ok(email) => email,
        Err(error) => return (StatusCode::BAD_REQUEST, format!("{}: {error}", chosen.email)).into_response(),
    };
    let name = Some(chosen.name.trim().to_owned()).filter(|name| !name.is_empty());
    let person = Person { name, email_verified: chosen.unverified.is_none(), ..Person::with_email(email) };
    match tokens::user(&person, now()) {
        Ok(token) => go_back(&accounts.api, &headers, &chosen.next, &format!("{COOKIE}={token}")),
        Err(error) => failed(&error),
    }
}

async fn sign_out(State(accounts): State<Arc<Accounts>>, headers: HeaderMap, Form(asked): Form<Asked>) -> Response {
    go_back(&accounts.api, &headers, &asked.next, &format!("{COOKIE}=; Max-Age=0"))
}

/// Sets the cookie, unless another site's page asks for it, as anonymous login does: a guest's cookie and a user's replace
/// each other.
fn go_back(api: &Api, headers: &HeaderMap, next: &str, cookie: &str) -> Response {
    if let Err(refusal) = refuse_other_sites(headers) {
        return *refusal;
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
    fn the_way_back_is_a_page_below_spaces_or_the_mailbox() {
        let api = Api("http://127.0.0.1:9000".to_owned());
        for page in ["/spaces/invites/000000000000000000000001/join", "/spaces/5a0000000000000000000001"] {
            let page = format!("http://127.0.0.1:9000{page}");
            assert_eq!(api.way_back(&page), page);
        }
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
