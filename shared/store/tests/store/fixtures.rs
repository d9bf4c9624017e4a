//! Items as written by each release. They must stay readable forever, even next to kinds of items that this release
//! does not know.
//!
//! `tests/items/v1/<kind>.json` is an item in DynamoDB's JSON as written by the first release. When a writer changes,
//! its items become a new version next to the old one, here `v2`; the files of a released version never change.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use spaces_local::Dynamo;
use spaces_model::{
    Card, Channel, CompanyDomains, Email, EmailAddress, Founding, GuestId, Invitation, InviteeTarget, Inviter,
    ItipMethod, MailKind, MailSender, Mailing, Meeting, Member, MemberId, Message, PinEdit, PinHash, Role,
    ServiceAppRegistration, ServiceAppStatus, Space, SpaceEdit, SpaceId, SpaceKind, SpaceUpdate, Standing, User,
    UserId,
};
use spaces_store::{
    ColleagueQuery, DeliveryState, Entrance, InvitationRef, Lease, LeaseTerm, Limit, MailBudget, MailOrigin,
    MemberChange, Notification, Preference, PreferenceEdit, Report, ReportWay, Reporter, SenderMails, SpaceBudget,
    SpaceFilter, SpacesQuery, Spending, StopMark, StopWay, Store,
};

use crate::{alice, invitation, link, member, now, table};

/// Returns the items written by the current release, with the names of their files.
async fn written() -> Vec<(&'static str, Value)> {
    let (dynamo, store) = table().await;
    let store = store.with_company_domains(CompanyDomains::default());
    let invitation = invitation(1, "Plan");
    store.create(&invitation).await.unwrap();
    let (space, _) = invitation.founded().unwrap();
    store.edit_space(space, &locked()).await.unwrap();
    store.reconcile(&bob_claimed(), now()).await.unwrap();
    store.index_user(bob().id, &[]).await.unwrap();
    store.block(bob().id, now()).await.unwrap();
    store.register_service_app(&service_app()).await.unwrap();
    let joined = store.admit(invitation.space, guest(), None, link()).await.unwrap().unwrap();
    store.end_membership(invitation.space, &joined, MemberId::User(alice()), now()).await.unwrap();
    let joined = store.admit(invitation.space, member(9, Role::Member), None, link()).await.unwrap().unwrap();
    let MemberChange::Done(lowered) = store.set_role(invitation.space, &joined, Role::Guest, now()).await.unwrap()
    else {
        panic!("the role was not set")
    };
    store.end_membership(invitation.space, &lowered, lowered.id, now()).await.unwrap();
    store.create(&full()).await.unwrap();
    store.revoke_invitation(full().id, now()).await.unwrap();
    let (made, updated) = updated();
    store.invite(&made).await.unwrap();
    let people = [store.person(&updated.invitees[0].target)];
    store.change_invitation(&made, &updated, Some(&people)).await.unwrap();
    for invitation in [&invitation, &full()] {
        store.put_deliveries(invitation, &invitation.invitees, now()).await.unwrap();
    }
    store.record_sent(&lease(&store, &invitation, 0).await, now(), "ses-1").await.unwrap();
    lease(&store, &invitation, 1).await;
    store.record_failed(&lease(&store, &full(), 0).await, now(), "MessageRejected").await.unwrap();
    store.release(&lease(&store, &full(), 1).await, now(), "TooManyRequestsException").await.unwrap();
    store.record_answer(&full(), &full().invitees[1], now()).await.unwrap();
    store.record_joined(&InvitationRef::of(&invitation), bob().id, now()).await.unwrap();
    store.put_missing(direct(), direct_members()).await.unwrap();
    let (space, creator) = full().founded().unwrap();
    store.record_use(space.id, &creator, used()).await.unwrap();
    store.edit_preference(space.id, creator.id, &preference()).await.unwrap().unwrap();
    store.use_once(Limit::UNKNOWN_USERS, "user:010101010101010101010101", now()).await.unwrap();
    let address = store.address_ref(&address());
    store.stop_inviter(&address, alice(), StopWay::Page, now()).await.unwrap();
    store.stop_all_mail(&address, StopWay::OneClick, now()).await.unwrap();
    store.lift_stops(&address, alice(), StopWay::SignedIn, now() + SignedDuration::from_secs(1)).await.unwrap();
    store.record_bounce(&self::address(), now()).await.unwrap();
    store.record_complaint(&self::address(), now()).await.unwrap();
    store.clear_stops(&self::address(), now()).await.unwrap();
    store.report(&report(), Reporter::Receiver(&address)).await.unwrap();
    let stops = store.mail_stops(&address).await.unwrap();
    assert!(store.count_received(&address, stops, &InvitationRef::of(&full()), &sender(), 10, now()).await.unwrap());
    mail_as_a_member(&store).await;
    complain(&store).await;
    let is = |item: &Value, attribute: &str, value: &str| item[attribute]["S"] == value;
    let has_prefix = |item: &Value, prefix: &str| item["pk"]["S"].as_str().unwrap().starts_with(prefix);
    let name = |item: &Value| match item["sk"]["S"].as_str().unwrap() {
        "SPACE" if item["between"].is_object() => "space_direct",
        "SPACE" if item["acted_by"].is_object() => "space",
        "SPACE" => "space_of_a_person",
        "INVITE" if item["revoked"].is_object() => "invitation_revoked",
        "INVITE" if item["updated"].is_object() => "invitation_updated",
        "INVITE" => "invitation",
        "SERVICE_APP" => "service_app",
        "USER" if item["pk"]["S"].as_str().unwrap().starts_with("USER#") => "user",
        "USER" => "address",
        "LIMIT" if has_prefix(item, "LIMIT#MAILS#") => "limit_mails",
        "LIMIT" if has_prefix(item, "LIMIT#SPACE_MAILS#") => "limit_space_mails",
        "LIMIT" if has_prefix(item, "LIMIT#MEMBER_MAILS#") => "limit_member_mails",
        "LIMIT" => "limit",
        "MAIL" => "mail",
        sk if sk.starts_with("REPORT#") => "report",
        sk if sk.starts_with("FROM#") => "complaint",
        sk if sk.starts_with('#') => "listed",
        _ if item["pk"]["S"].as_str().unwrap().starts_with("COMPANY#") => "word",
        _ if is(item, "pk", &space_partition(direct().id)) && item["guest"].is_object() => "member_direct_guest",
        _ if is(item, "pk", &space_partition(direct().id)) => "member_direct",
        _ if item["removed"].is_object() => "member_removed",
        _ if item["left"].is_object() => "member_left",
        _ if item["pk"]["S"] == space_partition(full().space) && item["state"].is_null() => "member_of_a_person",
        _ if is(item, "state", "failed") => "delivery_failed",
        _ if is(item, "state", "queued") => "delivery_queued",
        _ if is(item, "state", "sent") => "delivery_sent",
        _ if is(item, "state", "sending") => "delivery_sending",
        _ => "member",
    };
    dynamo.raw_items().unwrap().into_iter().map(|item| (name(&item), sorted(item))).collect()
}

fn sender() -> MailSender {
    MailSender::User(alice())
}

/// Counts mails about a space, caused by a member who is not an admin.
async fn mail_as_a_member(store: &Store) {
    let space =
        SpaceBudget { space: full().space, created: now(), first_mails: 0, per_space: 5_000, member: Some(alice()) };
    let budget = MailBudget { sender: &sender(), mails: 2, per_sender: 2_000, space: Some(space) };
    assert!(matches!(store.spend_mails(&budget, now()).await.unwrap(), Spending::Spent(_)));
    store.count_mails_this_hour(&sender(), 2, now()).await.unwrap();
}

/// Counts a complaint.
async fn complain(store: &Store) {
    let delivery = store.deliveries(&invitation(1, "Plan")).await.unwrap();
    let tag = delivery.values().find_map(|delivery| store.mail_tag(delivery)).unwrap();
    let origin = MailOrigin { sender: sender(), receiver: store.address_ref(&address()) };
    store.count_complaint(&origin, &store.mail_of_tag(&tag).unwrap(), now()).await.unwrap();
}

/// The time of a later use of a space.
fn used() -> Timestamp {
    now() + SignedDuration::from_hours(1)
}

fn preference() -> PreferenceEdit {
    PreferenceEdit { is_pinned: Some(true), notification: Some(Notification::Word("mentions".to_owned())) }
}

/// Returns the direct space of Alice and a guest.
fn direct() -> Space {
    Space::direct(SpaceId::from_bytes([9; 12]), alice(), guest().id, now())
}

fn direct_members() -> Vec<Member> {
    let member = |id, name, own_act| direct().member(id, Role::Member, name, own_act, now());
    vec![member(MemberId::User(alice()), "Alice Archer", true), member(guest().id, "Kay", false)]
}

/// Returns the edit that gives a space a PIN.
fn locked() -> SpaceEdit {
    SpaceEdit::Update(SpaceUpdate { pin: PinEdit::Set(PinHash::from_bytes([7; 32])), ..SpaceUpdate::default() })
}

/// The first request sent to a person.
const REQUEST: Message = Message { method: ItipMethod::Request, sequence: 0, mailing: 0 };

/// Leases the mail to an invitee.
async fn lease(store: &Store, invitation: &Invitation, index: usize) -> Lease {
    let delivery = store.deliveries(invitation).await.unwrap()[&invitation.invitees[index].target].clone();
    let until = now() + SignedDuration::from_mins(1);
    // The items of the first release have no organizer.
    let organizer = (index == 1).then(|| "alice@example.com".parse().unwrap());
    let meeting = Meeting::of(invitation, organizer.as_ref());
    store.lease(&delivery, REQUEST, MailKind::Invite, meeting.as_ref(), now(), until).await.unwrap().unwrap()
}

/// Returns an invitation with all attributes that the other one lacks.
fn full() -> Invitation {
    let inviter = Inviter {
        id: alice(),
        name: Some("Alice Archer".to_owned()),
        email: Some("alice@example.com".parse().unwrap()),
        zone: Some("Europe/London".to_owned()),
    };
    let other = invitation(2, "Review");
    let founds = other.founds.clone().map(|founds| Founding { acted_by: None, ..founds });
    let ends = Some(now() + SignedDuration::from_hours(1));
    Invitation { founds, ends, inviter, acted_by: None, channel: Channel::Server, ..other }
}

/// Returns an invitation into the space of the first one, before and after another user's update.
fn updated() -> (Invitation, Invitation) {
    let made = Invitation { founds: None, space: invitation(1, "Plan").space, ..invitation(3, "Plan") };
    let inviter = Inviter { id: UserId::from_bytes([5; 12]), ..made.inviter.clone() };
    let mailing = Mailing { number: 1, kind: MailKind::Resend };
    let later = now() + SignedDuration::from_mins(1);
    let updated = Invitation { inviter, updated: later, version: 1, mailing, ..made.clone() };
    (made, updated)
}

fn space_partition(space: SpaceId) -> String {
    format!("SPACE#{space}")
}

fn bob() -> User {
    User {
        id: UserId::from_bytes([5; 12]),
        name: Some("Bob".to_owned()),
        email: Some(Email::Verified("Bob@example.com".parse().unwrap())),
        language: Some("en-GB".parse().unwrap()),
        zone: Some("Europe/London".to_owned()),
        issuer: Some("https://accounts.example.com".to_owned()),
        organisation: Some("acme".to_owned()),
    }
}

/// Returns the user named by Bob's token.
fn bob_claimed() -> User {
    User { email: Some(Email::Proven { address: "Bob@example.com".parse().unwrap(), at: Some(now()) }), ..bob() }
}

fn address() -> EmailAddress {
    "ana@example.com".parse().unwrap()
}

fn report() -> Report {
    let invitation = invitation(1, "Plan");
    Report {
        at: now(),
        invite: InvitationRef::of(&invitation),
        space: invitation.space,
        inviter: alice(),
        way: ReportWay::Mail,
    }
}

fn guest() -> Member {
    Member { id: MemberId::Guest(GuestId::from_bytes([6; 12])), ..member(6, Role::Guest) }
}

fn service_app() -> ServiceAppRegistration {
    ServiceAppRegistration {
        id: "calendar".parse().unwrap(),
        keys: r#"{"keys":[]}"#.to_owned(),
        account: UserId::from_bytes([7; 12]),
        email: "calendar@example.com".parse().unwrap(),
        scopes: ["spaces.create.actas".to_owned()].into(),
        mails: 10_000,
        status: ServiceAppStatus::Active,
    }
}

/// Returns the value with its attributes sorted by name, as in a file.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.into_iter().map(|(name, value)| (name, sorted(value))).collect();
            entries.sort_by(|(one, _), (other, _)| one.cmp(other));
            entries.into_iter().collect::<serde_json::Map<_, _>>().into()
        }
        Value::Array(values) => values.into_iter().map(sorted).collect(),
        scalar => scalar,
    }
}

/// Returns the newest version of each item.
fn newest() -> Vec<(String, Value)> {
    let newest: BTreeMap<String, Value> = ["v1", "v2"].into_iter().flat_map(files).collect();
    newest.into_iter().collect()
}

fn files(version: &str) -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/items").join(version);
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let name = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    files.iter().map(|path| (name(path), serde_json::from_slice(&fs::read(path).unwrap()).unwrap())).collect()
}

/// Asserts that all items in the table are read with the values that were written. The first release wrote no
/// `first_mails`.
async fn assert_readable(store: &Store, has_first_mails: bool) {
    let as_written = |space: Space| if has_first_mails { space } else { Space { first_mails: 0, ..space } };
    let invitation = invitation(1, "Plan");
    let (founded, creator) = invitation.founded().unwrap();
    let space = Space { version: 1, ..founded.edited(&locked()).unwrap() };
    assert_eq!(store.invitation(invitation.id).await.unwrap(), Some(invitation.clone()));
    assert_eq!(store.space(space.id).await.unwrap(), Some(as_written(space.clone())));
    assert_eq!(store.found(&invitation).await.unwrap(), Some(as_written(space.clone())));
    assert_eq!(store.members(space.id, 100).await.unwrap(), [creator]);
    let people = direct_members().iter().map(|member| member.id).collect::<Vec<_>>();
    let (kept, mut members) = store.space_with(direct().id, &people).await.unwrap();
    members.sort_by_key(|member| member.id);
    assert_eq!((kept, members), (Some(direct()), direct_members()));
    let removed = store.membership(space.id, guest().id).await.unwrap().unwrap();
    assert_eq!(removed.standing, Standing::Removed { at: now(), by: MemberId::User(alice()) });
    assert_eq!(store.user(bob().id).await.unwrap(), Some(bob()));
    assert_eq!(store.blocked_at(bob().id).await.unwrap(), Some(now()));
    assert_eq!(store.users(&[bob().id]).await.unwrap(), [(bob().id, bob())].into());
    assert_eq!(store.user_by_email(&"bob@example.com".parse().unwrap()).await.unwrap(), Some(bob()));
    assert_eq!(store.use_once(Limit::UNKNOWN_USERS, "user:010101010101010101010101", now()).await.unwrap(), None);
    assert_eq!(store.service_app(&service_app().id).await.unwrap(), Some(service_app()));
    let query = ColleagueQuery { search: None, after: None, limit: 10, counted: 100 };
    let colleagues = store.colleagues_page(&User { id: alice(), ..bob() }, query).await.unwrap();
    assert_eq!((colleagues.found[0].1.id, colleagues.total), (bob().id, 1));
    let deliveries = store.deliveries(&invitation).await.unwrap();
    let delivery = |target: &InviteeTarget| deliveries[target].clone();
    let (sent, sending) = (delivery(&invitation.invitees[0].target), delivery(&invitation.invitees[1].target));
    let first = (sent.state, sent.attempts, sent.message_id.as_deref());
    assert_eq!(first, (Some(DeliveryState::Sent), 1, Some("ses-1")));
    assert_eq!((sent.known.last_message, sent.last_mailed(), sent.joined), (Some(REQUEST), Some(now()), Some(now())));
    assert_eq!((sending.state, sending.known.last_message), (Some(DeliveryState::Sending), None));
    assert_eq!(sending.lease, Some(LeaseTerm { until: now() + SignedDuration::from_mins(1), message: REQUEST }));
    assert_eq!(deliveries.len(), 2);
    let left = store.membership(space.id, member(9, Role::Guest).id).await.unwrap().unwrap();
    assert_eq!((left.standing, left.role_set), (Standing::Left { at: now() }, Some(now())));
    let stops = store.mail_stops(&store.address_ref(&address())).await.unwrap();
    let mark = |mark: &StopMark| (mark.at(), mark.by.clone(), mark.lifted);
    let lifted = (now() + SignedDuration::from_secs(1), "signed_in".to_owned(), true);
    assert_eq!(
        (stops.all.as_ref().map(mark), stops.inviters.get(&alice()).map(mark)),
        (Some(lifted.clone()), Some(lifted))
    );
    assert_eq!((stops.bounced, stops.complained, stops.cleared), (Some(now()), Some(now()), Some(now())));
    assert_eq!(store.reports(now()).await.unwrap(), [report()]);
    let mails = SenderMails { used: 2, since: Some(now()), mailed: 2, complaints: 1, stopped: None };
    assert_eq!(store.sender_mails(&sender(), now()).await.unwrap(), mails);
    let mailing = Mailing { number: 1, kind: MailKind::Cancel };
    let revoked = Invitation { revoked: Some(now()), sequence: 1, mailing, ..full() };
    assert_eq!(store.invitation(full().id).await.unwrap(), Some(revoked.clone()));
    let (_, updated) = updated();
    assert_eq!(store.invitation(updated.id).await.unwrap(), Some(updated));
    assert_eq!(store.found(&revoked).await.unwrap(), full().founded().map(|(space, _)| as_written(space)));
    let deliveries = store.deliveries(&revoked).await.unwrap();
    assert!(deliveries[&full().invitees[1].target].is_declined());
    let reasons = revoked.invitees.iter().map(|invitee| deliveries[&invitee.target].reason.as_deref());
    assert_eq!(reasons.collect::<Vec<_>>(), [Some("MessageRejected"), Some("TooManyRequestsException")]);
}

/// Asserts that Alice's membership is read with its uses and her preference.
async fn assert_used_and_preferred(store: &Store) {
    let (space, creator) = full().founded().unwrap();
    let of_alice = store.membership(space.id, creator.id).await.unwrap().unwrap();
    let card = Card { is_pinned: true, ..creator.card.used_at(used()).unwrap() };
    assert_eq!(of_alice, Member { card, ..creator });
    let kept = Preference { is_pinned: true, notification: preference().notification };
    assert_eq!(store.edit_preference(space.id, of_alice.id, &PreferenceEdit::default()).await.unwrap(), Some(kept));
}

/// Returns Alice's spaces, most recently used first, each with whether she has pinned it.
async fn spaces_of_alice(store: &Store) -> Vec<(SpaceId, bool)> {
    let filter = SpaceFilter { kinds: vec![SpaceKind::Group], is_pinned: false, by_other: false };
    let query = SpacesQuery { now: used(), after: None, before: 0, size: 10, counted: 0 };
    let page = store.spaces_page(MemberId::User(alice()), query, &filter, |_, _| true).await.unwrap();
    page.spaces.into_iter().map(|listed| (listed.space.id, listed.member.card.is_pinned)).collect()
}

/// Adds an unknown attribute to an item, to each map in it and to each map in a list.
fn extend(attributes: &mut Value) {
    for value in attributes.as_object_mut().unwrap().values_mut() {
        if let Some(map) = value.get_mut("M") {
            extend(map);
        }
        for entry in value.get_mut("L").and_then(Value::as_array_mut).into_iter().flatten() {
            entry.get_mut("M").into_iter().for_each(extend);
        }
    }
    attributes["of_a_later_release"] = json!({ "M": { "anything": { "S": "at all" } } });
}

fn plant(dynamo: &Dynamo, files: Vec<(String, Value)>) {
    for (_, item) in files {
        dynamo.put(&item).unwrap();
    }
}

#[tokio::test]
async fn items_of_the_first_release_are_read() {
    let (dynamo, store) = table().await;
    plant(&dynamo, files("v1"));
    assert_readable(&store, false).await;
    plant(&dynamo, files("v2"));
    assert_readable(&store, true).await;
    assert_used_and_preferred(&store).await;
}

#[tokio::test]
async fn memberships_of_the_first_release_are_listed_preferred_and_used() {
    let (dynamo, store) = table().await;
    plant(&dynamo, files("v1"));
    let (plan, review) = (invitation(1, "Plan").space, full().space);
    assert_eq!(spaces_of_alice(&store).await, [(review, false), (plan, false)]);
    let alice = MemberId::User(alice());
    let none = Preference { is_pinned: false, notification: None };
    assert_eq!(store.edit_preference(plan, alice, &PreferenceEdit::default()).await.unwrap(), Some(none.clone()));
    let unpinned = PreferenceEdit { is_pinned: Some(false), ..PreferenceEdit::default() };
    assert_eq!(store.edit_preference(plan, alice, &unpinned).await.unwrap(), Some(none));
    let held = store.membership(review, alice).await.unwrap().unwrap();
    let pinned = store.edit_preference(review, alice, &preference()).await.unwrap().unwrap();
    assert_eq!((pinned.is_pinned, pinned.notification), (true, preference().notification));
    store.record_use(review, &held, used()).await.unwrap();
    assert_used_and_preferred(&store).await;
    plant(&dynamo, files("v1"));
    // The first use adds a card.
    store.record_use(plan, &store.membership(plan, alice).await.unwrap().unwrap(), used()).await.unwrap();
    assert_eq!(spaces_of_alice(&store).await, [(plan, false), (review, false)]);
    let card = store.membership(plan, alice).await.unwrap().unwrap().card;
    assert_eq!((card.used, card.used_before), (used(), vec![now()]));
}

#[tokio::test]
async fn a_use_counts_after_the_first_release_has_reset_the_position() {
    let (dynamo, store) = table().await;
    plant(&dynamo, files("v1"));
    let (plan, alice) = (invitation(1, "Plan").space, MemberId::User(alice()));
    store.record_use(plan, &store.membership(plan, alice).await.unwrap().unwrap(), used()).await.unwrap();
    // The first release, which knows no cards, resets the position to the hour of joining.
    let is_plan = |item: &Value| item["pk"]["S"] == space_partition(plan) && item["user"]["S"] == "01".repeat(12);
    let mut item = dynamo.raw_items().unwrap().into_iter().find(is_plan).unwrap();
    item["gsi2sk"] = json!({ "S": format!("SPACE#2026-11-21T12:00:00.000Z#{plan}") });
    dynamo.put(&item).unwrap();
    assert_eq!(spaces_of_alice(&store).await[0].0, full().space);
    let held = store.membership(plan, alice).await.unwrap().unwrap();
    store.record_use(plan, &held, used() + SignedDuration::from_hours(1)).await.unwrap();
    assert_eq!(spaces_of_alice(&store).await[0].0, plan);
}

#[tokio::test]
async fn items_are_written_in_the_newest_version() {
    let written = written().await;
    let files = newest();
    for (name, item) in &written {
        let file = files.iter().find(|(file, _)| file == name).map(|(_, item)| item);
        let item_text = serde_json::to_string_pretty(item).unwrap();
        assert_eq!(file, Some(item), "the newest {name}.json in tests/items should be {item_text}");
    }
    assert_eq!(files.len(), written.len(), "every file belongs to an item that is written");
}

#[tokio::test]
async fn readers_ignore_unknown_kinds_and_attributes() {
    let (dynamo, store) = table().await;
    for (_, mut item) in newest() {
        extend(&mut item);
        dynamo.put(&item).unwrap();
    }
    let items = newest().into_iter().filter(|(name, _)| !name.starts_with("limit"));
    let partitions: Vec<Value> = items.map(|(_, item)| item["pk"].clone()).collect();
    // Before, between and after all known sort keys.
    for sk in ["!", "INVITE#2", "LIMIT", "MEMBER", "MEMBERS", "SPACE#2", "STOP#1", "TO", "TOTAL", "USER#2", "~"] {
        for pk in &partitions {
            dynamo.put(&json!({ "pk": pk, "sk": { "S": sk }, "channel": { "S": "server" } })).unwrap();
        }
    }
    assert_readable(&store, true).await;
    assert_used_and_preferred(&store).await;
}

#[tokio::test]
async fn a_change_keeps_attributes_of_a_later_release() {
    let (dynamo, store) = table().await;
    for (_, mut item) in newest() {
        item["of_a_later_release"] = json!({ "S": "kept" });
        dynamo.put(&item).unwrap();
    }
    let invitation = invitation(1, "Plan");
    store.revoke_invitation(invitation.id, now()).await.unwrap();
    store.reconcile(&User { name: Some("Robert".to_owned()), ..bob_claimed() }, now()).await.unwrap();
    store.reconcile(&User { id: UserId::from_bytes([8; 12]), ..bob_claimed() }, now()).await.unwrap();
    let removed = store.membership(invitation.space, guest().id).await.unwrap();
    let entrance = Entrance { made: now() + SignedDuration::from_secs(1), names_them: true };
    store.admit(invitation.space, guest(), removed, entrance).await.unwrap().unwrap();
    store.admit(invitation.space, member(9, Role::Admin), None, link()).await.unwrap().unwrap();
    store.record_failed(&lease(&store, &invitation, 1).await, now(), "MessageRejected").await.unwrap();
    let items = dynamo.items().unwrap();
    let kept = items.iter().filter(|item| item["of_a_later_release"] == "kept").count();
    assert_eq!(kept, newest().len());
}
