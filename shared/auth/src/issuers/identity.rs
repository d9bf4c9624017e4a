//! What an issuer says about a user.

use jiff::Timestamp;
use serde_json::Value;
use spaces_model::{Email, EmailAddress, User, is_zone, parse_language, without_controls};
use unic_langid::LanguageIdentifier;

use crate::claims::Claims;
use crate::{Rejected, user_id};

/// Longer names are cut: they are for people to read.
const MAX_NAME: usize = 200;

/// `OpenID` Connect Core 1.0 section 2: a `sub` has at most 255 characters.
const MAX_ID: usize = 255;

/// How to read an issuer's claims about users.
#[derive(Debug, Clone)]
pub(super) struct Identities {
    pub(super) iss: String,
    pub(super) id_claim: Option<String>,
    pub(super) native_ids: bool,
    pub(super) email_verified_by_default: bool,
}

impl Identities {
    /// The user whom verified claims are about. Only the id is required; what else can't be read is as good as absent.
    pub(super) fn user(&self, claims: &Claims) -> Result<User, Rejected> {
        let id = self.id(claims).and_then(Value::as_str).ok_or(Rejected::NoUser)?;
        if id.is_empty() || id.chars().count() > MAX_ID {
            return Err(Rejected::NoUser);
        }
        let text = |name| claims.get(name).and_then(Value::as_str);
        Ok(User {
            id: user_id(&self.iss, id, self.native_ids),
            name: text("name").and_then(name),
            email: text("email").and_then(|email| email.parse().ok()).map(|email| self.email(email, claims)),
            language: text("locale").and_then(language),
            zone: text("zoneinfo").filter(|zone| is_zone(zone)).map(str::to_owned),
            issuer: Some(self.iss.clone()),
            organisation: None,
        })
    }

    fn id<'a>(&self, claims: &'a Claims) -> Option<&'a Value> {
        match &self.id_claim {
            Some(name) => claims.get(name),
            None => claims.get("user_id").or_else(|| claims.get("sub")),
        }
    }

    /// Amazon Cognito writes `email_verified` as a text.
    fn email(&self, address: EmailAddress, claims: &Claims) -> Email {
        let verified = match claims.get("email_verified") {
            None if self.email_verified_by_default => true,
            None => return Email::Unverified(address),
            Some(Value::Bool(verified)) => *verified,
            Some(Value::String(verified)) => verified == "true",
            Some(_) => false,
        };
        let date = |name| Timestamp::from_second(claims.get(name)?.as_i64()?).ok();
        let at = date("auth_time").or_else(|| date("iat"));
        if verified { Email::Proven { address, at } } else { Email::Disproven { address, at } }
    }
}

fn name(text: &str) -> Option<String> {
    let cut: String = without_controls(text).chars().take(MAX_NAME).collect();
    let name = cut.trim_end();
    (!name.is_empty()).then(|| name.to_owned())
}

/// OpenID Connect Core 1.0 section 5.1: a BCP 47 tag.
fn language(text: &str) -> Option<LanguageIdentifier> {
    parse_language(text).ok().filter(|language| !language.language.is_empty())
}
