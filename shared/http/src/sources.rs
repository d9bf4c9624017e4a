//! The sources of time and randomness.

use jiff::Timestamp;

/// The clock and the random number generator of a function.
///
/// Handlers take time and randomness from here and pass plain values on, so that tests can set both, and nothing below
/// a handler depends on when it runs.
pub struct Sources {
    now: Box<dyn Fn() -> Timestamp + Send + Sync>,
    random: Box<Fill>,
}

type Fill = dyn Fn(&mut [u8]) + Send + Sync;

impl Sources {
    /// Returns the system's clock and CSPRNG.
    ///
    /// # Panics
    ///
    /// The generator panics if the kernel provides no randomness.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the only place where a function reads the clock and draws randomness"
    )]
    #[expect(clippy::expect_used, reason = "without randomness there are no identifiers; the boundary answers 500")]
    pub fn system() -> Self {
        Self::new(Timestamp::now, |bytes| getrandom::fill(bytes).expect("the kernel provides randomness"))
    }

    /// Creates sources from a clock and a generator.
    pub fn new(
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
        random: impl Fn(&mut [u8]) + Send + Sync + 'static,
    ) -> Self {
        Self { now: Box::new(now), random: Box::new(random) }
    }

    /// Returns the time in milliseconds, the precision in which times are stored and returned.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let now = (self.now)();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    /// Returns `N` random bytes.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.random)(&mut bytes);
        bytes
    }
}
