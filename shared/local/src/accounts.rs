//! The accounts service for development: a page on which the developer picks a user. The service then sets the session
//! cookie and redirects back to the link.
//!
//! Cookies are not isolated by port (RFC 6265 section 8.5), so the browser also sends this one to the API on the same
//! host.

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

use self::link::{AccountChoice, InvitationLink};
use crate::page::{failed, page, refuse_other_sites};
use crate::tokens::{self, DevelopmentUser};

/// Default name of the session cookie.
const COOKIE: &str = "AUTH_TOKEN";

/// Users to pick: the inviter and the invitees of the sample invitations, and others.
pub(crate) const PEOPLE: [(&str, &str); 5] = [
    ("alice@example.com", "Alice Archer"),
    ("bob@example.com", "Bob Builder"),
    ("ana@example.com", "Ana García"),
    ("rosa@example.com", "Rosa Klein"),
    ("mallory@elsewhere.example", "Mallory"),
];

/// Routes `GET /accounts`, `POST /accounts` and `POST /accounts/out`. They redirect only to pages of `api` below
/// `/spaces`; `store` has the invitation to return to.
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
    /// Returns the page to redirect to: `next` if it is a page of the API below `/spaces`, otherwise the mailbox.
    fn return_url<'a>(&self, next: &'a str) -> &'a str {
        let path = next.strip_prefix(&self.0).unwrap_or_default();
        let is_page = path.starts_with("/spaces/") && path.bytes().all(|byte| byte.is_ascii_graphic());
        if is_page { next } else { "/" }
    }
}

#[derive(Template)]
#[template(path = "accounts.html")]
struct AccountsPage<'a> {
    next: &'a str,
    /// Name or address of the signed-in account.
    session: Option<String>,
    link: Option<InvitationLink>,
    accounts: Vec<AccountChoice>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NextQuery {
    next: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SignInForm {
    next: String,
    email: String,
    name: String,
    unverified: Option<String>,
}

async fn show(State(accounts): State<Arc<Accounts>>, headers: HeaderMap, Query(query): Query<NextQuery>) -> Response {
    match AccountsPage::new(&accounts, &query.next, &headers).await {
        // Chromium applies `form-action` to the redirects that follow a form submission, so the API has to be listed.
        Ok(shown) => page(&shown, &format!("form-action 'self' {}", accounts.api.0)),
        Err(error) => failed(&error),
    }
}

impl<'a> AccountsPage<'a> {
    async fn new(accounts: &Accounts, next: &'a str, headers: &HeaderMap) -> Result<Self, StoreError> {
        let Accounts { api, store } = accounts;
        let link = InvitationLink::read(store, api.return_url(next), now()).await?;
        let accounts = match &link {
            Some(link) => link.accounts(store, &PEOPLE).await?,
            None => PEOPLE.map(|(email, name)| AccountChoice::new(email, name)).into(),
        };
        Ok(Self { next, session: session(headers), link, accounts })
    }
}

/// Returns the name to show for the signed-in account, from the session cookie. The signature is not verified: the name
/// is only shown.
fn session(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    let mut pairs = cookies.split(';').filter_map(|cookie| cookie.trim().split_once('='));
    let (_, token) = pairs.find(|(name, _)| *name == COOKIE)?;
    let claims = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&claims).ok()?;
    let claim = ["name", "displayname", "email"].into_iter().find_map(|name| claims.get(name)?.as_str());
    Some(claim.unwrap_or("somebody without a name").to_owned())
}

async fn sign_in(State(accounts): State<Arc<Accounts>>, headers: HeaderMap, Form(form): Form<SignInForm>) -> Response {
    let email = match form.email.trim().parse() {
        Ok(email) => email,
        Err(error) => return (StatusCode::BAD_REQUEST, format!("{}: {error}", form.email)).into_response(),
    };
    let name = Some(form.name.trim().to_owned()).filter(|name| !name.is_empty());
    let person =
        DevelopmentUser { name, email_verified: form.unverified.is_none(), ..DevelopmentUser::with_email(email) };
    match tokens::user(&person, now()) {
        Ok(token) => set_cookie(&accounts.api, &headers, &form.next, &format!("{COOKIE}={token}")),
        Err(error) => failed(&error),
    }
}

async fn sign_out(State(accounts): State<Arc<Accounts>>, headers: HeaderMap, Form(form): Form<NextQuery>) -> Response {
    set_cookie(&accounts.api, &headers, &form.next, &format!("{COOKIE}=; Max-Age=0"))
}

/// Sets the session cookie and redirects to `next`, unless another site's page sent the form. Anonymous login has the
/// same rule, because a guest's cookie and a user's cookie replace each other.
fn set_cookie(api: &Api, headers: &HeaderMap, next: &str, cookie: &str) -> Response {
    if let Err(refusal) = refuse_other_sites(headers) {
        return *refusal;
    }
    let cookie = format!("{cookie}; HttpOnly; Secure; SameSite=Lax; Path=/");
    let location = api.return_url(next).to_owned();
    (StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, location)]).into_response()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the accounts service simulates a separate server, which has its own clock"
)]
fn now() -> Timestamp {
    Timestamp::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_return_url_is_a_page_below_spaces_or_the_mailbox() {
        let api = Api("http://127.0.0.1:9000".to_owned());
        for page in ["/spaces/invites/000000000000000000000001/join", "/spaces/5a0000000000000000000001"] {
            let page = format!("http://127.0.0.1:9000{page}");
            assert_eq!(api.return_url(&page), page);
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
            assert_eq!(api.return_url(elsewhere), "/", "{elsewhere}");
        }
    }
}
