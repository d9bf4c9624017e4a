//! Which table, and how it is reached.

use std::time::Duration;

use spaces_store::aws::{Access, Timeouts, sdk_config};
use spaces_store::{IndexSecret, Store};

use crate::OperatorError;

/// A person waits, and nobody else does.
const TIMEOUTS: Timeouts = Timeouts { attempt: Duration::from_secs(10), attempts: 5 };

/// The table's name in the local stack (`infra/functions.env`).
const LOCAL_TABLE: &str = "spaces";
/// The index secret of the local stack (`infra/functions.env`).
const LOCAL_INDEX_SECRET: &str = "development-only-index-secret-development-only";

/// The place of the table, as the command line says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Its name; else `TABLE_NAME`.
    pub name: Option<String>,
    /// Its region; else `AWS_REGION` or `AWS_DEFAULT_REGION`.
    pub region: Option<String>,
    /// The port of the local stack's DynamoDB, if it is that.
    pub local: Option<u16>,
}

impl Table {
    /// Makes a client of the table. Credentials come from the environment, as the functions have theirs.
    ///
    /// # Errors
    ///
    /// [`OperatorError::Environment`] naming what is missing.
    pub fn open(&self, variable: impl Fn(&str) -> Option<String>) -> Result<Store, OperatorError> {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let local = |name: &str| match (self.local, name) {
            (Some(port), "AWS_ENDPOINT_URL_DYNAMODB") => Some(format!("http://127.0.0.1:{port}")),
            // The local stack takes any credentials, so it gets none that are worth something.
            (Some(_), "AWS_REGION" | "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" | "TABLE_NAME") => {
                Some(LOCAL_TABLE.to_owned())
            }
            (Some(_), "INDEX_SECRET") => Some(LOCAL_INDEX_SECRET.to_owned()),
            (Some(_), _) => None,
            (None, "AWS_REGION") => {
                self.region.clone().or_else(|| variable("AWS_REGION")).or_else(|| variable("AWS_DEFAULT_REGION"))
            }
            (None, name) => variable(name),
        };
        let access =
            Access::read("DYNAMODB", local).map_err(|missing| OperatorError::Environment(missing.to_string()))?;
        let name = self.name.clone().or_else(|| local("TABLE_NAME"));
        let name =
            name.ok_or_else(|| OperatorError::Environment("TABLE_NAME is not set, nor is --table".to_owned()))?;
        let secret = local("INDEX_SECRET");
        let secret = secret.ok_or_else(|| OperatorError::Environment("INDEX_SECRET is not set".to_owned()))?;
        let secret =
            IndexSecret::new(&secret).map_err(|error| OperatorError::Environment(format!("INDEX_SECRET {error}")))?;
        Ok(Store::new(&sdk_config(access, TIMEOUTS), name, secret))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(table: &Table, set: &[&str]) -> Option<String> {
        let variable = |name: &str| set.contains(&name).then(|| "x".repeat(40));
        table.open(variable).err().map(|error| error.to_string())
    }

    #[test]
    fn what_is_missing_is_named_with_the_way_out() {
        let credentials = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
        for (set, name) in [
            (vec!["AWS_REGION", "TABLE_NAME"], "AWS_ACCESS_KEY_ID"),
            ([credentials.as_slice(), &["TABLE_NAME"]].concat(), "AWS_REGION"),
            ([credentials.as_slice(), &["AWS_DEFAULT_REGION"]].concat(), "TABLE_NAME"),
        ] {
            let error = missing(&Table::default(), &set).unwrap();
            assert!(error.starts_with(name) && error.contains("export-credentials"), "{error}");
        }
        let set = [credentials.as_slice(), &["TABLE_NAME", "AWS_DEFAULT_REGION"]].concat();
        assert!(missing(&Table::default(), &set).unwrap().starts_with("INDEX_SECRET is not set"));
        assert_eq!(missing(&Table::default(), &[set.as_slice(), &["INDEX_SECRET"]].concat()), None);
    }

    #[test]
    fn the_local_stack_needs_nothing_from_the_environment() {
        assert_eq!(missing(&Table { local: Some(8000), ..Table::default() }, &[]), None);
    }
}
