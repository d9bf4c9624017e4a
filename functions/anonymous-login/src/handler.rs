//! Handling of a request, from top to bottom.

use serde::Serialize;
use spaces_content::Language;
use spaces_content::pages::{self, Frame, Notice};
use spaces_http::http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_TYPE, LOCATION, SET_COOKIE};
use spaces_http::http::{HeaderValue, Method, StatusCode};
use spaces_http::{Body, Call, Code, GUEST_COOKIE, Pages, Problem, Response, json};
use spaces_model::{Guest, GuestId, InviteId, LinkMark};

use crate::App;
use crate::body::{Login, is_form};
use crate::next::Next;

/// Cache lifetime of the public keys. Verifiers that meet a token with an unknown key fetch the keys sooner.
const JWKS_CACHE_CONTROL: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// A guest's token.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct GuestToken {
    /// The token, for the `jwt` scheme of `Authorization`.
    #[cfg_attr(feature = "openapi", schema(pattern = r"^[\w-]+\.[\w-]+\.[\w-]+$"))]
    token: String,
}

impl App {
    pub(crate) fn handle(&self, call: &Call) -> Result<Response<Body>, Problem> {
        match (call.method(), call.segments().as_slice()) {
            (&Method::POST, ["api", "anonymous", "auth"]) => {
                call.log_route("POST /api/anonymous/auth");
                self.log_in(call)
            }
            (_, ["api", "anonymous", "auth"]) => Err(Problem::wrong_method("POST")),
            (method @ (&Method::GET | &Method::HEAD), [".well-known", "jwks.json"]) => {
                call.log_route("GET /.well-known/jwks.json");
                Ok(self.keys(method))
            }
            (_, [".well-known", "jwks.json"]) => Err(Problem::wrong_method("GET, HEAD")),
            _ => Err(Problem::new(Code::NotFound)),
        }
    }

    fn log_in(&self, call: &Call) -> Result<Response<Body>, Problem> {
        let login = Login::read(call)?;
        // Setting a cookie for another site's page would log its visitors in as guests of that site's choosing.
        if login.next.is_some() && !call.is_same_origin(&self.own_urls) {
            let detail = "This form can only be sent from a page of this service.";
            return Err(Problem::new(Code::Forbidden).with_detail(detail));
        }
        let token = self.issue(login.display_name, login.next.as_ref().and_then(Next::invitation))?;
        call.log_caller("guest");
        call.count("GuestLogins", None);
        match login.next {
            Some(next) => self.redirect_to_next(&next, &token),
            None => json(&GuestToken { token }),
        }
    }

    fn issue(&self, display_name: String, invitation: Option<InviteId>) -> Result<String, Problem> {
        let id = GuestId::from_bytes(self.sources.random());
        let came_by = invitation.map(|invitation| LinkMark::new(invitation, id));
        let guest = Guest { id, display_name, came_by };
        let token = self.guests.issue(&guest, self.sources.random(), self.sources.now());
        token.map_err(|error| Problem::new(Code::Internal).caused_by(error))
    }

    /// Redirects a browser with the cookie. The status is 303, so that the browser follows with `GET` (RFC 9110 section
    /// 15.4.4).
    fn redirect_to_next(&self, next: &Next, token: &str) -> Result<Response<Body>, Problem> {
        let header =
            |text: &str| HeaderValue::from_str(text).map_err(|error| Problem::new(Code::Internal).caused_by(error));
        let lifetime = self.guests.lifetime().as_secs();
        let cookie = format!("{GUEST_COOKIE}={token}; HttpOnly; Secure; SameSite=Lax; Path=/; Max-Age={lifetime}");
        let mut response = Response::new(Body::Empty);
        *response.status_mut() = StatusCode::SEE_OTHER;
        let headers = response.headers_mut();
        headers.insert(LOCATION, header(&next.after_login())?);
        headers.insert(SET_COOKIE, header(&cookie)?);
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Ok(response)
    }

    /// Returns the page for a problem if a form failed: a browser displays the response.
    pub(crate) fn failure_page(&self, call: &Call, problem: &Problem) -> Option<Response<Body>> {
        let is_json = call.text().is_ok_and(|text| text.trim_start().starts_with('{'));
        if is_json || !call.header(CONTENT_TYPE.as_str()).is_some_and(is_form) {
            return None;
        }
        let notice = match problem.code() {
            Code::Unavailable => Notice::Busy,
            Code::Internal => Notice::Broken,
            _ => Notice::Forbidden,
        };
        let language = call.header(ACCEPT_LANGUAGE.as_str()).map_or(Language::DEFAULT, Language::accepted);
        let html = pages::notice(notice, &Frame { language, brand: &self.brand });
        // Created on demand, so that a cold start need not hash the style sheet.
        let pages = Pages::new(self.brand.style_source(), []).ok()?;
        let page = pages.page(call, problem.code().status(), language.tag(), html);
        Some(Pages::for_problem(page, problem))
    }

    fn keys(&self, method: &Method) -> Response<Body> {
        let body = if method == Method::HEAD { Body::Empty } else { Body::Text(self.guests.jwks().to_owned()) };
        let mut response = Response::new(body);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response.headers_mut().insert(CACHE_CONTROL, JWKS_CACHE_CONTROL);
        response
    }
}
