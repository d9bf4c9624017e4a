use jiff::Timestamp;

use crate::LocalError;
use crate::accounts::PEOPLE;
use crate::tokens::{self, DevelopmentUser};

/// A caller in whose name an operation's page can send a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SampleCaller {
    /// An address, or a keyword such as `service-app`.
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    kind: CallerKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CallerKind {
    User,
    ServiceApp,
    Nobody,
}

impl SampleCaller {
    const SERVICE_APP: Self =
        Self { name: "service-app", label: "The sample service app", kind: CallerKind::ServiceApp };
    pub(super) const NOBODY: Self = Self { name: "nobody", label: "Nobody", kind: CallerKind::Nobody };

    /// Returns the callers that an operation with these security schemes accepts; the inviter of the sample invitations
    /// comes first.
    pub(super) fn all(schemes: &[String]) -> Vec<Self> {
        let takes = |wanted: &str| schemes.iter().any(|scheme| scheme == wanted);
        let users = PEOPLE.into_iter().map(|(name, label)| Self { name, label, kind: CallerKind::User });
        let users = users.filter(|_| takes("jwt"));
        users.chain(takes("service_app").then_some(Self::SERVICE_APP)).chain([Self::NOBODY]).collect()
    }

    /// Returns the value of the `Authorization` header, or an empty string for an anonymous caller.
    pub(super) fn authorization(self, api: &str) -> Result<String, LocalError> {
        Ok(match self.kind {
            CallerKind::User => format!("jwt {}", tokens::user(&self.person()?, now())?),
            CallerKind::ServiceApp => {
                format!("service_app {}", tokens::service_app(api, tokens::ACT_AS_SCOPE, now())?)
            }
            CallerKind::Nobody => String::new(),
        })
    }

    fn person(self) -> Result<DevelopmentUser, LocalError> {
        let email = self.name.parse().map_err(|error| LocalError::Token(format!("{}: {error}", self.name)))?;
        Ok(DevelopmentUser { name: Some(self.label.to_owned()), ..DevelopmentUser::with_email(email) })
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the page issues tokens like the accounts service, which has its own clock"
)]
fn now() -> Timestamp {
    Timestamp::now()
}
