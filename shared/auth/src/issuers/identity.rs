//! The statements of an issuer about a user.

use serde_json::Value;
use spaces_model::{Email, EmailAddress, User, contains_address, is_zone, parse_language, without_controls};
use unic_langid::LanguageIdentifier;

use super::application::refuse_application;
use super::email_domains::EmailDomains;
use super::fields::{AuthConfigError, ConfigFields};
use super::requirements::Requirements;
use crate::claims::Claims;
use crate::{Rejected, user_id};

/// Longer names are cut: they are for people to read.
const MAX_NAME: usize = 200;

/// `OpenID` Connect Core 1.0 section 2: a `sub` has at most 255 characters. The same holds for an organisation.
const MAX_ID: usize = 255;

/// Entra's tenant of personal accounts: whoever has one is in it, so it is no organisation.
const PERSONAL_ACCOUNTS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// The rules by which an issuer's claims about users are read.
#[derive(Debug, Clone)]
pub(super) struct Identities {
    pub(super) iss: String,
    pub(super) native_ids: bool,
    pub(super) email_domains: EmailDomains,
    id_claims: Vec<String>,
    email_claim: String,
    email_verified_claim: String,
    email_verified_by_default: bool,
    /// Each is a name: claims whose texts are joined.
    names: Vec<Vec<String>>,
    org_claim: Option<String>,
    requirements: Requirements,
}

impl Identities {
    /// Reads the fields about users, which issuers and introspection have in common.
    pub(super) fn from_fields(fields: &mut ConfigFields, iss: &str) -> Result<Self, AuthConfigError> {
        let owned = |names: &[&str]| names.iter().copied().map(str::to_owned).collect();
        Ok(Self {
            iss: iss.to_owned(),
            native_ids: fields.flag("native_user_ids")?,
            email_domains: EmailDomains::from_fields(fields)?,
            id_claims: fields.texts("user_id_claim")?.unwrap_or_else(|| owned(&["user_id", "sub"])),
            email_claim: fields.text("email_claim")?.unwrap_or_else(|| "email".to_owned()),
            email_verified_claim: fields.text("email_verified_claim")?.unwrap_or_else(|| "email_verified".to_owned()),
            email_verified_by_default: fields.flag("email_verified_by_default")?,
            names: names(fields)?.unwrap_or_else(|| vec![owned(&["name"]), owned(&["given_name", "family_name"])]),
            org_claim: fields.text("org_claim")?,
            requirements: Requirements::from_fields(fields)?,
        })
    }

    /// Checks that the claims are about a person, and one that the configuration admits.
    pub(super) fn admit(&self, claims: &Claims) -> Result<(), Rejected> {
        refuse_application(claims)?;
        self.requirements.check(claims)
    }

    /// Returns the user whom verified claims are about. Only the id is required; a claim that can't be read is ignored.
    pub(super) fn user(&self, claims: &Claims) -> Result<User, Rejected> {
        let id = self.id_claims.iter().find_map(|name| claims.get(name)).and_then(Value::as_str);
        let id = id.filter(|id| is_id(id)).ok_or(Rejected::NoUser)?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let address = text(&self.email_claim).and_then(|email| email.parse().ok());
        Ok(User {
            id: user_id(&self.iss, id, self.native_ids),
            name: self.names.iter().find_map(|parts| name(&join(parts, claims))),
            email: address.map(|address| self.email(address, claims)),
            language: text("locale").and_then(language),
            zone: text("zoneinfo").filter(|zone| is_zone(zone)).map(str::to_owned),
            issuer: Some(self.iss.clone()),
            organisation: self.org_claim.as_ref().and_then(|name| organisation(claims.get(name)?)),
        })
    }

    /// Returns the address with what the issuer says of its proof, as far as it vouches for the domain.
    fn email(&self, address: EmailAddress, claims: &Claims) -> Email {
        let proven = match claims.get(&self.email_verified_claim) {
            None => self.email_verified_by_default.then_some(true),
            Some(said) => flag(said),
        };
        let at = claims.date();
        match proven.filter(|_| self.email_domains.contain(address.domain())) {
            Some(true) => Email::Proven { address, at },
            Some(false) => Email::Disproven { address, at },
            None => Email::Unverified(address),
        }
    }
}

/// Reads `name_claims`: a list of claims, of which the first with a usable text is the name. A list within it stands for several
/// claims, joined by blanks.
fn names(fields: &mut ConfigFields) -> Result<Option<Vec<Vec<String>>>, AuthConfigError> {
    const FIELD: &str = "name_claims";
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let entry = |value: &Value| match value {
        Value::Array(parts) if !parts.is_empty() => parts.iter().map(text).collect(),
        value => text(value).map(|name| vec![name]),
    };
    let Some(value) = fields.take(FIELD) else { return Ok(None) };
    let names = value.as_array().and_then(|entries| entries.iter().map(entry).collect());
    let fault = || fields.error(FIELD, "must be a list of claims, or of lists of claims whose texts are joined");
    names.map(Some).ok_or_else(fault)
}

fn join(parts: &[String], claims: &Claims) -> String {
    let texts: Vec<_> = parts.iter().filter_map(|name| claims.get(name)?.as_str()).collect();
    texts.join(" ")
}

/// Returns a name as it is shown. An address is none: it would be shown to everybody.
fn name(text: &str) -> Option<String> {
    let cut: String = without_controls(text).chars().take(MAX_NAME).collect();
    let name = cut.trim_end();
    (!name.is_empty() && !contains_address(text)).then(|| name.to_owned())
}

/// Returns what a claim about a proof says. Amazon Cognito and Apple also write texts, Entra numbers.
fn flag(said: &Value) -> Option<bool> {
    match said {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) if text == "true" || text == "1" => Some(true),
        Value::String(text) if text == "false" || text == "0" => Some(false),
        Value::Number(number) if number.as_u64() == Some(1) => Some(true),
        Value::Number(number) if number.as_u64() == Some(0) => Some(false),
        _ => None,
    }
}

/// Returns the one organisation that a claim names. Keycloak writes a list.
fn organisation(said: &Value) -> Option<String> {
    let name = match said {
        Value::Array(several) => match several.as_slice() {
            [one] => one.as_str(),
            _ => None,
        },
        one => one.as_str(),
    };
    name.filter(|name| is_id(name) && !name.eq_ignore_ascii_case(PERSONAL_ACCOUNTS)).map(str::to_owned)
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= MAX_ID
}

/// OpenID Connect Core 1.0 section 5.1: a BCP 47 tag.
fn language(text: &str) -> Option<LanguageIdentifier> {
    parse_language(text).ok().filter(|language| !language.language.is_empty())
}
