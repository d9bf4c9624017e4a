use jiff::Timestamp;

/// A rate that holds over seconds: a second's worth is there at first, and fills up again evenly.
#[derive(Debug)]
pub(super) struct TokenBucket {
    per_second: u32,
    tokens: f64,
    filled: Timestamp,
}

impl TokenBucket {
    pub(super) fn full(per_second: u32, now: Timestamp) -> Self {
        Self { per_second, tokens: f64::from(per_second), filled: now }
    }

    pub(super) fn per_second(&self) -> u32 {
        self.per_second
    }

    /// Takes `count` tokens if as many are there.
    pub(super) fn take(&mut self, count: u32, now: Timestamp) -> bool {
        let rate = f64::from(self.per_second);
        let passed = now.duration_since(self.filled).as_secs_f64().max(0.0);
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
    use jiff::SignedDuration;

    use super::*;

    const START: Timestamp = Timestamp::constant(1_795_262_400, 0);

    fn at(millis: i64) -> Timestamp {
        START + SignedDuration::from_millis(millis)
    }

    #[test]
    fn a_second_holds_as_many_as_the_rate_says() {
        let mut bucket = TokenBucket::full(4, START);
        let taken: Vec<bool> = (0..5).map(|_| bucket.take(1, START)).collect();
        assert_eq!(taken, [true, true, true, true, false]);
        assert!(!bucket.take(1, at(240)));
        assert!(bucket.take(1, at(260)));
        assert!(!bucket.take(1, at(260)));
    }

    #[test]
    fn a_pause_saves_up_no_more_than_a_second() {
        let mut bucket = TokenBucket::full(4, START);
        assert!(bucket.take(4, at(60_000)));
        assert!(!bucket.take(1, at(60_000)));
    }

    #[test]
    fn refused_tokens_are_not_taken() {
        let mut bucket = TokenBucket::full(4, START);
        assert!(!bucket.take(5, START));
        assert!(bucket.take(4, START));
    }
}
