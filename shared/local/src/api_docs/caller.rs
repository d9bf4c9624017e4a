use jiff::Timestamp;

use crate::LocalError;
use crate::accounts::PEOPLE;
use crate::tokens::{self, Person};

/// Somebody in whose name a page calls the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Caller {
    /// An address, or a word.
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    User,
    ServiceApp,
    Nobody,
}

impl Caller {
    const SERVICE_APP: Self = Self { name: "service-app", label: "The sample service app", kind: Kind::ServiceApp };
    pub(super) const NOBODY: Self = Self { name: "nobody", label: "Nobody", kind: Kind::Nobody };

    /// The callers of an operation with these security schemes: the inviter of the sample invitations first.
    pub(super) fn all(schemes: &[String]) -> Vec<Self> {
        let takes = |wanted: &str| schemes.iter().any(|scheme| scheme == wanted);
        let users = PEOPLE.into_iter().map(|(name, label)| Self { name, label, kind: Kind::User });
        let users = users.filter(|_| takes("jwt"));
        users.chain(takes("service_app").then_some(Self::SERVICE_APP)).chain([Self::NOBODY]).collect()
    }

    /// The value of the header `Authorization`; empty for nobody.
    pub(super) fn authorization(self, api: &str) -> Result<String, LocalError> {
        Ok(match self.kind {
            Kind::User => format!("jwt {}", tokens::user(&self.person()?, now())?),
            Kind::ServiceApp => {
                format!("service_app {}", tokens::service_app(api, tokens::ACT_AS_SCOPE, now())?)
            }
            Kind::Nobody => String::new(),
        })
    }

    fn person(self) -> Result<Person, LocalError> {
        let email = self.name.parse().map_err(|error| LocalError::Token(format!("{}: {error}", self.name)))?;
        Ok(Person { name: Some(self.label.to_owned()), ..Person::with_email(email) })
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the page makes tokens as the accounts service does, which has a clock of its own"
)]
fn now() -> Timestamp {
    Timestamp::now()
}
