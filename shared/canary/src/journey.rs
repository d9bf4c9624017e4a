//! The steps of the canary.

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
    /// Log in as a guest.
    LogIn,
    /// Create the canary's space with an invitation.
    Create,
    /// Join as the guest through the invitation's link.
    Join,
    /// Wait until the invitation's mail is delivered.
    Mail,
    /// Delete the space.
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

/// The timing with which the canary waits for its mail.
#[derive(Debug, Clone, Copy)]
pub struct Polling {
    /// Time between two requests.
    pub interval: Duration,
    /// Maximum total time.
    pub timeout: Duration,
}

impl Default for Polling {
    fn default() -> Self {
        Self { interval: Duration::from_secs(2), timeout: Duration::from_mins(3) }
    }
}

/// The result of a run.
#[derive(Debug)]
pub struct CanaryReport {
    /// The steps that were run, in order, with their durations. A failed step is included.
    pub steps: Vec<(Step, Duration)>,
    /// The first step that failed.
    pub failure: Option<StepFailure>,
}

/// A failed step and the reason. The text contains no invitation id and no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{step}: {reason}")]
pub struct StepFailure {
    /// The step.
    pub step: Step,
    /// The reason why the step failed.
    pub reason: String,
}

/// The canary of a service.
pub struct Canary {
    service: Service,
    credential: Credential,
    polling: Polling,
}

/// The ids of the space and the invitation that the canary created.
struct CreatedSpace {
    space: String,
    invite: String,
}

impl Canary {
    /// Creates a canary for the service at `url`, which creates its space with this credential.
    ///
    /// # Errors
    ///
    /// [`reqwest::Error`] if the HTTP client can't be built, for example without root certificates.
    pub fn new(url: PublicUrl, credential: Credential, polling: Polling) -> Result<Self, reqwest::Error> {
        Ok(Self { service: Service::new(url)?, credential, polling })
    }

    /// Runs all steps. The space is deleted even after a failure.
    pub async fn run(&self, sources: &Sources) -> CanaryReport {
        let mut report = CanaryReport { steps: Vec::new(), failure: None };
        if let Some(guest) = report.run_step(Step::LogIn, self.log_in()).await
            && let Some(created) = report.run_step(Step::Create, self.create(sources)).await
        {
            if report.run_step(Step::Join, self.join(&created, &guest)).await.is_some() {
                report.run_step(Step::Mail, self.wait_for_mail(&created, sources)).await;
            }
            report.run_step(Step::CleanUp, self.clean_up(&created, sources)).await;
        }
        report
    }

    /// Logs in as a guest and returns the token.
    async fn log_in(&self) -> Result<String, String> {
        let answer = self
            .service
            .call(Method::POST, "/api/anonymous/auth", None, Some(&json!({ "displayname": "Canary" })))
            .await?;
        text(&answer, "/token")
    }

    async fn create(&self, sources: &Sources) -> Result<CreatedSpace, String> {
        let now = sources.now();
        let invitee = json!({ "inviteeType": "email", "invitee": self.recipient(now), "role": "guest" });
        let body = json!({ "topic": { "title": "Canary" }, "invitees": [invitee], "informChannel": "server" });
        let answer = self.call(Method::POST, "/api/spaces/invite", now, Some(&body)).await?;
        Ok(CreatedSpace { space: text(&answer, "/data/0/topicId")?, invite: text(&answer, "/data/0/_id")? })
    }

    /// Joins as the guest, who isn't on the invitation and thus gets the lowest role.
    async fn join(&self, created: &CreatedSpace, guest: &str) -> Result<(), String> {
        let path = format!("/api/spaces/invites/{}/join", created.invite);
        let answer = self.service.call(Method::GET, &path, Some(&format!("jwt {guest}")), None).await?;
        match answer.get("role").and_then(Value::as_str) {
            Some("guest") => Ok(()),
            role => Err(format!("the role is {}", role.unwrap_or("missing"))),
        }
    }

    /// Waits until the mail of the invitation is delivered.
    async fn wait_for_mail(&self, created: &CreatedSpace, sources: &Sources) -> Result<(), String> {
        let path = format!("/api/spaces/invites/{}", created.invite);
        let started = Instant::now();
        loop {
            let shown = self.call(Method::GET, &path, sources.now(), None).await?;
            // There is no state before the invitation has been relayed.
            let state = shown.pointer("/data/0/invitees/0/delivery/state").and_then(Value::as_str);
            let state = state.unwrap_or("not relayed");
            match state {
                "delivered" => return Ok(()),
                "not relayed" | "queued" | "sending" | "sent" | "delayed" => {}
                _ => return Err(format!("the mail is {state}")),
            }
            if started.elapsed() >= self.polling.timeout {
                return Err(format!("the mail is {state} after {} s", self.polling.timeout.as_secs()));
            }
            tokio::time::sleep(self.polling.interval).await;
        }
    }

    async fn clean_up(&self, created: &CreatedSpace, sources: &Sources) -> Result<(), String> {
        let path = format!("/api/spaces/{}", created.space);
        let answer = self.call(Method::DELETE, &path, sources.now(), None).await?;
        let is_deleted = answer.get("status") == Some(&json!(2));
        is_deleted.then_some(()).ok_or_else(|| "the space is not deleted".to_owned())
    }

    async fn call(&self, method: Method, path: &str, now: Timestamp, body: Option<&Value>) -> Result<Value, String> {
        let authorization = self.credential.authorization(&self.service.url, now);
        self.service.call(method, path, Some(&authorization), body).await
    }

    /// Returns the address that is mailed, always one of SES's mailbox simulator.
    ///
    /// A label gives each ten-minute slot of a day its own address. The number of mails to one address per day is
    /// limited, and a label for each run would leave an item in the table each time.
    fn recipient(&self, now: Timestamp) -> String {
        let domain = if self.service.url.is_loopback() { "simulator.test" } else { "simulator.amazonses.com" };
        let slot = now.as_second().rem_euclid(86_400) / 600;
        format!("success+canary-{slot}@{domain}")
    }
}

impl CanaryReport {
    /// Runs a step and records it.
    async fn run_step<T>(&mut self, step: Step, future: impl Future<Output = Result<T, String>>) -> Option<T> {
        let started = Instant::now();
        let result = future.await;
        self.steps.push((step, started.elapsed()));
        match result {
            Ok(value) => Some(value),
            Err(reason) => {
                self.failure.get_or_insert(StepFailure { step, reason });
                None
            }
        }
    }
}

fn text(answer: &Value, pointer: &str) -> Result<String, String> {
    let text = answer.pointer(pointer).and_then(Value::as_str);
    text.map(str::to_owned).ok_or_else(|| format!("the answer has no {pointer}"))
}
