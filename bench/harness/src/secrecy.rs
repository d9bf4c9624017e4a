//! The time of answers, which must not reveal whether a space of other people exists.
//!
//! Invitations are left out: anyone with an invitation's id has its link, and joining reveals whether it exists.

use std::time::Duration;

use anyhow::{Context, ensure};

use crate::bench::{Bench, explained};
use crate::events::read_by_a_stranger;
use crate::instance::Instance;
use crate::subjects::Function;

/// Number of requests about each of the two ids, in turn.
const ROUNDS: usize = 200;
/// Maximum number of measurements per call; the machine may be busy.
const ATTEMPTS: usize = 10;
/// Maximum difference between the medians.
const APART: Duration = Duration::from_micros(300);
/// Maximum difference between the medians, in percent of the answer's time.
const SHARE: u32 = 5;
/// The compared calls, each with a time that is added to its median before the percentage is taken.
///
/// For strangers, the first two calls read the same keys and find nothing. Joining by id reads the space, whose
/// settings decide. The embedded table answers at once, so the tenth of a millisecond for sending and decoding the
/// space is already 6 % of an answer. Therefore a round trip to DynamoDB is added, of the same length as in the
/// calculation of costs.
const CALLS: [(&str, Duration); 3] = [
    ("/api/spaces/ID", Duration::ZERO),
    ("/api/spaces/ID/members", Duration::ZERO),
    ("/api/spaces/ID/join", Duration::from_millis(5)),
];
/// An id that no space has.
const UNKNOWN: &str = "0123456789abcdef01234567";

/// Compares the times of the answers to a person who is in no space.
#[expect(clippy::print_stdout, reason = "the figures are the command's output")]
pub(crate) async fn check(bench: &mut Bench) -> anyhow::Result<()> {
    let subject = bench.service(Function::Manage)?;
    let target = bench.backends.space(10)?;
    let mut instance = Instance::start(&subject, None).await?;
    explained(&subject, instance.ready().await)?;
    for (path, round_trip) in CALLS {
        let events = [target.space.as_str(), UNKNOWN].map(|id| read_by_a_stranger(&path.replace("ID", id)));
        let [foreign, unknown] = events;
        let events = [foreign?, unknown?];
        let mut seen = Vec::new();
        let is_alike = loop {
            let mut times = [Vec::new(), Vec::new()];
            for _ in 0..ROUNDS {
                for (event, times) in events.iter().zip(&mut times) {
                    let answered = explained(&subject, instance.invoke(event).await)?;
                    ensure!(
                        answered.answer.get("statusCode").is_some_and(|status| status == 403),
                        "{path}: {}",
                        answered.answer
                    );
                    times.push(answered.took);
                }
            }
            let [foreign, unknown] = times.map(median);
            seen.push(format!("{foreign:?} and {unknown:?}"));
            let apart = foreign.abs_diff(unknown);
            if apart <= APART && apart <= (foreign + round_trip) * SHARE / 100 {
                break true;
            }
            if seen.len() == ATTEMPTS {
                break false;
            }
        };
        println!("GET {path}, foreign and unknown, medians of {ROUNDS}: {}", seen.last().context("no figures")?);
        ensure!(is_alike, "GET {path}: the time tells a foreign id from an unknown one: {}", seen.join("; "));
    }
    instance.end()?;
    Ok(())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
