//! Selects the route of a request as API Gateway does.
//!
//! Source: *Create routes for HTTP APIs in API Gateway*, API Gateway developer guide: a full match wins over a greedy
//! one, and a greedy one over `$default`; among full matches, a literal segment wins over a variable.

use super::throttle::TokenBucket;
use crate::LocalError;
use crate::function::Function;
use crate::template::{ApiDefinition, RouteDefinition};
use std::sync::Arc;
use std::time::Duration;

/// A route and its function.
#[derive(Debug)]
pub(super) struct Route {
    /// Route key in the template.
    pub(super) key: String,
    pattern: Pattern,
    pub(super) function: Function,
    /// Maximum time to wait for the function.
    pub(super) timeout: Duration,
    /// The route's own bucket, or the bucket shared by all routes without settings of their own.
    pub(super) throttle: Option<Arc<TokenBucket>>,
}

/// All routes of an API, the most specific first.
#[derive(Debug)]
pub(super) struct RouteTable(Vec<Route>);

impl RouteTable {
    /// Creates the routes to the functions at `endpoint`.
    pub(super) fn new(api: ApiDefinition, endpoint: &str) -> Result<Self, LocalError> {
        let ApiDefinition { routes, throttle, route_throttles } = api;
        let bucket = |definition| Arc::new(TokenBucket::new(definition));
        let common = throttle.map(bucket);
        let mut routes = routes
            .into_iter()
            .map(|RouteDefinition { key, function, timeout }| {
                Ok(Route {
                    pattern: Pattern::parse(&key),
                    function: Function::new(endpoint, function)?,
                    timeout,
                    throttle: route_throttles.get(&key).copied().map(bucket).or_else(|| common.clone()),
                    key,
                })
            })
            .collect::<Result<Vec<_>, LocalError>>()?;
        routes.sort_by(|a, b| a.pattern.cmp(&b.pattern));
        Ok(Self(routes))
    }

    /// Returns the most specific matching route, with the values of its path variables.
    pub(super) fn find(&self, method: &str, path: &str) -> Option<(&Route, Vec<(&str, String)>)> {
        self.0.iter().find_map(|route| Some((route, route.pattern.matched(method, path)?)))
    }
}

/// A route key. More specific keys compare as less, first by path, then by method.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Pattern {
    Path(Vec<Segment>, Method),
    Default,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Literal(String),
    Variable(String),
    Greedy(String),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Method {
    One(String),
    Any,
}

impl Pattern {
    fn parse(key: &str) -> Self {
        let Some((method, path)) = key.split_once(' ') else { return Self::Default };
        let method = if method == "ANY" { Method::Any } else { Method::One(method.to_owned()) };
        Self::Path(segments(path).map(Segment::parse).collect(), method)
    }

    fn matched(&self, method: &str, path: &str) -> Option<Vec<(&str, String)>> {
        let Self::Path(pattern, own) = self else { return Some(Vec::new()) };
        if matches!(own, Method::One(own) if own != method) {
            return None;
        }
        let mut variables = Vec::new();
        let mut given = segments(path);
        for segment in pattern {
            match segment {
                Segment::Literal(text) => (given.next()? == text).then_some(())?,
                Segment::Variable(name) => {
                    let value = given.next().filter(|value| !value.is_empty())?;
                    variables.push((name.as_str(), value.to_owned()));
                }
                Segment::Greedy(name) => {
                    let rest: Vec<&str> = given.by_ref().collect();
                    let rest = Some(rest.join("/")).filter(|rest| !rest.is_empty())?;
                    variables.push((name.as_str(), rest));
                }
            }
        }
        given.next().is_none().then_some(variables)
    }
}

impl Segment {
    fn parse(text: &str) -> Self {
        match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
            Some(name) => match name.strip_suffix('+') {
                Some(name) => Self::Greedy(name.to_owned()),
                None => Self::Variable(name.to_owned()),
            },
            None => Self::Literal(text.to_owned()),
        }
    }
}

/// Splits a path into segments. A trailing slash adds an empty one.
fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(keys: &[&str]) -> RouteTable {
        let route = |key: &&str| RouteDefinition {
            key: (*key).to_owned(),
            function: crate::template::FunctionDefinition { name: "f".to_owned(), timeout: Duration::ZERO },
            timeout: Duration::ZERO,
        };
        let routes = keys.iter().map(route).collect();
        let api = ApiDefinition { routes, throttle: None, route_throttles: std::collections::BTreeMap::new() };
        RouteTable::new(api, "http://127.0.0.1:9000").unwrap()
    }

    fn found(routes: &RouteTable, method: &str, path: &str) -> Option<String> {
        let (route, variables) = routes.find(method, path)?;
        let variables: Vec<String> = variables.iter().map(|(name, value)| format!(" {name}={value}")).collect();
        Some(format!("{}{}", route.key, variables.concat()))
    }

    #[test]
    fn the_most_specific_route_wins_regardless_of_order() {
        let mut keys = [
            "$default",
            "ANY /{proxy+}",
            "GET /pets/{proxy+}",
            "GET /pets/dog/{id}",
            "GET /pets/dog/1",
            "ANY /pets/dog/1",
            "ANY /pets/dog/1/",
        ];
        for _ in 0..2 {
            let routes = routes(&keys);
            for (method, path, expected) in [
                ("GET", "/pets/dog/1", "GET /pets/dog/1"),
                ("POST", "/pets/dog/1", "ANY /pets/dog/1"),
                ("GET", "/pets/dog/1/", "ANY /pets/dog/1/"),
                ("GET", "/pets/dog/2", "GET /pets/dog/{id} id=2"),
                ("GET", "/pets/dog/2/", "GET /pets/{proxy+} proxy=dog/2/"),
                ("GET", "/pets/cat/1", "GET /pets/{proxy+} proxy=cat/1"),
                ("POST", "/pets/cat/1", "ANY /{proxy+} proxy=pets/cat/1"),
                ("GET", "/", "$default"),
            ] {
                assert_eq!(found(&routes, method, path).as_deref(), Some(expected), "{method} {path}");
            }
            keys.reverse();
        }
    }

    #[test]
    fn without_a_default_route_a_request_may_match_none() {
        let routes = routes(&["GET /a/{id}"]);
        for (method, path) in [("GET", "/a"), ("GET", "/a/"), ("GET", "/a/1/2"), ("PUT", "/a/1"), ("GET", "")] {
            assert_eq!(found(&routes, method, path), None, "{method} {path}");
        }
    }
}
