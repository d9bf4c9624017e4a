//! The account that the rehearsal deploys into, and the programs with which an operator works in it.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, ensure};
use serde_json::Value;

use xtask::infra::AWS;

pub(crate) const REGION: &str = "eu-central-1";

/// Where the emulator is, and the credentials that it knows as the account's root.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) endpoint: String,
}

impl Account {
    /// Has a program reach the emulator and, whatever is configured on this machine, nothing else.
    pub(crate) fn lend<'a>(&self, command: &'a mut Command) -> &'a mut Command {
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

/// `aws`, as an operator calls it.
#[derive(Debug)]
pub(crate) struct Aws {
    program: PathBuf,
    account: Account,
}

impl Aws {
    pub(crate) fn install(account: Account) -> anyhow::Result<Self> {
        Ok(Self { program: AWS.programs()?.join("aws"), account })
    }

    /// What a command answers; null where it answers nothing.
    pub(crate) fn call(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        self.call_at(&self.account.endpoint, arguments)
    }

    /// The same at another endpoint.
    pub(crate) fn call_at(&self, endpoint: &str, arguments: &[&str]) -> anyhow::Result<Value> {
        let mut aws = Command::new(&self.program);
        self.account.lend(&mut aws).args(["--output", "json", "--endpoint-url", endpoint]).args(arguments);
        let output = aws.output().context("starting aws")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "aws {} failed: {said}", arguments.join(" "));
        if output.stdout.trim_ascii().is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&output.stdout).with_context(|| format!("reading what aws {} says", arguments.join(" ")))
    }
}
