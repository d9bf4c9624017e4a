//! The link in a browser.
//!
//! It changes nothing: whoever opens it, be it a mail scanner, only reads. Joining is the application's call to the API.

use spaces_http::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY};
use spaces_http::http::{HeaderValue, StatusCode};
use spaces_http::{Body, Code, Problem, Response};

use crate::App;

impl App {
    pub(crate) async fn page(&self, id: &str) -> Result<Response<Body>, Problem> {
        match self.open_invitation(id, self.sources.now()).await {
            Ok(_) => Ok(page(StatusCode::OK, "You are invited", "Open this invitation in your Spaces application.")),
            Err(problem) => match problem.code() {
                Code::NotFound => {
                    Ok(page(StatusCode::NOT_FOUND, "No such invitation", "Check that the link is complete."))
                }
                Code::InviteExpired => Ok(page(StatusCode::GONE, "This invitation has expired", "Ask for a new one.")),
                Code::InviteRevoked => {
                    Ok(page(StatusCode::GONE, "This invitation has been withdrawn", "Ask whoever invited you."))
                }
                _ => Err(problem),
            },
        }
    }
}

/// A page of fixed texts: nothing from a client or the table is in it.
fn page(status: StatusCode, title: &str, text: &str) -> Response<Body> {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title></head>\
         <body><main><h1>{title}</h1><p>{text}</p></main></body></html>"
    );
    let mut response = Response::new(Body::Text(html));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    response
}
