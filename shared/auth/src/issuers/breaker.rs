//! A circuit breaker for an endpoint that doesn't answer.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Number of consecutive failures that open the circuit.
const FAILURES: u32 = 5;

/// Time for which the circuit stays open. Then one call is let through; if it fails, the circuit stays open for as long
/// again.
const PAUSE: SignedDuration = SignedDuration::from_secs(10);

/// A breaker that opens after consecutive failures. While it is open, calls fail at once instead of waiting for a
/// time-out.
#[derive(Default)]
pub(super) struct Breaker(Mutex<State>);

#[derive(Default)]
struct State {
    failures: u32,
    last: Option<Timestamp>,
}

impl Breaker {
    /// Requests permission to make a call.
    ///
    /// # Errors
    ///
    /// The time until the next call is let through, if the circuit is open.
    pub(super) fn enter(&self, now: Timestamp) -> Result<(), SignedDuration> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(last) = state.last.filter(|_| state.failures >= FAILURES) else { return Ok(()) };
        let passed = now.duration_since(last);
        // A time before the failure means that the clock was set back.
        if (SignedDuration::ZERO..PAUSE).contains(&passed) {
            return Err(PAUSE - passed);
        }
        // Until this call has ended, other calls are still refused.
        state.last = Some(now);
        Ok(())
    }

    /// Records the outcome of a call.
    pub(super) fn leave(&self, succeeded: bool, now: Timestamp) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *state = if succeeded {
            State::default()
        } else {
            State { failures: state.failures.saturating_add(1), last: Some(now) }
        };
    }
}
