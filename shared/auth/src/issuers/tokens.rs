//! Tokens that a trusted issuer signs: user tokens and access tokens.

use jiff::{SignedDuration, Timestamp};
use spaces_model::User;

use super::authenticator::Failure;
use super::identity::Identities;
use super::remote_keys::IssuerKeys;
use super::requirements::Requirements;
use crate::Rejected;
use crate::claims::Claims;
use crate::jws::Unverified;
use crate::keys::Algorithm;

/// The `product_type` of the original service's user tokens.
const PRODUCT: &str = "accounts";

/// A trusted issuer.
#[derive(Debug)]
pub(super) struct Issuer {
    pub(super) keys: IssuerKeys,
    pub(super) algorithms: Vec<Algorithm>,
    pub(super) audience: Option<Vec<String>>,
    pub(super) identities: Identities,
    pub(super) access_tokens: Option<AccessTokens>,
}

/// The expected form of an issuer's access tokens.
#[derive(Debug, Clone)]
pub(super) struct AccessTokens {
    pub(super) types: Vec<String>,
    pub(super) required_claims: Vec<String>,
    pub(super) requirements: Requirements,
    /// The claims that may name the client. The first one that is present counts.
    client_claims: Vec<String>,
    recipient: Recipient,
}

/// The claim that ties an access token to this service: its audience or its client.
#[derive(Debug, Clone)]
enum Recipient {
    Audience(Vec<String>),
    Clients(Vec<String>),
}

impl Issuer {
    pub(super) async fn prefetch(&self, now: Timestamp) {
        if let IssuerKeys::Remote(keys) = &self.keys {
            keys.prefetch(now).await;
        }
    }

    /// Verifies a user token and returns its user. The token has the original service's claims, or is an ID token of
    /// `OpenID` Connect.
    pub(super) async fn user_token(
        &self,
        token: Unverified<'_>,
        longest: SignedDuration,
        now: Timestamp,
    ) -> Result<User, Failure> {
        let claims = token.unproven();
        claims.check_time(now)?;
        claims.check_lifetime(longest, now)?;
        if !token.is_untyped() {
            return Err(Rejected::Kind.into());
        }
        check_product(claims)?;
        refuse_access_token(claims)?;
        if let Some(audience) = &self.audience {
            claims.check_audience(audience)?;
        }
        self.identities.admit(claims)?;
        let claims = self.verify(token, now).await?;
        Ok(self.identities.user(&claims)?)
    }

    /// Verifies an access token that is a JWT (RFC 9068) and returns its user.
    pub(super) async fn access_token(
        &self,
        token: Unverified<'_>,
        longest: SignedDuration,
        now: Timestamp,
    ) -> Result<User, Failure> {
        let expected = self.access_tokens.as_ref().ok_or(Rejected::AccessTokensOff)?;
        let claims = token.unproven();
        claims.check_time(now)?;
        claims.check_lifetime(longest, now)?;
        if !expected.types.iter().any(|typ| is_of_type(&token, typ)) {
            return Err(Rejected::Kind.into());
        }
        check_product(claims)?;
        refuse_id_token(claims)?;
        expected.check(claims)?;
        self.identities.admit(claims)?;
        let claims = self.verify(token, now).await?;
        Ok(self.identities.user(&claims)?)
    }

    async fn verify(&self, token: Unverified<'_>, now: Timestamp) -> Result<Claims, Failure> {
        let algorithm = token.algorithm();
        if !self.algorithms.contains(&algorithm) {
            return Err(Rejected::Algorithm.into());
        }
        let key = self.keys.find(kid(&token)?, algorithm, now).await?;
        Ok(token.verify(&key, now)?)
    }
}

impl AccessTokens {
    pub(super) fn for_audience(audience: Vec<String>) -> Self {
        Self::with_recipient(Recipient::Audience(audience))
    }

    pub(super) fn of_clients(clients: Vec<String>) -> Self {
        Self::with_recipient(Recipient::Clients(clients))
    }

    /// Returns the form that RFC 9068 sections 2.1 and 2.2 prescribe. `iss` and `exp` are required of every token
    /// anyway.
    fn with_recipient(recipient: Recipient) -> Self {
        Self {
            types: vec!["at+jwt".to_owned()],
            required_claims: required_claims("client_id"),
            requirements: Requirements::default(),
            client_claims: ["client_id", "azp"].map(str::to_owned).to_vec(),
            recipient,
        }
    }

    /// Uses only this claim to find the client to which a token was issued.
    pub(super) fn with_client_claim(self, name: String) -> Self {
        Self { required_claims: required_claims(&name), client_claims: vec![name], ..self }
    }

    fn check(&self, claims: &Claims) -> Result<(), Rejected> {
        if self.required_claims.iter().any(|name| claims.get(name).is_none()) {
            return Err(Rejected::MissingRequired);
        }
        let client = self.client(claims)?;
        match &self.recipient {
            Recipient::Audience(audience) => claims.check_audience(audience)?,
            Recipient::Clients(clients) => {
                let client = client.ok_or(Rejected::Missing("client_id"))?;
                if !clients.iter().any(|known| known == client) {
                    return Err(Rejected::Audience);
                }
            }
        }
        claims.optional_text("jti")?;
        if client.is_some() && claims.optional_text("sub")? == client {
            return Err(Rejected::Application);
        }
        self.requirements.check(claims)
    }

    /// Returns the client to which a token was issued: `client_id` (RFC 9068 section 2.2), `azp` if the issuer writes
    /// that instead, or the configured claim.
    fn client<'a>(&self, claims: &'a Claims) -> Result<Option<&'a str>, Rejected> {
        let Some(client) = self.client_claims.iter().find_map(|name| claims.get(name)) else { return Ok(None) };
        client.as_str().map(Some).ok_or(Rejected::Claim("client_id"))
    }
}

/// Returns the claims that an access token must have (RFC 9068 section 2.2), with `client` as the one that names the
/// client.
fn required_claims(client: &str) -> Vec<String> {
    ["sub", client, "iat", "jti"].map(str::to_owned).to_vec()
}

/// Returns the id of the key: the header's `kid` or, as in the original service, the claim `publickeyid`.
fn kid<'a>(token: &'a Unverified<'_>) -> Result<Option<&'a str>, Rejected> {
    Ok(token.kid().or(token.unproven().optional_text("publickeyid")?))
}

/// Returns whether a token has a configured type. A token without a type counts as `JWT`.
fn is_of_type(token: &Unverified<'_>, typ: &str) -> bool {
    if typ.eq_ignore_ascii_case("JWT") { token.is_untyped() } else { token.is_of_type(typ) }
}

/// Checks `product_type`, which distinguishes the user tokens of the original service from its guest tokens.
fn check_product(claims: &Claims) -> Result<(), Rejected> {
    match claims.optional_text("product_type")? {
        None | Some(PRODUCT) => Ok(()),
        Some(_) => Err(Rejected::Kind),
    }
}

/// Rejects access tokens. Issuers that give their access tokens no type of their own mark them with a claim:
/// `token_use` (Amazon Cognito), `typ` (Keycloak), `scope` or `scp` (Auth0, Entra, Okta), `azpacr` or `appidacr`
/// (Entra, also without a scope), `cid` (Okta). `events` marks a logout token or another security event (RFC 8417).
fn refuse_access_token(claims: &Claims) -> Result<(), Rejected> {
    const FOREIGN: [&str; 6] = ["scope", "scp", "azpacr", "appidacr", "cid", "events"];
    let is_id_token = is_absent_or(claims, "token_use", "id")? && is_absent_or(claims, "typ", "ID")?;
    let foreign = FOREIGN.into_iter().any(|name| claims.get(name).is_some());
    if is_id_token && !foreign { Ok(()) } else { Err(Rejected::Kind) }
}

/// Rejects ID tokens. `at_hash` and `c_hash` are claims of ID tokens (`OpenID` Connect Core 1.0 section 3.3.2.11).
fn refuse_id_token(claims: &Claims) -> Result<(), Rejected> {
    let is_access_token = is_absent_or(claims, "token_use", "access")? && is_absent_or(claims, "typ", "Bearer")?;
    let foreign = ["at_hash", "c_hash", "events"].into_iter().any(|name| claims.get(name).is_some());
    if is_access_token && !foreign { Ok(()) } else { Err(Rejected::Kind) }
}

/// Returns whether a claim is absent or has this value, ignoring case.
fn is_absent_or(claims: &Claims, name: &'static str, value: &str) -> Result<bool, Rejected> {
    Ok(claims.optional_text(name)?.is_none_or(|text| text.eq_ignore_ascii_case(value)))
}
