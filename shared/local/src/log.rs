//! Captures a function's standard output on Lambda: its log, which includes its metrics.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use spaces_http::Env;
use tracing::subscriber::DefaultGuard;

/// Captures the log of the current thread until it is dropped.
pub struct Log {
    written: LogBuffer,
    _guard: DefaultGuard,
}

#[derive(Clone, Default)]
struct LogBuffer(Arc<Mutex<Vec<u8>>>);

impl LogBuffer {
    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for LogBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Captures the log in Lambda's JSON format, at this level.
    #[must_use]
    pub fn at_level(level: &str) -> Self {
        Self::of(&[("AWS_LAMBDA_LOG_FORMAT", "JSON"), ("AWS_LAMBDA_LOG_LEVEL", level)].into_iter().collect())
    }

    /// Captures the log as configured by `env`.
    #[must_use]
    pub fn of(env: &Env) -> Self {
        let written = LogBuffer::default();
        let writer = written.clone();
        let subscriber = spaces_http::log_subscriber(env, env!("CARGO_CRATE_NAME"), move || writer.clone());
        Self { written, _guard: tracing::subscriber::set_default(subscriber) }
    }

    /// Returns and clears the text captured so far.
    #[must_use]
    pub fn text(&self) -> String {
        let written = std::mem::take(&mut *self.written.bytes());
        String::from_utf8_lossy(&written).into_owned()
    }

    /// Returns the captured lines that are metrics, and clears the capture.
    ///
    /// # Errors
    /// When a line is not JSON, or CloudWatch would not extract metrics from it.
    pub fn metrics(&self) -> Result<Vec<Value>, String> {
        let mut metrics = Vec::new();
        for line in self.text().lines() {
            let line: Value = serde_json::from_str(line).map_err(|error| format!("{error}: {line}"))?;
            if line.get("_aws").is_some() {
                check(&line).ok_or_else(|| format!("not in the Embedded Metric Format: {line}"))?;
                metrics.push(line);
            }
        }
        Ok(metrics)
    }
}

/// Checks the rules of the Embedded Metric Format. CloudWatch silently drops metrics that violate them.
fn check(line: &Value) -> Option<()> {
    let text = |value: &Value, longest: usize| value.as_str().is_some_and(|text| (1..=longest).contains(&text.len()));
    let rule = |holds: bool| holds.then_some(());
    let metadata = line.get("_aws")?;
    // Must be milliseconds, not seconds: CloudWatch rejects timestamps older than two weeks.
    rule(metadata.get("Timestamp")?.as_u64()? > 1_000_000_000_000)?;
    let directives = metadata.get("CloudWatchMetrics")?.as_array()?;
    rule(!directives.is_empty())?;
    for directive in directives {
        let namespace = directive.get("Namespace")?;
        rule(text(namespace, 255) && namespace.as_str()?.starts_with("SpacesInvitations"))?;
        for set in directive.get("Dimensions")?.as_array()? {
            let keys = set.as_array()?;
            rule(keys.len() <= 30)?;
            for key in keys {
                rule(text(key, 250) && text(line.get(key.as_str()?)?, 1024))?;
            }
        }
        let metrics = directive.get("Metrics")?.as_array()?;
        rule((1..=100).contains(&metrics.len()))?;
        for metric in metrics {
            rule(text(metric.get("Name")?, 1024))?;
            rule(["Count", "Seconds", "Milliseconds", "Percent"].contains(&metric.get("Unit")?.as_str()?))?;
            rule(line.get(metric.get("Name")?.as_str()?)?.is_number())?;
        }
    }
    // Lambda's filter reads these fields (*Log-level filtering*).
    rule(line.get("timestamp")?.as_str()?.parse::<jiff::Timestamp>().is_ok())?;
    rule(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"].contains(&line.get("level")?.as_str()?))
}
