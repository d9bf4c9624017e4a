//! A circuit breaker: an endpoint that doesn't answer is left alone for a while.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// The consecutive failures that open the circuit.
const FAILURES: u32 = 5;

/// The time for which the circuit stays open. Then one call is let through: if it fails, as long again.
const PAUSE: SignedDuration = SignedDuration::from_secs(10);

/// Opens after consecutive failures. While it is open, callers learn at once what they would otherwise wait for.
#[derive(Default)]
pub(super) struct Breaker(Mutex<State>);

#[derive(Default)]
struct State {
    failures: u32,
    last: Option<Timestamp>,
}

impl Breaker {
    /// Asks to make a call.
    ///
    /// # Errors
    ///
    /// The time until the next one is let through, if the circuit is open.
    pub(super) fn enter(&self, now: Timestamp) -> Result<(), SignedDuration> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(last) = state.last.filter(|_| state.failures >= FAILURES) else { return Ok(()) };
        let passed = now.duration_since(last);
        // A time before the failure means that the clock was set back.
        if (SignedDuration::ZERO..PAUSE).contains(&passed) {
            return Err(PAUSE - passed);
        }
        // Until this call has ended, the others go on waiting.
        state.last = Some(now);
        Ok(())
    }

    /// Notes how a call ended.
    pub(super) fn leave(&self, succeeded: bool, now: Timestamp) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *state = if succeeded {
            State::default()
        } else {
            State { failures: state.failures.saturating_add(1), last: Some(now) }
        };
    }
}
