//! `cargo xtask cdk`: compiles, tests and synthesizes the CDK construct around the template, and checks it with
//! cdk-nag.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::node::Node;
use crate::processes::succeed;
use crate::{functions, root, target};

const FILES: [&str; 5] = ["generate.mjs", "package.json", "package-lock.json", "tsconfig.json", "cdk.json"];
const FOLDERS: [&str; 3] = ["lib", "example", "test"];

pub(crate) fn cdk() -> anyhow::Result<()> {
    let node = Node::find()?;
    let home = target().join("cdk");
    copy(&root().join("infra/cdk"), &home)?;
    node.install(&home)?;
    succeed("npm test", node.program("npm", &home)?.args(["test", "--silent"]))?;

    let code = placeholders(&home)?;
    // Strict: the CDK reports violations of CloudFormation's schemas as warnings.
    let mut synth = node.program("npm", &home)?;
    synth
        .args(["run", "--silent", "synth", "--", "--strict", "--quiet", "--no-notices", "--context"])
        .arg(format!("code={}", code.display()));
    succeed("cdk synth", synth.env("CDK_DISABLE_CLI_TELEMETRY", "true"))
}

/// Copies the construct to `home`, so that nothing is written into its folder. `home` is at the same depth in the
/// checkout, since the build looks for the template in the parent folders.
fn copy(from: &Path, home: &Path) -> anyhow::Result<()> {
    for stale in FOLDERS.into_iter().chain(["dist", "cdk.out"]) {
        let stale = home.join(stale);
        if stale.exists() {
            fs::remove_dir_all(&stale).with_context(|| format!("removing {}", stale.display()))?;
        }
    }
    for folder in FOLDERS {
        let folder_from = from.join(folder);
        fs::create_dir_all(home.join(folder)).with_context(|| format!("creating {}", home.join(folder).display()))?;
        let files = fs::read_dir(&folder_from).with_context(|| format!("reading {}", folder_from.display()))?;
        for file in files {
            let file = file?;
            fs::copy(file.path(), home.join(folder).join(file.file_name()))?;
        }
    }
    for file in FILES {
        fs::copy(from.join(file), home.join(file)).with_context(|| format!("copying {file}"))?;
    }
    Ok(())
}

/// Creates placeholders for the functions' release builds, which take minutes and don't affect the template.
fn placeholders(home: &Path) -> anyhow::Result<PathBuf> {
    let code = home.join("code");
    for name in functions::names()? {
        let folder = code.join(&name);
        fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
        fs::write(folder.join("bootstrap"), name).with_context(|| format!("writing into {}", folder.display()))?;
    }
    Ok(code)
}
