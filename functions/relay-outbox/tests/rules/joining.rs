//! The time of joining, copied from the membership into the person's deliveries.

use jiff::SignedDuration;
use serde_json::{Value, json};
use spaces_local::harness;
use spaces_model::{
    Card, Email, Invitation, Invitee, InviteeTarget, Member, MemberId, Role, SpaceKind, Standing, User, UserId,
    format_time,
};
use spaces_store::{Entrance, PreferenceEdit};

use crate::support::{FAILURES, Service};
use crate::{invitation, read};

const ANA: UserId = UserId::from_bytes([7; 12]);

/// Returns an invitation, with its deliveries, that names Ana by address and by id, and one other person. Ana is in the
/// directory.
async fn invited(service: &Service) -> Invitation {
    let invitation = created(service).await;
    let store = &service.harness.store;
    store.put_deliveries(&invitation, &invitation.invitees, harness::now()).await.unwrap();
    invitation
}

/// Returns the same invitation before it is relayed.
async fn created(service: &Service) -> Invitation {
    let store = &service.harness.store;
    let by_id = Invitee { target: InviteeTarget::User(ANA), role: Role::Member };
    let mut invitation = read(&invitation(1, 2));
    invitation.invitees.push(by_id);
    store.create(&invitation).await.unwrap();
    let email = Email::Proven { address: "invitee0@example.com".parse().unwrap(), at: Some(harness::now()) };
    store.reconcile(&User { email: Some(email), ..User::new(ANA) }, harness::now()).await.unwrap();
    invitation
}

/// Makes Ana a member after this many minutes.
async fn join(service: &Service, invitation: &Invitation, minutes: i64, is_by_invitation: bool) -> Member {
    let newcomer = Member {
        id: MemberId::User(ANA),
        role: Role::Member,
        role_set: None,
        display_name: "Ana".to_owned(),
        joined: harness::now() + SignedDuration::from_mins(minutes),
        own_act: true,
        invite: is_by_invitation.then_some(invitation.id),
        standing: Standing::Present,
        card: Card::new(SpaceKind::Group, harness::now() + SignedDuration::from_mins(minutes)),
        version: 0,
    };
    let store = &service.harness.store;
    let held = store.membership(invitation.space, newcomer.id).await.unwrap();
    let entrance = Entrance { made: invitation.created, names_them: true };
    store.admit(invitation.space, newcomer, held, entrance).await.unwrap().unwrap()
}

impl Service {
    /// Returns the records of memberships so far, oldest first.
    fn records_of_members(&self) -> Vec<Value> {
        let mut records = self.harness.dynamo.stream().after(None).unwrap();
        records.retain(|record| record["dynamodb"]["Keys"]["sk"]["S"].as_str().unwrap().starts_with("MEMBER#userId#"));
        records
    }
}

/// Returns the time each invitee joined, in the order of the invitation.
async fn joined(service: &Service, invitation: &Invitation) -> Vec<Option<String>> {
    let deliveries = service.harness.store.deliveries(invitation).await.unwrap();
    invitation.invitees.iter().map(|invitee| deliveries[&invitee.target].joined.map(format_time)).collect()
}

#[tokio::test]
async fn joining_is_recorded_for_the_members_id_and_address() {
    let service = Service::start().await;
    let invitation = invited(&service).await;
    let member = join(&service, &invitation, 5, true).await;
    assert_eq!(service.relay(&service.records_of_members()).await, Vec::<Value>::new());
    let at = Some("2026-11-21T12:05:00.000Z".to_owned());
    assert_eq!(joined(&service, &invitation).await, [at.clone(), None, at.clone()]);

    // Leaving changes nothing, and the last time counts.
    let store = &service.harness.store;
    store.end_membership(invitation.space, &member, member.id, harness::now()).await.unwrap();
    join(&service, &invitation, 9, true).await;
    assert_eq!(service.relay(&service.records_of_members()).await, Vec::<Value>::new());
    let at = Some("2026-11-21T12:09:00.000Z".to_owned());
    assert_eq!(joined(&service, &invitation).await, [at.clone(), None, at]);
    let records = service.records_of_members();
    let first = records.iter().find(|record| record["dynamodb"]["NewImage"]["invite"].is_object()).unwrap();
    assert_eq!(service.relay(std::slice::from_ref(first)).await, Vec::<Value>::new());
    assert_eq!(joined(&service, &invitation).await[0].as_deref(), Some("2026-11-21T12:09:00.000Z"));
}

#[tokio::test]
async fn a_join_relayed_before_the_invitation_is_not_lost() {
    let service = Service::start().await;
    let invitation = created(&service).await;
    join(&service, &invitation, 5, true).await;
    assert_eq!(service.relay(&service.records_of_members()).await, Vec::<Value>::new());
    let store = &service.harness.store;
    store.put_deliveries(&invitation, &invitation.invitees, harness::now()).await.unwrap();
    let at = Some("2026-11-21T12:05:00.000Z".to_owned());
    assert_eq!(joined(&service, &invitation).await, [at.clone(), None, at]);
}

#[tokio::test]
async fn using_a_space_and_setting_a_preference_do_not_count_as_joining() {
    let service = Service::start().await;
    let invitation = invited(&service).await;
    let member = join(&service, &invitation, 5, true).await;
    let before = service.records_of_members().len();
    let store = &service.harness.store;
    store.record_use(invitation.space, &member, harness::now() + SignedDuration::from_hours(2)).await.unwrap();
    let pinned = PreferenceEdit { is_pinned: Some(true), notification: None };
    store.edit_preference(invitation.space, member.id, &pinned).await.unwrap().unwrap();
    let records = service.records_of_members();
    assert_eq!(records.len(), before + 2);
    assert_eq!(service.relay(&records[before..]).await, Vec::<Value>::new());
    assert_eq!((joined(&service, &invitation).await, service.queued(FAILURES).len()), (vec![None, None, None], 0));
}

#[tokio::test]
async fn a_member_without_an_invitation_has_joined_by_none() {
    let service = Service::start().await;
    let invitation = invited(&service).await;
    join(&service, &invitation, 5, false).await;
    assert_eq!(service.relay(&service.records_of_members()).await, Vec::<Value>::new());
    assert_eq!(joined(&service, &invitation).await, [None, None, None]);
}

#[tokio::test]
async fn a_membership_that_cannot_be_read_is_set_aside() {
    let service = Service::start().await;
    let invitation = invited(&service).await;
    join(&service, &invitation, 5, true).await;
    let mut records = service.records_of_members();
    records.last_mut().unwrap()["dynamodb"]["NewImage"]["role"] = json!({ "S": "emperor" });
    assert_eq!(service.relay(&records).await, Vec::<Value>::new());
    assert_eq!((service.queued(FAILURES).len(), joined(&service, &invitation).await), (1, vec![None, None, None]));
}
