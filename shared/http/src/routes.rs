//! The route table of a function: the action for each method and path.

use lambda_http::http::Method;

use crate::{Call, Code, Problem};

/// A function's routes, each as `METHOD /path/{parameter}` with its action.
///
/// Below `/api`, `topics` is the old spelling of the segment `spaces`. Routes are written with the new one and match
/// both.
pub struct Routes<A: 'static>(&'static [(&'static str, A)]);

/// The route of a request.
pub struct Found<'a, A> {
    /// The action of the route.
    pub action: A,
    parameters: Vec<(&'static str, &'a str)>,
}

impl<A: Copy> Routes<A> {
    /// Creates a route table. The first route that matches is used.
    #[must_use]
    pub const fn new(routes: &'static [(&'static str, A)]) -> Self {
        Self(routes)
    }

    /// Finds the route of a request, and sets it for the log.
    ///
    /// # Errors
    ///
    /// `not_found` if no route has the path; `method_not_allowed`, with the supported methods, if routes have the path
    /// but not the method.
    pub fn find<'a>(&self, call: &'a Call) -> Result<Found<'a, A>, Problem> {
        let segments = call.segments();
        let mut allowed = Vec::new();
        for (route, action) in self.0 {
            let Some((method, path)) = route.split_once(' ') else { continue };
            let Some(parameters) = parameters(path, &segments) else { continue };
            if call.method().as_str() == method {
                call.log_route(route);
                return Ok(Found { action: *action, parameters });
            }
            allowed.push(method);
        }
        if allowed.is_empty() {
            Err(Problem::new(Code::NotFound))
        } else {
            Err(Problem::wrong_method(allowed.join(", ")))
        }
    }

    /// Returns the method, path and action of each route, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Method, &'static str, A)> {
        self.0.iter().filter_map(|(route, action)| {
            let (method, path) = route.split_once(' ')?;
            Some((method.parse().ok()?, path, *action))
        })
    }
}

impl<'a, A> Found<'a, A> {
    /// Returns the path segment that matches `{name}`, as the client sent it.
    ///
    /// # Errors
    ///
    /// `not_found` if the route has no such parameter.
    pub fn parameter(&self, name: &str) -> Result<&'a str, Problem> {
        let found = self.parameters.iter().find(|(parameter, _)| *parameter == name);
        found.map(|(_, segment)| *segment).ok_or_else(|| Problem::new(Code::NotFound))
    }
}

/// Matches these segments against a path and returns its parameters.
fn parameters<'a>(path: &'static str, segments: &[&'a str]) -> Option<Vec<(&'static str, &'a str)>> {
    let pattern: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    if pattern.len() != segments.len() {
        return None;
    }
    let is_api = pattern.first() == Some(&"api");
    let mut parameters = Vec::new();
    for (expected, segment) in pattern.into_iter().zip(segments) {
        match expected.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) if !segment.is_empty() => parameters.push((name, *segment)),
            None if expected == *segment || (is_api && expected == "spaces" && *segment == "topics") => {}
            _ => return None,
        }
    }
    Some(parameters)
}

#[cfg(test)]
mod tests {
    use lambda_http::{Body, Request, RequestExt};

    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq)]
    enum Action {
        Me,
        Read,
        Change,
        Page,
    }

    const ROUTES: Routes<Action> = Routes::new(&[
        ("GET /api/users/me", Action::Me),
        ("GET /api/spaces/{id}", Action::Read),
        ("POST /api/spaces/{id}", Action::Change),
        ("GET /spaces/{id}", Action::Page),
    ]);

    fn call(method: &str, path: &str) -> Call {
        let mut request = Request::new(Body::Empty).with_raw_http_path(path);
        *request.method_mut() = method.parse().unwrap();
        Call::new(request, "test", jiff::Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_route_is_found_in_both_spellings_and_with_a_trailing_slash() {
        for path in ["/api/spaces/42", "/api/topics/42", "/api/spaces/42/"] {
            let call = call("POST", path);
            let found = ROUTES.find(&call).unwrap_or_else(|problem| panic!("{path}: {problem:?}"));
            assert_eq!((found.action, found.parameter("id").unwrap()), (Action::Change, "42"));
            assert_eq!(call.route(), "POST /api/spaces/{id}");
        }
        assert_eq!(ROUTES.find(&call("GET", "/spaces/42")).unwrap().action, Action::Page);
        assert_eq!(ROUTES.find(&call("GET", "/api/users/me")).unwrap().action, Action::Me);
    }

    #[test]
    fn a_path_without_a_route_is_not_found() {
        for path in [
            "/",
            "/api",
            "/api/users",
            "/api/users/me/x",
            "/api/spaces/",
            "/topics/42",
            "/api/Spaces/42",
            "/API/users/me",
        ] {
            let problem = ROUTES.find(&call("GET", path)).err().unwrap();
            assert_eq!(problem.code(), Code::NotFound, "{path}");
        }
    }

    #[test]
    fn another_method_is_rejected_with_the_supported_ones() {
        let call = call("DELETE", "/api/topics/42");
        let problem = ROUTES.find(&call).err().unwrap();
        assert_eq!((problem.code(), problem.allow()), (Code::MethodNotAllowed, Some("GET, POST")));
        assert_eq!(call.route(), "unknown");
    }

    #[test]
    fn every_route_has_a_method_and_a_path() {
        let routes: Vec<_> = ROUTES.iter().map(|(method, path, _)| format!("{method} {path}")).collect();
        let written: Vec<_> = ROUTES.0.iter().map(|(route, _)| (*route).to_owned()).collect();
        assert_eq!(routes, written);
    }
}
