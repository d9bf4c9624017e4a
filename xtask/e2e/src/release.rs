//! Checks that Lambda can run what `sam build` produced, and adapts the built template to the emulator.

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};
use xtask::processes;

use crate::sam::Sam;
use crate::transcript::Transcript;

/// Version of glibc in Amazon Linux 2023, on which the functions run. A program linked with a later version may not
/// start.
const GLIBC: (u32, u32) = (2, 34);

/// Checks the built functions and adapts the built template to the emulator: removes the alarms that it can't create,
/// and sets `PUBLIC_URL` to the proxy's address.
pub(crate) fn check(transcript: &Transcript, data: &Path, public_url: &str) -> anyhow::Result<()> {
    let build = Sam::built(data);
    for program in programs(&build, cfg!(target_arch = "aarch64"))? {
        transcript.step(program);
    }

    let path = build.join("template.yaml");
    let template = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let (template, removed) = without_metric_math(&with_public_url(&with_numbers(&template), public_url));
    fs::write(&path, template).with_context(|| format!("writing {}", path.display()))?;
    transcript.step(format!("removed, since the emulator lacks metric math: {}", removed.join(", ")));
    Ok(())
}

/// Builds the functions for arm64 with the deployment's profile and checks the programs. They are not run.
pub(crate) fn arm64(data: &Path) -> anyhow::Result<Vec<String>> {
    let sam = Sam::install(data)?;
    processes::succeed("sam build", &mut sam.build_for("arm64")?)?;
    programs(&Sam::built(data), true)
}

/// Checks that Lambda can run every function that `sam build` produced, and returns a description of each.
fn programs(build: &Path, is_arm: bool) -> anyhow::Result<Vec<String>> {
    let mut described = Vec::new();
    for entry in fs::read_dir(build).with_context(|| format!("reading {}", build.display()))? {
        let program = entry?.path().join("bootstrap");
        let Ok(bytes) = fs::read(&program) else { continue };
        ensure!(is_elf_of(&bytes, is_arm), "{} is not a program for this architecture", program.display());
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

/// Returns whether a program is a 64-bit little-endian ELF file for arm64 or for x86-64 (`e_machine` of the ELF
/// header).
fn is_elf_of(program: &[u8], is_arm: bool) -> bool {
    let machine: [u8; 2] = if is_arm { [183, 0] } else { [62, 0] };
    program.starts_with(b"\x7fELF\x02\x01") && program.get(18..20) == Some(&machine)
}

/// Returns the highest version of glibc that a program needs. The version names, `GLIBC_2.x`, are strings in the file
/// (ELF, `.gnu.version_r`).
fn newest_glibc(program: &[u8]) -> (u32, u32) {
    let versions = program.windows(6).enumerate().filter(|(_, window)| window == b"GLIBC_").map(|(at, _)| at + 6);
    let version = |at: usize| -> Option<(u32, u32)> {
        let end = program.get(at..)?.iter().position(|byte| !byte.is_ascii_digit() && *byte != b'.')?;
        let text = std::str::from_utf8(program.get(at..at + end)?).ok()?;
        let (major, minor) = text.split_once('.')?;
        Some((major.parse().ok()?, minor.split('.').next()?.parse().ok()?))
    };
    versions.filter_map(version).max().unwrap_or_default()
}

/// Replaces the parameters for a mapping's maximum concurrency with a number, in a template that `sam build` has
/// written. The emulator passes parameters as strings, which it can't compare with numbers.
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

/// Sets `PUBLIC_URL` of the functions in a template that `sam build` has written.
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

/// Removes the alarms on several metrics from a template that `sam build` has written. Returns the template and the
/// alarms' names.
fn without_metric_math(template: &str) -> (String, Vec<String>) {
    let mut kept = String::new();
    let mut removed = Vec::new();
    let mut lines = template.split_inclusive('\n').peekable();
    while let Some(first) = lines.next() {
        let mut block = first.to_owned();
        // A resource starts with its name, indented by two spaces.
        if indent(first) == 2 {
            while let Some(line) = lines.next_if(|line| indent(line) > 2) {
                block.push_str(line);
            }
        }
        if block.contains("\n    Type: AWS::CloudWatch::Alarm\n") && block.contains("\n      Metrics:\n") {
            removed.push(first.trim().trim_end_matches(':').to_owned());
        } else {
            kept.push_str(&block);
        }
    }
    (kept, removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_alarms_on_several_metrics_are_removed() {
        let one = "  One:\n    Type: AWS::CloudWatch::Alarm\n    Properties:\n      MetricName: Errors\n";
        let sum = "  Sum:\n    Type: AWS::CloudWatch::Alarm\n    Properties:\n      Metrics:\n      - Id: a\n";
        let rest = "  Table:\n    Type: AWS::DynamoDB::Table\nOutputs:\n  Metrics:\n    Value: 1\n";
        let template = format!("Resources:\n{one}{sum}{rest}");
        let (kept, removed) = without_metric_math(&template);
        assert_eq!(kept, format!("Resources:\n{one}{rest}"));
        assert_eq!(removed, ["Sum"]);
    }

    #[test]
    fn a_parameter_for_the_concurrency_becomes_a_number() {
        let template = "a:\n  MaximumConcurrency:\n    Ref: X\n  BatchSize:\n    Ref: Y\n";
        assert_eq!(with_numbers(template), "a:\n  MaximumConcurrency: 2\n  BatchSize:\n    Ref: Y\n");
    }

    #[test]
    fn public_url_is_replaced() {
        let template = "Variables:\n  PUBLIC_URL:\n    Fn::If:\n    - HasDomain\n    - a\n    - b\n  OTHER: c\n";
        let changed = "Variables:\n  PUBLIC_URL: http://127.0.0.1:1\n  OTHER: c\n";
        assert_eq!(with_public_url(template, "http://127.0.0.1:1"), changed);
    }

    #[test]
    fn programs_for_other_architectures_are_detected() {
        let mut program = b"\x7fELF\x02\x01\x01".to_vec();
        program.resize(18, 0);
        program.extend([183, 0]);
        assert!(is_elf_of(&program, true) && !is_elf_of(&program, false));
        assert!(!is_elf_of(b"#!/bin/sh", true));
    }

    #[test]
    fn the_newest_glibc_is_the_highest_version_and_not_the_last_string() {
        assert_eq!(newest_glibc(b"\0GLIBC_2.4\0GLIBC_2.34\0GLIBC_2.2.5\0GLIBC_PRIVATE\0"), (2, 34));
        assert_eq!(newest_glibc(b"static"), (0, 0));
    }
}
