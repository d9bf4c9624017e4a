//! The functions are listed in `functions/` and `infra/template.yaml`, from which everything else derives the list.
//! CONTRIBUTING.md says which other files have to name a new function.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use spaces_local::Template;

/// The files that name every function.
const EVERYWHERE: [&str; 4] = ["ARCHITECTURE.md", "Cargo.lock", "docs/configuration.md", "infra/template.yaml"];

/// Files and folders that may name functions. None of them has to name a new function, except those that
/// CONTRIBUTING.md lists.
const ALLOWED: [&str; 14] = [
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.toml",
    "README.md",
    "bench/",
    "deny.toml",
    "docs/",
    "events/",
    "functions/",
    "shared/checks/",
    // `join-invite` is also the name of a message.
    "shared/content/locales/",
    "shared/content/src/words.rs",
    "shared/operator/",
    // Breaks certain functions on purpose.
    "xtask/e2e/",
];

fn root() -> PathBuf {
    fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap()
}

/// Returns each function's resource id and package in the template.
fn functions() -> Vec<(String, String)> {
    let template = Template::of_this_checkout().unwrap();
    let functions = template.functions().unwrap().into_iter();
    functions.map(|(id, package)| (id.to_owned(), package.to_owned())).collect()
}

fn folders(name: &str) -> BTreeSet<String> {
    let folders = fs::read_dir(root().join(name)).unwrap();
    folders.map(|folder| folder.unwrap().file_name().into_string().unwrap()).collect()
}

/// Converts `join-invite` to `JoinInvite`.
fn capitalized(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    name.split('-').map(word).collect()
}

/// Collects the files below `folder`, without build output and installed files.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if !entry.file_type().unwrap().is_dir() {
            found.push(entry.path());
        } else if ![".git", ".aws-sam", "target", "node_modules", "dist", "cdk.out"]
            .iter()
            .any(|skipped| name == *skipped)
        {
            files(&entry.path(), found);
        }
    }
}

/// Returns the text of a file; of Rust files without comments, which may name any function.
fn code(path: &Path) -> String {
    let Ok(text) = fs::read_to_string(path) else { return String::new() };
    if path.extension().is_none_or(|extension| extension != "rs") {
        return text;
    }
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn folders_template_and_events_have_the_same_functions() {
    let packages: BTreeSet<String> = functions().into_iter().map(|(_, package)| package).collect();
    assert_eq!(folders("functions"), packages);
    assert_eq!(folders("events"), packages);
    for (id, package) in functions() {
        assert_eq!(id, format!("{}Function", capitalized(&package)));
    }
}

#[test]
fn every_function_is_named_in_the_files_that_name_all() {
    for path in EVERYWHERE {
        let text = fs::read_to_string(root().join(path)).unwrap();
        for (_, package) in functions() {
            assert!(text.contains(&package), "{path} does not name {package}");
        }
    }
}

#[test]
fn no_other_file_names_a_function() {
    let mut found = Vec::new();
    files(&root(), &mut found);
    let mut naming = Vec::new();
    for path in found {
        let relative = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
        let allowed = ALLOWED.iter().any(|allowed| relative.starts_with(allowed)) || relative.contains("/tests/");
        if allowed || EVERYWHERE.contains(&relative.as_str()) {
            continue;
        }
        let code = code(&path);
        for (_, package) in functions() {
            let names = [package.clone(), package.replace('-', "_"), capitalized(&package)];
            if let Some(name) = names.iter().find(|name| code.contains(name.as_str())) {
                naming.push(format!("{relative}: {name}"));
            }
        }
    }
    assert!(
        naming.is_empty(),
        "take the functions from functions/ or the template instead of naming them:\n{}",
        naming.join("\n")
    );
}
