//! The page to which a browser is redirected after logging in.

use spaces_model::InviteId;

/// Prefix of all invitation links.
const PREFIX: &str = "/spaces/invites/";

/// Maximum length of the path in bytes. A link with the longest title and names is far shorter, and a response header
/// must stay below API Gateway's 10 KiB.
const MAX_BYTES: usize = 4096;

/// The path of an invitation's link on this service, optionally with a query.
///
/// It is sent in a `Location` header, so it must not lead to another site however a browser interprets it. The path may
/// contain only what a link's path contains: letters, digits, hyphens and underscores between single slashes. That
/// rules out dot segments (plain or percent-encoded), empty segments, backslashes, and white space or control
/// characters that a URL parser would drop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Next(String);

impl Next {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let rest = path.strip_prefix(PREFIX)?;
        let segments = rest.strip_suffix('/').unwrap_or(rest);
        let allowed = text.len() <= MAX_BYTES && segments.split('/').all(is_segment) && is_query(query);
        (allowed && !text.contains("//")).then(|| Self(text.to_owned()))
    }

    /// Returns the invitation that the path names, if it names one.
    pub(crate) fn invitation(&self) -> Option<InviteId> {
        self.path().strip_prefix(PREFIX)?.split('/').next()?.parse().ok()
    }

    /// Returns the link with a mark that the cookie was set. A browser that arrives with the mark but without the
    /// cookie has rejected it, and would otherwise see the form over and over.
    pub(crate) fn after_login(&self) -> String {
        format!("{}{}guest=1", self.0, if self.0.contains('?') { '&' } else { '?' })
    }

    fn path(&self) -> &str {
        self.0.split_once('?').map_or(&self.0, |(path, _)| path)
    }
}

fn is_segment(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Returns whether a text is a query (RFC 3986 section 3.4).
fn is_query(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?%".contains(&byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::Url;

    use super::*;

    const BASE: &str = "https://spaces.example/api/anonymous/auth";

    #[test]
    fn an_invitation_link_is_accepted() {
        for link in [
            "/spaces/invites/59039e47e2cda45e3bbbfc80/join",
            "/spaces/invites/59039e47e2cda45e3bbbfc80/meet/",
            "/spaces/invites/59039e47e2cda45e3bbbfc80/join?inviteInfo=eyJzcGFjZU5hbWUiOiJQbGFuIn0%3D",
            "/spaces/invites/59039e47e2cda45e3bbbfc80/join?inviteInfo=ab+/c==&x",
            "/spaces/invites/abc",
        ] {
            assert_eq!(Next::parse(link), Some(Next(link.to_owned())));
        }
    }

    #[test]
    fn a_path_that_could_lead_elsewhere_is_rejected() {
        for elsewhere in [
            "",
            "/",
            "/spaces/invites/",
            "/spaces/invites",
            "/spaces/invitesx/abc/join",
            "/Spaces/invites/abc/join",
            "spaces/invites/abc/join",
            "https://evil.example/spaces/invites/abc/join",
            "https:/spaces/invites/abc/join",
            "https:spaces/invites/abc/join",
            "javascript:alert(1)//spaces/invites/",
            "data:text/html,/spaces/invites/",
            "//evil.example/spaces/invites/abc/join",
            "///evil.example/spaces/invites/abc/join",
            "/\\evil.example/spaces/invites/abc/join",
            "\\\\evil.example/spaces/invites/abc/join",
            "\\/spaces/invites/abc/join",
            "/spaces/invites//evil.example",
            "/spaces/invites/abc//evil.example",
            "/spaces/invites/abc//",
            "/spaces/invites/abc\\evil.example",
            "/spaces/invites/..//evil.example",
            "/spaces/invites/../../evil",
            "/spaces/invites/abc/..",
            "/spaces/invites/./abc",
            "/spaces/invites/abc/.",
            "/spaces/invites/%2e%2e/%2e%2e/evil",
            "/spaces/invites/%2E%2E/evil",
            "/spaces/invites/.%2e/evil",
            "/spaces/invites/%252e%252e/evil",
            "/spaces/invites/%2f%2fevil.example",
            "/spaces/invites/%5cevil.example",
            "/spaces/invites/..%2f..%2fevil",
            "/spaces/invites/..;/evil",
            "%2fspaces/invites/abc/join",
            "%2f%2fevil.example/spaces/invites/abc",
            "/%2fevil.example/spaces/invites/abc",
            " /spaces/invites/abc/join",
            "/spaces/invites/abc/join ",
            "\t/spaces/invites/abc/join",
            "/\t/evil.example/spaces/invites/",
            "/spaces/\tinvites/abc",
            "/spaces/invites/a\tbc/join",
            "/spaces/invites/abc/join\r\nSet-Cookie: a=b",
            "/spaces/invites/abc/join\n",
            "/spaces/invites/abc/join\0",
            "/spaces/invites/abc/join%0d%0aSet-Cookie:%20a=b",
            "/spaces/invites/abc/join?x\r\nSet-Cookie: a=b",
            "/spaces/invites/abc/join?x=https://evil.example",
            "/spaces/invites/abc/join?x=\\",
            "/spaces/invites/abc/join#fragment",
            "/spaces/invites/abc/join?x#fragment",
            "/spaces/invites/abc/join?x=ä",
            "/spaces/invites/ä/join",
            "/spaces/invites/abc\u{2f}\u{2f}x",
            "/spaces/invites/\u{ff0e}\u{ff0e}/x",
            "/spaces/invites/abc\u{2028}",
            "\u{feff}/spaces/invites/abc/join",
            "/spaces/invites/abc/join?<script>",
            "/spaces/invites/abc@evil.example",
            "@evil.example/spaces/invites/abc",
            ".evil.example/spaces/invites/abc",
        ] {
            assert_eq!(Next::parse(elsewhere), None, "{elsewhere:?}");
        }
        assert_eq!(Next::parse(&format!("{PREFIX}{}", "a".repeat(4081))), None);
    }

    proptest! {
        /// Resolves the path as a browser does, by the URL standard.
        #[test]
        fn every_accepted_path_stays_below_the_prefix(
            text in "(/spaces/invites/)?[a-z./\\\\%2eEfF5cC:@?#\t \r\n;ä-]{0,24}",
        ) {
            if let Some(next) = Next::parse(&text) {
                let base = Url::parse(BASE).unwrap();
                let url = base.join(&next.0).unwrap();
                prop_assert_eq!(url.origin(), base.origin());
                prop_assert!(url.path().starts_with(PREFIX) && url.fragment().is_none(), "{url}");
                prop_assert_eq!(url.as_str().strip_prefix("https://spaces.example"), Some(text.as_str()));
            }
        }
    }
}
