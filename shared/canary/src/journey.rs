//! The steps of the canary, from top to bottom.

use std::fmt;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use spaces_http::Sources;
use spaces_model::PublicUrl;

use crate::Credential;
use crate::service::Service;

/// A step of the canary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A guest logs in.
    LogIn,
    /// The canary's space is created, with an invitation.
    Create,
    /// The guest joins by the invitation's link.
    Join,
    /// The invitation's mail is delivered.
    Mail,
    /// The space is deleted.
    CleanUp,
}

impl Step {
    /// Returns the name of the step.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LogIn => "log_in",
            Self::Create => "create",
            Self::Join => "join",
            Self::Mail => "mail",
            Self::CleanUp => "clean_up",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The times for which the canary waits for its mail.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Between two looks.
    pub poll: Duration,
    /// In all.
    pub patience: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { poll: Duration::from_secs(2), patience: Duration::from_mins(3) }
    }
}

/// The result of a run.
#[derive(Debug)]
pub struct Report {
    /// The steps that were taken, in their order, and how long each took, the one that failed included.
    pub steps: Vec<(Step, Duration)>,
    /// The first failure.
    pub fault: Option<Fault>,
}

/// A step that failed, and why. The text names no invitation and no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{step}: {why}")]
pub struct Fault {
    /// The step.
    pub step: Step,
    /// The reason why it failed.
    pub why: String,
}

/// The canary of a service.
pub struct Canary {
    service: Service,
    credential: Credential,
    pace: Pace,
}

/// The space and the invitation that the canary has created.
struct Created {
    space: String,
    invite: String,
}

impl Canary {
    /// A canary of the service with this URL, which creates its space with these credentials.
    ///
    /// # Errors
    ///
    /// [`reqwest::Error`] if there is no HTTP client, for want of root certificates for example.
    pub fn new(url: PublicUrl, credential: Credential, pace: Pace) -> Result<Self, reqwest::Error> {
        Ok(Self { service: Service::new(url)?, credential, pace })
    }

    /// Takes all steps. After a failure the space is deleted all the same.
    pub async fn run(&self, sources: &Sources) -> Report {
        let mut report = Report { steps: Vec::new(), fault: None };
        if let Some(guest) = report.take(Step::LogIn, self.log_in()).await
            && let Some(created) = report.take(Step::Create, self.create(sources)).await
        {
            if report.take(Step::Join, self.join(&created, &guest)).await.is_some() {
                report.take(Step::Mail, self.wait_for_mail(&created, sources)).await;
            }
            report.take(Step::CleanUp, self.clean_up(&created, sources)).await;
        }
        report
    }

    /// Logs a guest in, and returns the token.
    async fn log_in(&self) -> Result<String, String> {
        let answer = self
            .service
            .call(Method::POST, "/api/anonymous/auth", None, Some(&json!({ "displayname": "Canary" })))
            .await?;
        text(&answer, "/token")
    }

    async fn create(&self, sources: &Sources) -> Result<Created, String> {
        let now = sources.now();
        let invitee = json!({ "inviteeType": "email", "invitee": self.receiver(now), "role": "guest" });
        let body = json!({ "topic": { "title": "Canary" }, "invitees": [invitee], "informChannel": "server" });
        let answer = self.call(Method::POST, "/api/spaces/invite", now, Some(&body)).await?;
        Ok(Created { space: text(&answer, "/data/0/topicId")?, invite: text(&answer, "/data/0/_id")? })
    }

    /// Joins as the guest. Nobody invited the guest by name, so the link gives the lowest role.
    async fn join(&self, created: &Created, guest: &str) -> Result<(), String> {
        let path = format!("/api/spaces/invites/{}/join", created.invite);
        let answer = self.service.call(Method::GET, &path, Some(&format!("jwt {guest}")), None).await?;
        match answer.get("role").and_then(Value::as_str) {
            Some("guest") => Ok(()),
            role => Err(format!("the role is {}", role.unwrap_or("missing"))),
        }
    }

    /// Waits until the invitation says that its mail is delivered.
    async fn wait_for_mail(&self, created: &Created, sources: &Sources) -> Result<(), String> {
        let path = format!("/api/spaces/invites/{}", created.invite);
        let started = Instant::now();
        loop {
            let shown = self.call(Method::GET, &path, sources.now(), None).await?;
            // There is no state until the invitation has been relayed.
            let state = shown.pointer("/data/0/invitees/0/delivery/state").and_then(Value::as_str);
            let state = state.unwrap_or("not relayed");
            match state {
                "delivered" => return Ok(()),
                "not relayed" | "queued" | "sending" | "sent" | "delayed" => {}
                _ => return Err(format!("the mail is {state}")),
            }
            if started.elapsed() >= self.pace.patience {
                return Err(format!("the mail is {state} after {} s", self.pace.patience.as_secs()));
            }
            tokio::time::sleep(self.pace.poll).await;
        }
    }

    async fn clean_up(&self, created: &Created, sources: &Sources) -> Result<(), String> {
        let path = format!("/api/spaces/{}", created.space);
        let answer = self.call(Method::DELETE, &path, sources.now(), None).await?;
        let is_deleted = answer.get("status") == Some(&json!(2));
        is_deleted.then_some(()).ok_or_else(|| "the space is not deleted".to_owned())
    }

    async fn call(&self, method: Method, path: &str, now: Timestamp, body: Option<&Value>) -> Result<Value, String> {
        let authorization = self.credential.authorization(&self.service.url, now);
        self.service.call(method, path, Some(&authorization), body).await
    }

    /// Returns the address that is mailed: one of SES's simulator, and nobody else's.
    ///
    /// A label makes ten minutes of each day an address of their own: what one address may get a day is limited, and a label for each run
    /// would leave an item in the table for each.
    fn receiver(&self, now: Timestamp) -> String {
        let domain = if self.service.url.is_loopback() { "simulator.test" } else { "simulator.amazonses.com" };
        let slot = now.as_second().rem_euclid(86_400) / 600;
        format!("success+canary-{slot}@{domain}")
    }
}

impl Report {
    /// Takes a step and notes it.
    async fn take<T>(&mut self, step: Step, future: impl Future<Output = Result<T, String>>) -> Option<T> {
        let started = Instant::now();
        let result = future.await;
        self.steps.push((step, started.elapsed()));
        match result {
            Ok(value) => Some(value),
            Err(why) => {
                self.fault.get_or_insert(Fault { step, why });
                None
            }
        }
    }
}

fn text(answer: &Value, pointer: &str) -> Result<String, String> {
    let text = answer.pointer(pointer).and_then(Value::as_str);
    text.map(str::to_owned).ok_or_else(|| format!("the answer has no {pointer}"))
}
