//! `cargo xtask smoke`: the main job once, as a developer would do it, on free ports.

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

/// For the stack to come up, which may build everything first.
const START: Duration = Duration::from_mins(30);

/// For a mail to arrive, and for a request to be answered.
const ANSWER: Duration = Duration::from_secs(30);

pub(crate) fn smoke() -> anyhow::Result<()> {
    let mut stack = Stack::start("smoke")?;
    let told = stack
        .tell()
        .and_then(|()| canary::sing(&stack.api, &stack.data))
        .and_then(|()| stack.ask_cargo_lambda())
        .and_then(|()| events::invoke_all(stack.invoke_port(), || stack.restore()));
    let stopped = stack.stop();
    told.and(stopped)?;
    println!("smoke: all is well");
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
    /// Starts it with no data, in a folder of this name under `target/`.
    pub(crate) fn start(name: &str) -> anyhow::Result<Self> {
        Self::start_logging(name, "INFO")
    }

    /// The same with a log of this level and above.
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
        let output = dev.stdout.take().context("no output to read")?;
        let url = |port: u16| format!("http://127.0.0.1:{port}");
        let stack = Self { dev, api: url(api), mail: url(mail), ports, data };
        stack.until_ready(output)
    }

    fn until_ready(mut self, output: impl std::io::Read + Send + 'static) -> anyhow::Result<Self> {
        let (sender, ready) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                println!("{line}");
                if line == "ready" {
                    sender.send(()).ok();
                }
            }
        });
        let deadline = Instant::now() + START;
        while ready.recv_timeout(POLL_INTERVAL).is_err() {
            if let Err(interrupted) = check_interrupted() {
                self.stop()?;
                return Err(interrupted.into());
            }
            ensure!(self.dev.try_wait()?.is_none(), "cargo xtask dev has ended before it was ready");
            if Instant::now() > deadline {
                self.stop()?;
                bail!("cargo xtask dev is not ready after {} minutes", START.as_secs() / 60);
            }
        }
        Ok(self)
    }

    /// Creates, reads the mail, and joins as three kinds of people.
    fn tell(&self) -> anyhow::Result<()> {
        let rosa = self.token(&["user", "--email", "rosa@example.com", "--name", "Rosa"])?;
        self.expect_me(&rosa, "rosa@example.com")?;
        let created = self.create("jwt", &rosa, &[])?;
        self.expect_mail("ana@example.com", &created)?;

        let joined = |scheme: &str, token: &str| self.join(&created, scheme, token);
        let ana = self.token(&["user", "--email", "ana@example.com"])?;
        expect_role(&joined("jwt", &ana)?, "admin", "invited")?;
        // Joining again gives the same answer again.
        expect_role(&joined("jwt", &ana)?, "admin", "invited")?;
        let bearer = self.token(&["bearer", "--email", "ana@example.com"])?;
        expect_role(&joined("bearer", &bearer)?, "admin", "invited")?;
        let rosa = joined("jwt", &rosa)?;
        expect_role(&rosa, "admin", "already_member")?;
        let unproven = self.token(&["user", "--email", "ana@example.com", "--unverified", "--id", &"a".repeat(24)])?;
        expect_role(&joined("jwt", &unproven)?, "guest", "email_not_verified")?;
        let stranger = self.token(&["user", "--email", "stranger@example.net"])?;
        expect_role(&joined("jwt", &stranger)?, "guest", "not_invited")?;
        let guest = self.token(&["guest", "--name", "Gus"])?;
        expect_role(&joined("jwt", &guest)?, "guest", "anonymous")?;

        let app = self.token(&["service-app"])?;
        let acted = self.create("service_app", &app, &[("x-avaya-act-as", "remy@example.com")])?;
        self.expect_mail("ana@example.com", &acted)?;

        let remy = self.token(&["user", "--email", "remy@example.com"])?;
        self.expect_bounce(&remy)?;
        self.expect_events()
    }

    /// Waits until what has happened so far is published.
    fn expect_events(&self) -> anyhow::Result<()> {
        let url = format!("{}/api/events?limit=1000", self.mail);
        let deadline = Instant::now() + ANSWER;
        while Instant::now() < deadline {
            check_interrupted()?;
            let listed = send("GET", &url, &[], "")?.json()?;
            let happened = |kind: &str, state: Option<&str>| {
                let is_it = |event: &Value| {
                    event.get("detail-type").and_then(Value::as_str) == Some(kind)
                        && event.pointer("/detail/state").and_then(Value::as_str) == state
                };
                listed.as_array().is_some_and(|events| events.iter().any(is_it))
            };
            let wanted = [("InvitationCreated", None), ("MemberJoined", None), ("MailStateChanged", Some("bounced"))];
            if wanted.into_iter().all(|(kind, state)| happened(kind, state)) {
                return Ok(());
            }
            thread::sleep(POLL_INTERVAL);
        }
        bail!("what has happened is not published within {} s", ANSWER.as_secs())
    }

    /// Invites an address of SES's simulator, and waits until the inviter sees that the mail has bounced.
    fn expect_bounce(&self, token: &str) -> anyhow::Result<()> {
        let authorization = format!("jwt {token}");
        let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
        let invitee = json!({ "inviteeType": "email", "invitee": "bounce@simulator.test" });
        let body = json!({ "topic": { "title": "Smoke" }, "invitees": [invitee] }).to_string();
        let created = send("POST", &format!("{}/api/spaces/invite", self.api), &headers, &body)?.json()?;
        let id = created.pointer("/data/0/_id").and_then(Value::as_str).context("no invitation")?;
        let url = format!("{}/api/spaces/invites/{id}", self.api);
        let deadline = Instant::now() + ANSWER;
        while Instant::now() < deadline {
            check_interrupted()?;
            let shown = send("GET", &url, &headers, "")?.json()?;
            if shown.pointer("/data/0/invitees/0/delivery/state") == Some(&json!("bounced")) {
                return Ok(());
            }
            thread::sleep(POLL_INTERVAL);
        }
        bail!("the mail to bounce@simulator.test has not bounced within {} s", ANSWER.as_secs())
    }

    /// The same paths at `cargo lambda watch` itself, with the router of `Cargo.toml`: plain, it serves them without the rest.
    fn ask_cargo_lambda(&self) -> anyhow::Result<()> {
        let origin = ("origin", "http://localhost:5173");
        let asked = ("access-control-request-method", "DELETE");
        for api in [&self.api, &format!("http://127.0.0.1:{}", self.invoke_port())] {
            for (method, path, headers, status) in [
                ("GET", "/.well-known/jwks.json", &[origin][..], 200),
                ("GET", "/", &[origin], 404),
                ("GET", "/api/nothing/here", &[origin], 404),
                ("OPTIONS", "/api/nothing/here", &[origin, asked], 204),
            ] {
                let response = send(method, &format!("{api}{path}"), headers, "")?;
                let allowed = response.header("access-control-allow-origin");
                ensure!(
                    response.status == status && allowed == origin.1,
                    "{method} {api}{path} answered {} for the origin {allowed:?}: {}",
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

    /// The id of a new invitation of ana@example.com as admin.
    fn create(&self, scheme: &str, token: &str, headers: &[(&str, &str)]) -> anyhow::Result<String> {
        let invitee = json!({ "inviteeType": "email", "invitee": "ana@example.com", "role": "admin" });
        let body = json!({ "topic": { "title": "Smoke" }, "invitees": [invitee] }).to_string();
        let authorization = format!("{scheme} {token}");
        let headers = [&[("authorization", authorization.as_str()), ("content-type", "application/json")], headers];
        let response = send("POST", &format!("{}/api/spaces/invite", self.api), &headers.concat(), &body)?;
        let id = response.json()?.pointer("/data/0/_id").and_then(Value::as_str).map(str::to_owned);
        id.filter(|_| response.status == 200)
            .with_context(|| format!("create answered {} {}", response.status, response.body))
    }

    fn join(&self, invite: &str, scheme: &str, token: &str) -> anyhow::Result<HttpResponse> {
        let authorization = format!("{scheme} {token}");
        let url = format!("{}/api/spaces/invites/{invite}/join", self.api);
        send("GET", &url, &[("authorization", &authorization)], "")
    }

    /// Asks who is calling.
    fn expect_me(&self, token: &str, address: &str) -> anyhow::Result<()> {
        let authorization = format!("jwt {token}");
        let url = format!("{}/api/users/me", self.api);
        let me = send("GET", &url, &[("authorization", &authorization)], "")?;
        ensure!(me.json()?.get("username") == Some(&json!(address)), "{url} answered {} {}", me.status, me.body);
        Ok(())
    }

    /// Waits for a mail to `address` with the invitation's link.
    fn expect_mail(&self, address: &str, invite: &str) -> anyhow::Result<()> {
        let link = format!("{}/spaces/invites/{invite}/join", self.api);
        let deadline = Instant::now() + ANSWER;
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
        bail!("no mail to {address} with the link {link} within {} s", ANSWER.as_secs())
    }

    /// Ends the stack and looks whether anything is left.
    pub(crate) fn stop(&mut self) -> anyhow::Result<()> {
        self.end()?;
        // What it left behind is our child now.
        let left = orphans::children();
        ensure!(left.is_empty(), "processes are left: {left:?}");
        let [api, invoke, mail, db] = self.ports;
        ports::check_free(&[("api", api), ("invoke", invoke), ("mail", mail), ("db", db)])
    }

    /// Puts the table back to what it was when the stack came up.
    fn restore(&self) -> anyhow::Result<()> {
        let response = send("POST", &format!("{}/api/restore", self.mail), &[], "")?;
        ensure!(response.status == 204, "restoring the table answered {} {}", response.status, response.body);
        Ok(())
    }

    /// Ends the stack with SIGTERM.
    pub(crate) fn end(&mut self) -> anyhow::Result<()> {
        kill(Pid::from_raw(self.dev.id().cast_signed()), Signal::SIGTERM)?;
        let status = self.dev.wait()?;
        ensure!(status.success(), "cargo xtask dev ended with {status}");
        Ok(())
    }
}

fn send(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> anyhow::Result<HttpResponse> {
    http::send(method, url, headers, body, ANSWER).with_context(|| format!("{method} {url}"))
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
