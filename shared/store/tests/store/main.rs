//! Tests of the table through the store's public surface: written items, conditions, crashes and repeated requests.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

mod acquaintances;
mod colleagues;
mod complaints;
mod create;
mod directory;
mod fixtures;
mod invitations;
mod limits;
mod mail_limits;
mod mail_received;
mod mail_stops;
mod member_list;
mod members;
mod my_spaces;
mod ownership;
mod spaces;

use jiff::{SignedDuration, Timestamp};
use spaces_local::{Dynamo, samples};
use spaces_model::{
    Card, Channel, Description, Founding, Invitation, InviteId, InviteMode, Invitee, InviteeTarget, Inviter, Mailing,
    Member, MemberId, Role, SpaceId, SpaceKind, Standing, Title, UserId,
};
use spaces_store::{Entrance, Store};

async fn table() -> (Dynamo, Store) {
    let dynamo = Dynamo::in_memory().await.unwrap();
    let store = samples::store(&dynamo).unwrap();
    (dynamo, store)
}

fn now() -> Timestamp {
    "2026-11-21T12:00:00.123Z".parse().unwrap()
}

/// Returns an entrance through an invitation that was made now and does not name the person.
fn link() -> Entrance {
    Entrance { made: now(), names_them: false }
}

fn alice() -> UserId {
    UserId::from_bytes([1; 12])
}

/// Returns an invitation by Alice that founds a space, with these last bytes in its ids.
fn invitation(ids: u8, title: &str) -> Invitation {
    Invitation {
        id: InviteId::from_bytes([0x30 + ids; 12]),
        space: SpaceId::from_bytes([0x20 + ids; 12]),
        founds: Some(Founding {
            title: Title::new(title).unwrap(),
            description: Description::new("Who does what.").unwrap(),
            creator: alice(),
            creator_name: "Alice".to_owned(),
            acted_by: Some("calendar".parse().unwrap()),
            member_only: true,
        }),
        invitees: vec![
            Invitee { target: InviteeTarget::Email("Bob@example.com".parse().unwrap()), role: Role::Member },
            Invitee { target: InviteeTarget::User(UserId::from_bytes([2; 12])), role: Role::Admin },
        ],
        mode: InviteMode::Meet,
        channel: Channel::Outlook,
        language: Some("pt-BR".parse().unwrap()),
        starts: Some(now()),
        ends: None,
        inviter: Inviter { id: alice(), name: None, email: None, zone: None },
        acted_by: Some("calendar".parse().unwrap()),
        creator: alice(),
        created: now(),
        updated: now(),
        expires: now() + SignedDuration::from_hours(24),
        revoked: None,
        version: 0,
        sequence: 0,
        revised: 0,
        mailing: Mailing::FIRST,
        request_hash: [7; 32],
    }
}

fn member(id: u8, role: Role) -> Member {
    Member {
        id: MemberId::User(UserId::from_bytes([id; 12])),
        role,
        role_set: None,
        display_name: format!("Member {id}"),
        joined: now(),
        own_act: true,
        invite: Some(InviteId::from_bytes([0x31; 12])),
        standing: Standing::Present,
        card: Card::new(SpaceKind::Group, now()),
        version: 0,
    }
}
