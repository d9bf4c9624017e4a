//! Parsing of an issuer's claims about a user.

use serde_json::Value;
use spaces_model::{Email, EmailAddress, User, characters, is_zone, parse_language, parse_name};
use unic_langid::LanguageIdentifier;

use super::application::refuse_application;
use super::email_domains::EmailDomains;
use super::fields::{AuthConfigError, ConfigFields};
use super::requirements::Requirements;
use crate::claims::Claims;
use crate::{Rejected, user_id};

/// Maximum length of a name in characters. Longer names are cut.
const MAX_NAME: usize = 200;

/// Maximum length of a `sub` in characters (`OpenID` Connect Core 1.0 section 2). It also applies to an organisation.
const MAX_ID: usize = 255;

/// Entra's tenant of personal accounts. It is not an organisation, because everybody with a personal account is in it.
const PERSONAL_ACCOUNTS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// The rules by which an issuer's claims about users are read.
#[derive(Debug, Clone)]
pub(super) struct Identities {
    /// The spelling of the issuer's name from which user ids are derived.
    pub(super) iss: String,
    other_spellings: Vec<String>,
    pub(super) native_ids: bool,
    pub(super) email_domains: EmailDomains,
    id_claims: Vec<String>,
    email_claim: String,
    email_verified_claim: String,
    email_verified_by_default: bool,
    /// Candidates for the name, each a list of claims whose values are joined.
    names: Vec<Vec<String>>,
    org_claim: Option<String>,
    requirements: Requirements,
}

impl Identities {
    /// Parses the fields about users, which issuers and introspection have in common.
    pub(super) fn from_fields(fields: &mut ConfigFields, iss: Vec<String>) -> Result<Self, AuthConfigError> {
        let mut spellings = iss.into_iter();
        let owned = |names: &[&str]| names.iter().copied().map(str::to_owned).collect();
        Ok(Self {
            iss: spellings.next().ok_or_else(|| fields.error("iss", "is missing"))?,
            other_spellings: spellings.collect(),
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

    /// Returns the spellings of the issuer's name. Google has two.
    pub(super) fn spellings(&self) -> impl Iterator<Item = &str> {
        [&self.iss].into_iter().chain(&self.other_spellings).map(String::as_str)
    }

    /// Returns whether `iss` is a spelling of this issuer's name.
    pub(super) fn is_spelled(&self, iss: &str) -> bool {
        self.spellings().any(|spelling| spelling == iss)
    }

    /// Derives user ids from the spelling that another configuration of the same issuer uses.
    pub(super) fn spell_as(&mut self, same: &Self) {
        let own = std::mem::replace(&mut self.iss, same.iss.clone());
        self.other_spellings.push(own);
    }

    /// Checks that the claims are about a person whom the configuration admits.
    pub(super) fn admit(&self, claims: &Claims) -> Result<(), Rejected> {
        refuse_application(claims)?;
        self.requirements.check(claims)
    }

    /// Returns the user that verified claims describe. Only the id is required; other claims that can't be read are
    /// ignored.
    pub(super) fn user(&self, claims: &Claims) -> Result<User, Rejected> {
        let id = self.id_claims.iter().find_map(|name| claims.get(name)).and_then(Value::as_str);
        let id = id.filter(|id| is_id(id)).ok_or(Rejected::NoUser)?;
        let text = |name: &str| claims.get(name).and_then(one_text);
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

    /// Returns the address with the issuer's statement about its proof, which counts only if the issuer vouches for the
    /// domain.
    fn email(&self, address: EmailAddress, claims: &Claims) -> Email {
        let proven = match claims.get(&self.email_verified_claim) {
            Some(value) => flag(value),
            // `null` means that the issuer does not know.
            None if claims.holds(&self.email_verified_claim) => None,
            None => self.email_verified_by_default.then_some(true),
        };
        let at = claims.date();
        match proven.filter(|_| self.email_domains.contains(address.domain())) {
            Some(true) => Email::Proven { address, at },
            Some(false) => Email::Disproven { address, at },
            None => Email::Unverified(address),
        }
    }
}

/// Parses `name_claims`: a list of claims. The first claim with a usable value is the name. A nested list stands for
/// several claims, joined by spaces.
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
    let texts: Vec<_> = parts.iter().filter_map(|name| one_text(claims.get(name)?)).collect();
    texts.join(" ")
}

/// Returns a name as it is displayed. An address is not accepted, because it would be shown to everybody.
fn name(text: &str) -> Option<String> {
    let name: String = characters(&parse_name(text)?).take(MAX_NAME).collect();
    Some(name.trim_end().to_owned())
}

/// Returns the text of a claim that is a string or a list of exactly one, as Keycloak and Azure AD B2C write it.
fn one_text(value: &Value) -> Option<&str> {
    match value {
        Value::Array(several) => match several.as_slice() {
            [one] => one.as_str(),
            _ => None,
        },
        one => one.as_str(),
    }
}

/// Returns the value of a claim that says whether an address is proven. Amazon Cognito and Apple also write strings,
/// Entra numbers, AD FS `True`.
fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) if text.eq_ignore_ascii_case("true") || text == "1" => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") || text == "0" => Some(false),
        Value::Number(number) if number.as_u64() == Some(1) => Some(true),
        Value::Number(number) if number.as_u64() == Some(0) => Some(false),
        _ => None,
    }
}

/// Returns the one organisation that a claim names.
fn organisation(value: &Value) -> Option<String> {
    one_text(value).filter(|name| is_id(name) && !name.eq_ignore_ascii_case(PERSONAL_ACCOUNTS)).map(str::to_owned)
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= MAX_ID
}

/// Parses a BCP 47 tag (`OpenID` Connect Core 1.0 section 5.1).
fn language(text: &str) -> Option<LanguageIdentifier> {
    Some(parse_language(text)).filter(|language| !language.language.is_empty())
}
