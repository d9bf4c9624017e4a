//! The `Authorization` header.

use std::fmt;

use crate::Rejected;

/// The scheme by which a caller authenticates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// `jwt`: a user token or a guest token.
    Jwt,
    /// `bearer`: an OAuth 2 access token (RFC 6750).
    Bearer,
    /// `service_app`: a token that a registered application has signed.
    ServiceApp,
}

/// The scheme and the token of an `Authorization` header.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Credentials<'a> {
    scheme: Scheme,
    token: &'a str,
}

impl<'a> Credentials<'a> {
    /// Parses the value of an `Authorization` header: a scheme in any case, spaces, and one token.
    ///
    /// # Errors
    ///
    /// [`Rejected::Scheme`] if the scheme is missing or unknown, [`Rejected::NotAToken`] if it isn't followed by one
    /// `token68` (RFC 9110 section 11.2), which also catches two headers folded into one with a comma.
    pub fn parse(header: &'a str) -> Result<Self, Rejected> {
        let header = header.trim_matches([' ', '\t']);
        let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
        let scheme = Scheme::parse(scheme).ok_or(Rejected::Scheme)?;
        let token = token.trim_start_matches(' ');
        if is_token68(token) { Ok(Self { scheme, token }) } else { Err(Rejected::NotAToken) }
    }

    /// Returns the scheme by which the caller authenticates.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Returns the token. It is a secret: never log it.
    #[must_use]
    pub const fn token(&self) -> &'a str {
        self.token
    }
}

/// Omits the token, because `Debug` output may end up in a log.
impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("scheme", &self.scheme).finish_non_exhaustive()
    }
}

impl Scheme {
    fn parse(text: &str) -> Option<Self> {
        [("jwt", Self::Jwt), ("bearer", Self::Bearer), ("service_app", Self::ServiceApp)]
            .into_iter()
            .find_map(|(name, scheme)| name.eq_ignore_ascii_case(text).then_some(scheme))
    }
}

fn is_token68(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    !body.is_empty() && body.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_scheme_is_read_in_any_case_and_any_number_of_spaces_may_follow() {
        for (header, scheme) in [
            ("jwt a.b.c", Scheme::Jwt),
            ("JWT a.b.c", Scheme::Jwt),
            ("Bearer   a.b.c", Scheme::Bearer),
            ("bearer a.b.c", Scheme::Bearer),
            ("Service_App a.b.c", Scheme::ServiceApp),
            (" \tjwt a.b.c \t", Scheme::Jwt),
        ] {
            assert_eq!(Credentials::parse(header), Ok(Credentials { scheme, token: "a.b.c" }), "{header:?}");
        }
    }

    #[test]
    fn opaque_tokens_of_the_original_are_accepted() {
        let header = "bearer f746696f5de4528u128ae2f274eea253e8a7943a";
        assert_eq!(Credentials::parse(header).map(|read| read.token().len()), Ok(40));
    }

    #[test]
    fn an_unknown_or_absent_scheme_is_refused() {
        for header in ["", " ", "a.b.c", "basic a.b.c", "jwt-x a.b.c", "jwt,a.b.c", "jwt\ta.b.c", "\"jwt a.b.c\""] {
            assert_eq!(Credentials::parse(header), Err(Rejected::Scheme), "{header:?}");
        }
    }

    #[test]
    fn anything_but_one_token_is_refused() {
        for header in
            ["jwt", "jwt ", "jwt a.b.c d", "jwt a.b.c, jwt a.b.c", "jwt \"a.b.c\"", "jwt a=b", "jwt =", "jwt ä"]
        {
            assert_eq!(Credentials::parse(header), Err(Rejected::NotAToken), "{header:?}");
        }
    }

    #[test]
    fn a_log_shows_no_token() {
        let read = Credentials::parse("jwt secret.secret.secret");
        assert_eq!(format!("{read:?}"), "Ok(Credentials { scheme: Jwt, .. })");
    }

    proptest! {
        #[test]
        fn reading_never_panics(header in "\\PC*") {
            let _ = Credentials::parse(&header);
        }

        #[test]
        fn a_formatted_header_is_parsed_back(
            scheme in "[Jj][Ww][Tt]|[Bb]ea[Rr]er|[Ss]ervice_[Aa]pp", blanks in " {1,4}", token in "[A-Za-z0-9._~+/-]{1,40}={0,2}",
        ) {
            let header = format!("{scheme}{blanks}{token}");
            let read = Credentials::parse(&header);
            prop_assert_eq!(read.map(|read| read.token()), Ok(token.as_str()));
        }

        #[test]
        fn a_token_never_has_a_space_a_comma_or_a_quote(header in "(jwt|bearer) [ -~]{0,20}") {
            if let Ok(read) = Credentials::parse(&header) {
                prop_assert!(!read.token().contains([' ', ',', '"', ';', '\'']));
            }
        }
    }
}
