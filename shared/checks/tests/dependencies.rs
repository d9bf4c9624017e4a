//! Fences around what functions link.

use std::process::Command;

/// It asks nobody anything.
#[test]
fn anonymous_login_links_no_aws_sdk_no_http_client_and_no_tls() {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--package",
            "anonymous-login",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--locked",
            "--offline",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    assert!(tree.contains("spaces-auth"), "{tree}");
    let network =
        ["aws-sdk-", "aws-config", "aws-smithy-", "reqwest", "hyper-rustls", "rustls", "native-tls", "spaces-store"];
    for dependency in tree.lines() {
        assert!(!network.iter().any(|name| dependency.starts_with(name)), "{dependency}");
    }
}
