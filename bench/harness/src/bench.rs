//! The parts that all measurements share: the backends, the programs, the events.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, bail};
use serde_json::Value;

use crate::backends::{Backends, Target};
use crate::events::Events;
use crate::instance::{Instance, tail};
use crate::kinds::Kind;
use crate::subjects::{Function, Maker, Programs, Subject, environment};

/// The backends, the programs and the events of a run.
pub(crate) struct Bench {
    pub(crate) programs: Programs,
    pub(crate) backends: Backends,
    pub(crate) events: Events,
    pub(crate) environment: BTreeMap<String, String>,
    pub(crate) home: PathBuf,
}

impl Bench {
    /// Starts the backends, and logs in the guest whose token all guest requests use.
    pub(crate) async fn set_up(programs: Programs) -> anyhow::Result<Self> {
        let home = programs.home.clone();
        std::fs::create_dir_all(&home)?;
        let backends = Backends::start(&home)?;
        let environment = environment(&backends.endpoints)?;
        let mut bench = Self { programs, backends, events: Events::new()?, environment, home };
        let subject = bench.service(Function::Login)?;
        let (_, answer) = bench.run_once(&subject, Kind::Login).await?;
        let token = body(&answer)?.get("token").and_then(Value::as_str).map(str::to_owned);
        bench.events.set_guest(token.context("anonymous login returned no token")?);
        Ok(bench)
    }

    /// Returns the function of every maker that has it.
    pub(crate) fn subjects(&self, function: Function) -> Vec<Subject> {
        self.programs.of(function, &self.environment)
    }

    /// Returns the service's function.
    pub(crate) fn service(&self, function: Function) -> anyhow::Result<Subject> {
        self.programs.subject(Maker::Service, function, &self.environment).context("the service has every function")
    }

    /// Returns an event of this kind, about a new space with ten members where it needs one.
    pub(crate) fn event(&mut self, kind: Kind) -> anyhow::Result<Value> {
        let target = self.backends.space(10)?;
        self.event_about(kind, &target)
    }

    /// Returns an event of this kind, about this space where it needs one.
    pub(crate) fn event_about(&mut self, kind: Kind, target: &Target) -> anyhow::Result<Value> {
        if kind.is_planted() { self.backends.event(kind) } else { self.events.of(kind, target) }
    }

    /// Starts a function and sends it a request of this kind.
    pub(crate) async fn run_once(&mut self, subject: &Subject, kind: Kind) -> anyhow::Result<(Instance, Value)> {
        let event = self.event(kind)?;
        cold(subject, &event).await
    }
}

/// Starts a function and sends it this request.
pub(crate) async fn cold(subject: &Subject, event: &Value) -> anyhow::Result<(Instance, Value)> {
    let mut instance = Instance::start(subject, None).await?;
    let (_, answer) = explained(subject, instance.cold(event).await)?;
    succeeded(subject, &answer)?;
    Ok((instance, answer))
}

/// Adds the subject's last log lines to an error.
pub(crate) fn explained<T>(subject: &Subject, outcome: anyhow::Result<T>) -> anyhow::Result<T> {
    outcome.with_context(|| format!("{}: {}", subject.name(), tail(&subject.log())))
}

/// Fails unless an answer is a success: refusals are fast and would distort the figures.
pub(crate) fn succeeded(subject: &Subject, answer: &Value) -> anyhow::Result<()> {
    let status = answer.get("statusCode").and_then(Value::as_u64);
    let failures = answer.get("batchItemFailures").and_then(Value::as_array);
    match (status, failures) {
        (Some(200), _) => Ok(()),
        (None, Some(failures)) if failures.is_empty() => Ok(()),
        _ => bail!("{} answered {answer}\n{}", subject.name(), tail(&subject.log())),
    }
}

/// Returns the JSON body of an answer.
pub(crate) fn body(answer: &Value) -> anyhow::Result<Value> {
    let body = answer.get("body").and_then(Value::as_str).context("an answer without a body")?;
    Ok(serde_json::from_str(body)?)
}
