//! Tests of the operator's commands through their public surface: a command line goes in; the printed text, the table
//! and the functions' behaviour are checked.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod audit;
mod directory;
mod invitations;
mod people;
mod redrive;
mod service_apps;
mod spaces;
mod stops;

use std::sync::atomic::{AtomicU64, Ordering};

use clap::Parser;
use jiff::Timestamp;
use serde_json::Value;
use spaces_http::Sources;
use spaces_local::harness::{self, Harness};
use spaces_operator::{Answer, CommandLine};

/// The operator's name in all tests.
const OPERATOR: &str = "arn:aws:iam::123456789012:user/olga";

fn parsed(line: &str) -> CommandLine {
    CommandLine::try_parse_from(["spaces-operator"].into_iter().chain(line.split_whitespace())).unwrap()
}

struct Service {
    harness: Harness,
}

impl Service {
    async fn start() -> Self {
        Self { harness: Harness::start().await.unwrap() }
    }

    /// Runs a command line at a time, and returns its answer, or its error in the printed form.
    async fn answer(&self, now: Timestamp, line: &str) -> Result<Answer, String> {
        let line = parsed(line);
        let mut env = line.table.environment(self.harness.env().unwrap());
        env.set("OPERATOR", OPERATOR);
        let answer = spaces_operator::run(&line.command, &env, distinct(now)).await;
        answer.map_err(|error| error.to_string())
    }

    async fn run(&self, line: &str) -> Result<String, String> {
        self.answer(harness::now(), line).await.map(|answer| answer.text)
    }

    fn items(&self, sk: &str) -> Vec<Value> {
        let mut items = self.harness.dynamo.items().unwrap();
        items.retain(|item| item["sk"] == sk);
        items
    }
}

/// Returns a clock that always shows `now`, and random bytes that no other process draws.
fn distinct(now: Timestamp) -> Sources {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Sources::new(
        move || now,
        |bytes| {
            bytes.fill(0);
            bytes[..8].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        },
    )
}
