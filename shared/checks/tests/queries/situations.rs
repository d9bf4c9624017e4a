//! Logs of every situation that an operator queries for, written by the functions.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use spaces_http::{Boundary, Env, Request};
use spaces_local::{Log, SesFailure, Template, harness};

use crate::backstage::Backstage;
use crate::insights::{Row, row};
use crate::world::{Name, World, id};

/// The log groups that have an audit log.
const AUDITED: [&str; 3] = ["create-space-invite", "join-invite", "manage-spaces"];

const FORM: [(&str, &str); 2] =
    [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];

/// The lines of each log group.
pub(crate) struct Logs {
    groups: BTreeMap<String, Vec<Row>>,
    /// A space that has lines in the audit log.
    pub(crate) space: String,
    /// The hash of a person who is the actor of some of these lines and the subject of others.
    pub(crate) actor: String,
}

impl Logs {
    /// Causes every situation.
    pub(crate) async fn of_every_situation() -> Self {
        let mut logs = Self { groups: BTreeMap::new(), space: String::new(), actor: String::new() };
        let world = World::start().await;
        let log = Log::at_level("INFO");
        logs.audit(&world, &log).await;
        logs.mail(&world, &log).await;
        logs.outages(&world, &log).await;
        logs.panic(&log).await;
        logs.canary(&log).await;
        logs.write("access", &access_lines());
        logs.write("join-invite", REPORTS);
        logs.write("deliver-invites", REPORTS);
        logs.write("run-canary", REPORTS);
        logs
    }

    /// Returns the lines of a group; for `*`, those of all functions; for `audit`, those of the functions with an audit
    /// log.
    pub(crate) fn group(&self, group: &str) -> Vec<Row> {
        let is_meant = |name: &str| match group {
            "*" => name != "access",
            "audit" => AUDITED.contains(&name),
            group => name == group,
        };
        let meant = self.groups.iter().filter(|(name, _)| is_meant(name));
        meant.flat_map(|(_, lines)| lines.iter().cloned()).collect()
    }

    fn write(&mut self, group: &str, lines: &str) {
        self.groups.entry(group.to_owned()).or_default().extend(lines.lines().map(row));
    }

    /// Assigns captured lines to groups: to that of the function that a line names, otherwise to that of `function`.
    fn take(&mut self, log: &Log, function: &str) {
        for line in log.text().lines() {
            let service = row(line).get("service").and_then(Value::as_str).unwrap_or(function).to_owned();
            self.write(&service, line);
        }
    }

    /// Causes role changes, removals, revocations, acting for a user, the deletion of a space, and a rejection.
    async fn audit(&mut self, world: &World, log: &Log) {
        for name in ["alice", "bob", "cora", "gus"] {
            world.call(name, "GET", "/api/users/me", Value::Null).await.ok();
        }
        let (space, invite) = invite(world, "alice", json!([user("bob", "admin"), user("gus", "member")])).await;
        for name in ["bob", "gus", "bob"] {
            world.call(name, "GET", &format!("/api/spaces/invites/{invite}/join"), Value::Null).await.ok();
        }
        let attendee = |name: &str| format!("/api/spaces/{space}/attendees/userid/{}", id(name));
        world.call("bob", "POST", &attendee("cora"), json!({ "role": "member" })).await.ok();
        world.call("bob", "POST", &attendee("cora"), json!({ "role": "guest" })).await.ok();
        world.call("bob", "DELETE", &attendee("cora"), Value::Null).await.ok();
        assert_eq!(world.call("gus", "POST", &attendee("bob"), json!({ "role": "guest" })).await.status, 403);
        world.call("bob", "DELETE", &format!("/api/spaces/invites/{invite}"), Value::Null).await.ok();
        world.call("alice", "POST", &attendee("bob"), json!({ "role": "member" })).await.ok();
        world.call("alice", "DELETE", &format!("/api/spaces/{space}"), Value::Null).await.ok();
        let headers = [("content-type", "application/json"), ("x-avaya-act-as", "bob@example.com")];
        let body = json!({ "topic": { "title": "Planning" } }).to_string();
        world.send("app", "POST", "/api/spaces/invite", &headers, &body).await.ok();
        self.take(log, "manage-spaces");
        let changed =
            self.group("manage-spaces").into_iter().find(|line| line.get("outcome") == Some(&json!("removed")));
        changed.unwrap()["actor"].as_str().unwrap().clone_into(&mut self.actor);
        self.space = space;
    }

    /// Causes mails that are delivered, bounce, are reported as spam, wait and are rejected, and stops and reports.
    async fn mail(&mut self, world: &World, log: &Log) {
        let mail = async |address: &str| drop(invite(world, "alice", json!([email(address)])).await);
        for address in ["success@simulator.test", "bounce@simulator.test", "complaint@simulator.test"] {
            mail(address).await;
        }
        let backstage = Backstage::new(world);
        world.relay().await;
        backstage.send().await;
        self.take(log, "deliver-invites");
        backstage.track().await;
        self.take(log, "track-mail");
        let spam: Vec<Value> = (3..6).map(|number| email(&format!("complaint+{number}@simulator.test"))).collect();
        let headers = [("content-type", "application/json"), ("x-avaya-act-as", "bob@example.com")];
        let body = json!({ "topic": { "title": "Planning" }, "invitees": spam }).to_string();
        world.send("app", "POST", "/api/spaces/invite", &headers, &body).await.ok();
        world.relay().await;
        backstage.send().await;
        self.take(log, "deliver-invites");
        backstage.track().await;
        self.take(log, "track-mail");
        let mut waiting_for_rate = world.harness.env().unwrap();
        waiting_for_rate.set("MAILS_PER_SECOND", "0");
        world.harness.mailbox.refuse("nobody@example.com");
        for (address, failure) in [
            ("rate@example.com", Some(SesFailure::RateExceeded)),
            ("denied@example.com", Some(SesFailure::AccessDenied)),
            ("paused@example.com", Some(SesFailure::SendingPaused)),
            ("nobody@example.com", None),
        ] {
            mail(address).await;
            if let Some(failure) = failure {
                world.harness.mailbox.fail(failure, 1);
            }
            // A new process, which has no record of earlier failures.
            world.relay().await;
            Backstage::new(world).send().await;
        }
        mail("slow@example.com").await;
        world.harness.mailbox.fail_account(SesFailure::AccessDenied, 1);
        let backstage = Backstage::with(world, &waiting_for_rate);
        world.relay().await;
        backstage.send().await;
        self.take(log, "deliver-invites");
        let stop = stop_path(world);
        for body in ["List-Unsubscribe=One-Click", "mail=report"] {
            assert_eq!(world.send("nobody", "POST", &stop, &FORM, body).await.status, 200);
        }
        self.take(log, "stop-mail");
    }

    /// Makes the table and the queues unavailable, and causes records and messages that can't be read.
    async fn outages(&mut self, world: &World, log: &Log) {
        let (backstage, stop) = (Backstage::new(world), stop_path(world));
        invite(world, "alice", json!([email("success@simulator.test"), email("complaint+2@simulator.test")])).await;
        world.relay().await;
        backstage.send().await;
        invite(world, "alice", json!([email("late@example.com")])).await;
        world.relay().await;
        world.harness.dynamo.throttle(usize::MAX);
        for (method, path) in [
            ("POST", "/api/spaces/invite"),
            ("GET", "/api/spaces/invites/000000000000000000000001/join"),
            ("GET", "/api/users/me/spaces"),
        ] {
            let body = if method == "POST" { json!({ "topic": { "title": "Planning" } }) } else { Value::Null };
            assert_eq!(world.call("alice", method, path, body).await.status, 503, "{path}");
        }
        assert_eq!(world.send("nobody", "POST", &stop, &FORM, "List-Unsubscribe=One-Click").await.status, 503);
        self.take(log, "stop-mail");
        backstage.send().await;
        self.take(log, "deliver-invites");
        backstage.track().await;
        self.take(log, "track-mail");
        world.harness.dynamo.throttle(0);
        world.harness.queues.send("MailQueue", "{", None).unwrap();
        backstage.send().await;
        self.take(log, "deliver-invites");
        world.harness.queues.throttle(usize::MAX);
        backstage.relay_event("200-created").await;
        world.harness.queues.throttle(0);
        backstage.relay_event("200-unreadable-record").await;
        self.take(log, "relay-outbox");
        world.harness.queues.throttle(usize::MAX);
        backstage.publish_event("200-unreadable-record").await;
        world.harness.queues.throttle(0);
        backstage.publish_event("200-unreadable-record").await;
        backstage.publish_event("200-created").await;
        self.take(log, "publish-events");
    }

    /// Runs the canary against a service that does not answer.
    async fn canary(&mut self, log: &Log) {
        let env = Env::from_iter([("PUBLIC_URL", "http://127.0.0.1:1"), ("CANARY_CREDENTIAL", "bearer token")]);
        let app = run_canary::App::from_env(&env, harness::sources_at(harness::now())).unwrap();
        let event = harness::event("run-canary", "200-scheduled").unwrap();
        app.run(&serde_json::from_value(event).unwrap()).await;
        self.take(log, "run-canary");
    }

    /// Runs a handler that panics.
    async fn panic(&mut self, log: &Log) {
        let before = std::panic::take_hook();
        // This sets the hook that writes the line; the line itself goes to the log of this thread.
        spaces_http::init_log(&Env::from_iter([("AWS_LAMBDA_LOG_LEVEL", "ERROR")]), env!("CARGO_CRATE_NAME"));
        let boundary = Boundary::from_env("manage-spaces", &Env::from_iter::<[(&str, &str); 0]>([])).unwrap();
        let answer = boundary.answer(Request::default(), harness::now(), async |_| panic!("a bug"));
        assert_eq!(answer.await.status(), 500);
        std::panic::set_hook(before);
        self.take(log, "manage-spaces");
    }
}

/// Creates an invitation for these people, and returns the ids of its space and of the invitation.
async fn invite(world: &World, by: Name, invitees: Value) -> (String, String) {
    let body = json!({ "topic": { "title": "Planning" }, "invitees": invitees });
    let made = world.call(by, "POST", "/api/spaces/invite", body).await.ok();
    let text = |name: &str| made["data"][0][name].as_str().unwrap().to_owned();
    (text("topicId"), text("_id"))
}

fn user(name: &str, role: &str) -> Value {
    json!({ "inviteeType": "userid", "invitee": id(name), "role": role })
}

fn email(address: &str) -> Value {
    json!({ "inviteeType": "email", "invitee": address })
}

/// Returns the path in the latest mail that stops further mail.
fn stop_path(world: &World) -> String {
    let message = world.harness.mailbox.messages().into_iter().next().unwrap();
    let header = message.raw.lines().find_map(|line| line.strip_prefix("List-Unsubscribe: <")).unwrap().to_owned();
    header.trim().trim_end_matches('>').strip_prefix(harness::PUBLIC_URL).unwrap().to_owned()
}

/// Returns lines of API Gateway in the template's format: a successful request, one that failed in a function, one that
/// no function answered, and one over a limit.
fn access_lines() -> String {
    let template = Template::of_this_checkout().unwrap();
    let settings = &template.document()["Resources"]["ApiStage"]["Properties"]["AccessLogSettings"];
    let format = settings["Format"].as_str().unwrap();
    let line = |values: &[(&str, &str)]| {
        let mut line = format.to_owned();
        for (variable, value) in values {
            line = line.replace(&format!("\"$context.{variable}\""), &format!("\"{value}\""));
        }
        line
    };
    let route = ("routeKey", "ANY /api/{proxy+}");
    [
        line(&[route, ("status", "200"), ("identity.sourceIp", "203.0.113.7"), ("integrationErrorMessage", "-")]),
        line(&[route, ("status", "503"), ("identity.sourceIp", "203.0.113.7"), ("integrationErrorMessage", "-")]),
        line(&[
            route,
            ("status", "500"),
            ("integrationErrorMessage", "The Lambda function returned the following error: timeout"),
        ]),
        line(&[route, ("status", "429"), ("identity.sourceIp", "203.0.113.8"), ("integrationErrorMessage", "-")]),
    ]
    .join("\n")
}

/// Lines that Lambda writes, as in its documentation (*Lambda Telemetry API Event schema reference*): for a cold start,
/// and for an invocation that timed out.
const REPORTS: &str = r#"{"time":"2026-11-21T12:00:00.000Z","type":"platform.report","record":{"requestId":"8476a536-e9f4-11e8-9739-2dfe598c3fcd","metrics":{"durationMs":12.5,"billedDurationMs":13,"memorySizeMB":256,"maxMemoryUsedMB":31,"initDurationMs":21.3},"status":"success"}}
{"time":"2026-11-21T12:00:01.000Z","type":"platform.report","record":{"requestId":"8476a536-e9f4-11e8-9739-2dfe598c3fce","metrics":{"durationMs":29000,"billedDurationMs":29000,"memorySizeMB":256,"maxMemoryUsedMB":256},"status":"timeout"}}"#;
