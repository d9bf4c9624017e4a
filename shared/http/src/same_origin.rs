//! Protection against cross-site requests, by Fetch Metadata and `Origin`.

use lambda_http::http::header::ORIGIN;
use spaces_model::PublicUrl;

use crate::Call;

impl Call {
    /// Returns whether a browser states that the request was sent by a page at one of the service's URLs. Every handler
    /// that changes something because of a cookie, or sets a cookie, must check this, because another site's page can
    /// send the same form.
    ///
    /// `Sec-Fetch-Site` decides if it is present, and `Origin` for browsers that don't send it. Our pages have
    /// `Referrer-Policy: same-origin`, because with `no-referrer` a page sends `Origin: null` with its own forms (Fetch
    /// standard, "append a request `Origin` header"). A request with neither header doesn't come from one of our forms.
    #[must_use]
    pub fn is_same_origin(&self, own: &[PublicUrl]) -> bool {
        const FETCH_SITE: &str = "sec-fetch-site";
        if self.headers().contains_key(FETCH_SITE) {
            self.header(FETCH_SITE) == Some("same-origin")
        } else {
            self.header(ORIGIN.as_str()).is_some_and(|origin| own.iter().any(|url| url.as_str() == origin))
        }
    }

    /// Returns whether a page of this service may have sent the request; `true` if the browser doesn't send Fetch
    /// Metadata.
    #[must_use]
    pub fn is_from_own_page(&self) -> bool {
        self.header("sec-fetch-site").is_none_or(|site| site == "same-origin")
    }

    /// Returns whether a browser loads the request as a top-level page, according to Fetch Metadata; `true` if the
    /// browser doesn't send it. An image, a frame, a script or a prefetch of another site's page is requested with the
    /// same cookies, but not by the user.
    #[must_use]
    pub fn is_navigation(&self) -> bool {
        let is = |name, value| !self.headers().contains_key(name) || self.header(name) == Some(value);
        is("sec-fetch-dest", "document")
            && is("sec-fetch-mode", "navigate")
            && !self.headers().contains_key("sec-purpose")
    }
}

#[cfg(test)]
mod tests {
    use lambda_http::Body;
    use lambda_http::http::request;

    use super::*;

    fn comes_from_our_page(headers: &[(&str, &str)]) -> bool {
        let request =
            headers.iter().fold(request::Builder::new(), |request, (name, value)| request.header(*name, *value));
        Call::new(request.body(Body::Empty).unwrap(), "test", jiff::Timestamp::UNIX_EPOCH)
            .is_same_origin(&["https://spaces.example", "https://old.example"].map(|url| url.parse().unwrap()))
    }

    #[test]
    fn our_pages_are_recognized_by_fetch_metadata_or_origin() {
        for headers in [
            [("sec-fetch-site", "same-origin")].as_slice(),
            &[("sec-fetch-site", "same-origin"), ("origin", "null")],
            &[("origin", "https://spaces.example")],
            &[("origin", "https://old.example")],
        ] {
            assert!(comes_from_our_page(headers), "{headers:?}");
        }
    }

    #[test]
    fn other_pages_are_rejected() {
        for headers in [
            [].as_slice(),
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("sec-fetch-site", "same-origin, cross-site")],
            &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "cross-site"), ("origin", "https://spaces.example")],
            &[("origin", "null")],
            &[("origin", "https://spaces.example.evil.example")],
            &[("origin", "http://spaces.example")],
            &[("origin", "https://spaces.example:8443")],
            &[("origin", "https://spaces.example/")],
            &[("origin", "https://spaces.example"), ("origin", "https://evil.example")],
            &[("referer", "https://spaces.example/page")],
        ] {
            assert!(!comes_from_our_page(headers), "{headers:?}");
        }
    }
}
