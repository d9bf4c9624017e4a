//! The table to use, and the connection to it.

use std::time::Duration;

use aws_types::SdkConfig;
use clap::Args;
use spaces_http::{ConfigError, Env};
use spaces_store::aws::{Access, Timeouts, sdk_config};
use spaces_store::{IndexSecret, Store};

use crate::OperatorError;

/// Long timeouts, because only the operator waits.
const TIMEOUTS: Timeouts = Timeouts { attempt: Duration::from_secs(10), attempts: 5 };

/// The environment of the local stack.
const LOCAL: &str = include_str!("../../../infra/functions.env");

/// The table, as given on the command line.
#[derive(Debug, Default, PartialEq, Eq, Args)]
pub struct Table {
    /// The table's name; defaults to `TABLE_NAME`
    #[arg(id = "table", long = "table", value_name = "NAME", global = true)]
    pub name: Option<String>,
    /// The table's region; defaults to `AWS_REGION`, or else `AWS_DEFAULT_REGION`
    #[arg(long, global = true)]
    pub region: Option<String>,
    /// Uses the table and queues of `cargo xtask dev`, on this port (8000 by default)
    #[arg(long, value_name = "PORT", global = true, num_args = 0..=1, require_equals = true, default_missing_value = "8000")]
    pub local: Option<u16>,
}

impl Table {
    /// Returns the variables for the table named on the command line: those of the process or, for the local stack, its
    /// own. The local stack accepts any credentials, so it never gets real ones.
    #[must_use]
    pub fn environment(&self, process: Env) -> Env {
        let mut env = match self.local {
            Some(port) => {
                let lines = LOCAL.lines().filter(|line| !line.starts_with('#'));
                let mut local: Env = lines.filter_map(|line| line.split_once('=')).collect();
                local.set("AWS_ENDPOINT_URL_DYNAMODB", format!("http://127.0.0.1:{port}"));
                local.set("OPERATOR", "local");
                local
            }
            None => process,
        };
        let region = self.region.as_deref().or(env.text("AWS_REGION")).or(env.text("AWS_DEFAULT_REGION"));
        if let Some(region) = region.map(str::to_owned) {
            env.set("AWS_REGION", region);
        }
        if let Some(name) = &self.name {
            env.set("TABLE_NAME", name);
        }
        env
    }
}

/// Creates a client of the table.
pub(crate) fn open(env: &Env) -> Result<Store, OperatorError> {
    let config = service(env, "DYNAMODB")?;
    let secret = index_secret(env)?;
    Ok(Store::new(&config, env.required("TABLE_NAME")?, secret))
}

/// Reads the index secret.
pub(crate) fn index_secret(env: &Env) -> Result<IndexSecret, OperatorError> {
    let secret = IndexSecret::new(env.required("INDEX_SECRET")?);
    Ok(secret.map_err(|error| ConfigError::wrong("INDEX_SECRET", error))?)
}

/// Creates the configuration of a client. Credentials come from the environment, as in the functions.
pub(crate) fn service(env: &Env, service: &str) -> Result<SdkConfig, OperatorError> {
    let access = Access::read(service, |name| env.text(name).map(str::to_owned));
    let access = access.map_err(|missing| OperatorError::from(ConfigError::Missing(missing.0.to_owned())))?;
    Ok(sdk_config(access, TIMEOUTS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(table: &Table, set: &[&str]) -> Option<String> {
        let process = set.iter().map(|name| (*name, "x".repeat(40))).collect();
        open(&table.environment(process)).err().map(|error| error.to_string())
    }

    #[test]
    fn a_missing_variable_is_reported_with_advice() {
        let credentials = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
        for (set, name) in [
            (vec!["AWS_REGION", "TABLE_NAME"], "AWS_ACCESS_KEY_ID"),
            ([credentials.as_slice(), &["TABLE_NAME"]].concat(), "AWS_REGION"),
            ([credentials.as_slice(), &["AWS_DEFAULT_REGION"]].concat(), "INDEX_SECRET"),
            ([credentials.as_slice(), &["AWS_DEFAULT_REGION", "INDEX_SECRET"]].concat(), "TABLE_NAME"),
        ] {
            let error = missing(&Table::default(), &set).unwrap();
            let start = format!("the environment variable {name} is missing");
            assert!(error.starts_with(&start) && error.contains("export-credentials"), "{error}");
        }
        let set = [credentials.as_slice(), &["AWS_DEFAULT_REGION", "INDEX_SECRET"]].concat();
        assert_eq!(missing(&Table { name: Some("t".to_owned()), ..Table::default() }, &set), None);
        assert_eq!(missing(&Table::default(), &[set.as_slice(), &["TABLE_NAME"]].concat()), None);
    }

    #[test]
    fn the_local_stack_needs_nothing_from_the_environment() {
        assert_eq!(missing(&Table { local: Some(8000), ..Table::default() }, &[]), None);
    }

    #[test]
    fn the_command_line_overrides_the_environment() {
        let process = Env::from_iter([("AWS_REGION", "process"), ("TABLE_NAME", "process")]);
        let (name, region) = (Some("given".to_owned()), Some("eu-west-1".to_owned()));
        let env = Table { name, region, local: None }.environment(process);
        assert_eq!((env.text("AWS_REGION"), env.text("TABLE_NAME")), (Some("eu-west-1"), Some("given")));
    }
}
