//! The log: JSON on Lambda, readable lines elsewhere; one line a request.
//!
//! What never reaches it: tokens, links, invitation ids, whole addresses, request and response bodies.

use std::time::Duration;

use lambda_http::http::StatusCode;
use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::metrics::{self, WithDocuments};
use crate::{Call, Env, Problem, audit};

/// Starts logging to standard output, as `AWS_LAMBDA_LOG_FORMAT` and `AWS_LAMBDA_LOG_LEVEL` say.
///
/// Only the workspace's own crates follow the level: the shared ones and `function`, the name of the calling crate
/// (`env!("CARGO_CRATE_NAME")`). All others are held at `warn`: at `debug` the SDK writes requests, and these hold addresses.
pub fn init(env: &Env, function: &str) {
    subscriber(env, function, std::io::stdout).init();
    std::panic::set_hook(Box::new(|panic| {
        // The message of a panic may quote the text that it tripped over, so only the place is logged.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
}

/// The log in an environment, written to somewhere else than standard output: for tests.
pub fn subscriber<W>(env: &Env, function: &str, writer: W) -> impl Subscriber + Send + Sync + use<W>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
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
    let targets = Targets::new()
        .with_default(LevelFilter::WARN.min(level))
        .with_targets(["spaces_", function].map(|name| (name, level)))
        // Metrics are no log: they are written at any level, where CloudWatch reads them.
        .with_target(metrics::TARGET, if json { LevelFilter::INFO } else { LevelFilter::OFF })
        .with_target(audit::TARGET, LevelFilter::INFO)
        .with_targets(concurrency_of_one(env));
    let format = tracing_subscriber::fmt::layer().with_writer(writer).with_target(false);
    let format = if json {
        let format = format.json().flatten_event(true).with_current_span(false).with_span_list(false);
        format.map_event_format(|format| WithDocuments { format, level: name }).boxed()
    } else {
        format.compact().with_ansi(false).boxed()
    };
    tracing_subscriber::registry().with(targets).with(format)
}

/// Starts writing the lines of the audit log, and no others, to standard error: for the operator's commands.
pub fn init_audit() {
    let format = tracing_subscriber::fmt::layer().json().with_writer(std::io::stderr);
    let format = format.map_event_format(|format| WithDocuments { format, level: "INFO" });
    let targets = Targets::new().with_target(audit::TARGET, LevelFilter::INFO);
    tracing_subscriber::registry().with(targets).with(format).init();
}

/// Silences the runtime's warning that it handles one call at a time, where it is asked for just that: `cargo lambda watch`
/// sets this variable to 1 for every function, and Lambda never does. The module warns of nothing else.
fn concurrency_of_one(env: &Env) -> Option<(&'static str, LevelFilter)> {
    (env.text("AWS_LAMBDA_MAX_CONCURRENCY") == Some("1")).then_some(("lambda_runtime::runtime", LevelFilter::ERROR))
}

/// Writes the line of a finished request.
pub(crate) fn request(
    service: &str,
    call: &Call,
    status: StatusCode,
    problem: Option<&Problem>,
    took: Duration,
    cold: bool,
) {
    let (status, duration_ms) = (status.as_u16(), took.as_secs_f64() * 1000.0);
    // What is none is left out of the line.
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
