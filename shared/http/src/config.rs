//! Configuration from environment variables, read once at start.

use std::error::Error;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use spaces_model::PublicUrl;

/// The secrets of one machine, as `infra/functions.env` publishes them.
const PUBLISHED: [&str; 2] =
    ["development-only-development-only-development-only", "development-only-index-secret-for-one-machine-alone"];

/// The cookie of guests whom the form of a link has let in. Browsers take it only from this host and over TLS, for every path (the
/// prefix `__Host-`), so no other host of the domain can set one.
pub const GUEST_COOKIE: &str = "__Host-GUEST";

/// A variable that is missing or wrong. It stops the function before it takes a request.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The variable is not set, or empty.
    #[error("the environment variable {0} is missing")]
    Missing(String),
    /// The variable has a value that cannot be used. The value itself is not shown: it may be a secret.
    #[error("the environment variable {name} is wrong: {reason}")]
    Wrong {
        /// Which variable.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl ConfigError {
    /// The variable has a value that cannot be used, for this reason.
    pub fn wrong(name: &str, reason: impl Display) -> Self {
        Self::Wrong { name: name.to_owned(), reason: reason.to_string() }
    }
}

/// The environment of a function. A variable that is set to nothing counts as missing, since templates can't leave one out.
///
/// A list: hashing forty names costs more than comparing them with the few that are asked for, once.
#[derive(Clone)]
pub struct Env(Vec<(String, String)>);

impl Env {
    /// The environment of this process.
    #[must_use]
    pub fn process() -> Self {
        Self(
            std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
        )
    }

    /// Puts a variable in, or in place of what it was.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// The variable's value, if it is set.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().rev().find(|(known, _)| known == name)?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }

    /// The variable's value.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Missing`].
    pub fn required(&self, name: &str) -> Result<&str, ConfigError> {
        self.text(name).ok_or_else(|| ConfigError::Missing(name.to_owned()))
    }

    /// The variable's value, which must be a secret: those that everybody can read in this repository are for a service that is
    /// reached on one machine alone.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Missing`], and [`ConfigError::Wrong`] for a published secret in a deployment.
    pub fn secret(&self, name: &str, public_url: &PublicUrl) -> Result<&str, ConfigError> {
        self.optional_secret(name, public_url)?.ok_or_else(|| ConfigError::Missing(name.to_owned()))
    }

    /// The variable's value, as [`Env::secret`], if it is set.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Wrong`] for a published secret in a deployment.
    pub fn optional_secret(&self, name: &str, public_url: &PublicUrl) -> Result<Option<&str>, ConfigError> {
        let secret = self.text(name);
        if secret.is_some_and(|secret| PUBLISHED.contains(&secret)) && !public_url.is_loopback() {
            let reason = "is the published one of development, which is accepted only where PUBLIC_URL is http on a loopback host";
            return Err(ConfigError::wrong(name, reason));
        }
        Ok(secret)
    }

    /// The variable read as a `T`, if it is set.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Wrong`] if it is set and is no `T`.
    pub fn parsed<T>(&self, name: &str) -> Result<Option<T>, ConfigError>
    where
        T: FromStr<Err: Error>,
    {
        self.text(name).map(|text| text.parse().map_err(|error: T::Err| ConfigError::wrong(name, error))).transpose()
    }

    /// The variable read as a whole number within bounds, if it is set.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Wrong`] if it is set and is no such number.
    pub fn bounded(&self, name: &str, bounds: RangeInclusive<u32>) -> Result<Option<u32>, ConfigError> {
        match self.parsed::<u32>(name)? {
            Some(number) if !bounds.contains(&number) => {
                let (least, most) = (bounds.start(), bounds.end());
                Err(ConfigError::wrong(name, format_args!("must be a number from {least} to {most}")))
            }
            number => Ok(number),
        }
    }

    /// The name of the session cookie, `SESSION_COOKIE_NAME`: a `token` (RFC 6265 section 4.1.1), or browsers would drop it.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Wrong`] for any other name.
    pub fn session_cookie(&self) -> Result<String, ConfigError> {
        const NAME: &str = "SESSION_COOKIE_NAME";
        let name = self.text(NAME).unwrap_or("AUTH_TOKEN");
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.bytes().all(allowed) {
            Ok(name.to_owned())
        } else {
            Err(ConfigError::wrong(NAME, "must be letters, digits, hyphens or underscores"))
        }
    }

    /// The blank-free parts of a comma-separated variable; none if it is not set.
    pub fn list(&self, name: &str) -> impl Iterator<Item = &str> {
        self.text(name).unwrap_or_default().split(',').map(str::trim).filter(|part| !part.is_empty())
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Env {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_and_an_empty_variable_are_named() {
        let env: Env = [("EMPTY", " ")].into_iter().collect();
        for name in ["EMPTY", "ABSENT"] {
            let error = env.required(name).unwrap_err().to_string();
            assert_eq!(error, format!("the environment variable {name} is missing"));
        }
    }

    #[test]
    fn a_wrong_variable_is_named_without_its_value() {
        let env: Env = [("DAYS", "hunter2")].into_iter().collect();
        let error = env.parsed::<u32>("DAYS").unwrap_err().to_string();
        assert_eq!(error, "the environment variable DAYS is wrong: invalid digit found in string");
    }

    #[test]
    fn what_is_set_last_counts() {
        let mut env: Env = [("DAYS", "1")].into_iter().collect();
        env.set("DAYS", "2");
        assert_eq!(env.text("DAYS"), Some("2"));
    }

    #[test]
    fn the_published_secrets_are_accepted_on_one_machine_alone() {
        let file = include_str!("../../../infra/functions.env");
        let env: Env = file.lines().filter_map(|line| line.split_once('=')).collect();
        let (here, elsewhere) = ("http://127.0.0.1:9000", ["https://spaces.example.com", "https://localhost"]);
        for name in ["SIGNING_SECRET", "INDEX_SECRET"] {
            assert_eq!(env.secret(name, &here.parse().unwrap()).unwrap(), env.required(name).unwrap());
            for url in elsewhere {
                let error = env.secret(name, &url.parse().unwrap()).unwrap_err().to_string();
                assert!(
                    error.contains(name) && error.contains("published") && !error.contains("development-only"),
                    "{error}"
                );
            }
        }
        let own: Env = [("SECRET", "a secret of the deployment")].into_iter().collect();
        assert!(own.secret("SECRET", &elsewhere[0].parse().unwrap()).is_ok());
    }

    #[test]
    fn a_list_is_split_at_commas() {
        let env: Env = [("ORIGINS", "https://a.example, https://b.example,")].into_iter().collect();
        assert_eq!(env.list("ORIGINS").collect::<Vec<_>>(), ["https://a.example", "https://b.example"]);
        assert_eq!(env.list("ABSENT").count(), 0);
    }
}
