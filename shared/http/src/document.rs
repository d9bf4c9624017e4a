//! Lines of the log that arrive already serialized: metrics and the audit log.

use std::io::Write;

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use crate::{audit, metrics};

/// Returns a layer that writes the field `document` of metrics and of the audit log, a JSON object, as one line.
///
/// Each line has `level`, the log level of the function, so that Lambda keeps it: Lambda drops lines below that level,
/// and treats a line without a level or a timestamp as `INFO` (*Log-level filtering* in the Lambda developer guide).
pub(crate) fn layer<S, W>(writer: W, level: &'static str) -> impl Layer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let targets = Targets::new().with_targets([metrics::TARGET, audit::TARGET].map(|name| (name, LevelFilter::INFO)));
    DocumentLayer { writer, level }.with_filter(targets)
}

struct DocumentLayer<W> {
    writer: W,
    level: &'static str,
}

impl<S, W> Layer<S> for DocumentLayer<W>
where
    S: Subscriber,
    W: for<'w> MakeWriter<'w> + 'static,
{
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        event.record(&mut DocumentWriter(self));
    }
}

struct DocumentWriter<'a, W>(&'a DocumentLayer<W>);

impl<W: for<'w> MakeWriter<'w>> Visit for DocumentWriter<'_, W> {
    fn record_str(&mut self, field: &Field, document: &str) {
        if field.name() != "document" {
            return;
        }
        let DocumentLayer { writer, level } = self.0;
        let members = document.strip_prefix('{').unwrap_or(document);
        let line = format!("{{\"level\":\"{level}\",{members}\n");
        // If the log can't be written, the failure can't be logged, either.
        let _written = writer.make_writer().write_all(line.as_bytes());
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}
