//! A quick check that no function has grown since its figures were recorded.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use crate::bench::Bench;
use crate::instructions::{self, Instructions};
use crate::secrecy;
use crate::stats::thousands;
use crate::subjects::{Function, Maker};

/// Maximum growth of a figure over its record, in percent.
const TOLERANCE: u64 = 10;

/// The figures of one function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Figures {
    /// Instructions from the start to the first `next`.
    init: u64,
    /// Instructions of the first invocation.
    first: u64,
    /// Instructions of each later invocation.
    warm: u64,
    /// Size of the binary in bytes.
    size: u64,
}

type Record = BTreeMap<String, Figures>;

/// Measures the functions, and compares the figures with this architecture's record in `records`, or writes the record.
pub(crate) async fn check(bench: &mut Bench, records: &Path, update: bool) -> anyhow::Result<()> {
    let found = instructions::measure(bench, &Function::ALL, &[Maker::Service]).await?;
    let mut now = Record::new();
    for function in Function::ALL {
        let Some(Instructions { init, first, warm }) = found.get(&(function, Maker::Service)).copied() else {
            continue;
        };
        let size = bench.service(function)?.size()?;
        now.insert(function.name().to_owned(), Figures { init, first, warm, size });
    }
    let path = records.join(format!("{}.json", std::env::consts::ARCH));
    if update {
        std::fs::write(&path, serde_json::to_string_pretty(&now)? + "\n")?;
        eprintln!("bench: recorded in {}", path.display());
        return Ok(());
    }
    compare(&now, &path)?;
    secrecy::check(bench).await
}

fn compare(now: &Record, path: &Path) -> anyhow::Result<()> {
    let recorded = std::fs::read_to_string(path).with_context(|| {
        format!("this architecture has no record ({}); cargo xtask bench --quick --update writes it", path.display())
    })?;
    let grown = grown(now, &serde_json::from_str(&recorded)?)?;
    if grown.is_empty() {
        return Ok(());
    }
    bail!(
        "grown by more than {TOLERANCE} % over {}:\n  {}\nIf that is worth it, record the new figures with cargo xtask bench \
         --quick --update and say why in the commit.",
        path.display(),
        grown.join("\n  ")
    )
}

/// Returns the figures that have grown by more than the tolerance, and prints all figures.
#[expect(clippy::print_stdout, reason = "the table is the command's output")]
fn grown(now: &Record, recorded: &Record) -> anyhow::Result<Vec<String>> {
    let mut grown = Vec::new();
    println!("| function | figure | recorded | now | |\n|---|---|--:|--:|--:|");
    for (name, figures) in now {
        let before = recorded.get(name).with_context(|| format!("{name} has no record"))?;
        for (what, before, now) in figures.beside(*before) {
            let change = 100.0 * (ratio(now, before) - 1.0);
            println!("| {name} | {what} | {} | {} | {change:+.1} % |", thousands(before), thousands(now));
            if now > before + before * TOLERANCE / 100 {
                grown.push(format!("{name}: {what} by {change:.1} %"));
            }
        }
    }
    Ok(grown)
}

impl Figures {
    fn beside(self, before: Self) -> [(&'static str, u64, u64); 4] {
        [
            ("instructions to the first next", before.init, self.init),
            ("instructions of the first invocation", before.first, self.first),
            ("instructions of a warm invocation", before.warm, self.warm),
            ("bytes of the binary", before.size, self.size),
        ]
    }
}

fn ratio(one: u64, other: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a percentage to show")]
    let ratio = one as f64 / other.max(1) as f64;
    ratio
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(warm: u64) -> Record {
        let figures = Figures { init: 1_000, first: 1_000, warm, size: 1_000 };
        Record::from([("join-invite".to_owned(), figures)])
    }

    #[test]
    fn growth_of_a_tenth_passes_and_more_is_named() {
        assert!(grown(&record(1_100), &record(1_000)).unwrap().is_empty());
        assert_eq!(
            grown(&record(1_101), &record(1_000)).unwrap(),
            ["join-invite: instructions of a warm invocation by 10.1 %"]
        );
    }

    #[test]
    fn a_function_without_a_record_is_an_error() {
        assert!(grown(&record(1_000), &Record::new()).is_err());
    }
}
