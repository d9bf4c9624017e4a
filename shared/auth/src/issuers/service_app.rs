//! Tokens that registered applications sign for themselves.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use spaces_model::{ServiceApp, ServiceAppId, ServiceAppRegistration, ServiceAppStatus};

use crate::Rejected;
use crate::claims::Claims;
use crate::jws::Unverified;
use crate::keys::KeySet;

/// From `iat` to `exp`.
const MAX_LIFETIME: SignedDuration = SignedDuration::from_hours(1);

/// A token that could be a service app's, if its registration says so.
pub(super) struct ServiceAppToken<'a> {
    app: ServiceAppId,
    token: Unverified<'a>,
}

impl<'a> ServiceAppToken<'a> {
    /// Checks all that can be checked without the registration, so that a stranger's token costs no lookup.
    pub(super) fn parse(token: &'a str, audiences: &[String], now: Timestamp) -> Result<Self, Rejected> {
        let token = Unverified::parse(token)?;
        if !token.is_untyped() {
            return Err(Rejected::Kind);
        }
        let claims = token.unproven();
        claims.check_time(now)?;
        // `check_time` has refused an `iat` in the future: with one, a token could live as long as it likes.
        if claims.time("exp")?.duration_since(claims.time("iat")?) > MAX_LIFETIME {
            return Err(Rejected::TooLongLived);
        }
        claims.check_audience(audiences)?;
        granted_scopes(claims)?;
        let app = claims.text("iss")?;
        if claims.text("sub")? != app {
            return Err(Rejected::Issuer);
        }
        Ok(Self { app: app.parse().map_err(|_| Rejected::UnknownServiceApp)?, token })
    }

    /// The application whose registration is needed.
    pub(super) const fn app(&self) -> &ServiceAppId {
        &self.app
    }

    /// The application, once its registration proves the token.
    pub(super) fn verify(
        self,
        registration: Option<&ServiceAppRegistration>,
        now: Timestamp,
    ) -> Result<ServiceApp, Rejected> {
        let registered = registration.filter(|found| found.id == self.app).ok_or(Rejected::UnknownServiceApp)?;
        match registered.status {
            ServiceAppStatus::Active => {}
            ServiceAppStatus::Suspended => return Err(Rejected::Suspended),
        }
        let keys = registered_keys(registered)?;
        let key = keys.find(self.token.kid(), self.token.algorithm())?;
        let granted = granted_scopes(&self.token.verify(key, now)?)?;
        Ok(ServiceApp {
            id: self.app,
            account: registered.account,
            email: registered.email.clone(),
            scopes: granted.intersection(&registered.scopes).cloned().collect(),
            mails: registered.mails,
        })
    }
}

/// The operator's mistake must not pass for a bad token: it is logged as what it is.
fn registered_keys(registration: &ServiceAppRegistration) -> Result<KeySet, Rejected> {
    match KeySet::from_json(registration.keys.as_bytes()) {
        Ok((keys, unusable)) => {
            for (place, reason) in unusable {
                tracing::warn!(service_app = %registration.id, place, %reason, "a registered key can't be used");
            }
            Ok(keys)
        }
        Err(error) => {
            tracing::error!(service_app = %registration.id, %error, "the registered keys are unreadable");
            Err(Rejected::Registration)
        }
    }
}

/// The scopes that the token asks for, separated by blanks (RFC 8693 section 4.2).
fn granted_scopes(claims: &Claims) -> Result<BTreeSet<String>, Rejected> {
    let scopes = claims.optional_text("scope")?.unwrap_or_default();
    Ok(scopes.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect())
}
