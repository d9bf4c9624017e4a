//! Metrics, in CloudWatch's Embedded Metric Format: a line of the log from which CloudWatch makes them, without a call.
//!
//! They are written beside the request's own line and not into it, because that one follows the log's level and is not
//! written at `WARN`. See *Specification: Embedded metric format* in the CloudWatch user guide.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use crate::{ConfigError, Env, audit};

/// Where the metrics are found, unless `METRICS_NAMESPACE` says otherwise.
const NAMESPACE: &str = "SpacesInvitations";

/// The target of the events that are metrics, which the log writes as they are.
pub(crate) const TARGET: &str = "spaces_metrics";

/// What is counted of one request or batch.
///
/// Each name with each set of dimensions is a metric that AWS bills, so a dimension is the function or one of a few
/// reasons: never somebody or something of which there are many.
#[derive(Debug, Default)]
pub struct Metrics {
    values: Vec<(Definition, usize)>,
    because: Option<(Definition, &'static str, usize)>,
}

impl Metrics {
    /// Counts something that happened so many times. What never happened is not written.
    pub fn count(&mut self, name: &'static str, times: usize) {
        self.add(name, "Count", times);
    }

    /// Notes a duration in whole seconds. None is not written.
    pub fn seconds(&mut self, name: &'static str, seconds: usize) {
        self.add(name, "Seconds", seconds);
    }

    /// Notes a share in percent. None is not written.
    pub fn percent(&mut self, name: &'static str, percent: usize) {
        self.add(name, "Percent", percent);
    }

    fn add(&mut self, name: &'static str, unit: &'static str, value: usize) {
        if value > 0 {
            self.values.push((Definition { name, unit }, value));
        }
    }

    /// Counts something that happened so many times for one reason, in all and by the reason. A line has room for one of these.
    pub fn count_because(&mut self, name: &'static str, reason: &'static str, times: usize) {
        self.because = Some((Definition { name, unit: "Count" }, reason, times));
    }

    /// Notes a duration in whole milliseconds of one kind, in all and by the kind. It takes the same room.
    pub fn millis_because(&mut self, name: &'static str, reason: &'static str, millis: usize) {
        self.because = Some((Definition { name, unit: "Milliseconds" }, reason, millis));
    }
}

/// Where a function counts.
#[derive(Debug)]
pub struct Counter {
    service: &'static str,
    namespace: String,
    is_cold: AtomicBool,
}

impl Counter {
    /// Of the function with this name. Reads `METRICS_NAMESPACE`.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Wrong`] for what can be no namespace: CloudWatch would drop the metrics without a word.
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

    /// The function's name.
    #[must_use]
    pub const fn service(&self) -> &'static str {
        self.service
    }

    /// Whether this is the first request or batch of this process: true once.
    pub fn is_cold_start(&self) -> bool {
        self.is_cold.swap(false, Ordering::Relaxed)
    }

    /// Writes the line, unless there is nothing to write or the log is for people.
    pub fn write(&self, metrics: &Metrics, now: Timestamp) {
        let is_empty = metrics.values.is_empty() && metrics.because.is_none();
        if is_empty || !tracing::enabled!(target: TARGET, Level::INFO) {
            return;
        }
        // A document of names and numbers is always JSON.
        if let Ok(document) = serde_json::to_string(&Document { counter: self, metrics, now }) {
            tracing::info!(target: TARGET, %document);
        }
    }
}

/// The line, but for its level.
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

/// One directive for each set of dimensions: what has no reason must not be counted by one.
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

/// The log's format, with lines between its own that are JSON already: metrics and the audit log.
pub(crate) struct WithDocuments<F> {
    pub(crate) format: F,
    /// What the function's logging configuration says. Lambda drops what is below it, and takes a line without a level
    /// or a time for `INFO` (*Log-level filtering* in the Lambda developer guide), so these lines always have the level that passes.
    pub(crate) level: &'static str,
}

impl<S, N, F> FormatEvent<S, N> for WithDocuments<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        if ![TARGET, audit::TARGET].contains(&event.metadata().target()) {
            return self.format.format_event(context, writer, event);
        }
        let mut line = Line { level: self.level, written: Ok(()), writer: &mut writer };
        event.record(&mut line);
        line.written
    }
}

struct Line<'a, 'w> {
    level: &'static str,
    writer: &'a mut Writer<'w>,
    written: fmt::Result,
}

impl Visit for Line<'_, '_> {
    fn record_debug(&mut self, field: &Field, document: &dyn fmt::Debug) {
        if field.name() != "document" {
            return;
        }
        let document = format!("{document:?}");
        let members = document.strip_prefix('{').unwrap_or(&document);
        self.written = writeln!(self.writer, "{{\"level\":\"{}\",{members}", self.level);
    }
}
