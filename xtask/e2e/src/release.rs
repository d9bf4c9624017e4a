//! What `sam build` made: whether Lambda can run it, and what of the template the emulator can't create.

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};

use crate::protocol::Protocol;
use crate::sam::Sam;
use xtask::processes;

/// The C library of Amazon Linux 2023, on which the functions run: a program that was linked with a later one may not start.
const GLIBC: (u32, u32) = (2, 34);

/// Looks at the built functions, and fits the built template to the emulator: leaves out what it can't create, and gives the
/// functions the address at which they reach their own API.
pub(crate) fn check(log: &Protocol, data: &Path, public_url: &str) -> anyhow::Result<()> {
    let build = Sam::built(data);
    for program in programs(&build, cfg!(target_arch = "aarch64"))? {
        log.saw(program);
    }

    let path = build.join("template.yaml");
    let template = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let (template, left_out) = without_metric_math(&with_public_url(&with_numbers(&template), public_url));
    fs::write(&path, template).with_context(|| format!("writing {}", path.display()))?;
    log.saw(format!("left out, the emulator has no metric math: {}", left_out.join(", ")));
    Ok(())
}

/// Builds the functions for arm64, as they are deployed, and looks at them: no test runs them here.
pub(crate) fn arm64(data: &Path) -> anyhow::Result<Vec<String>> {
    let sam = Sam::install(data)?;
    processes::succeed("sam build", &mut sam.build_for("arm64")?)?;
    programs(&Sam::built(data), true)
}

/// Checks that Lambda can run every function that `sam build` made, and describes each.
fn programs(build: &Path, is_arm: bool) -> anyhow::Result<Vec<String>> {
    let mut described = Vec::new();
    for entry in fs::read_dir(build).with_context(|| format!("reading {}", build.display()))? {
        let program = entry?.path().join("bootstrap");
        let Ok(bytes) = fs::read(&program) else { continue };
        ensure!(is_elf_of(&bytes, is_arm), "{} is no program for this processor", program.display());
        let (major, minor) = newest_glibc(&bytes);
        ensure!((major, minor) <= GLIBC, "{} needs glibc {major}.{minor}; Lambda has 2.34", program.display());
        let name = program.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
        let megabytes = f64::from(u32::try_from(bytes.len())?) / 1e6;
        described.push(format!("{name}: {megabytes:.1} MB, needs glibc {major}.{minor} (Lambda has 2.34)"));
    }
    described.sort();
    let (found, expected) = (described.len(), xtask::functions::names()?.len());
    ensure!(found == expected, "expected {expected} built functions in {}, found {found}", build.display());
    Ok(described)
}

/// Returns whether a program is for Linux on arm64, or on x86-64: 64 bits, little-endian, and the machine (ELF header, `e_machine`).
fn is_elf_of(program: &[u8], is_arm: bool) -> bool {
    let machine: [u8; 2] = if is_arm { [183, 0] } else { [62, 0] };
    program.starts_with(b"\x7fELF\x02\x01") && program.get(18..20) == Some(&machine)
}

/// The highest `GLIBC_2.x` that a program names: the versions of symbols are texts in its tables (ELF, `.gnu.version_r`).
fn newest_glibc(program: &[u8]) -> (u32, u32) {
    let marks = program.windows(6).enumerate().filter(|(_, window)| window == b"GLIBC_").map(|(at, _)| at + 6);
    let version = |at: usize| -> Option<(u32, u32)> {
        let end = program.get(at..)?.iter().position(|byte| !byte.is_ascii_digit() && *byte != b'.')?;
        let text = std::str::from_utf8(program.get(at..at + end)?).ok()?;
        let (major, minor) = text.split_once('.')?;
        Some((major.parse().ok()?, minor.split('.').next()?.parse().ok()?))
    };
    marks.filter_map(version).max().unwrap_or_default()
}

/// A template as `sam build` writes it, with a number for what a parameter says of a mapping's concurrency: the emulator hands the
/// parameter on as a text, and cannot compare it.
fn with_numbers(template: &str) -> String {
    let mut lines = template.split_inclusive('\n').peekable();
    let mut changed = String::new();
    while let Some(line) = lines.next() {
        let is_text = line.trim() == "MaximumConcurrency:";
        let parameter = if is_text { lines.next_if(|next| next.trim().starts_with("Ref:")) } else { None };
        changed.push_str(&parameter.map_or_else(|| line.to_owned(), |_| line.replace(":\n", ": 2\n")));
    }
    changed
}

/// A template as `sam build` writes it, with this `PUBLIC_URL` for the functions.
fn with_public_url(template: &str, public_url: &str) -> String {
    let mut lines = template.split_inclusive('\n').peekable();
    let mut changed = String::new();
    while let Some(line) = lines.next() {
        if line.trim() == "PUBLIC_URL:" {
            changed.push_str(&line.replace(":\n", &format!(": {public_url}\n")));
            while lines.next_if(|next| indent(next) > indent(line)).is_some() {}
        } else {
            changed.push_str(line);
        }
    }
    changed
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// A template as `sam build` writes it, without the alarms that compute with several metrics; and their names.
fn without_metric_math(template: &str) -> (String, Vec<String>) {
    let mut kept = String::new();
    let mut left_out = Vec::new();
    let mut lines = template.split_inclusive('\n').peekable();
    while let Some(first) = lines.next() {
        let mut block = first.to_owned();
        // A resource begins with its name, two blanks from the left.
        if indent(first) == 2 {
            while let Some(line) = lines.next_if(|line| indent(line) > 2) {
                block.push_str(line);
            }
        }
        if block.contains("\n    Type: AWS::CloudWatch::Alarm\n") && block.contains("\n      Metrics:\n") {
            left_out.push(first.trim().trim_end_matches(':').to_owned());
        } else {
            kept.push_str(&block);
        }
    }
    (kept, left_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_of_several_metrics_is_left_out_and_no_other_resource() {
        let one = "  One:\n    Type: AWS::CloudWatch::Alarm\n    Properties:\n      MetricName: Errors\n";
        let sum = "  Sum:\n    Type: AWS::CloudWatch::Alarm\n    Properties:\n      Metrics:\n      - Id: a\n";
        let rest = "  Table:\n    Type: AWS::DynamoDB::Table\nOutputs:\n  Metrics:\n    Value: 1\n";
        let template = format!("Resources:\n{one}{sum}{rest}");
        let (kept, left_out) = without_metric_math(&template);
        assert_eq!(kept, format!("Resources:\n{one}{rest}"));
        assert_eq!(left_out, ["Sum"]);
    }

    #[test]
    fn a_concurrency_that_is_a_parameter_becomes_a_number() {
        let template = "a:\n  MaximumConcurrency:\n    Ref: X\n  BatchSize:\n    Ref: Y\n";
        assert_eq!(with_numbers(template), "a:\n  MaximumConcurrency: 2\n  BatchSize:\n    Ref: Y\n");
    }

    #[test]
    fn the_functions_get_the_address_of_the_rehearsal() {
        let template = "Variables:\n  PUBLIC_URL:\n    Fn::If:\n    - HasDomain\n    - a\n    - b\n  OTHER: c\n";
        let changed = "Variables:\n  PUBLIC_URL: http://127.0.0.1:1\n  OTHER: c\n";
        assert_eq!(with_public_url(template, "http://127.0.0.1:1"), changed);
    }

    #[test]
    fn a_program_for_another_processor_is_told_apart() {
        let mut program = b"\x7fELF\x02\x01\x01".to_vec();
        program.resize(18, 0);
        program.extend([183, 0]);
        assert!(is_elf_of(&program, true) && !is_elf_of(&program, false));
        assert!(!is_elf_of(b"#!/bin/sh", true));
    }

    #[test]
    fn the_newest_glibc_is_the_highest_number_and_not_the_last_text() {
        assert_eq!(newest_glibc(b"\0GLIBC_2.4\0GLIBC_2.34\0GLIBC_2.2.5\0GLIBC_PRIVATE\0"), (2, 34));
        assert_eq!(newest_glibc(b"static"), (0, 0));
    }
}
