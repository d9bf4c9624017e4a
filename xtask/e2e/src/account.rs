//! The emulated AWS account that the rehearsal deploys into, and the AWS CLI.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, ensure};
use serde_json::Value;
use xtask::infra::AWS;

pub(crate) const REGION: &str = "eu-central-1";

/// The account of the emulator at `endpoint`, used with the root user's credentials.
#[derive(Debug, Clone)]
pub(crate) struct EmulatedAccount {
    pub(crate) endpoint: String,
}

impl EmulatedAccount {
    /// Makes a command use the emulator, and ignore any AWS configuration of this machine.
    pub(crate) fn configure<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_")) {
            command.env_remove(name);
        }
        command.envs([
            ("AWS_ENDPOINT_URL", self.endpoint.as_str()),
            ("AWS_ACCESS_KEY_ID", "rehearsal"),
            ("AWS_SECRET_ACCESS_KEY", "rehearsal"),
            ("AWS_REGION", REGION),
            ("AWS_DEFAULT_REGION", REGION),
            ("AWS_CONFIG_FILE", "/dev/null"),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("NO_PROXY", "127.0.0.1,localhost"),
        ])
    }
}

/// The AWS CLI, as an operator uses it.
#[derive(Debug)]
pub(crate) struct Aws {
    program: PathBuf,
    account: EmulatedAccount,
}

impl Aws {
    pub(crate) fn install(account: EmulatedAccount) -> anyhow::Result<Self> {
        Ok(Self { program: AWS.programs()?.join("aws"), account })
    }

    /// Runs a command and returns its output, or null if it prints nothing.
    pub(crate) fn call(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        self.call_at(&self.account.endpoint, arguments)
    }

    /// Runs a command as [`Aws::call`] does, at another endpoint.
    pub(crate) fn call_at(&self, endpoint: &str, arguments: &[&str]) -> anyhow::Result<Value> {
        let mut aws = Command::new(&self.program);
        self.account.configure(&mut aws).args(["--output", "json", "--endpoint-url", endpoint]).args(arguments);
        let output = aws.output().context("starting aws")?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "aws {} failed: {errors}", arguments.join(" "));
        if output.stdout.trim_ascii().is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&output.stdout)
            .with_context(|| format!("parsing the output of aws {}", arguments.join(" ")))
    }
}
