//! Finds orphaned and pending snapshots.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context, bail};

/// The environment variable that names the file to which insta appends the path of every snapshot that a test refers
/// to.
pub(crate) const REFERENCES: &str = "INSTA_SNAPSHOT_REFERENCES_FILE";

/// Returns the path for [`REFERENCES`]; removes the file of an earlier run.
pub(crate) fn references() -> anyhow::Result<PathBuf> {
    let file = crate::target().join("snapshot-references");
    match fs::remove_file(&file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", file.display()))
        }
        _ => Ok(file),
    }
}

/// Fails if the checkout has a snapshot that no test refers to, or a pending one.
pub(crate) fn check(file: &Path) -> anyhow::Result<()> {
    let paths = fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let referenced: BTreeSet<PathBuf> = paths.lines().flat_map(fs::canonicalize).collect();
    let mut files = Vec::new();
    collect(&fs::canonicalize(crate::root())?, &mut files)?;
    let leftover = leftover(files, &referenced);
    if leftover.is_empty() {
        return Ok(());
    }
    bail!(
        "snapshots that no test refers to (remove them), or that are pending (accept or reject them):\n{}",
        leftover.join("\n")
    )
}

/// Collects the files of `folder` and its subfolders, except build outputs and installed packages.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        if !entry.file_type()?.is_dir() {
            files.push(entry.path());
        } else if name != "target" && name != "node_modules" && !name.to_string_lossy().starts_with('.') {
            collect(&entry.path(), files)?;
        }
    }
    Ok(())
}

fn leftover(files: Vec<PathBuf>, referenced: &BTreeSet<PathBuf>) -> Vec<String> {
    let mut leftover: Vec<String> = files
        .into_iter()
        .filter(|file| {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let orphan = name.ends_with(".snap") && !referenced.contains(file);
            orphan || name.ends_with(".snap.new") || name.ends_with(".pending-snap")
        })
        .map(|file| file.display().to_string())
        .collect();
    leftover.sort();
    leftover
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_orphaned_and_pending_snapshots_are_found() {
        let files = ["a/kept.snap", "a/orphan.snap", "a/kept.snap.new", "a/.code.rs.pending-snap", "a/code.rs"];
        let referenced = BTreeSet::from(["a/kept.snap".into()]);
        let found = leftover(files.map(PathBuf::from).into(), &referenced);
        assert_eq!(found, ["a/.code.rs.pending-snap", "a/kept.snap.new", "a/orphan.snap"]);
    }
}
