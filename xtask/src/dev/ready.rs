//! Waiting until everything answers.

use std::sync::mpsc;
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{anyhow, bail};

use crate::processes::{POLL_INTERVAL, Processes};
use crate::{functions, http};

/// For one to answer, once it is built. A function's first call starts it through `cargo run`.
const PATIENCE: Duration = Duration::from_mins(1);

/// A request that shows that something is up.
#[derive(Debug)]
struct Probe {
    name: String,
    method: &'static str,
    url: String,
    body: &'static str,
}

/// Waits for spaces-local.
pub(super) fn mailbox(stack: &mut Processes, mail: &str) -> anyhow::Result<()> {
    let url = format!("{mail}/api/messages");
    answer(stack, Probe { name: "the mailbox".to_owned(), method: "GET", url, body: "" })
}

/// An event that every function takes and none does anything for: no records, or a request of an unknown path.
const NOTHING: &str = r#"{
  "Records": [],
  "version": "2.0", "routeKey": "$default", "rawPath": "/", "rawQueryString": "", "headers": {}, "isBase64Encoded": false,
  "requestContext": {"http": {"method": "GET", "path": "/"}}
}"#;

/// Waits for all functions: each is invoked, since cargo-lambda starts a function only then.
pub(super) fn functions(stack: &mut Processes, invoke: &str) -> anyhow::Result<()> {
    // One after the other: at once, their cargo processes would only wait for each other's locks.
    functions::names()?.into_iter().try_for_each(|name| {
        let url = format!("{invoke}/2015-03-31/functions/{name}/invocations");
        answer(stack, Probe { name, method: "POST", url, body: NOTHING })
    })
}

/// Waits for the API in front of the functions: the keys of guest tokens are for anybody.
pub(super) fn api(stack: &mut Processes, api: &str) -> anyhow::Result<()> {
    let url = format!("{api}/.well-known/jwks.json");
    answer(stack, Probe { name: "the API".to_owned(), method: "GET", url, body: "" })
}

/// Waits for the answer, unless a process ends or we are asked to.
fn answer(stack: &mut Processes, probe: Probe) -> anyhow::Result<()> {
    let (sender, response) = mpsc::channel();
    // Not joined: when the wait is cut short, the thread ends with the program.
    thread::spawn(move || sender.send(wait(&probe)));
    loop {
        stack.check()?;
        match response.recv_timeout(POLL_INTERVAL) {
            Ok(response) => return response,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => bail!("the wait has ended without an answer"),
        }
    }
}

/// Asks until there is an answer; only success will do.
fn wait(probe: &Probe) -> anyhow::Result<()> {
    let Probe { name, method, url, body } = probe;
    let deadline = Instant::now() + PATIENCE;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let headers = [("content-type", "application/json")];
        match http::send(method, url, &headers, body, left) {
            Ok(response) if response.status == 200 => return Ok(()),
            Ok(response) => bail!("{name} answers {}: {}", response.status, response.body),
            // Nobody listens yet.
            Err(ureq::Error::Io(_) | ureq::Error::ConnectionFailed) if !left.is_zero() => thread::sleep(POLL_INTERVAL),
            Err(error) => {
                return Err(anyhow!(error).context(format!("{name} does not response; what it logged is above")));
            }
        }
    }
}
