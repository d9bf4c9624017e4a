//! One request and its context.

use std::net::IpAddr;
use std::sync::OnceLock;

use jiff::Timestamp;
use lambda_http::http::{self, HeaderMap, Method};
use lambda_http::request::RequestContext;
use lambda_http::{Request, RequestExt};

use crate::audit::{Audit, Circumstances};
use crate::{Fault, FaultCode, Problem};

/// A request as handlers see it.
pub struct Call {
    request: Request,
    service: &'static str,
    received: Timestamp,
    request_id: String,
    function_request_id: String,
    route: OnceLock<&'static str>,
    caller: OnceLock<&'static str>,
    counted: OnceLock<(&'static str, Option<&'static str>)>,
    read_strictly: OnceLock<()>,
    viewer: Option<IpAddr>,
}

impl Call {
    /// Creates a call for a request to the function `service`.
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
            read_strictly: OnceLock::new(),
            viewer: None,
        }
    }

    /// Sets the client's address as reported by the edge in front of the API.
    #[must_use]
    pub(crate) fn with_viewer(self, viewer: Option<IpAddr>) -> Self {
        Self { viewer, ..self }
    }

    /// Returns the method.
    #[must_use]
    pub fn method(&self) -> &Method {
        self.request.method()
    }

    /// Returns the headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.request.headers()
    }

    /// Returns a header's value if it occurs exactly once and is visible ASCII.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers().get_all(name).iter();
        let first = values.next()?;
        if values.next().is_some() { None } else { first.to_str().ok() }
    }

    /// Returns the value of an optional header.
    ///
    /// # Errors
    ///
    /// `invalid_request` naming the header if it occurs more than once or is not visible ASCII.
    pub fn optional_header(&self, name: &'static str) -> Result<Option<&str>, Problem> {
        match self.header(name) {
            None if self.headers().contains_key(name) => {
                let fault = Fault::new(name, FaultCode::InvalidHeader, "must be given once, in printable ASCII");
                Err(Problem::invalid(vec![fault]))
            }
            value => Ok(value),
        }
    }

    /// Returns whether to parse the body strictly, and records that the client asked for it.
    pub(crate) fn reads_strictly(&self) -> bool {
        let is_strict = self.prefers_strict_handling();
        if is_strict {
            let _ = self.read_strictly.set(());
        }
        is_strict
    }

    /// Returns whether the body was parsed strictly because the client asked for it.
    pub(crate) fn was_read_strictly(&self) -> bool {
        self.read_strictly.get().is_some()
    }

    /// Returns whether the client prefers an error to an ignored field: `Prefer: handling=strict` (RFC 7240 section
    /// 4.4).
    fn prefers_strict_handling(&self) -> bool {
        let values = self.headers().get_all("prefer").iter().filter_map(|value| value.to_str().ok());
        let mut preferences = values.flat_map(|value| value.split(',')).filter_map(|preference| {
            let (name, value) = preference.split(';').next()?.split_once('=')?;
            Some((name.trim(), value.trim().trim_matches('"')))
        });
        // If a preference occurs twice, the first one counts (RFC 7240 section 2).
        let handling = preferences.find(|(name, _)| name.eq_ignore_ascii_case("handling"));
        handling.is_some_and(|(_, value)| value.eq_ignore_ascii_case("strict"))
    }

    /// Returns the values of the cookies with this name, in the order received. Browsers send several cookies of one
    /// name if they differ in path or domain (RFC 6265 section 5.4). Double quotes around a value are removed.
    pub fn cookies<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let headers = self.headers().get_all(http::header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs = headers.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.filter(move |(cookie, _)| cookie.trim_end() == name).map(|(_, value)| {
            let value = value.trim_start();
            value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value)
        })
    }

    /// Returns the segments of the path as the client sent it, without a trailing slash.
    #[must_use]
    pub fn segments(&self) -> Vec<&str> {
        let path = self.path();
        let path = path.strip_prefix('/').unwrap_or(path);
        path.strip_suffix('/').unwrap_or(path).split('/').collect()
    }

    /// Returns the path as the client sent it.
    #[must_use]
    pub fn path(&self) -> &str {
        self.request.raw_http_path()
    }

    /// Returns the query as the client sent it.
    #[must_use]
    pub fn raw_query(&self) -> Option<&str> {
        self.request.uri().query()
    }

    /// Returns a query parameter. An empty one counts as absent.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        let parameters = self.request.query_string_parameters_ref()?;
        parameters.first(name).filter(|value| !value.is_empty())
    }

    /// Returns the client's address: as reported by the edge in front of the API, if there is one, otherwise as seen by
    /// API Gateway. No other header is considered.
    #[must_use]
    pub fn source_address(&self) -> Option<IpAddr> {
        let Some(RequestContext::ApiGatewayV2(context)) = self.request.request_context_ref() else { return None };
        self.viewer.or_else(|| context.http.source_ip.as_ref()?.parse().ok())
    }

    /// Returns the request id: API Gateway's if there is one, otherwise that of the invocation.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    pub(crate) fn body(&self) -> &[u8] {
        self.request.body().as_ref()
    }

    pub(crate) fn function_request_id(&self) -> &str {
        &self.function_request_id
    }

    /// Sets the route for the log. The path itself is not logged, because it may contain an invitation's id.
    pub fn log_route(&self, route: &'static str) {
        // The first route stays, because the outermost match is the right one.
        let _ = self.route.set(route);
    }

    /// Sets the kind of caller for the log.
    pub fn log_caller(&self, caller: &'static str) {
        let _ = self.caller.set(caller);
    }

    /// Counts the request in the metric `name`, and also by `reason` if there is one. A request is counted only once.
    pub fn count(&self, name: &'static str, reason: Option<&'static str>) {
        let _ = self.counted.set((name, reason));
    }

    /// Writes a change to the audit log immediately, because a later failure doesn't undo the change.
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

    #[test]
    fn strict_handling_is_recognized_as_rfc_7240_spells_it() {
        for (headers, strict) in [
            (&[][..], false),
            (&["handling=strict"], true),
            (&["Handling = \"Strict\""], true),
            (&["return=minimal, handling=strict; x=y"], true),
            (&["respond-async", "handling=strict"], true),
            (&["handling=lenient, handling=strict"], false),
            (&["handling"], false),
            (&["handling=strict=1"], false),
            (&["nothandling=strict"], false),
        ] {
            let mut request = Request::new(Body::Empty);
            for header in headers {
                request.headers_mut().append("prefer", header.parse().unwrap());
            }
            let call = Call::new(request, "test", Timestamp::UNIX_EPOCH);
            assert_eq!((call.reads_strictly(), call.was_read_strictly()), (strict, strict), "{headers:?}");
        }
    }

    #[test]
    fn every_cookie_of_a_name_is_read() {
        for (header, values) in [
            ("S=a", vec!["a"]),
            ("S=a; S=b", vec!["a", "b"]),
            ("S=a;S=b", vec!["a", "b"]),
            ("T=x; S=a ; s=b; SS=c; XS=d", vec!["a"]),
            (r#"S="a""#, vec!["a"]),
            (r#"S="a; S="b""#, vec![r#""a"#, "b"]),
            (r#"S=""; S="#, vec!["", ""]),
            (r#"S=""#, vec![r#"""#]),
            ("S = a", vec!["a"]),
            ("S=a=b==", vec!["a=b=="]),
            ("S=%zz", vec!["%zz"]),
            ("S; =a; ; S", vec![]),
        ] {
            let mut request = Request::new(Body::Empty);
            request.headers_mut().insert(http::header::COOKIE, header.parse().unwrap());
            assert_eq!(
                Call::new(request, "test", Timestamp::UNIX_EPOCH).cookies("S").collect::<Vec<_>>(),
                values,
                "{header}"
            );
        }
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
