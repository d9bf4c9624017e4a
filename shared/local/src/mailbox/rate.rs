use tokio::time::Instant;

/// A token bucket that holds one second's worth of tokens, starts full and refills steadily.
#[derive(Debug)]
pub(super) struct SendRate {
    per_second: u32,
    tokens: f64,
    filled: Instant,
}

impl SendRate {
    pub(super) fn full(per_second: u32, now: Instant) -> Self {
        Self { per_second, tokens: f64::from(per_second), filled: now }
    }

    pub(super) fn per_second(&self) -> u32 {
        self.per_second
    }

    /// Takes `count` tokens if that many are available; returns whether they were.
    pub(super) fn take(&mut self, count: u32, now: Instant) -> bool {
        let rate = f64::from(self.per_second);
        let passed = now.saturating_duration_since(self.filled).as_secs_f64();
        self.tokens = (self.tokens + passed * rate).min(rate);
        self.filled = now;
        let left = self.tokens - f64::from(count);
        if left < 0.0 {
            return false;
        }
        self.tokens = left;
        true
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_second_allows_as_many_as_the_rate() {
        let start = Instant::now();
        let mut bucket = SendRate::full(4, start);
        let taken: Vec<bool> = (0..5).map(|_| bucket.take(1, start)).collect();
        assert_eq!(taken, [true, true, true, true, false]);
        assert!(!bucket.take(1, start + Duration::from_millis(240)));
        assert!(bucket.take(1, start + Duration::from_millis(260)));
        assert!(!bucket.take(1, start + Duration::from_millis(260)));
    }

    #[test]
    fn a_pause_saves_up_no_more_than_a_second() {
        let start = Instant::now();
        let mut bucket = SendRate::full(4, start);
        assert!(bucket.take(4, start + Duration::from_mins(1)));
        assert!(!bucket.take(1, start + Duration::from_mins(1)));
    }

    #[test]
    fn a_rejected_request_takes_no_tokens() {
        let start = Instant::now();
        let mut bucket = SendRate::full(4, start);
        assert!(!bucket.take(5, start));
        assert!(bucket.take(4, start));
    }
}
