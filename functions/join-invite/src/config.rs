//! Configuration of the pages: the URLs that they link to.

use spaces_content::Brand;
use spaces_http::{ConfigError, Env, Pages};
use spaces_model::{PublicUrl, SpaceId};
use url::{Host, Url};

/// The query parameter that tells the accounts service where to send people back: the whole link, percent-encoded.
const RETURN_PARAMETER: &str = "next";

/// The URLs that the pages link to. All come from the operator's configuration, never from a request.
pub(crate) struct WebConfig {
    pub(crate) public_url: PublicUrl,
    /// `public_url` and the service's previous URLs, whose pages may still be open.
    pub(crate) own_urls: Vec<PublicUrl>,
    pub(crate) brand: Brand,
    pub(crate) pages: Pages,
    app: Option<Url>,
    sign_in: Option<Url>,
    sign_up: Option<Url>,
}

impl WebConfig {
    /// Reads `PREVIOUS_PUBLIC_URLS`, `APP_URL`, `ACCOUNTS_SIGN_IN_URL`, `ACCOUNTS_SIGN_UP_URL` and the brand. All are
    /// optional.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Wrong`] for a URL that is neither https nor on a loopback host, and for an invalid brand.
    pub(crate) fn from_env(env: &Env, public_url: PublicUrl) -> Result<Self, ConfigError> {
        let app = url(env, "APP_URL")?;
        let (sign_in, sign_up) = (url(env, "ACCOUNTS_SIGN_IN_URL")?, url(env, "ACCOUNTS_SIGN_UP_URL")?);
        let brand =
            Brand::read(|name| env.text(name)).map_err(|wrong| ConfigError::wrong(wrong.variable, wrong.reason))?;
        let pages = Pages::new(brand.style_source(), [&app, &sign_in, &sign_up].into_iter().flatten())?;
        let own_urls = env.own_urls(&public_url)?;
        Ok(Self { public_url, own_urls, brand, pages, app, sign_in, sign_up })
    }

    /// Returns the URL that opens the space, or its meeting, in the application: `APP_URL` with `spaceId`, and
    /// `meet=true` for the meeting, added to its query.
    pub(crate) fn app_url(&self, space: SpaceId, meet: bool) -> Option<String> {
        let mut url = self.app.clone()?;
        url.query_pairs_mut().append_pair("spaceId", &space.to_string());
        if meet {
            url.query_pairs_mut().append_pair("meet", "true");
        }
        Some(url.into())
    }

    /// Returns the URL for signing in and returning to this path.
    pub(crate) fn sign_in_url(&self, path: &str) -> Option<String> {
        self.sign_in.as_ref().map(|url| self.and_back(url, path).into())
    }

    /// Returns the URL for signing in with another account and returning to this path. Without the prompt, an accounts
    /// service that has a session would send people back with the same account (OpenID Connect Core 1.0 section
    /// 3.1.2.1).
    pub(crate) fn other_account_url(&self, path: &str) -> Option<String> {
        let mut url = self.and_back(self.sign_in.as_ref()?, path);
        url.query_pairs_mut().append_pair("prompt", "select_account");
        Some(url.into())
    }

    /// Returns the URL for creating an account and returning to this path.
    pub(crate) fn sign_up_url(&self, path: &str) -> Option<String> {
        self.sign_up.as_ref().map(|url| self.and_back(url, path).into())
    }

    fn and_back(&self, url: &Url, path: &str) -> Url {
        let mut url = url.clone();
        url.query_pairs_mut().append_pair(RETURN_PARAMETER, &format!("{}{path}", self.public_url.as_str()));
        url
    }
}

fn url(env: &Env, name: &str) -> Result<Option<Url>, ConfigError> {
    let Some(url) = env.parsed::<Url>(name)? else { return Ok(None) };
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let is_plain = url.username().is_empty() && url.password().is_none();
    if is_plain && (url.scheme() == "https" || url.scheme() == "http" && is_loopback) {
        Ok(Some(url))
    } else {
        Err(ConfigError::wrong(name, "must be an https URL (http only for a loopback host) without credentials"))
    }
}

#[cfg(test)]
mod tests {
    use spaces_http::{Body, Response};

    use super::*;

    const SPACE: SpaceId = SpaceId::from_bytes([0xab; 12]);

    fn config(variables: &[(&str, &str)]) -> Result<WebConfig, ConfigError> {
        let env = variables.iter().map(|(name, value)| (*name, *value)).collect();
        WebConfig::from_env(&env, "https://spaces.example.com".parse().unwrap())
    }

    #[test]
    fn the_space_and_the_meeting_are_added_to_the_applications_query() {
        for (app, to_space, to_meeting) in [
            (
                "https://app.example.com",
                "https://app.example.com/?spaceId=abababababababababababab",
                "https://app.example.com/?spaceId=abababababababababababab&meet=true",
            ),
            (
                "https://app.example.com/open?tenant=a%26b#home",
                "https://app.example.com/open?tenant=a%26b&spaceId=abababababababababababab#home",
                "https://app.example.com/open?tenant=a%26b&spaceId=abababababababababababab&meet=true#home",
            ),
        ] {
            let config = config(&[("APP_URL", app)]).unwrap();
            assert_eq!(config.app_url(SPACE, false).as_deref(), Some(to_space));
            assert_eq!(config.app_url(SPACE, true).as_deref(), Some(to_meeting));
        }
        assert_eq!(config(&[]).unwrap().app_url(SPACE, true), None);
    }

    #[test]
    fn the_accounts_service_gets_the_return_url() {
        let config = config(&[("ACCOUNTS_SIGN_IN_URL", "https://accounts.example.com/in?lang=en")]).unwrap();
        let url = config.other_account_url("/spaces/invites/1/join").unwrap();
        let back = "https%3A%2F%2Fspaces.example.com%2Fspaces%2Finvites%2F1%2Fjoin";
        assert_eq!(url, format!("https://accounts.example.com/in?lang=en&next={back}&prompt=select_account"));
        assert_eq!(config.sign_up_url("/spaces/invites/1/join"), None);
    }

    #[test]
    fn forms_may_only_lead_to_configured_origins() {
        let config = config(&[
            ("APP_URL", "https://app.example.com/x"),
            ("ACCOUNTS_SIGN_IN_URL", "https://accounts.example.com/in"),
            ("ACCOUNTS_SIGN_UP_URL", "https://accounts.example.com/up"),
        ]);
        let answer = config.unwrap().pages.guarded(Response::new(Body::Empty));
        let policy = answer.headers()["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("; form-action 'self' https://app.example.com https://accounts.example.com; "),
            "{policy}"
        );
    }

    #[test]
    fn an_unsafe_url_stops_the_function_at_start() {
        for wrong in ["http://app.example.com", "javascript:alert(1)", "//app", "https://u:p@a.example", "data:,x", "x"]
        {
            for name in ["APP_URL", "ACCOUNTS_SIGN_IN_URL", "ACCOUNTS_SIGN_UP_URL"] {
                assert!(config(&[(name, wrong)]).is_err(), "{name}={wrong}");
            }
        }
        assert!(config(&[("APP_URL", "http://127.0.0.1:3000/")]).is_ok());
    }
}
