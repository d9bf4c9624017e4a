//! Tests of the crate through its public API.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod calendar;
mod cancellation;
mod documents;
mod headers;
mod hostile;
mod message;
mod names;
mod nasty;
mod pages;
mod samples;
mod times;
