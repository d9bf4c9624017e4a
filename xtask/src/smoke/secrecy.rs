//! The time of answers: it must not tell a space that does not exist from one of others.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use super::{ANSWER, Stack};
use crate::http;

/// The number of requests of each kind, one of each in turn.
const ROUNDS: usize = 200;
/// The number of times that it is measured. The machine may do other things as well.
const ATTEMPTS: usize = 5;
/// The distance of the medians that is allowed, and its share of them in percent.
const APART: (Duration, u32) = (Duration::from_micros(300), 5);

pub(super) fn compare(stack: &Stack) -> anyhow::Result<()> {
    let user = |address| stack.token(&["user", "--email", address]);
    let (rosa, sid) = (user("rosa@example.com")?, user("sid@elsewhere.example")?);
    let send = |token: &str, method: &str, path: &str, body: &str| {
        let authorization = format!("jwt {token}");
        let url = format!("{}{path}", stack.api);
        http::send(method, &url, &[("authorization", &authorization)], body, ANSWER).map_err(anyhow::Error::from)
    };
    let body = json!({ "topic": { "title": "Secret" } }).to_string();
    let created = send(&rosa, "POST", "/api/spaces/invite", &body)?.json()?;
    let id = |pointer| created.pointer(pointer).and_then(Value::as_str).context("an id");
    let (space, invite, unknown) = (id("/data/0/topicId")?, id("/data/0/_id")?, "0123456789abcdef01234567");
    for (path, foreign) in [
        ("/api/spaces/ID", space),
        ("/api/spaces/ID/members", space),
        ("/api/spaces/ID/join", space),
        ("/api/spaces/invites/ID", invite),
    ] {
        let medians = || -> anyhow::Result<[Duration; 2]> {
            let mut times = [Vec::new(), Vec::new()];
            for _ in 0..ROUNDS {
                for (id, times) in [foreign, unknown].into_iter().zip(&mut times) {
                    let begin = Instant::now();
                    let answer = send(&sid, "GET", &path.replace("ID", id), "")?;
                    times.push(begin.elapsed());
                    ensure!(answer.status == 403, "{path}: {} {}", answer.status, answer.body);
                }
            }
            Ok(times.map(median))
        };
        let mut seen = Vec::new();
        let is_alike = loop {
            let [foreign, unknown] = medians()?;
            seen.push(format!("{foreign:?} and {unknown:?}"));
            let apart = foreign.abs_diff(unknown);
            if apart <= APART.0 && apart <= foreign * APART.1 / 100 {
                break true;
            }
            if seen.len() == ATTEMPTS {
                break false;
            }
        };
        println!("smoke: GET {path}, foreign and unknown, medians of {ROUNDS}: {}", seen.join("; "));
        ensure!(is_alike, "GET {path}: the time tells a foreign id from an unknown one");
    }
    Ok(())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
