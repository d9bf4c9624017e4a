//! Tokens that registered service applications sign.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use spaces_model::{ServiceApp, ServiceAppId, ServiceAppRegistration, ServiceAppStatus};

use crate::Rejected;
use crate::claims::Claims;
use crate::jws::Unverified;
use crate::keys::KeySet;

/// Maximum time from `iat` to `exp`.
const MAX_LIFETIME: SignedDuration = SignedDuration::from_hours(1);

/// A token that claims to be a service app's and is not yet verified against its registration.
pub(super) struct ServiceAppToken<'a> {
    app: ServiceAppId,
    token: Unverified<'a>,
}

impl<'a> ServiceAppToken<'a> {
    /// Checks everything that needs no registration, so that a bad token costs no look-up.
    pub(super) fn parse(token: &'a str, audiences: &[String], now: Timestamp) -> Result<Self, Rejected> {
        let token = Unverified::parse(token)?;
        if !token.is_untyped() {
            return Err(Rejected::Kind);
        }
        let claims = token.unproven();
        claims.check_time(now)?;
        // `check_time` has rejected an `iat` in the future, which would allow any lifetime.
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

    /// Returns the application whose registration is needed.
    pub(super) const fn app(&self) -> &ServiceAppId {
        &self.app
    }

    /// Verifies the token with the registration and returns the application.
    pub(super) fn verify(
        self,
        registration: Option<&ServiceAppRegistration>,
        now: Timestamp,
    ) -> Result<ServiceApp, Rejected> {
        let registered = registration.filter(|found| found.id == self.app).ok_or(Rejected::UnknownServiceApp)?;
        match registered.status {
            ServiceAppStatus::Active => {}
            ServiceAppStatus::Disabled => return Err(Rejected::Disabled),
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

/// Parses the registered keys. Faults are logged, because they are the operator's mistake and not the token's.
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

/// Returns the scopes that the token asks for, separated by spaces (RFC 8693 section 4.2).
fn granted_scopes(claims: &Claims) -> Result<BTreeSet<String>, Rejected> {
    let scopes = claims.optional_text("scope")?.unwrap_or_default();
    Ok(scopes.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect())
}
