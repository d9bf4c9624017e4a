//! `cargo xtask smoke`: runs the service on free ports and uses it once, as a developer would.

mod events;

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};

use crate::http::HttpResponse;
use crate::processes::{POLL_INTERVAL, check_interrupted};
use crate::{canary, http, orphans, ports, token};

/// Time for the stack to start, which includes a full build.
const START_TIMEOUT: Duration = Duration::from_mins(30);

/// Time for a response, for a mail to arrive and for events to be published.
const TIMEOUT: Duration = Duration::from_secs(30);

pub(crate) fn smoke() -> anyhow::Result<()> {
    let mut stack = Stack::start("smoke")?;
    let used = stack
        .use_once()
        .and_then(|()| canary::run_locally(&stack.api, &stack.data))
        .and_then(|()| stack.check_cargo_lambda())
        .and_then(|()| events::invoke_all(stack.invoke_port(), || stack.restore()));
    let stopped = stack.stop();
    used.and(stopped)?;
    println!("smoke: everything works");
    Ok(())
}

/// `cargo xtask dev` on free ports.
pub(crate) struct Stack {
    dev: Child,
    pub(crate) api: String,
    pub(crate) mail: String,
    ports: [u16; 4],
    data: PathBuf,
}

impl Stack {
    /// Starts the stack without data. Its folder has this name under `target/`.
    pub(crate) fn start(name: &str) -> anyhow::Result<Self> {
        Self::start_logging(name, "INFO")
    }

    /// Starts the stack as [`Stack::start`] does, with this log level.
    pub(crate) fn start_logging(name: &str, level: &str) -> anyhow::Result<Self> {
        let ports = ports::find_free()?;
        let [api, invoke, mail, db] = ports;
        let data = crate::target().join(name);
        let mut dev = Command::new(std::env::current_exe()?);
        dev.args(["dev", "--fresh", "--data"]).arg(&data).env("AWS_LAMBDA_LOG_LEVEL", level);
        for (option, port) in [("--api-port", api), ("--invoke-port", invoke), ("--mail-port", mail), ("--db-port", db)]
        {
            dev.arg(option).arg(port.to_string());
        }
        let mut dev = dev.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let output = dev.stdout.take().context("the output is not piped")?;
        let url = |port: u16| format!("http://127.0.0.1:{port}");
        let stack = Self { dev, api: url(api), mail: url(mail), ports, data };
        stack.wait_until_ready(output)
    }

    fn wait_until_ready(mut self, output: impl std::io::Read + Send + 'static) -> anyhow::Result<Self> {
        let (sender, ready) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                println!("{line}");
                if line == "ready" {
                    sender.send(()).ok();
                }
            }
        });
        let deadline = Instant::now() + START_TIMEOUT;
        while ready.recv_timeout(POLL_INTERVAL).is_err() {
            if let Err(interrupted) = check_interrupted() {
                self.stop()?;
                return Err(interrupted.into());
            }
            ensure!(self.dev.try_wait()?.is_none(), "cargo xtask dev exited before it was ready");
            if Instant::now() > deadline {
                self.stop()?;
                bail!("cargo xtask dev is not ready after {} minutes", START_TIMEOUT.as_secs() / 60);
            }
        }
        Ok(self)
    }

    /// Creates invitations, reads the mail, and joins with every kind of caller.
    fn use_once(&self) -> anyhow::Result<()> {
        let rosa = self.token(&["user", "--email", "rosa@example.com", "--name", "Rosa"])?;
        self.expect_me(&rosa, "rosa@example.com")?;
        let created = self.create("jwt", &rosa, &[])?;
        self.expect_mail("ana@example.com", &created)?;

        let joined = |scheme: &str, token: &str| self.join(&created, scheme, token);
        let ana = self.token(&["user", "--email", "ana@example.com"])?;
        expect_role(&joined("jwt", &ana)?, "admin", "invited")?;
        // Joining again gives the same response.
        expect_role(&joined("jwt", &ana)?, "admin", "invited")?;
        let bearer = self.token(&["bearer", "--email", "ana@example.com"])?;
        expect_role(&joined("bearer", &bearer)?, "admin", "invited")?;
        let rosa = joined("jwt", &rosa)?;
        expect_role(&rosa, "admin", "already_member")?;
        let unverified =
            self.token(&["user", "--email", "ana@example.com", "--unverified", "--id", &"a".repeat(24)])?;
        expect_role(&joined("jwt", &unverified)?, "guest", "email_not_verified")?;
        let stranger = self.token(&["user", "--email", "stranger@example.net"])?;
        expect_role(&joined("jwt", &stranger)?, "guest", "not_invited")?;
        let guest = self.token(&["guest", "--name", "Gus"])?;
        expect_role(&joined("jwt", &guest)?, "guest", "anonymous")?;

        let app = self.token(&["service-app"])?;
        let on_behalf = self.create("service_app", &app, &[("x-avaya-act-as", "remy@example.com")])?;
        self.expect_mail("ana@example.com", &on_behalf)?;

        let remy = self.token(&["user", "--email", "remy@example.com"])?;
        self.expect_bounce(&remy)?;
        self.expect_events()
    }

    /// Waits until the events so far are published.
    fn expect_events(&self) -> anyhow::Result<()> {
        let url = format!("{}/api/events?limit=1000", self.mail);
        let deadline = Instant::now() + TIMEOUT;
        while Instant::now() < deadline {
            check_interrupted()?;
            let listed = send("GET", &url, &[], "")?.json()?;
            let published = |kind: &str, state: Option<&str>| {
                let is_it = |event: &Value| {
                    event.get("detail-type").and_then(Value::as_str) == Some(kind)
                        && event.pointer("/detail/state").and_then(Value::as_str) == state
                };
                listed.as_array().is_some_and(|events| events.iter().any(is_it))
            };
            let wanted = [("InvitationCreated", None), ("MemberJoined", None), ("MailStateChanged", Some("bounced"))];
            if wanted.into_iter().all(|(kind, state)| published(kind, state)) {
                return Ok(());
            }
            thread::sleep(POLL_INTERVAL);
        }
        bail!("the events were not published within {} s", TIMEOUT.as_secs())
    }

    /// Invites a bouncing address of SES's simulator, and waits until the invitation shows the bounce.
    fn expect_bounce(&self, token: &str) -> anyhow::Result<()> {
        let authorization = format!("jwt {token}");
        let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
        let invitee = json!({ "inviteeType": "email", "invitee": "bounce@simulator.test" });
        let body = json!({ "topic": { "title": "Smoke" }, "invitees": [invitee] }).to_string();
        let created = send("POST", &format!("{}/api/spaces/invite", self.api), &headers, &body)?.json()?;
        let id = created.pointer("/data/0/_id").and_then(Value::as_str).context("no invitation")?;
        let url = format!("{}/api/spaces/invites/{id}", self.api);
        let deadline = Instant::now() + TIMEOUT;
        while Instant::now() < deadline {
            check_interrupted()?;
            let shown = send("GET", &url, &headers, "")?.json()?;
            if shown.pointer("/data/0/invitees/0/delivery/state") == Some(&json!("bounced")) {
                return Ok(());
            }
            thread::sleep(POLL_INTERVAL);
        }
        bail!("the mail to bounce@simulator.test has not bounced within {} s", TIMEOUT.as_secs())
    }

    /// Checks that the API and plain `cargo lambda watch`, with the router of `Cargo.toml`, serve the same paths.
    fn check_cargo_lambda(&self) -> anyhow::Result<()> {
        let origin = ("origin", "http://localhost:5173");
        let preflight = ("access-control-request-method", "DELETE");
        for api in [&self.api, &format!("http://127.0.0.1:{}", self.invoke_port())] {
            for (method, path, headers, status) in [
                ("GET", "/.well-known/jwks.json", &[origin][..], 200),
                ("GET", "/", &[origin], 404),
                ("GET", "/api/nothing/here", &[origin], 404),
                ("OPTIONS", "/api/nothing/here", &[origin, preflight], 204),
            ] {
                let response = send(method, &format!("{api}{path}"), headers, "")?;
                let allowed = response.header("access-control-allow-origin");
                ensure!(
                    response.status == status && allowed == origin.1,
                    "{method} {api}{path} returned {} for the origin {allowed:?}: {}",
                    response.status,
                    response.body
                );
            }
        }
        Ok(())
    }

    fn invoke_port(&self) -> u16 {
        let [_, invoke, ..] = self.ports;
        invoke
    }

    pub(crate) fn token(&self, arguments: &[&str]) -> anyhow::Result<String> {
        token::mint(&self.data, arguments)
    }

    /// Creates an invitation for ana@example.com as admin and returns its id.
    fn create(&self, scheme: &str, token: &str, headers: &[(&str, &str)]) -> anyhow::Result<String> {
        let invitee = json!({ "inviteeType": "email", "invitee": "ana@example.com", "role": "admin" });
        let body = json!({ "topic": { "title": "Smoke" }, "invitees": [invitee] }).to_string();
        let authorization = format!("{scheme} {token}");
        let headers = [&[("authorization", authorization.as_str()), ("content-type", "application/json")], headers];
        let response = send("POST", &format!("{}/api/spaces/invite", self.api), &headers.concat(), &body)?;
        let id = response.json()?.pointer("/data/0/_id").and_then(Value::as_str).map(str::to_owned);
        id.filter(|_| response.status == 200)
            .with_context(|| format!("creating the invitation returned {} {}", response.status, response.body))
    }

    fn join(&self, invite: &str, scheme: &str, token: &str) -> anyhow::Result<HttpResponse> {
        let authorization = format!("{scheme} {token}");
        let url = format!("{}/api/spaces/invites/{invite}/join", self.api);
        send("GET", &url, &[("authorization", &authorization)], "")
    }

    /// Checks that the API reports the caller's address.
    fn expect_me(&self, token: &str, address: &str) -> anyhow::Result<()> {
        let authorization = format!("jwt {token}");
        let url = format!("{}/api/users/me", self.api);
        let me = send("GET", &url, &[("authorization", &authorization)], "")?;
        ensure!(me.json()?.get("username") == Some(&json!(address)), "{url} returned {} {}", me.status, me.body);
        Ok(())
    }

    /// Waits for a mail to `address` with the invitation's link.
    fn expect_mail(&self, address: &str, invite: &str) -> anyhow::Result<()> {
        let link = format!("{}/spaces/invites/{invite}/join", self.api);
        let deadline = Instant::now() + TIMEOUT;
        while Instant::now() < deadline {
            check_interrupted()?;
            let messages = send("GET", &format!("{}/api/messages", self.mail), &[], "")?.json()?;
            let is_it = |message: &Value| {
                let text = message.get("text").and_then(Value::as_str).unwrap_or_default();
                message.get("to") == Some(&json!([address])) && text.contains(&link)
            };
            if messages.as_array().is_some_and(|messages| messages.iter().any(is_it)) {
                return Ok(());
            }
            thread::sleep(POLL_INTERVAL);
        }
        bail!("no mail to {address} with the link {link} within {} s", TIMEOUT.as_secs())
    }

    /// Stops the stack, and checks that no process is left and all ports are free.
    pub(crate) fn stop(&mut self) -> anyhow::Result<()> {
        self.end()?;
        // Its orphans are children of this process.
        let left = orphans::children();
        ensure!(left.is_empty(), "processes are still running: {left:?}");
        let [api, invoke, mail, db] = self.ports;
        ports::check_free(&[("api", api), ("invoke", invoke), ("mail", mail), ("db", db)])
    }

    /// Restores the table to its state at the start of the stack.
    fn restore(&self) -> anyhow::Result<()> {
        let response = send("POST", &format!("{}/api/restore", self.mail), &[], "")?;
        ensure!(response.status == 204, "restoring the table returned {} {}", response.status, response.body);
        Ok(())
    }

    /// Stops the stack with SIGTERM.
    pub(crate) fn end(&mut self) -> anyhow::Result<()> {
        kill(Pid::from_raw(self.dev.id().cast_signed()), Signal::SIGTERM)?;
        let status = self.dev.wait()?;
        ensure!(status.success(), "cargo xtask dev failed ({status})");
        Ok(())
    }
}

fn send(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> anyhow::Result<HttpResponse> {
    http::send(method, url, headers, body, TIMEOUT).with_context(|| format!("{method} {url}"))
}

fn expect_role(response: &HttpResponse, role: &str, reason: &str) -> anyhow::Result<()> {
    let body = response.json()?;
    let given = (body.get("role"), body.get("roleReason"));
    ensure!(
        given == (Some(&json!(role)), Some(&json!(reason))),
        "expected {role}, {reason}; got {} {body}",
        response.status
    );
    Ok(())
}
