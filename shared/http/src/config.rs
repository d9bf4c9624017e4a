//! Configuration from environment variables, read once at start-up.

use std::borrow::Cow;
use std::error::Error;
use std::fmt::Display;
use std::fs;
use std::ops::RangeInclusive;
use std::str::FromStr;

use spaces_model::PublicUrl;

/// The secrets for local development that `infra/functions.env` publishes.
const PUBLISHED: [&str; 2] =
    ["development-only-development-only-development-only", "development-only-index-secret-for-one-machine-alone"];

/// The cookie of guests whom a link's form has admitted. The prefix `__Host-` makes browsers accept it only from this
/// host, over TLS and for every path, so no other host of the domain can set it.
pub const GUEST_COOKIE: &str = "__Host-GUEST";

/// The error returned when a variable is missing or invalid. The function then fails to start.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The variable is not set, or empty.
    #[error("the environment variable {0} is missing")]
    Missing(String),
    /// The variable has an invalid value, which is not shown because it may be a secret.
    #[error("the environment variable {name} is invalid: {reason}")]
    Wrong {
        /// The name of the variable.
        name: String,
        /// The reason why the value is invalid.
        reason: String,
    },
}

impl ConfigError {
    /// Creates the error of a variable with an invalid value.
    pub fn wrong(name: &str, reason: impl Display) -> Self {
        Self::Wrong { name: name.to_owned(), reason: reason.to_string() }
    }
}

/// The environment of a function. An empty variable counts as missing, because templates can't omit a variable.
///
/// It is a list, because hashing forty names costs more than comparing them with the few that are looked up once.
#[derive(Clone)]
pub struct Env(Vec<(String, String)>);

impl Env {
    /// Returns the environment of this process.
    #[must_use]
    pub fn process() -> Self {
        Self(
            std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
        )
    }

    /// Sets a variable, replacing its previous value.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// Returns the variable's value, if it is set.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().rev().find(|(known, _)| known == name)?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }

    /// Returns the variable's value.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Missing`] if the variable is not set.
    pub fn required(&self, name: &str) -> Result<&str, ConfigError> {
        self.text(name).ok_or_else(|| ConfigError::Missing(name.to_owned()))
    }

    /// Returns the variable's value, which must be a secret. The secrets published in this repository are accepted only
    /// if the service runs on a loopback host.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Missing`] if the variable is not set, and [`ConfigError::Wrong`] for a published secret in a
    /// deployment.
    pub fn secret(&self, name: &str, public_url: &PublicUrl) -> Result<&str, ConfigError> {
        self.optional_secret(name, public_url)?.ok_or_else(|| ConfigError::Missing(name.to_owned()))
    }

    /// Returns the variable's value like [`Env::secret`], if it is set.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Wrong`] for a published secret in a deployment.
    pub fn optional_secret(&self, name: &str, public_url: &PublicUrl) -> Result<Option<&str>, ConfigError> {
        let secret = self.text(name);
        if secret.is_some_and(|secret| PUBLISHED.contains(&secret)) && !public_url.is_loopback() {
            let reason =
                "is the published development secret, which is accepted only if PUBLIC_URL is http on a loopback host";
            return Err(ConfigError::wrong(name, reason));
        }
        Ok(secret)
    }

    /// Parses the variable as a `T`, if it is set.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Wrong`] if it can't be parsed.
    pub fn parsed<T>(&self, name: &str) -> Result<Option<T>, ConfigError>
    where
        T: FromStr<Err: Error>,
    {
        self.text(name).map(|text| text.parse().map_err(|error: T::Err| ConfigError::wrong(name, error))).transpose()
    }

    /// Parses the variable as an integer within `bounds`, if it is set.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Wrong`] if it is not such a number.
    pub fn bounded(&self, name: &str, bounds: RangeInclusive<u32>) -> Result<Option<u32>, ConfigError> {
        match self.parsed::<u32>(name)? {
            Some(number) if !bounds.contains(&number) => {
                let (least, most) = (bounds.start(), bounds.end());
                Err(ConfigError::wrong(name, format_args!("must be a number from {least} to {most}")))
            }
            number => Ok(number),
        }
    }

    /// Returns the name of the session cookie, `SESSION_COOKIE_NAME`. It must be a `token` (RFC 6265 section 4.1.1),
    /// because browsers ignore other cookies.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Wrong`] if it is not a token.
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

    /// Returns the URLs of the service: `PUBLIC_URL`, then the earlier ones from the comma-separated
    /// `PREVIOUS_PUBLIC_URLS`.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Wrong`] if an earlier URL is invalid.
    pub fn own_urls(&self, public_url: &PublicUrl) -> Result<Vec<PublicUrl>, ConfigError> {
        const PREVIOUS: &str = "PREVIOUS_PUBLIC_URLS";
        let previous = self.list(PREVIOUS).map(|url| url.parse().map_err(|error| ConfigError::wrong(PREVIOUS, error)));
        [Ok(public_url.clone())].into_iter().chain(previous).collect()
    }

    /// Returns the variable's value, or the content of a file if the value is `file:` followed by its path. A
    /// function's environment is limited to 4 KB.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Wrong`] if the file can't be read.
    pub fn document(&self, name: &str) -> Result<Option<Cow<'_, str>>, ConfigError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let Some(path) = text.strip_prefix("file:") else { return Ok(Some(text.into())) };
        fs::read_to_string(path).map(|text| Some(text.into())).map_err(|error| ConfigError::wrong(name, error))
    }

    /// Returns the trimmed, non-empty parts of a comma-separated variable; none if it is not set.
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
    fn an_invalid_variable_is_named_without_its_value() {
        let env: Env = [("DAYS", "hunter2")].into_iter().collect();
        let error = env.parsed::<u32>("DAYS").unwrap_err().to_string();
        assert_eq!(error, "the environment variable DAYS is invalid: invalid digit found in string");
    }

    #[test]
    fn a_document_is_the_value_or_the_file_that_it_names() {
        let file = concat!("file:", env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        let env: Env =
            [("HERE", "[]"), ("THERE", file), ("NOWHERE", "file:/nowhere/issuers.json")].into_iter().collect();
        assert_eq!(env.document("HERE").unwrap().as_deref(), Some("[]"));
        assert_eq!(env.document("THERE").unwrap().as_deref(), Some(include_str!("../Cargo.toml")));
        assert_eq!(env.document("ABSENT").unwrap(), None);
        let error = env.document("NOWHERE").unwrap_err().to_string();
        assert!(error.starts_with("the environment variable NOWHERE is invalid: "), "{error}");
    }

    #[test]
    fn the_urls_of_the_service_are_the_current_and_the_earlier_ones() {
        let own = |previous: &str| {
            let env: Env = [("PREVIOUS_PUBLIC_URLS", previous)].into_iter().collect();
            let urls = env.own_urls(&"https://spaces.example".parse().unwrap());
            urls.map(|urls| urls.iter().map(ToString::to_string).collect::<Vec<_>>()).map_err(|error| error.to_string())
        };
        assert_eq!(own("").unwrap(), ["https://spaces.example"]);
        let earlier = own("https://a.example/, ,https://b.example").unwrap();
        assert_eq!(earlier, ["https://spaces.example", "https://a.example", "https://b.example"]);
        assert!(own("a.example").unwrap_err().contains("PREVIOUS_PUBLIC_URLS"));
    }

    #[test]
    fn the_last_value_wins() {
        let mut env: Env = [("DAYS", "1")].into_iter().collect();
        env.set("DAYS", "2");
        assert_eq!(env.text("DAYS"), Some("2"));
    }

    #[test]
    fn the_published_secrets_are_accepted_only_on_a_loopback_host() {
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
