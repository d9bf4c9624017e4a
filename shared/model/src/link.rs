//! Links of invitations.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use crate::{InviteId, InviteMode};

/// A base64 engine that accepts both padded and unpadded text.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The public URL of the service, for example `https://spaces.example.com`.
///
/// All links start with it. It comes from configuration, because a client could point a link made from a request's Host
/// header anywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

/// The error for a string that is not a public URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be an https URL without a path or query, like https://spaces.example.com (http only for a loopback host)"
)]
pub struct PublicUrlError;

/// Information that front ends may display before they have loaded anything. It carries no authority: no decision is
/// based on it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct InviteInfo {
    /// The space's title.
    pub space_name: String,
    /// The inviter's name.
    pub inviter_name: String,
    /// The inviter's address.
    pub inviter_email: String,
}

/// The two forms of an invitation's link. Both lead to the same page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteLinks {
    /// The link as displayed to people: short enough to copy, and the same for the invitation's whole life.
    pub plain: String,
    /// The link behind a button, with the [`InviteInfo`] for front ends.
    pub with_info: String,
}

impl PublicUrl {
    /// Returns the URL without a trailing slash. It has no path, so this is also the origin (RFC 6454) as browsers send
    /// it in the header `Origin`: scheme, host, and the port unless it is the scheme's default.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether the service can be reached only from its own machine: the URL uses http, which only a loopback
    /// host may do.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.0.starts_with("http:")
    }

    /// Returns the link of an invitation, plain and with `info`.
    #[must_use]
    pub fn invite_links(&self, id: InviteId, mode: InviteMode, info: &InviteInfo) -> InviteLinks {
        let plain = format!("{}/spaces/invites/{id}/{}", self.0, mode.path_segment());
        let info = info.encode();
        let with_info = format!("{plain}?inviteInfo={}", utf8_percent_encode(&info, NON_ALPHANUMERIC));
        InviteLinks { plain, with_info }
    }
}

impl FromStr for PublicUrl {
    type Err = PublicUrlError;

    fn from_str(text: &str) -> Result<Self, PublicUrlError> {
        let url = url::Url::parse(text).map_err(|_| PublicUrlError)?;
        let is_loopback = match url.host() {
            Some(url::Host::Domain(name)) => name == "localhost",
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => return Err(PublicUrlError),
        };
        let is_plain = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        match url.scheme() {
            "https" if is_plain => {}
            "http" if is_plain && is_loopback => {}
            _ => return Err(PublicUrlError),
        }
        Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl InviteInfo {
    /// Encodes the information as compact JSON in standard padded base64.
    #[must_use]
    pub fn encode(&self) -> String {
        // A struct of three strings always serializes; the fallback avoids a panic.
        general_purpose::STANDARD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Decodes the value of the query parameter as it appears in a URL.
    ///
    /// Mail programs and front ends mangle it: they leave `+` raw or turn it into a space, use the URL-safe alphabet,
    /// or drop the padding. A value that can't be decoded is `None` and not an error, because the link works without
    /// it.
    #[must_use]
    pub fn decode(raw: &str) -> Option<Self> {
        let text: String = percent_decode_str(raw)
            .decode_utf8()
            .ok()?
            .chars()
            .map(|char| match char {
                ' ' | '-' => '+',
                '_' => '/',
                other => other,
            })
            .collect();
        let json: serde_json::Map<_, _> =
            serde_json::from_slice(&LENIENT.decode(text.trim_end_matches('=')).ok()?).ok()?;
        serde_json::from_value(json.into()).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn info(name: &str) -> InviteInfo {
        InviteInfo { space_name: name.into(), inviter_name: "Han".into(), inviter_email: "han@a.example".into() }
    }

    fn raw_info(link: &str) -> &str {
        link.split_once("?inviteInfo=").unwrap().1
    }

    #[test]
    fn the_origin_is_written_as_browsers_write_it() {
        for (url, origin) in [
            ("https://spaces.example.com", "https://spaces.example.com"),
            ("https://Spaces.Example.com:443/", "https://spaces.example.com"),
            ("http://127.0.0.1:9000/", "http://127.0.0.1:9000"),
            ("http://[::1]:9000", "http://[::1]:9000"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
        ] {
            assert_eq!(url.parse::<PublicUrl>().unwrap().as_str(), origin);
        }
    }

    #[test]
    fn the_displayed_link_is_plain_and_the_button_link_has_the_info() {
        let url: PublicUrl = "https://spaces.example.com/".parse().unwrap();
        let id = InviteId::from_bytes([0xab; 12]);
        let links = url.invite_links(id, InviteMode::Meet, &info("Plan"));
        assert_eq!(links.plain, "https://spaces.example.com/spaces/invites/abababababababababababab/meet");
        assert_eq!(
            links.with_info,
            "https://spaces.example.com/spaces/invites/abababababababababababab/meet?inviteInfo=eyJzcGFjZU5hbWUiOiJQbGFuIiwiaW52aXRlck5hbWUiOiJIYW4iLCJpbnZpdGVyRW1haWwiOiJoYW5AYS5leGFtcGxlIn0%3D"
        );
        assert_eq!(InviteInfo::decode(raw_info(&links.with_info)), Some(info("Plan")));
    }

    #[test]
    fn a_public_url_is_https_or_on_loopback() {
        for right in
            ["https://a.example", "https://a.example/", "http://127.0.0.1:9000", "http://localhost", "http://[::1]:1"]
        {
            assert!(right.parse::<PublicUrl>().is_ok(), "{right}");
        }
        for wrong in [
            "",
            "a.example",
            "http://a.example",
            "https://a.example/spaces",
            "https://a.example?x",
            "https://a.example#x",
            "https://u@a.example",
            "ftp://a.example",
            "mailto:a@b.c",
        ] {
            assert_eq!(wrong.parse::<PublicUrl>(), Err(PublicUrlError), "{wrong}");
        }
    }

    #[test]
    fn garbage_decodes_to_no_info() {
        for garbage in ["", "%", "%ff", "====", "eyJ", "bnVsbA==", "W10", "🦀"] {
            assert_eq!(InviteInfo::decode(garbage), None, "{garbage}");
        }
    }

    proptest! {
        #[test]
        fn info_survives_what_mail_programs_do_to_it(name in "\\PC{0,40}", inviter in "\\PC{0,40}") {
            let info = InviteInfo { space_name: name, inviter_name: inviter, inviter_email: "a+b@c.example".into() };
            let encoded = info.encode();
            let mangled = [
                utf8_percent_encode(&encoded, NON_ALPHANUMERIC).to_string(),
                encoded.clone(),
                encoded.replace('+', " "),
                encoded.replace('+', "%20"),
                encoded.replace('+', "-").replace('/', "_"),
                encoded.trim_end_matches('=').to_owned(),
            ];
            for raw in mangled {
                prop_assert_eq!(InviteInfo::decode(&raw), Some(info.clone()), "{}", raw);
            }
        }

        #[test]
        fn decoding_never_panics(raw in "\\PC*") {
            let _ = InviteInfo::decode(&raw);
        }
    }
}
