//! The log: JSON on Lambda, plain text elsewhere, with one line for each request.
//!
//! Tokens, links, invitation ids, whole addresses and the bodies of requests and responses are never logged.

use std::time::Duration;

use lambda_http::http::StatusCode;
use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::{Call, Env, Problem, audit, document, metrics};

/// Starts logging to standard output in the format `AWS_LAMBDA_LOG_FORMAT` at the level `AWS_LAMBDA_LOG_LEVEL`.
///
/// The level applies to the workspace's own crates: the shared ones and `function`, the name of the calling crate
/// (`env!("CARGO_CRATE_NAME")`). All others log only at `WARN` and above, because the SDK logs requests at `DEBUG`, and
/// these contain addresses.
pub fn init(env: &Env, function: &str) {
    subscriber(env, function, std::io::stdout).init();
    std::panic::set_hook(Box::new(|panic| {
        // A panic's message may quote user data, so only its location is logged.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
}

/// Returns the subscriber of [`init`] with a writer other than standard output, for tests.
pub fn subscriber<W>(env: &Env, function: &str, writer: W) -> impl Subscriber + Send + Sync + use<W>
where
    W: for<'w> MakeWriter<'w> + Clone + Send + Sync + 'static,
{
    let (level, name) = match env.text("AWS_LAMBDA_LOG_LEVEL").map(str::to_ascii_uppercase).as_deref() {
        Some("TRACE") => (LevelFilter::TRACE, "TRACE"),
        Some("DEBUG") => (LevelFilter::DEBUG, "DEBUG"),
        Some("WARN") => (LevelFilter::WARN, "WARN"),
        Some("ERROR") => (LevelFilter::ERROR, "ERROR"),
        Some("FATAL") => (LevelFilter::ERROR, "FATAL"),
        _ => (LevelFilter::INFO, "INFO"),
    };
    let json = env.text("AWS_LAMBDA_LOG_FORMAT").is_some_and(|format| format.eq_ignore_ascii_case("json"));
    // In JSON, metrics and the audit log are documents. In plain text, metrics are left out and the audit log is
    // readable.
    let (documents, audit_level) =
        if json { (Some(document::layer(writer.clone(), name)), LevelFilter::OFF) } else { (None, LevelFilter::INFO) };
    let targets = Targets::new()
        .with_default(LevelFilter::WARN.min(level))
        .with_targets(["spaces_", function].map(|name| (name, level)))
        .with_target(metrics::TARGET, LevelFilter::OFF)
        .with_target(audit::TARGET, audit_level)
        .with_targets(concurrency_of_one(env));
    let format = tracing_subscriber::fmt::layer().with_writer(writer).with_target(false);
    let format = if json {
        format.json().flatten_event(true).with_current_span(false).with_span_list(false).boxed()
    } else {
        format.compact().with_ansi(false).boxed()
    };
    tracing_subscriber::registry().with(format.with_filter(targets)).with(documents)
}

/// Starts writing the lines of the audit log, and no others, to standard error. The operator's commands use it.
pub fn init_audit() {
    tracing_subscriber::registry().with(document::layer(std::io::stderr, "INFO")).init();
}

/// Silences the runtime's warning that it handles one invocation at a time when `AWS_LAMBDA_MAX_CONCURRENCY` is 1:
/// `cargo lambda watch` sets it for every function, Lambda never does. The module logs no other warning.
fn concurrency_of_one(env: &Env) -> Option<(&'static str, LevelFilter)> {
    (env.text("AWS_LAMBDA_MAX_CONCURRENCY") == Some("1")).then_some(("lambda_runtime::runtime", LevelFilter::ERROR))
}

/// Writes the log line of a finished request.
pub(crate) fn request(
    service: &str,
    call: &Call,
    status: StatusCode,
    problem: Option<&Problem>,
    took: Duration,
    cold: bool,
) {
    let (status, duration_ms) = (status.as_u16(), took.as_secs_f64() * 1000.0);
    // Fields that are `None` are left out of the line.
    let code = problem.map(|problem| problem.code().as_str());
    let cause = problem.and_then(Problem::cause_chain);
    let faults = problem.map(Problem::faults).filter(|faults| !faults.is_empty());
    let faults =
        faults.map(|faults| faults.iter().take(5).map(|fault| fault.code.as_str()).collect::<Vec<_>>().join(","));
    macro_rules! line {
        ($level:ident) => {
            tracing::$level!(
                service,
                route = call.route(),
                caller = call.caller(),
                status,
                code,
                faults,
                duration_ms,
                cold_start = cold,
                function_request_id = call.function_request_id(),
                correlation_id = call.request_id(),
                cause,
                "request"
            )
        };
    }
    match status {
        500.. => line!(error),
        _ if cause.is_some() => line!(warn),
        _ => line!(info),
    }
}
