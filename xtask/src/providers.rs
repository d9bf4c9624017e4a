//! `cargo xtask providers`: updates the list of public mail providers from a maintained npm package.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, ensure};

use crate::node::Node;
use crate::{root, target};

/// The domains that RFC 2606 and RFC 6761 reserve with all their subdomains. No mail provider can own them.
const RESERVED: [&str; 7] = ["example", "example.com", "example.net", "example.org", "invalid", "localhost", "test"];

/// The package, in the version of `xtask/providers/package-lock.json`.
const PACKAGE: &str = "node_modules/free-email-domains";

/// Writes `shared/model/data/public-mail-providers.txt` and the licence of its source.
pub(crate) fn providers() -> anyhow::Result<()> {
    let home = target().join("providers");
    fs::create_dir_all(&home).with_context(|| format!("creating {}", home.display()))?;
    for file in ["package.json", "package-lock.json"] {
        let from = root().join("xtask/providers").join(file);
        fs::copy(&from, home.join(file)).with_context(|| format!("copying {}", from.display()))?;
    }
    Node::find()?.install(&home)?;
    let package = home.join(PACKAGE);
    let domains = fs::read(package.join("domains.json")).context("reading the package's domains")?;
    let domains: Vec<String> = serde_json::from_slice(&domains).context("reading the package's domains")?;
    // Sorted and without duplicates.
    let domains: BTreeSet<String> = domains.iter().map(|domain| domain.trim().to_ascii_lowercase()).collect();
    let mut list = String::new();
    for domain in domains.iter().filter(|domain| !is_reserved(domain)) {
        let is_ascii = domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
        ensure!(is_ascii && domain.contains('.'), "{domain:?} is not a domain in punycode");
        list.push_str(domain);
        list.push('\n');
    }
    let data = root().join("shared/model/data");
    fs::write(data.join("public-mail-providers.txt"), list).context("writing the list")?;
    fs::copy(package.join("LICENSE.md"), data.join("public-mail-providers.LICENSE")).context("copying the licence")?;
    Ok(())
}

fn is_reserved(domain: &str) -> bool {
    RESERVED.iter().any(|name| domain.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}
