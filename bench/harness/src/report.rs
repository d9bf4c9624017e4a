//! The report: tables in Markdown, and the targets.

use std::fmt::Write as _;

use crate::stats::short;

/// The report of one run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    text: String,
    targets: Vec<Target>,
}

/// A figure and its maximum.
#[derive(Debug)]
struct Target {
    what: String,
    figure: f64,
    most: f64,
}

impl Report {
    /// Adds a table with its heading.
    pub(crate) fn table(&mut self, title: &str, head: &[&str], rows: &[Vec<String>]) {
        // Writing to a string never fails.
        let _ = writeln!(self.text, "\n### {title}\n");
        let mut line = |cells: &[String]| {
            let _ = writeln!(self.text, "| {} |", cells.join(" | "));
        };
        line(&head.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>());
        line(
            &head
                .iter()
                .enumerate()
                .map(|(place, _)| if place == 0 { "---" } else { "--:" }.to_owned())
                .collect::<Vec<_>>(),
        );
        for row in rows {
            line(row);
        }
    }

    /// Adds a sentence between the tables.
    pub(crate) fn say(&mut self, text: &str) {
        let _ = writeln!(self.text, "\n{text}");
    }

    /// Adds a target: the figure should be at most `most`.
    pub(crate) fn at_most(&mut self, what: impl Into<String>, figure: f64, most: f64) {
        self.targets.push(Target { what: what.into(), figure, most });
    }

    /// Returns the whole report, with the targets last.
    pub(crate) fn finish(mut self) -> String {
        let targets = std::mem::take(&mut self.targets);
        let rows: Vec<Vec<String>> = targets
            .iter()
            .map(|Target { what, figure, most }| {
                let met = if figure <= most { "met" } else { "missed" };
                vec![what.clone(), short(*figure), short(*most), met.to_owned()]
            })
            .collect();
        if !rows.is_empty() {
            self.table("Targets", &["target", "found", "at most", ""], &rows);
        }
        self.text
    }
}
