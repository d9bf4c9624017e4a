//! Fences around what functions link, and around what is built twice.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::process::Command;

/// Returns cargo's list of dependencies, one a line.
fn tree(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--prefix", "none", "--locked", "--offline"])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// It asks nobody anything.
#[test]
fn anonymous_login_links_no_aws_sdk_no_http_client_and_no_tls() {
    let tree = tree(&["--package", "anonymous-login", "--edges", "normal"]);
    assert!(tree.contains("spaces-auth"), "{tree}");
    let network =
        ["aws-sdk-", "aws-config", "aws-smithy-", "reqwest", "hyper-rustls", "rustls", "native-tls", "spaces-store"];
    for dependency in tree.lines() {
        assert!(!network.iter().any(|name| dependency.starts_with(name)), "{dependency}");
    }
}

/// A feature that only a test switches on makes `cargo xtask test` build the dependency again, and all that stand on it.
#[test]
fn tests_switch_on_no_feature_that_development_builds_without() {
    let dependencies = |edges| -> BTreeSet<String> {
        let selection = ["--workspace", "--exclude", "spaces-generate", "--format", "{p} {f}", "--edges", edges];
        let tree = tree(&selection);
        // The crates of the workspace have a path. They may differ: tests describe the API, programs do not.
        let foreign = tree.lines().filter(|line| !line.contains('/'));
        foreign.map(|line| line.trim_end_matches(" (*)").to_owned()).collect()
    };
    let (dev, test) = (dependencies("normal,build"), dependencies("normal,build,dev"));
    assert!(dev.len() > 200 && test.len() > dev.len());
    let twice: Vec<&String> = dev.difference(&test).collect();
    assert!(twice.is_empty(), "name their features in shared/local/Cargo.toml: {twice:#?}");
}
