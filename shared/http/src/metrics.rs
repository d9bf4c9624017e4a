//! Metrics in CloudWatch's Embedded Metric Format: log lines from which CloudWatch extracts metrics, without a call.
//!
//! Metrics have lines of their own, because a request's line is not written if the log level is above `INFO`. See
//! *Specification: Embedded metric format* in the CloudWatch user guide.

use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use tracing::Level;

use crate::{ConfigError, Env};

/// The default of `METRICS_NAMESPACE`.
const NAMESPACE: &str = "SpacesInvitations";

/// The target of events that carry a document of metrics. The [`layer`](crate::document::layer) of documents writes
/// them.
pub(crate) const TARGET: &str = "spaces_metrics";

/// The metrics of one request or batch.
///
/// AWS bills each combination of a name and its dimensions as a metric of its own. A dimension is therefore the
/// function or one of a few reasons, never an id of a user, a space or a request.
#[derive(Debug, Default)]
pub struct Metrics {
    values: Vec<(Definition, usize)>,
    because: Option<(Definition, &'static str, usize)>,
}

impl Metrics {
    /// Adds a count. A count of 0 is not written.
    pub fn count(&mut self, name: &'static str, times: usize) {
        self.add(name, "Count", times);
    }

    /// Adds a duration in whole seconds. A duration of 0 is not written.
    pub fn seconds(&mut self, name: &'static str, seconds: usize) {
        self.add(name, "Seconds", seconds);
    }

    /// Adds a share in percent. A share of 0 is not written.
    pub fn percent(&mut self, name: &'static str, percent: usize) {
        self.add(name, "Percent", percent);
    }

    fn add(&mut self, name: &'static str, unit: &'static str, value: usize) {
        if value > 0 {
            self.values.push((Definition { name, unit }, value));
        }
    }

    /// Sets a count that has a reason: the total and the count by reason become metrics. A line holds one metric with a
    /// reason, so this replaces an earlier one.
    pub fn count_because(&mut self, name: &'static str, reason: &'static str, times: usize) {
        self.because = Some((Definition { name, unit: "Count" }, reason, times));
    }

    /// Sets a duration in whole milliseconds that has a reason, as [`count_because`](Self::count_because) does for a
    /// count.
    pub fn millis_because(&mut self, name: &'static str, reason: &'static str, millis: usize) {
        self.because = Some((Definition { name, unit: "Milliseconds" }, reason, millis));
    }
}

/// Writes the metrics of one function.
#[derive(Debug)]
pub struct Counter {
    service: &'static str,
    namespace: String,
    is_cold: AtomicBool,
}

impl Counter {
    /// Returns the counter of the function `service`. Reads `METRICS_NAMESPACE`.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Wrong`] if the namespace is invalid: CloudWatch would silently drop its metrics.
    pub fn from_env(service: &'static str, env: &Env) -> Result<Self, ConfigError> {
        const NAME: &str = "METRICS_NAMESPACE";
        let namespace = env.text(NAME).unwrap_or(NAMESPACE);
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-_/#:".contains(&byte);
        if namespace.len() > 255 || !namespace.bytes().all(allowed) || namespace.starts_with("AWS/") {
            let reason = "must be up to 255 letters, digits and any of .-_/#:, and not begin with AWS/";
            return Err(ConfigError::wrong(NAME, reason));
        }
        Ok(Self { service, namespace: namespace.to_owned(), is_cold: AtomicBool::new(true) })
    }

    /// Returns the function's name.
    #[must_use]
    pub const fn service(&self) -> &'static str {
        self.service
    }

    /// Returns `true` for the first request or batch of this process, and `false` from then on.
    pub fn is_cold_start(&self) -> bool {
        self.is_cold.swap(false, Ordering::Relaxed)
    }

    /// Writes `metrics` as one line, unless they are empty or the log is in plain text.
    pub fn write(&self, metrics: &Metrics, now: Timestamp) {
        let is_empty = metrics.values.is_empty() && metrics.because.is_none();
        if is_empty || !tracing::enabled!(target: TARGET, Level::INFO) {
            return;
        }
        // Serialization of names and numbers cannot fail.
        if let Ok(document) = serde_json::to_string(&Document { counter: self, metrics, now }) {
            tracing::info!(target: TARGET, document = document.as_str());
        }
    }
}

/// The line, without its level.
struct Document<'a> {
    counter: &'a Counter,
    metrics: &'a Metrics,
    now: Timestamp,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Metrics { values, because } = self.metrics;
        let mut line = serializer.serialize_map(None)?;
        line.serialize_entry("timestamp", &format_args!("{:.3}", self.now))?;
        line.serialize_entry(
            "_aws",
            &Metadata { timestamp: self.now.as_millisecond(), cloud_watch_metrics: Directives(self) },
        )?;
        line.serialize_entry("service", self.counter.service)?;
        for (Definition { name, .. }, value) in values {
            line.serialize_entry(name, value)?;
        }
        if let Some((Definition { name, .. }, reason, value)) = because {
            line.serialize_entry("reason", reason)?;
            line.serialize_entry(name, value)?;
        }
        line.end()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metadata<'a> {
    /// Milliseconds since 1970.
    timestamp: i64,
    cloud_watch_metrics: Directives<'a>,
}

/// One directive for each set of dimensions, so that metrics without a reason do not get `reason` as a dimension.
struct Directives<'a>(&'a Document<'a>);

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Directive<'a> {
    namespace: &'a str,
    dimensions: &'static [&'static [&'static str]],
    metrics: &'a [Definition],
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Definition {
    name: &'static str,
    unit: &'static str,
}

impl Serialize for Directives<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Document { counter, metrics, .. } = self.0;
        let plain: Vec<_> = metrics.values.iter().map(|(definition, _)| *definition).collect();
        let reasoned: Vec<_> = metrics.because.iter().map(|(definition, ..)| *definition).collect();
        let directives: [(&[&[&str]], _); 2] =
            [(&[&["service"]], &plain), (&[&["service"], &["service", "reason"]], &reasoned)];
        let directives = directives.iter().filter(|(_, metrics)| !metrics.is_empty());
        serializer.collect_seq(directives.map(|(dimensions, metrics)| Directive {
            namespace: &counter.namespace,
            dimensions,
            metrics,
        }))
    }
}
