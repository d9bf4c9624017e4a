//! The quick check: has a function grown since its figures were recorded?

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use crate::bench::Bench;
use crate::instructions::{self, Instructions};
use crate::stats::thousands;
use crate::subjects::{Function, Maker, Subject};

/// What a figure may grow by until the record has to be renewed, in percent.
const TOLERANCE: u64 = 10;

/// The figures of one function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Figures {
    /// Instructions to the first `next`.
    init: u64,
    /// Instructions of the first invocation.
    first: u64,
    /// Instructions of an invocation after it.
    warm: u64,
    /// Bytes of the binary.
    size: u64,
}

type Record = BTreeMap<String, Figures>;

/// Measures, and compares with the record of this architecture in `records`, or writes it.
pub(crate) async fn check(bench: &mut Bench, records: &Path, update: bool) -> anyhow::Result<()> {
    let found = instructions::measure(bench).await?;
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
    compare(&now, &path)
}

#[expect(clippy::print_stdout, reason = "the table is the command's answer")]
fn compare(now: &Record, path: &PathBuf) -> anyhow::Result<()> {
    let recorded = std::fs::read_to_string(path).with_context(|| {
        format!(
            "no figures are recorded for this architecture ({}); cargo xtask bench --quick --update records them",
            path.display()
        )
    })?;
    let recorded: Record = serde_json::from_str(&recorded)?;
    let mut grown = Vec::new();
    println!("| function | figure | recorded | now | |\n|---|---|--:|--:|--:|");
    for (name, figures) in now {
        let before = recorded.get(name).with_context(|| format!("{name} is not in {}", path.display()))?;
        for (what, before, now) in figures.beside(*before) {
            let change = 100.0 * (ratio(now, before) - 1.0);
            println!("| {name} | {what} | {} | {} | {change:+.1} % |", thousands(before), thousands(now));
            if now > before + before * TOLERANCE / 100 {
                grown.push(format!("{name}: {what} by {change:.1} %"));
            }
        }
    }
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

impl Subject {
    /// Whether its program is there.
    pub(crate) fn exists(&self) -> bool {
        self.command.first().is_some_and(|program| Path::new(program).is_file())
    }

    /// Bytes of its program.
    pub(crate) fn size(&self) -> anyhow::Result<u64> {
        let program = self.command.first().context("a subject without a program")?;
        Ok(std::fs::metadata(program).with_context(|| program.clone())?.len())
    }
}
