//! Lists the Lambda functions, which are the folders of `functions/`.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;

/// Returns the names of all functions, sorted. A function's folder, package and binary share its name.
///
/// # Errors
///
/// Fails if `functions/` can't be read.
pub fn names() -> anyhow::Result<Vec<String>> {
    let home = home();
    let folders = fs::read_dir(&home).with_context(|| format!("reading {}", home.display()))?;
    let mut names = Vec::new();
    for folder in folders {
        let folder = folder?;
        if folder.path().join("Cargo.toml").is_file() {
            names.push(folder.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Returns the folders in which the deployment builds, and the functions that it builds in each. A function with a
/// cargo configuration of its own is built in its folder; all others are built in the root, where cargo unifies their
/// features.
pub(crate) fn builds() -> anyhow::Result<Vec<(PathBuf, Vec<String>)>> {
    let (alone, together): (Vec<_>, Vec<_>) =
        names()?.into_iter().partition(|name| home().join(name).join(".cargo/config.toml").is_file());
    let alone = alone.into_iter().map(|name| (home().join(&name), vec![name]));
    Ok(alone.chain([(crate::root(), together)]).collect())
}

fn home() -> PathBuf {
    crate::root().join("functions")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_is_built_once() {
        let mut built: Vec<_> = builds().unwrap().into_iter().flat_map(|(_, names)| names).collect();
        built.sort();
        assert!(!built.is_empty());
        assert_eq!(built, names().unwrap());
    }
}
