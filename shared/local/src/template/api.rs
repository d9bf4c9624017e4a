//! The template's HTTP API: its routes and their throttling limits.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::mappings::target;
use super::{FunctionDefinition, Template};
use crate::LocalError;

/// Default timeout of an integration in milliseconds, which is also the maximum.
const DEFAULT_TIMEOUT: u64 = 30_000;

/// The routes of the API and the settings of its stage.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ApiDefinition {
    pub(crate) routes: Vec<RouteDefinition>,
    /// Throttling of all routes without settings of their own.
    pub(crate) throttle: Option<ThrottleDefinition>,
    /// Throttling of the routes with these keys.
    pub(crate) route_throttles: BTreeMap<String, ThrottleDefinition>,
}

/// An `AWS::ApiGatewayV2::Route` with its integration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RouteDefinition {
    /// `ANY /api/spaces/{id}`, or `$default`.
    pub(crate) key: String,
    pub(crate) function: FunctionDefinition,
    /// Maximum time that API Gateway waits for the function.
    pub(crate) timeout: Duration,
}

/// A token bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ThrottleDefinition {
    /// Tokens added per second.
    pub(crate) rate: u64,
    /// Maximum number of tokens.
    pub(crate) burst: u64,
}

impl Template {
    /// Returns the HTTP API of the template.
    pub(crate) fn api(&self) -> Result<ApiDefinition, LocalError> {
        let routes = self.resources("AWS::ApiGatewayV2::Route");
        let mut api = ApiDefinition {
            routes: routes.map(|(name, route)| self.route(name, route)).collect::<Result<_, _>>()?,
            throttle: None,
            route_throttles: BTreeMap::new(),
        };
        for (name, stage) in self.resources("AWS::ApiGatewayV2::Stage") {
            api.throttle = self.throttle(name, stage.pointer("/Properties/DefaultRouteSettings"))?;
            let settings = stage.pointer("/Properties/RouteSettings").and_then(Value::as_object);
            for (key, settings) in settings.into_iter().flatten() {
                api.route_throttles
                    .extend(self.throttle(name, Some(settings))?.map(|throttle| (key.clone(), throttle)));
            }
        }
        Ok(api)
    }

    fn route(&self, name: &str, route: &Value) -> Result<RouteDefinition, LocalError> {
        let unreadable = |what: &str| self.invalid(format!("{name}: the {what} can't be read"));
        let property = |name: &str| route.pointer(&format!("/Properties/{name}"));
        let key = property("RouteKey").and_then(Value::as_str).ok_or_else(|| unreadable("RouteKey"))?;
        let integration = property("Target").and_then(integration).ok_or_else(|| unreadable("Target"))?;
        let integration =
            self.resource(integration).ok_or_else(|| self.invalid(format!("{name}: there is no {integration}")))?;
        let setting = |name: &str| integration.pointer(&format!("/Properties/{name}"));
        if setting("PayloadFormatVersion") != Some(&Value::from("2.0")) {
            return Err(self.invalid(format!("{name}: only the payload format 2.0 is implemented here")));
        }
        let function = setting("IntegrationUri").and_then(target).ok_or_else(|| unreadable("IntegrationUri"))?;
        let timeout = match setting("TimeoutInMillis") {
            Some(value) => self.number(name, "TimeoutInMillis", value)?,
            None => DEFAULT_TIMEOUT,
        };
        Ok(RouteDefinition {
            key: key.to_owned(),
            function: self.function(function)?,
            timeout: Duration::from_millis(timeout),
        })
    }

    fn throttle(&self, name: &str, settings: Option<&Value>) -> Result<Option<ThrottleDefinition>, LocalError> {
        let limit = |limit: &str| {
            let value = settings.and_then(|settings| settings.get(limit));
            value.map(|value| self.number(name, limit, value)).transpose()
        };
        let limits = (limit("ThrottlingRateLimit")?, limit("ThrottlingBurstLimit")?);
        Ok(match limits {
            (Some(rate), Some(burst)) => Some(ThrottleDefinition { rate, burst }),
            _ => None,
        })
    }
}

/// Returns the resource that `!Sub integrations/${X}` names.
fn integration(target: &Value) -> Option<&str> {
    target.get("Fn::Sub")?.as_str()?.strip_prefix("integrations/${")?.strip_suffix('}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const API: &str = "
Parameters:
  Rate: { Type: Number, Default: 100 }
Resources:
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    Properties:
      DefaultRouteSettings: { ThrottlingRateLimit: !Ref Rate, ThrottlingBurstLimit: 200 }
      RouteSettings:
        ANY /login: { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 50 }
        ANY /measured: { DetailedMetricsEnabled: true }
  Join:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: join } }
    Properties: { Timeout: 20 }
  JoinRoute:
    Type: AWS::ApiGatewayV2::Route
    Properties: { RouteKey: 'ANY /join/{id}', Target: !Sub 'integrations/${Integration}' }
";

    fn parse(integration: &str) -> Template {
        let integration =
            format!("  Integration:\n    Type: AWS::ApiGatewayV2::Integration\n    Properties: {integration}\n");
        Template::parse("template.yaml".into(), &format!("{API}{integration}")).unwrap()
    }

    #[test]
    fn routes_and_settings_are_read() {
        let template = parse("{ IntegrationUri: !GetAtt Join.Arn, PayloadFormatVersion: '2.0' }");
        let function = FunctionDefinition { name: "join".to_owned(), timeout: Duration::from_secs(20) };
        let throttle = |rate, burst| ThrottleDefinition { rate, burst };
        let expected = ApiDefinition {
            routes: vec![RouteDefinition {
                key: "ANY /join/{id}".to_owned(),
                function,
                timeout: Duration::from_secs(30),
            }],
            throttle: Some(throttle(100, 200)),
            route_throttles: [("ANY /login".to_owned(), throttle(10, 50))].into(),
        };
        assert_eq!(template.api().unwrap(), expected);
        let other = template.with_parameter("Rate", "7").unwrap();
        assert_eq!(other.api().unwrap().throttle, Some(throttle(7, 200)));
        let error = other.with_parameter("Pace", "7").unwrap_err();
        assert_eq!(error.to_string(), "template.yaml: there is no parameter Pace");
    }

    #[test]
    fn unsupported_integrations_are_rejected() {
        for (integration, reason) in [
            ("{ IntegrationUri: !GetAtt Join.Arn, PayloadFormatVersion: '1.0' }", "only the payload format 2.0"),
            (
                "{ IntegrationUri: 'https://example.com', PayloadFormatVersion: '2.0' }",
                "the IntegrationUri can't be read",
            ),
            ("{ IntegrationUri: !GetAtt Leave.Arn, PayloadFormatVersion: '2.0' }", "there is no Leave"),
        ] {
            let error = parse(integration).api().unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
