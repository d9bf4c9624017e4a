//! The canary, run against all functions over HTTP.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Response, Uri};
use spaces_canary::{Canary, CanaryReport, Credential, Polling, Step};
use spaces_local::harness;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

use crate::mails::Post;
use crate::world::{Answer, World};

/// A request, and the channel for its response.
type Exchange = (Method, Uri, HeaderMap, Bytes, oneshot::Sender<Answer>);

/// The service on a local port.
struct Server {
    world: World,
    url: String,
    requests: mpsc::Receiver<Exchange>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (sender, requests) = mpsc::channel(1);
        let answer = move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
            let sender = sender.clone();
            async move {
                let (answer, answered) = oneshot::channel();
                sender.send((method, uri, headers, body, answer)).await.unwrap();
                let Answer { status, body, .. } = answered.await.unwrap();
                Response::builder().status(u16::try_from(status).unwrap()).body(Body::from(body.to_string())).unwrap()
            }
        };
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
        let world = Box::pin(World::with(&[("PUBLIC_URL", &url)])).await;
        Self { world, url, requests }
    }

    /// Runs the canary. Mail is delivered and reported only if `mails` is set.
    async fn run(&mut self, credential: &str, mails: bool) -> CanaryReport {
        let credential = Credential::parse(credential).unwrap();
        let polling = Polling { interval: Duration::ZERO, timeout: Duration::ZERO };
        let canary = Canary::new(self.url.parse().unwrap(), credential, polling).unwrap();
        let sources = harness::sources_at(self.world.now());
        let (world, requests) = (&self.world, &mut self.requests);
        let serve = async {
            while let Some((method, uri, headers, body, answer)) = requests.recv().await {
                if mails && method == Method::GET && !uri.path().ends_with("/join") {
                    let post = Post::new(world);
                    post.deliver().await;
                    while post.track().await {}
                }
                let headers: Vec<(&str, &str)> =
                    headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
                let body = std::str::from_utf8(&body).unwrap();
                answer.send(world.send("nobody", method.as_str(), uri.path(), &headers, body).await).unwrap();
            }
        };
        tokio::select! {
            report = canary.run(&sources) => report,
            () = serve => unreachable!("the server outlives the canary"),
        }
    }

    /// Returns the states of the canary's spaces.
    fn spaces(&self) -> Vec<String> {
        let items = self.world.harness.dynamo.items().unwrap().into_iter();
        let spaces = items.filter(|item| item["sk"] == "SPACE" && item["title"] == "Canary");
        spaces.map(|space| space["status"].as_str().unwrap().to_owned()).collect()
    }
}

/// Returns the credential of the local stack: the sample service app's key.
fn key() -> String {
    let env = include_str!("../../../../infra/functions.env");
    let line = env.lines().find_map(|line| line.strip_prefix("CANARY_CREDENTIAL='")).unwrap();
    line.trim_end_matches('\'').to_owned()
}

fn steps(report: &CanaryReport) -> Vec<Step> {
    report.steps.iter().map(|(step, _)| *step).collect()
}

#[tokio::test]
async fn the_canary_takes_every_step_mails_only_the_simulator_and_cleans_up() {
    let mut server = Server::start().await;
    let report = server.run(&key(), true).await;
    assert_eq!(report.failure, None);
    assert_eq!(steps(&report), [Step::LogIn, Step::Create, Step::Join, Step::Mail, Step::CleanUp]);
    assert_eq!(server.spaces(), ["deleted"]);
    let mailed: Vec<String> = server.world.harness.mailbox.messages().into_iter().flat_map(|mail| mail.to).collect();
    assert_eq!(mailed, ["success+canary-72@simulator.test"]);
    // Everything it leaves behind, except the space and its memberships, expires.
    let items = server.world.harness.dynamo.items().unwrap();
    let of_invitation = |sk: &str| sk == "INVITE" || sk.starts_with("TO#");
    let left = items.iter().filter(|item| of_invitation(item["sk"].as_str().unwrap()));
    assert!(left.into_iter().all(|item| item["expires_at"].is_number()));
}

#[tokio::test]
async fn a_missing_mail_is_a_failure_and_the_space_is_still_deleted() {
    let mut server = Server::start().await;
    let user = server.world.authorization("alice").unwrap();
    let report = server.run(&user, false).await;
    let failure = report.failure.as_ref().unwrap();
    assert_eq!(failure.to_string(), "mail: the mail is not relayed after 0 s");
    assert_eq!(steps(&report), [Step::LogIn, Step::Create, Step::Join, Step::Mail, Step::CleanUp]);
    assert_eq!(server.spaces(), ["deleted"]);
}

#[tokio::test]
async fn a_rejected_credential_fails_the_create_step_and_ends_the_run() {
    let mut server = Server::start().await;
    let report = server.run("bearer unknown", true).await;
    let failure = report.failure.as_ref().unwrap();
    assert!(failure.to_string().starts_with("create: answered 401 unauthenticated "), "{failure}");
    assert_eq!(steps(&report), [Step::LogIn, Step::Create]);
    assert!(server.spaces().is_empty());
}
