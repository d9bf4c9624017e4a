//! The rehearsal's output: its sections, and each completed step with the time since the start.

use std::fmt::Display;
use std::time::Instant;

/// Prints completed steps.
pub(crate) struct Transcript {
    started: Instant,
}

impl Transcript {
    pub(crate) fn start() -> Self {
        Self { started: Instant::now() }
    }

    /// Prints a completed step.
    pub(crate) fn step(&self, description: impl Display) {
        println!("{:>7.1} s  {description}", self.started.elapsed().as_secs_f64());
    }
}

/// Prints the title of a section.
pub(crate) fn section(title: &str) {
    println!("\n{title}");
}
