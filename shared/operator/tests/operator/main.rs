//! The operator's commands: a command line in; what is said, what is stored and what the functions make of it out.
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
use spaces_operator::{Answer, Line};

/// The operator's name in all tests.
const OPERATOR: &str = "arn:aws:iam::123456789012:user/olga";

fn parsed(line: &str) -> Line {
    Line::try_parse_from(["spaces-operator"].into_iter().chain(line.split_whitespace())).unwrap()
}

struct Service {
    harness: Harness,
}

impl Service {
    async fn start() -> Self {
        Self { harness: Harness::start().await.unwrap() }
    }

    /// What a command line is answered at a time; an error as it is shown.
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

/// A clock that stands still, and random bytes that no other process draws.
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
