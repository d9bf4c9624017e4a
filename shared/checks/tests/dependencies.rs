//! Checks which dependencies functions link, and that no dependency is built twice.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::process::Command;

/// Returns cargo's list of dependencies, one per line.
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

/// The function makes no requests.
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

/// A feature that only a test enables makes `cargo xtask test` rebuild the dependency and everything that depends on
/// it.
#[test]
fn tests_enable_no_feature_that_development_builds_lack() {
    let dependencies = |edges| -> BTreeSet<String> {
        let selection = ["--workspace", "--exclude", "spaces-generate", "--format", "{p} {f}", "--edges", edges];
        let tree = tree(&selection);
        // The crates of the workspace are listed with a path. Their features may differ: tests describe the API,
        // programs do not.
        let foreign = tree.lines().filter(|line| !line.contains('/'));
        foreign.map(|line| line.trim_end_matches(" (*)").to_owned()).collect()
    };
    let (dev, test) = (dependencies("normal,build"), dependencies("normal,build,dev"));
    assert!(dev.len() > 200 && test.len() > dev.len());
    let twice: Vec<&String> = dev.difference(&test).collect();
    assert!(twice.is_empty(), "list their features in shared/local/Cargo.toml: {twice:#?}");
}
