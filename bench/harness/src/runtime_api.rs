//! The Runtime API of one instance, as Lambda offers it to a function. It records the time of each request.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, bail};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;

/// Timeout of an invocation; shortly before it, deliver-invites begins no more mails.
const TIME_OUT: Duration = Duration::from_mins(15);
/// Time after which a function counts as hung; no invocation takes as long, even under valgrind.
const HANGING: Duration = Duration::from_mins(5);

/// A request from the function to the Runtime API.
enum Asked {
    Next(Instant),
    Answer(Instant, Bytes),
    Failed(String),
}

struct Shared {
    asked: mpsc::UnboundedSender<Asked>,
    /// One function asks for an event at a time.
    events: Mutex<mpsc::UnboundedReceiver<Bytes>>,
    handed: mpsc::UnboundedSender<Instant>,
}

/// The Runtime API of one instance.
pub(crate) struct RuntimeApi {
    address: String,
    asked: mpsc::UnboundedReceiver<Asked>,
    events: mpsc::UnboundedSender<Bytes>,
    handed: mpsc::UnboundedReceiver<Instant>,
    server: JoinHandle<()>,
}

/// An invocation as the Runtime API sees it.
pub(crate) struct Answered {
    /// Time from sending the event to the answer.
    pub(crate) took: Duration,
    pub(crate) answer: Value,
}

impl RuntimeApi {
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let (send, asked) = mpsc::unbounded_channel();
        let (events, to_hand) = mpsc::unbounded_channel();
        let (hand, handed) = mpsc::unbounded_channel();
        let shared = Shared { asked: send, events: Mutex::new(to_hand), handed: hand };
        let routes = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
            .route("/2018-06-01/runtime/init/error", post(init_error))
            .layer(DefaultBodyLimit::max(8 * 1024 * 1024))
            .with_state(Arc::new(shared));
        let server = tokio::spawn(async move {
            axum::serve(listener, routes).await.ok();
        });
        Ok(Self { address, asked, events, handed, server })
    }

    /// Returns the value of `AWS_LAMBDA_RUNTIME_API`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Waits until the function asks for an event, and returns the time at which it did.
    pub(crate) async fn next(&mut self) -> anyhow::Result<Instant> {
        match self.asked().await? {
            Asked::Next(at) => Ok(at),
            Asked::Answer(..) => bail!("the function answered without an event"),
            Asked::Failed(reason) => bail!("the function failed: {reason}"),
        }
    }

    /// Sends an event and waits for the answer.
    pub(crate) async fn invoke(&mut self, event: &Value) -> anyhow::Result<Answered> {
        self.events.send(Bytes::from(serde_json::to_vec(event)?)).context("the Runtime API has stopped")?;
        let handed = self.handed.recv().await.context("the Runtime API has stopped")?;
        match self.asked().await? {
            Asked::Answer(at, body) => {
                let answer = serde_json::from_slice(&body).context("the answer is not JSON")?;
                Ok(Answered { took: at.duration_since(handed), answer })
            }
            Asked::Next(_) => bail!("the function asked for the next event without an answer"),
            Asked::Failed(reason) => bail!("the function failed: {reason}"),
        }
    }

    async fn asked(&mut self) -> anyhow::Result<Asked> {
        let asked = tokio::time::timeout(HANGING, self.asked.recv()).await.context("the function hangs")?;
        asked.context("the Runtime API has stopped")
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn next(State(shared): State<Arc<Shared>>) -> Response {
    shared.asked.send(Asked::Next(Instant::now())).ok();
    let Some(event) = shared.events.lock().await.recv().await else {
        return StatusCode::GONE.into_response();
    };
    let deadline = now_since_1970() + TIME_OUT;
    let headers = [
        ("lambda-runtime-aws-request-id", format!("{:032x}", fastrand::u128(..))),
        ("lambda-runtime-deadline-ms", deadline.as_millis().to_string()),
        ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:eu-central-1:123456789012:function:bench".to_owned()),
        ("lambda-runtime-trace-id", "Root=1-6920f000-0a1b2c3d4e5f60718293a4b5;Sampled=0".to_owned()),
        ("content-type", "application/json".to_owned()),
    ];
    shared.handed.send(Instant::now()).ok();
    (headers, Body::from(event)).into_response()
}

async fn response(State(shared): State<Arc<Shared>>, Path(_): Path<String>, body: Bytes) -> StatusCode {
    shared.asked.send(Asked::Answer(Instant::now(), body)).ok();
    StatusCode::ACCEPTED
}

async fn error(State(shared): State<Arc<Shared>>, Path(_): Path<String>, body: Bytes) -> StatusCode {
    shared.asked.send(Asked::Failed(String::from_utf8_lossy(&body).into_owned())).ok();
    StatusCode::ACCEPTED
}

async fn init_error(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let kind = headers.get("lambda-runtime-function-error-type").and_then(|kind| kind.to_str().ok());
    let reason = format!("at init: {} {}", kind.unwrap_or_default(), String::from_utf8_lossy(&body));
    shared.asked.send(Asked::Failed(reason)).ok();
    StatusCode::ACCEPTED
}

#[expect(clippy::disallowed_methods, reason = "the Runtime API gives functions their deadline")]
fn now_since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
