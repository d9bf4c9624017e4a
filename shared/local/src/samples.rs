//! Sample data: people, a service app, a space and its invitations. Development starts with it, tests and the files under
//! `events/` count on it.

use std::collections::BTreeSet;
use std::error::Error;
use std::time::Duration;

use jiff::Timestamp;
use spaces_model::{
    Channel, Description, Email, EmailAddress, Founding, Invitation, InviteId, InviteMode, Invitee, InviteeTarget,
    Inviter, MAILS_PER_SERVICE_APP, Mailing, Role, ServiceAppRegistration, ServiceAppStatus, SpaceId, Title, User,
};
use spaces_store::{
    IndexSecret, Store,
    aws::{Access, Timeouts, sdk_config},
};

use crate::issuer::OpaqueTokens;
use crate::tokens::{self, Introspection, Person};
use crate::{Dynamo, LocalError};

/// Address, name and language of the users that the directory knows from the start.
const USERS: [(&str, &str, &str); 3] = [
    ("ana@example.com", "Ana García", "es"),
    ("remy@example.com", "Rémy Dubois", "fr"),
    ("sam@example.org", "Sam Smith", "en-US"),
];

/// The 40 digits of Alice's opaque token are twenty times this byte.
const OPAQUE_BYTE: u8 = 0xa1;

/// The sample invitations: all by Alice, to the space "Sample space", inviting Bob as member and Ana as admin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample {
    /// Open until the end of the century.
    Open,
    /// Over.
    Expired,
    /// Revoked.
    Revoked,
}

impl Sample {
    const ALL: [Self; 3] = [Self::Open, Self::Expired, Self::Revoked];

    /// The invitation's id: `000000000000000000000001` for the open one, then 2 and 3. Real ids can't be guessed.
    #[must_use]
    pub const fn id(self) -> InviteId {
        InviteId::from_bytes([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, self.number()])
    }

    /// The id of its space: `5a0000000000000000000001` for that of the open one.
    #[must_use]
    pub const fn space(self) -> SpaceId {
        SpaceId::from_bytes([0x5a, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, self.number()])
    }

    const fn number(self) -> u8 {
        match self {
            Self::Open => 1,
            Self::Expired => 2,
            Self::Revoked => 3,
        }
    }
}

/// The index secret of tests.
pub const INDEX_SECRET: &str = "development-only-index-secret-development-only";

/// The index secret of one machine, as `infra/functions.env` has it.
pub const DEVELOPMENT_INDEX_SECRET: &str = "development-only-index-secret-for-one-machine-alone";

/// Makes a client of the table with the index secret of tests.
///
/// # Errors
/// [`LocalError::Secret`] when the index secret is too short.
pub fn store(dynamo: &Dynamo) -> Result<Store, LocalError> {
    store_with(dynamo, INDEX_SECRET)
}

/// Makes a client of the table with an index secret.
///
/// # Errors
/// [`LocalError::Secret`] when the index secret is too short.
pub fn store_with(dynamo: &Dynamo, secret: &str) -> Result<Store, LocalError> {
    let access = Access {
        region: "local".to_owned(),
        access_key_id: "local".to_owned(),
        secret_access_key: "local".to_owned(),
        session_token: None,
        endpoint_url: Some(dynamo.endpoint()),
        system_roots: false,
    };
    let timeouts = Timeouts { attempt: Duration::from_secs(30), attempts: 2 };
    let secret = IndexSecret::new(secret).map_err(LocalError::Secret)?;
    Ok(Store::new(&sdk_config(access, timeouts), dynamo.table(), secret))
}

/// Writes the sample data; what is there already stays or becomes the same again.
///
/// # Errors
/// When the table refuses it.
pub async fn seed(store: &Store) -> Result<(), Box<dyn Error>> {
    let email: EmailAddress = tokens::SERVICE_APP_EMAIL.parse()?;
    let account = Person::with_email(email.clone()).id;
    store.reconcile(&User { name: Some("Sample service".to_owned()), ..known(&email) }, created()).await?;
    let registration = ServiceAppRegistration {
        id: tokens::SERVICE_APP_ID.parse()?,
        keys: tokens::service_app_jwks()?.to_string(),
        account,
        email,
        scopes: BTreeSet::from([tokens::ACT_AS_SCOPE.to_owned()]),
        mails: MAILS_PER_SERVICE_APP,
        status: ServiceAppStatus::Active,
    };
    store.register_service_app(&registration).await?;
    for (address, name, language) in USERS {
        let user = User { name: Some(name.to_owned()), language: Some(language.parse()?), ..known(&address.parse()?) };
        store.reconcile(&user, created()).await?;
    }
    for sample in Sample::ALL {
        store.create(&planned(sample)?).await?;
    }
    Ok(())
}

/// Makes `a1a1…` (40 digits) the opaque access token of Alice, valid to the end of the century.
///
/// # Errors
/// [`LocalError::File`] when it can't be written down.
pub fn add_opaque_token(tokens: &OpaqueTokens) -> Result<(), LocalError> {
    let Ok(email) = "alice@example.com".parse() else { return Ok(()) };
    let alice = Person { name: Some("Alice Archer".to_owned()), ..Person::with_email(email) };
    tokens.add([OPAQUE_BYTE; 20], &Introspection::of(&alice, created()).until(far()))?;
    Ok(())
}

/// The person whom the development issuer gives this address.
fn known(address: &EmailAddress) -> User {
    let id = Person::with_email(address.clone()).id;
    User { email: Some(Email::Proven { address: address.clone(), at: Some(created()) }), ..User::new(id) }
}

fn planned(sample: Sample) -> Result<Invitation, Box<dyn Error>> {
    let alice = known(&"alice@example.com".parse()?);
    let ana = known(&"ana@example.com".parse()?);
    let created = created();
    Ok(Invitation {
        id: sample.id(),
        space: sample.space(),
        founds: Some(Founding {
            title: Title::new("Sample space")?,
            description: Description::new("Where the samples meet.")?,
            creator: alice.id,
            creator_name: "Alice Archer".to_owned(),
            acted_by: None,
            member_only: true,
        }),
        invitees: vec![
            Invitee { target: InviteeTarget::Email("bob@example.com".parse()?), role: Role::Member },
            Invitee { target: InviteeTarget::User(ana.id), role: Role::Admin },
        ],
        mode: InviteMode::Invite,
        // Ours to show, not to send: seeding sends no mail.
        channel: Channel::Client,
        language: None,
        starts: None,
        ends: None,
        inviter: Inviter {
            id: alice.id,
            name: Some("Alice Archer".to_owned()),
            email: Some("alice@example.com".parse()?),
            zone: None,
        },
        acted_by: None,
        creator: alice.id,
        created,
        updated: created,
        expires: if sample == Sample::Expired { "2026-01-31T09:00:00Z".parse()? } else { far() },
        revoked: (sample == Sample::Revoked).then_some(created),
        version: 0,
        sequence: 0,
        revised: 0,
        mailing: Mailing::FIRST,
        request_hash: [0; 32],
    })
}

/// 2026-01-01T09:00:00Z
fn created() -> Timestamp {
    Timestamp::constant(1_767_258_000, 0)
}

/// 2099-12-31T00:00:00Z: tokens in event files are minted then, so that they are still good.
fn far() -> Timestamp {
    Timestamp::constant(4_102_358_400, 0)
}
