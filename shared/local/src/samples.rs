//! Sample data: users, a service app, and invitations with their spaces. Development starts with it, and tests and the
//! files under `events/` rely on it.

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
use crate::tokens::{self, DevelopmentUser, IntrospectionResponse};
use crate::{Dynamo, LocalError};

/// Address, name and language of the users in the initial directory.
const USERS: [(&str, &str, &str); 3] = [
    ("ana@example.com", "Ana García", "es"),
    ("remy@example.com", "Rémy Dubois", "fr"),
    ("sam@example.org", "Sam Smith", "en-US"),
];

/// Value of each of the 20 bytes of Alice's opaque token.
const OPAQUE_BYTE: u8 = 0xa1;

/// A sample invitation. Each is from Alice, to a space of its own with the title "Sample space", for Bob as member and
/// Ana as admin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample {
    /// Open until the end of the century.
    Open,
    /// Expired.
    Expired,
    /// Revoked.
    Revoked,
}

impl Sample {
    const ALL: [Self; 3] = [Self::Open, Self::Expired, Self::Revoked];

    /// Returns the invitation's id: `000000000000000000000001` for the open one, ending in 2 and 3 for the others. Real
    /// ids can't be guessed.
    #[must_use]
    pub const fn id(self) -> InviteId {
        InviteId::from_bytes([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, self.number()])
    }

    /// Returns the id of the invitation's space: `5a0000000000000000000001` for the open one.
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

/// Index secret of tests.
pub const INDEX_SECRET: &str = "development-only-index-secret-development-only";

/// Index secret of the local stack, as in `infra/functions.env`.
pub const DEVELOPMENT_INDEX_SECRET: &str = "development-only-index-secret-for-one-machine-alone";

/// Creates a client of the table with the index secret of tests.
///
/// # Errors
/// [`LocalError::Secret`] when the index secret is too short.
pub fn store(dynamo: &Dynamo) -> Result<Store, LocalError> {
    store_with(dynamo, INDEX_SECRET)
}

/// Creates a client of the table with an index secret.
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

/// Writes the sample data. Existing items stay or get the same values again.
///
/// # Errors
/// When a write fails.
pub async fn seed(store: &Store) -> Result<(), Box<dyn Error>> {
    let email: EmailAddress = tokens::SERVICE_APP_EMAIL.parse()?;
    let account = DevelopmentUser::with_email(email.clone()).id;
    store.reconcile(&User { name: Some("Sample service".to_owned()), ..sample_user(&email) }, created()).await?;
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
        let user =
            User { name: Some(name.to_owned()), language: Some(language.parse()?), ..sample_user(&address.parse()?) };
        store.reconcile(&user, created()).await?;
    }
    for sample in Sample::ALL {
        store.create(&sample_invitation(sample)?).await?;
    }
    Ok(())
}

/// Adds `a1a1…` (40 digits) as an opaque access token of Alice, valid until the end of the century.
///
/// # Errors
/// [`LocalError::File`] when the token can't be written.
pub fn add_opaque_token(tokens: &OpaqueTokens) -> Result<(), LocalError> {
    let Ok(email) = "alice@example.com".parse() else { return Ok(()) };
    let alice = DevelopmentUser { name: Some("Alice Archer".to_owned()), ..DevelopmentUser::with_email(email) };
    tokens.add([OPAQUE_BYTE; 20], &IntrospectionResponse::of(&alice, created()).until(far_future()))?;
    Ok(())
}

/// Returns the user that the development issuer assigns to this address.
fn sample_user(address: &EmailAddress) -> User {
    let id = DevelopmentUser::with_email(address.clone()).id;
    User { email: Some(Email::Proven { address: address.clone(), at: Some(created()) }), ..User::new(id) }
}

fn sample_invitation(sample: Sample) -> Result<Invitation, Box<dyn Error>> {
    let alice = sample_user(&"alice@example.com".parse()?);
    let ana = sample_user(&"ana@example.com".parse()?);
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
        // The client sends these invitations, so seeding sends no mail.
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
        expires: if sample == Sample::Expired { "2026-01-31T09:00:00Z".parse()? } else { far_future() },
        revoked: (sample == Sample::Revoked).then_some(created),
        version: 0,
        sequence: 0,
        revised: 0,
        mailing: Mailing::FIRST,
        request_hash: [0; 32],
    })
}

/// Returns 2026-01-01T09:00:00Z.
fn created() -> Timestamp {
    Timestamp::constant(1_767_258_000, 0)
}

/// Returns 2099-12-31T00:00:00Z. Tokens in event files are issued at this time, so that they stay valid.
fn far_future() -> Timestamp {
    Timestamp::constant(4_102_358_400, 0)
}
