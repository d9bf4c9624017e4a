//! The HTTP API, in front of functions whose responses the tests script.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod answers;
mod events;
mod limits;
mod routes;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use reqwest::header::{HeaderMap as Headers, HeaderName};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use spaces_local::{Gateway, Template};

const TEMPLATE: &str = "
Resources:
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    Properties:
      DefaultRouteSettings: { ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 1000 }
      RouteSettings:
        GET /rare: { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 2 }
  EchoFunction:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: echo } }
    Properties: { Timeout: 20 }
  ShortFunction:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: short } }
    Properties: { Timeout: 1 }
  Echo:
    Type: AWS::ApiGatewayV2::Integration
    Properties: { IntegrationUri: !GetAtt EchoFunction.Arn, PayloadFormatVersion: '2.0' }
  Impatient:
    Type: AWS::ApiGatewayV2::Integration
    Properties: { IntegrationUri: !GetAtt EchoFunction.Arn, PayloadFormatVersion: '2.0', TimeoutInMillis: 50 }
  Short:
    Type: AWS::ApiGatewayV2::Integration
    Properties: { IntegrationUri: !GetAtt ShortFunction.Arn, PayloadFormatVersion: '2.0' }
  EchoRoute:
    Type: AWS::ApiGatewayV2::Route
    Properties: { RouteKey: ANY /echo, Target: !Sub 'integrations/${Echo}' }
  ThingRoute:
    Type: AWS::ApiGatewayV2::Route
    Properties: { RouteKey: 'GET /things/{id}/parts/{part}', Target: !Sub 'integrations/${Echo}' }
  GreedyRoute:
    Type: AWS::ApiGatewayV2::Route
    Properties: { RouteKey: 'ANY /deep/{proxy+}', Target: !Sub 'integrations/${Echo}' }
  RareRoute:
    Type: AWS::ApiGatewayV2::Route
    Properties: { RouteKey: GET /rare, Target: !Sub 'integrations/${Echo}' }
  ImpatientRoute:
    Type: AWS::ApiGatewayV2::Route
    Properties: { RouteKey: ANY /impatient, Target: !Sub 'integrations/${Impatient}' }
  ShortRoute:
    Type: AWS::ApiGatewayV2::Route
    Properties: { RouteKey: ANY /short, Target: !Sub 'integrations/${Short}' }
";

/// A reply of the Invoke API, with the function's result.
#[derive(Debug, Clone)]
enum Reply {
    Answer(Value),
    /// A function's failure, as Lambda reports it.
    FunctionError(Value),
    /// A function's failure, as cargo-lambda reports it.
    Status(StatusCode, Value),
    Never,
}

/// A fake Invoke API.
#[derive(Clone, Default)]
struct Functions {
    replies: Arc<Mutex<VecDeque<Reply>>>,
    /// The invoked functions, with their events.
    invocations: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Functions {
    async fn start(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let path = "/2015-03-31/functions/{function}/invocations";
        let router = Router::new().route(path, post(invoked)).layer(DefaultBodyLimit::disable());
        let router = router.with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        endpoint
    }
}

async fn invoked(
    State(functions): State<Functions>,
    Path(function): Path<String>,
    Json(event): Json<Value>,
) -> (StatusCode, HeaderMap, Json<Value>) {
    functions.invocations.lock().unwrap().push((function, event));
    let reply = functions.replies.lock().unwrap().pop_front();
    let mut headers = HeaderMap::new();
    match reply.unwrap_or(Reply::Answer(json!({ "statusCode": 204 }))) {
        Reply::Answer(answer) => (StatusCode::OK, headers, Json(answer)),
        Reply::FunctionError(answer) => {
            headers.insert("x-amz-function-error", HeaderValue::from_static("Unhandled"));
            (StatusCode::OK, headers, Json(answer))
        }
        Reply::Status(status, answer) => (status, headers, Json(answer)),
        Reply::Never => std::future::pending().await,
    }
}

/// A gateway, its functions and a client.
struct World {
    functions: Functions,
    gateway: Gateway,
    client: Client,
}

impl World {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("template.yaml");
        std::fs::write(&path, TEMPLATE).unwrap();
        let functions = Functions::default();
        let endpoint = functions.start().await;
        Self::with(&Template::read(path).unwrap(), functions, &endpoint).await
    }

    async fn with(template: &Template, functions: Functions, endpoint: &str) -> Self {
        let gateway = Gateway::start(0, template, endpoint).await.unwrap();
        let client = Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
        Self { functions, gateway, client }
    }

    async fn send(&self, method: &str, path: &str, headers: &[(&str, &[u8])], body: &[u8]) -> Response {
        let url = format!("{}{path}", self.gateway.endpoint());
        let mut given = Headers::new();
        for (name, value) in headers {
            given.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_bytes(value).unwrap());
        }
        let request = self.client.request(method.parse::<Method>().unwrap(), url).headers(given);
        let request = if body.is_empty() { request } else { request.body(body.to_vec()) };
        request.send().await.unwrap()
    }

    /// Returns the response to a request to `/echo` whose function replies with `reply`.
    async fn answered(&self, reply: Reply) -> Response {
        self.functions.replies.lock().unwrap().push_back(reply);
        self.send("GET", "/echo", &[], b"").await
    }

    /// Returns the event that a request is converted to.
    async fn event(&self, method: &str, path: &str, headers: &[(&str, &[u8])], body: &[u8]) -> Value {
        assert_eq!(self.send(method, path, headers, body).await.status(), 204, "{method} {path}");
        self.functions.invocations.lock().unwrap().pop().unwrap().1
    }
}

/// Returns the status and body of the gateway's own response, which has a request id and no other header of ours.
async fn refusal(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let headers = response.headers();
    assert_eq!(headers["content-type"], "application/json");
    assert!(headers["apigw-requestid"].len() == 16, "{headers:?}");
    assert!(headers.keys().all(|name| !name.as_str().starts_with("access-control-")), "{headers:?}");
    (status, serde_json::from_slice(&response.bytes().await.unwrap()).unwrap())
}
