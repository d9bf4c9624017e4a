//! Where time and randomness come from.

use jiff::Timestamp;

/// The clock and the random numbers of a function.
///
/// Handlers take them from here and hand plain values down, so that a test can set both and nothing below a handler
/// depends on when it runs.
pub struct Sources {
    now: Box<dyn Fn() -> Timestamp + Send + Sync>,
    random: Box<Fill>,
}

type Fill = dyn Fn(&mut [u8]) + Send + Sync;

impl Sources {
    /// The system's clock and its CSPRNG.
    ///
    /// # Panics
    ///
    /// Drawing panics when the kernel has no randomness to give.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where a function reads the clock and draws randomness"
    )]
    #[expect(clippy::expect_used, reason = "without randomness there are no identifiers; the boundary answers 500")]
    pub fn system() -> Self {
        Self::new(Timestamp::now, |bytes| getrandom::fill(bytes).expect("the kernel provides randomness"))
    }

    /// A clock and a generator of the caller's.
    pub fn new(
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
        random: impl Fn(&mut [u8]) + Send + Sync + 'static,
    ) -> Self {
        Self { now: Box::new(now), random: Box::new(random) }
    }

    /// The time, to the millisecond: what is stored and answered has no more.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let now = (self.now)();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    /// `N` random bytes.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.random)(&mut bytes);
        bytes
    }
}
