//! Exercises the service from outside on a schedule, and measures the success and duration of each step.
//!
//! A failed run is not an error of the function: Lambda would retry it, and its error metric would not name the step.

use serde::{Deserialize, Serialize};
use spaces_canary::{Canary, CanaryReport, Credential, Polling};
use spaces_http::{ConfigError, Counter, Env, Metrics, Sources};
use spaces_model::PublicUrl;

/// The function with its configuration and client.
pub struct App {
    canary: Canary,
    sources: Sources,
    counter: Counter,
}

/// An event of an EventBridge schedule.
#[derive(Debug, Deserialize)]
pub struct Scheduled {
    #[serde(rename = "detail-type", default)]
    detail_type: String,
}

/// The result of a run.
#[derive(Debug, Serialize)]
pub struct RunSummary {
    /// The steps that were taken.
    steps: Vec<&'static str>,
    /// The step that failed.
    failed: Option<&'static str>,
}

impl App {
    /// Reads `PUBLIC_URL`, `CANARY_CREDENTIAL` and `METRICS_NAMESPACE`.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the variable that is missing or wrong.
    pub fn from_env(env: &Env, sources: Sources) -> Result<Self, ConfigError> {
        const CREDENTIAL: &str = "CANARY_CREDENTIAL";
        let url: PublicUrl =
            env.required("PUBLIC_URL")?.parse().map_err(|error| ConfigError::wrong("PUBLIC_URL", error))?;
        let credential = Credential::parse(env.required(CREDENTIAL)?);
        let credential = credential.map_err(|error| ConfigError::wrong(CREDENTIAL, error))?;
        let canary = Canary::new(url, credential, Polling::default());
        let canary = canary.map_err(|error| ConfigError::wrong("PUBLIC_URL", error))?;
        Ok(Self { canary, sources, counter: Counter::from_env("run-canary", env)? })
    }

    /// Runs the canary once if the event is a scheduled event.
    pub async fn run(&self, event: &Scheduled) -> RunSummary {
        if event.detail_type != "Scheduled Event" {
            return RunSummary { steps: Vec::new(), failed: None };
        }
        let report = self.canary.run(&self.sources).await;
        self.count(&report);
        let failed = report.failure.as_ref().map(|failure| failure.step.as_str());
        let duration_ms = report.steps.iter().map(|(_, took)| took.as_secs_f64() * 1000.0).sum::<f64>();
        if let Some(failure) = &report.failure {
            tracing::error!(step = failed, error = failure.reason, duration_ms, "the canary failed");
        } else {
            tracing::info!(duration_ms, "the canary succeeded");
        }
        RunSummary { steps: report.steps.iter().map(|(step, _)| step.as_str()).collect(), failed }
    }

    fn count(&self, report: &CanaryReport) {
        let now = self.sources.now();
        let mut outcome = Metrics::default();
        outcome.count("ColdStart", self.counter.is_cold_start().into());
        match &report.failure {
            Some(failure) => outcome.count_because("CanaryFailed", failure.step.as_str(), 1),
            None => outcome.count("CanarySucceeded", 1),
        }
        self.counter.write(&outcome, now);
        for (step, took) in &report.steps {
            let mut duration = Metrics::default();
            let millis = usize::try_from(took.as_millis()).unwrap_or(usize::MAX);
            duration.millis_because("CanaryDuration", step.as_str(), millis);
            self.counter.write(&duration, now);
        }
    }
}
