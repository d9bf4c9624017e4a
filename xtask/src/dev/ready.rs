//! Waiting until everything answers.

use std::sync::mpsc;
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{anyhow, bail};

use crate::http;
use crate::processes::{Processes, TICK};

/// For one to answer, once it is built. A function's first call starts it through `cargo run`.
const PATIENCE: Duration = Duration::from_mins(1);

/// A request that shows that something is up.
#[derive(Debug)]
struct Probe {
    name: &'static str,
    method: &'static str,
    url: String,
    body: &'static str,
    expected: u16,
}

/// Waits for spaces-local.
pub(super) fn mailbox(stack: &mut Processes, mail: &str) -> anyhow::Result<()> {
    let url = format!("{mail}/api/messages");
    answer(stack, Probe { name: "the mailbox", method: "GET", url, body: "", expected: 200 })
}

/// Waits for all four functions: each is called, since cargo-lambda starts a function only then.
pub(super) fn functions(stack: &mut Processes, api: &str) -> anyhow::Result<()> {
    let probe =
        |name, method, path: &str, body, expected| Probe { name, method, url: format!("{api}{path}"), body, expected };
    let invocation = "/2015-03-31/functions/deliver-invites/invocations";
    let probes = [
        probe("anonymous-login", "GET", "/.well-known/jwks.json", "", 200),
        probe("create-space-invite", "POST", "/api/spaces/invite", "{}", 401),
        probe("join-invite", "GET", "/api/spaces/invites/000000000000000000000000/join", "", 401),
        probe("deliver-invites", "POST", invocation, r#"{"Records":[]}"#, 200),
    ];
    // One after the other: at once, their cargo processes would only wait for each other's locks.
    probes.into_iter().try_for_each(|probe| answer(stack, probe))
}

/// Waits for the answer, unless a process ends or we are asked to.
fn answer(stack: &mut Processes, probe: Probe) -> anyhow::Result<()> {
    let (sender, answer) = mpsc::channel();
    // Not joined: when the wait is cut short, the thread ends with the program.
    thread::spawn(move || sender.send(wait(&probe)));
    loop {
        stack.check()?;
        match answer.recv_timeout(TICK) {
            Ok(answer) => return answer,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => bail!("the wait has ended without an answer"),
        }
    }
}

/// Asks until there is an answer; only the expected one will do.
fn wait(probe: &Probe) -> anyhow::Result<()> {
    let Probe { name, method, url, body, expected } = probe;
    let deadline = Instant::now() + PATIENCE;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let headers = [("content-type", "application/json")];
        match http::send(method, url, &headers, body, left) {
            Ok(answer) if answer.status == *expected => return Ok(()),
            Ok(answer) => bail!("{name} answers {} instead of {expected}: {}", answer.status, answer.body),
            // Nobody listens yet.
            Err(ureq::Error::Io(_) | ureq::Error::ConnectionFailed) if !left.is_zero() => thread::sleep(TICK),
            Err(error) => {
                return Err(anyhow!(error).context(format!("{name} does not answer; what it logged is above")));
            }
        }
    }
}
