//! Feeds every function events in which one part at a time is missing, empty, duplicated, of another type, garbled or
//! too long. No function panics or fails because of a client's mistake, and no message or record is lost.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod http;
mod mutations;
mod queues;
mod streams;

use std::sync::atomic::{AtomicU64, Ordering};

use spaces_http::Sources;
use spaces_local::harness;

/// Returns a fixed clock, and random bytes that never repeat.
fn sources() -> Sources {
    static DRAWN: AtomicU64 = AtomicU64::new(1);
    Sources::new(harness::now, |bytes| {
        let drawn = DRAWN.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        bytes.fill(0);
        bytes.iter_mut().zip(drawn).for_each(|(byte, value)| *byte = value);
    })
}
