//! Waits until every part of the service responds.

use std::sync::mpsc;
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{anyhow, bail};

use crate::processes::{POLL_INTERVAL, Processes};
use crate::{functions, http};

/// Time for a part to respond, once it is built. A function's first request starts it through `cargo run`.
const START_TIMEOUT: Duration = Duration::from_mins(1);

/// A request that succeeds once a part is up.
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
    wait_for(stack, Probe { name: "the mailbox".to_owned(), method: "GET", url, body: "" })
}

/// An event that every function accepts without doing anything: it has no records, and it is a request for an unknown
/// path.
const EMPTY_EVENT: &str = r#"{
  "Records": [],
  "version": "2.0", "routeKey": "$default", "rawPath": "/", "rawQueryString": "", "headers": {}, "isBase64Encoded": false,
  "requestContext": {"http": {"method": "GET", "path": "/"}}
}"#;

/// Waits for all functions: each is invoked, since cargo-lambda starts a function only then.
pub(super) fn functions(stack: &mut Processes, invoke: &str) -> anyhow::Result<()> {
    // In sequence, since their cargo processes would wait for each other's locks.
    functions::names()?.into_iter().try_for_each(|name| {
        let url = format!("{invoke}/2015-03-31/functions/{name}/invocations");
        wait_for(stack, Probe { name, method: "POST", url, body: EMPTY_EVENT })
    })
}

/// Waits for the API in front of the functions, by a request for the public keys of guest tokens.
pub(super) fn api(stack: &mut Processes, api: &str) -> anyhow::Result<()> {
    let url = format!("{api}/.well-known/jwks.json");
    wait_for(stack, Probe { name: "the API".to_owned(), method: "GET", url, body: "" })
}

/// Polls until the probe succeeds. Fails if a process exits or a signal arrives.
fn wait_for(stack: &mut Processes, probe: Probe) -> anyhow::Result<()> {
    let (sender, result) = mpsc::channel();
    // Not joined: if this function returns early, the thread ends with the program.
    thread::spawn(move || sender.send(poll(&probe)));
    loop {
        stack.check()?;
        match result.recv_timeout(POLL_INTERVAL) {
            Ok(result) => return result,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => bail!("the probe ended without a result"),
        }
    }
}

/// Sends the request until there is a response, which must have the status 200.
fn poll(probe: &Probe) -> anyhow::Result<()> {
    let Probe { name, method, url, body } = probe;
    let deadline = Instant::now() + START_TIMEOUT;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let headers = [("content-type", "application/json")];
        match http::send(method, url, &headers, body, left) {
            Ok(response) if response.status == 200 => return Ok(()),
            Ok(response) => bail!("{name} responds with {}: {}", response.status, response.body),
            // The port is not open yet.
            Err(ureq::Error::Io(_) | ureq::Error::ConnectionFailed) if !left.is_zero() => thread::sleep(POLL_INTERVAL),
            Err(error) => {
                return Err(anyhow!(error).context(format!("{name} does not respond; its log is above")));
            }
        }
    }
}
