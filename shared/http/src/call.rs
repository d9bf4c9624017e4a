//! One request on its way through a handler.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::OnceLock;

use jiff::Timestamp;
use lambda_http::http::{self, HeaderMap, Method};
use lambda_http::request::RequestContext;
use lambda_http::{Request, RequestExt};

use crate::audit::{Audit, Circumstances};
use crate::{Code, Fault, FaultCode, Problem};

/// The largest body that is read, in bytes: 1 MiB.
const MAX_BODY: usize = 1 << 20;

/// A request as the handlers read it.
pub struct Call {
    request: Request,
    service: &'static str,
    received: Timestamp,
    request_id: String,
    function_request_id: String,
    route: OnceLock<&'static str>,
    caller: OnceLock<&'static str>,
    counted: OnceLock<(&'static str, Option<&'static str>)>,
}

impl Call {
    /// A request that the function with this name has received.
    pub(crate) fn new(request: Request, service: &'static str, received: Timestamp) -> Self {
        let function_request_id =
            request.lambda_context_ref().map(|context| context.request_id.clone()).unwrap_or_default();
        let request_id = match request.request_context_ref() {
            Some(RequestContext::ApiGatewayV2(context)) => context.request_id.clone(),
            _ => None,
        };
        let request_id = request_id.unwrap_or_else(|| function_request_id.clone());
        Self {
            request,
            service,
            received,
            request_id,
            function_request_id,
            route: OnceLock::new(),
            caller: OnceLock::new(),
            counted: OnceLock::new(),
        }
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &Method {
        self.request.method()
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.request.headers()
    }

    /// A header's value if it is there once and is visible ASCII.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers().get_all(name).iter();
        let first = values.next()?;
        if values.next().is_some() { None } else { first.to_str().ok() }
    }

    /// A header that may be left out but must not be garbled.
    ///
    /// # Errors
    ///
    /// `invalid_request` naming the header if it is there twice or is not visible ASCII.
    pub fn optional_header(&self, name: &'static str) -> Result<Option<&str>, Problem> {
        match self.header(name) {
            None if self.headers().contains_key(name) => {
                let fault = Fault::new(name, FaultCode::InvalidHeader, "must be given once, in printable ASCII");
                Err(Problem::invalid(vec![fault]))
            }
            value => Ok(value),
        }
    }

    /// The value of the first cookie with this name.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let cookies = self.headers().get_all(http::header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(cookie, _)| *cookie == name).map(|(_, value)| value)
    }

    /// The segments of the path as the client sent it, without a trailing slash.
    #[must_use]
    pub fn segments(&self) -> Vec<&str> {
        let path = self.path();
        let path = path.strip_prefix('/').unwrap_or(path);
        path.strip_suffix('/').unwrap_or(path).split('/').collect()
    }

    /// The path as the client sent it.
    #[must_use]
    pub fn path(&self) -> &str {
        self.request.raw_http_path()
    }

    /// A parameter of the query. One that is empty or has no value counts as absent.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        let parameters = self.request.query_string_parameters_ref()?;
        parameters.first(name).filter(|value| !value.is_empty())
    }

    /// The body as text, whatever its Content-Type says: UTF-8, or ISO-8859-1 where it is not valid UTF-8.
    ///
    /// # Errors
    ///
    /// `payload_too_large` over 1 MiB.
    pub fn text(&self) -> Result<Cow<'_, str>, Problem> {
        let bytes = self.request.body().as_ref();
        if bytes.len() > MAX_BODY {
            return Err(Problem::new(Code::PayloadTooLarge));
        }
        // .NET's default UTF-8 writer puts a byte order mark first; RFC 8259 section 8.1 lets a reader ignore it.
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        Ok(match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => encoding_rs::mem::decode_latin1(bytes),
        })
    }

    /// The address that the request comes from, as API Gateway sees it; no header has a say in it.
    #[must_use]
    pub fn source_address(&self) -> Option<IpAddr> {
        let Some(RequestContext::ApiGatewayV2(context)) = self.request.request_context_ref() else { return None };
        context.http.source_ip.as_ref()?.parse().ok()
    }

    /// The request's id: API Gateway's where there is one, else that of the invocation.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    pub(crate) fn function_request_id(&self) -> &str {
        &self.function_request_id
    }

    /// Tells the log which route this is. The path itself is not logged: it holds the invitation's id.
    pub fn log_route(&self, route: &'static str) {
        // A route that is set already stays: the outermost match is the right one.
        let _ = self.route.set(route);
    }

    /// Tells the log what kind of caller this is.
    pub fn log_caller(&self, caller: &'static str) {
        let _ = self.caller.set(caller);
    }

    /// Counts the request as one of these, in all and, if there is one, by its reason: a metric. A request is one thing.
    pub fn count(&self, name: &'static str, reason: Option<&'static str>) {
        let _ = self.counted.set((name, reason));
    }

    /// Writes what has been changed into the audit log, at once: what fails after it does not undo it.
    pub fn audit(&self, audit: &Audit<'_>) {
        let request = Some((self.function_request_id(), self.request_id()));
        audit.write(Circumstances { service: self.service, caller: self.caller(), request, now: self.received });
    }

    pub(crate) fn route(&self) -> &'static str {
        self.route.get().copied().unwrap_or("unknown")
    }

    pub(crate) fn caller(&self) -> &'static str {
        self.caller.get().copied().unwrap_or("none")
    }

    pub(crate) fn counted(&self) -> Option<(&'static str, Option<&'static str>)> {
        self.counted.get().copied()
    }
}

#[cfg(test)]
mod tests {
    use lambda_http::Body;

    use super::*;

    fn call(method: Method, path: &str, body: Body) -> Call {
        let mut request = Request::new(body).with_raw_http_path(path);
        *request.method_mut() = method;
        Call::new(request, "test", Timestamp::UNIX_EPOCH)
    }

    fn body(bytes: &[u8]) -> Call {
        call(Method::POST, "/", Body::Binary(bytes.to_vec()))
    }

    #[test]
    fn a_body_that_is_not_utf_8_is_read_as_iso_8859_1() {
        assert_eq!(body(b"Reuni\xF3n").text().unwrap(), "Reunión");
        assert_eq!(body("Reunión".as_bytes()).text().unwrap(), "Reunión");
    }

    #[test]
    fn a_byte_order_mark_is_ignored() {
        assert_eq!(body(b"\xEF\xBB\xBF{}").text().unwrap(), "{}");
    }

    #[test]
    fn a_body_of_one_mebibyte_is_read_and_a_byte_more_is_not() {
        assert!(body(&vec![b' '; MAX_BODY]).text().is_ok());
        assert_eq!(body(&vec![b' '; MAX_BODY + 1]).text().unwrap_err().code(), Code::PayloadTooLarge);
    }

    #[test]
    fn a_trailing_slash_makes_no_difference() {
        let at = |path: &str| {
            let call = call(Method::GET, path, Body::Empty);
            call.segments().join("|")
        };
        assert_eq!(at("/api/spaces/invite/"), "api|spaces|invite");
        assert_eq!(at("/api/spaces/invite"), "api|spaces|invite");
        assert_eq!(at("/api//spaces"), "api||spaces");
        assert_eq!(at("/"), "");
    }
}
