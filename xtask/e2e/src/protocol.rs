//! What the rehearsal says of itself: each step with its time and what was seen.

use std::fmt::Display;
use std::time::Instant;

pub(crate) struct Protocol {
    began: Instant,
}

impl Protocol {
    pub(crate) fn begin() -> Self {
        Self { began: Instant::now() }
    }

    /// A step that is done, and what was seen.
    pub(crate) fn saw(&self, what: impl Display) {
        println!("{:>7.1} s  {what}", self.began.elapsed().as_secs_f64());
    }
}

/// Begins a part.
pub(crate) fn part(title: &str) {
    println!("\n{title}");
}
