//! `sam build` and `sam deploy`, run as an operator runs them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, iter};

use anyhow::{Context, bail};
use serde_json::Value;
use xtask::infra::SAM;
use xtask::processes;
use xtask::root;

use crate::account::{EmulatedAccount, REGION};

pub(crate) const STACK: &str = "spaces-rehearsal";

#[derive(Debug)]
pub(crate) struct Sam {
    programs: PathBuf,
    data: PathBuf,
}

impl Sam {
    pub(crate) fn install(data: &Path) -> anyhow::Result<Self> {
        Ok(Self { programs: SAM.programs()?, data: data.to_owned() })
    }

    /// Returns this machine's architecture, as the template names it.
    pub(crate) fn architecture() -> &'static str {
        if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" }
    }

    /// Returns the folder with the built functions and template.
    pub(crate) fn built(data: &Path) -> PathBuf {
        data.join("build")
    }

    /// Builds the functions for this machine, without link-time optimization, which takes two to three minutes per
    /// function and does not change its behavior.
    pub(crate) fn build(&self) -> anyhow::Result<()> {
        let mut build = self.build_for(Self::architecture())?;
        build.env("CARGO_PROFILE_RELEASE_LTO", "off").env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        processes::succeed("sam build", &mut build)
    }

    /// Returns the command that builds the functions for an architecture, with the deployment's profile.
    pub(crate) fn build_for(&self, architecture: &str) -> anyhow::Result<Command> {
        let mut build = self.command("build")?;
        build.arg("--template-file").arg(root().join("infra/template.yaml"));
        build.arg("--build-dir").arg(Self::built(&self.data));
        build.arg("--parameter-overrides").arg(format!("Architecture={architecture}"));
        Ok(build)
    }

    /// Deploys the built template with these parameters; updates the stack if it exists.
    pub(crate) fn deploy(&self, account: &EmulatedAccount, parameters: &Value) -> anyhow::Result<()> {
        let file = self.data.join("parameters.yaml");
        // In a file, since the syntax of the command line can't express all JSON values. JSON is valid YAML.
        fs::write(&file, parameters.to_string()).with_context(|| format!("writing {}", file.display()))?;
        let mut deploy = self.command("deploy")?;
        account.configure(&mut deploy);
        deploy.arg("--template-file").arg(Self::built(&self.data).join("template.yaml"));
        deploy.args(["--stack-name", STACK, "--region", REGION, "--no-confirm-changeset", "--no-progressbar"]);
        deploy.arg("--parameter-overrides").arg(format!("file://{}", file.display()));
        self.run_logged("sam deploy", &mut deploy)
    }

    fn command(&self, name: &str) -> anyhow::Result<Command> {
        let mut sam = Command::new(self.programs.join("sam"));
        sam.arg(name).arg("--config-file").arg(root().join("infra/samconfig.toml")).env("SAM_CLI_TELEMETRY", "0");
        // SAM looks for cargo-lambda on the PATH, and cargo-lambda for the Python that has zig.
        let path = env::var_os("PATH").unwrap_or_default();
        sam.env("PATH", env::join_paths(iter::once(self.programs.clone()).chain(env::split_paths(&path)))?);
        Ok(sam)
    }

    /// Runs a command with its output in `sam.log`; the error of a failed command quotes the end of that log.
    fn run_logged(&self, name: &'static str, command: &mut Command) -> anyhow::Result<()> {
        let path = self.data.join("sam.log");
        let log = File::options().create(true).append(true).open(&path).context("opening sam's log")?;
        let status = processes::run(name, command.stdout(log.try_clone()?).stderr(log))?;
        if !status.success() {
            let log = fs::read_to_string(&path).unwrap_or_default();
            let last = log.lines().rev().take(40).collect::<Vec<_>>().into_iter().rev();
            bail!("{name} failed ({status}):\n{}", last.collect::<Vec<_>>().join("\n"));
        }
        Ok(())
    }
}
