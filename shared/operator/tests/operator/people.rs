//! Blocking, exporting and erasing people.

use join_invite::App as Join;
use serde_json::{Value, json};
use spaces_local::Log;
use spaces_local::harness::{self, Harness};
use spaces_local::samples::Sample;
use spaces_local::tokens::DevelopmentUser;
use spaces_model::{MailSender, MemberId, Role, Space, User, UserId};
use spaces_store::{MailBudget, Notification, PreferenceEdit, Spending};

use crate::Service;

const BOB: &str = "bob@example.com";

fn id(address: &str) -> UserId {
    DevelopmentUser::with_email(address.parse().unwrap()).id
}

/// Joins as Bob through the link of a sample, in a process with empty caches.
async fn join(harness: &Harness) -> Value {
    let app = Join::from_env(&harness.env().unwrap(), harness::sources_at(harness::now())).unwrap();
    let event = harness::event("join-invite", "200-invited-by-address").unwrap();
    harness::answer(event, |request| app.answer(request)).await.unwrap()
}

impl Service {
    /// Starts a service in which Bob, who is invited, has joined a space and all derived items exist.
    async fn with_bob() -> Self {
        let service = Self::start().await;
        assert_eq!(join(&service.harness).await["statusCode"], 200);
        let store = &service.harness.store;
        store.index_user(id(BOB), &[]).await.unwrap();
        for sample in [Sample::Open, Sample::Expired] {
            let invitation = store.invitation(sample.id()).await.unwrap().unwrap();
            store.put_deliveries(&invitation, &invitation.invitees, harness::now()).await.unwrap();
        }
        service
    }

    fn table(&self) -> Vec<Value> {
        self.harness.dynamo.items().unwrap()
    }
}

fn has(items: &[Value], text: &str) -> bool {
    items.iter().any(|item| item.to_string().to_lowercase().contains(text))
}

#[tokio::test]
async fn a_blocked_user_is_shown_as_blocked_until_they_are_unblocked() {
    let service = Service::with_bob().await;
    let shown = async || service.run(&format!("user show {BOB}")).await.unwrap();
    assert!(shown().await.contains("blocked   no"));
    service.run(&format!("user block {BOB}")).await.unwrap();
    // Blocking again changes nothing.
    service
        .answer(harness::now() + jiff::SignedDuration::from_hours(1), &format!("user block {}", id(BOB)))
        .await
        .unwrap();
    assert!(shown().await.contains("blocked   since 2026-11-21T12:00:00.000Z"), "{}", shown().await);
    assert_eq!(join(&service.harness).await["body"]["code"], "blocked");
    service.run(&format!("user unblock {BOB}")).await.unwrap();
    assert!(shown().await.contains("blocked   no"));
    assert_eq!(join(&service.harness).await["statusCode"], 200);
    let again = service.run(&format!("user unblock {BOB}")).await.unwrap();
    assert_eq!(again, format!("user {} was not blocked", id(BOB)));
}

#[tokio::test]
async fn a_user_stopped_by_complaints_is_shown_as_stopped_until_the_stop_is_lifted() {
    let service = Service::with_bob().await;
    let (store, sender) = (&service.harness.store, MailSender::User(id(BOB)));
    let budget = MailBudget { sender: &sender, mails: 7, per_sender: 10, space: None };
    assert!(matches!(store.spend_mails(&budget, harness::now()).await.unwrap(), Spending::Spent(_)));
    let shown = async || service.run(&format!("user show {BOB}")).await.unwrap();
    let mailed =
        "mailed    7 people in the 24 hours from 2026-11-21T12:00:00.000Z; 7 within 30 days; complaints by 0 of them";
    assert!(shown().await.ends_with(mailed), "{}", shown().await);
    let lift = format!("user lift {BOB}");
    assert_eq!(service.run(&lift).await.unwrap(), format!("complaints have not stopped user {}", id(BOB)));

    let items = service.harness.dynamo.raw_items().unwrap();
    let is_bobs = |item: &Value| item["pk"]["S"] == format!("LIMIT#MAILS#{}", id(BOB));
    let mut item = items.into_iter().find(is_bobs).unwrap();
    item["stopped"] = json!({ "S": "2026-11-21T12:00:00.000Z" });
    service.harness.dynamo.put(&item).unwrap();
    assert!(
        shown().await.ends_with("of them; stopped by complaints since 2026-11-21T12:00:00.000Z"),
        "{}",
        shown().await
    );
    let log = Log::at_level("ERROR");
    assert!(service.run(&lift).await.unwrap().starts_with(&format!("user {} may send mail again.", id(BOB))));
    let line: Value = serde_json::from_str(log.text().trim()).unwrap();
    assert_eq!([&line["action"], &line["outcome"]], ["lift_complaints", "lifted"]);
    assert!(shown().await.ends_with(mailed), "{}", shown().await);
}

#[tokio::test]
async fn a_user_is_shown_with_issuer_company_and_whether_the_address_is_theirs() {
    let service = Service::with_bob().await;
    let shown = service.run(&format!("user show {}", id(BOB))).await.unwrap();
    assert!(shown.contains("issuer    https://accounts.dev.invalid\ncompany   known"), "{shown}");
    assert!(shown.contains("address   bob@example.com, proven 2026-11-21T12:00:00.000Z\n"), "{shown}");
    service.run("user put --id 59039e47e2cda45e3bbbfc7f --email bob@example.com").await.unwrap();
    let shown = service.run(&format!("user show {}", id(BOB))).await.unwrap();
    assert!(shown.contains("not theirs"), "{shown}");
}

#[tokio::test]
async fn an_export_has_all_items_about_a_person_and_nobody_elses_address() {
    let service = Service::with_bob().await;
    let export = service.run(&format!("user export {BOB}")).await.unwrap();
    let items: Vec<Value> = serde_json::from_str(&export).unwrap();
    let kinds = |start: &str| items.iter().filter(|item| item["sk"].as_str().unwrap().starts_with(start)).count();
    assert_eq!((kinds("USER"), kinds("bob#"), kinds("builder#")), (2, 1, 1), "{export}");
    assert_eq!((kinds("MEMBER#"), kinds("TO#"), kinds("INVITE")), (1, 2, 2), "{export}");
    assert!(items.iter().filter(|item| item["sk"] == "INVITE").all(|item| item["invitees"].is_null()));
    assert!(!export.to_lowercase().contains("alice"), "{export}");
    assert_eq!(service.run(&format!("user export {}", id(BOB))).await.unwrap(), export);
}

#[tokio::test]
async fn an_erased_user_is_named_nowhere() {
    let service = Service::with_bob().await;
    assert!(has(&service.table(), "bob"));
    let report = service.run(&format!("user erase {}", id(BOB))).await.unwrap();
    assert!(
        report.starts_with("erased: invitations to them 2, names in memberships 1, invitations by them 0\n"),
        "{report}"
    );
    let left = service.table();
    // Bob's name stays in the invitation that was never relayed, because there is no delivery to find it by.
    let left: Vec<Value> = left.into_iter().filter(|item| item["id"] != Sample::Revoked.id().to_string()).collect();
    assert!(!has(&left, "bob"), "{left:#?}");
    assert!(left.iter().all(|item| item["pk"] != format!("USER#{}", id(BOB))));
    assert!(report.contains(&format!("Stays: the id {}", id(BOB))), "{report}");
    let membership = left.iter().find(|item| item["sk"] == format!("MEMBER#userId#{}", id(BOB))).unwrap();
    assert_eq!((&membership["display_name"], &membership["role"]), (&json!("User"), &json!("member")));
    let again = service.run(&format!("user erase {}", id(BOB))).await.unwrap();
    assert!(again.starts_with("erased: invitations to them 0"), "{again}");
}

#[tokio::test]
async fn an_erased_inviter_leaves_invitations_without_a_name() {
    let service = Service::with_bob().await;
    assert!(has(&service.table(), "alice"));
    let alice = id("alice@example.com");
    service.run(&format!("user erase {alice}")).await.unwrap();
    assert!(!has(&service.table(), "alice"));
    assert_eq!(join(&service.harness).await["statusCode"], 200);
}

#[tokio::test]
async fn a_person_without_an_account_is_erased_by_address() {
    let service = Service::start().await;
    let store = &service.harness.store;
    let invitation = store.invitation(Sample::Open.id()).await.unwrap().unwrap();
    store.put_deliveries(&invitation, &invitation.invitees, harness::now()).await.unwrap();
    service.run(&format!("user erase {BOB}")).await.unwrap();
    let after = store.invitation(Sample::Open.id()).await.unwrap().unwrap();
    assert_eq!(after.invitees.len(), invitation.invitees.len() - 1);
    assert_eq!(store.deliveries(&after).await.unwrap().len(), after.invitees.len());
}

#[tokio::test]
async fn an_erased_user_stays_blocked() {
    let service = Service::with_bob().await;
    service.run(&format!("user block {BOB}")).await.unwrap();
    let report = service.run(&format!("user erase {}", id(BOB))).await.unwrap();
    assert!(report.contains("Stays: that the id is blocked"), "{report}");
    let user = service.items("USER").into_iter().find(|item| item["pk"] == format!("USER#{}", id(BOB))).unwrap();
    let mut attributes: Vec<&String> = user.as_object().unwrap().keys().collect();
    attributes.sort();
    assert_eq!(attributes, ["blocked", "id", "pk", "sk"]);
    assert_eq!(join(&service.harness).await["body"]["code"], "blocked");
}

#[tokio::test]
async fn an_erasure_killed_at_any_call_is_completed_by_the_next_run() {
    let service = Service::with_bob().await;
    let dynamo = &service.harness.dynamo;
    let before = dynamo.snapshot().unwrap();
    let erase = format!("user erase {}", id(BOB));
    let refused = service.run(&format!("user erase {BOB}")).await.unwrap_err();
    assert_eq!(
        refused,
        format!("the address belongs to user {0}: erase user {0}, which erases the address as well", id(BOB))
    );
    service.run(&erase).await.unwrap();
    let erased = stripped(service.table());
    for call in 1.. {
        dynamo.restore(&before).unwrap();
        dynamo.forget_calls();
        let is_killed = tokio::select! {
            biased;
            () = until(|| dynamo.calls().len() >= call) => true,
            _ = service.run(&erase) => false,
        };
        service.run(&erase).await.unwrap();
        assert!(stripped(service.table()) == erased, "killed at call {call}");
        if !is_killed {
            return;
        }
    }
}

/// Removes the version from the items, because it grows with every repeat.
fn stripped(mut items: Vec<Value>) -> Vec<Value> {
    for item in &mut items {
        item.as_object_mut().unwrap().remove("version");
    }
    items
}

/// Waits until a condition holds, letting all other tasks run in the meantime.
async fn until(holds: impl Fn() -> bool) {
    while !holds() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_meeting_room_is_exported_and_loses_the_name_of_its_erased_owner() {
    let service = Service::with_bob().await;
    let (bob, alice) = (id(BOB), id("alice@example.com"));
    let store = &service.harness.store;
    let room = Space::personal(store.meeting_room(bob), bob, "Bob Builder", true, harness::now());
    let owner = room.member(MemberId::User(bob), Role::Admin, "Bob Builder", true, harness::now());
    let (room, _) = store.put_missing(room, vec![owner]).await.unwrap();
    let direct = store.direct_space(MemberId::User(alice), MemberId::User(bob));
    let direct = Space::direct(direct, alice, MemberId::User(bob), harness::now());
    let both = [(alice, "Alice"), (bob, "Bob Builder")];
    let both = both.map(|(user, name)| direct.member(MemberId::User(user), Role::Member, name, true, harness::now()));
    let (direct, _) = store.put_missing(direct, both.to_vec()).await.unwrap();
    assert!(service.run(&format!("user export {bob}")).await.unwrap().contains(&room.id.to_string()));
    service.run(&format!("user erase {bob}")).await.unwrap();
    let of_spaces = |item: &Value| [room.id, direct.id].iter().any(|id| item["pk"] == format!("SPACE#{id}"));
    let left: Vec<Value> = service.table().into_iter().filter(of_spaces).collect();
    assert!(left.len() == 5 && !has(&left, "builder"), "{left:#?}");
    assert_eq!(store.space(room.id).await.unwrap().unwrap().title.as_str(), "User");
    let members = store.members(direct.id, 2).await.unwrap();
    assert_eq!(direct.title_for(MemberId::User(alice), &members), "User");
}

#[tokio::test]
async fn spaces_created_during_an_erasure_have_no_name_after_it() {
    let service = Service::with_bob().await;
    let (bob, alice) = (id(BOB), id("alice@example.com"));
    let (dynamo, store) = (&service.harness.dynamo, &service.harness.store);
    let before = dynamo.snapshot().unwrap();
    let (room, direct) = (store.meeting_room(bob), store.direct_space(MemberId::User(alice), MemberId::User(bob)));
    for call in 1.. {
        dynamo.restore(&before).unwrap();
        dynamo.forget_calls();
        let erase = format!("user erase {bob}");
        let mut erasure = std::pin::pin!(service.run(&erase));
        let is_erased = tokio::select! {
            biased;
            () = until(|| dynamo.calls().len() >= call) => false,
            _ = &mut erasure => true,
        };
        if is_erased {
            return;
        }
        let name = store.users(&[bob]).await.unwrap().get(&bob).map_or("User", User::display_name).to_owned();
        let room = Space::personal(room, bob, &name, true, harness::now());
        let owner = room.member(MemberId::User(bob), Role::Admin, &name, false, harness::now());
        store.put_missing(room, vec![owner]).await.unwrap();
        let direct = Space::direct(direct, alice, MemberId::User(bob), harness::now());
        let other = direct.member(MemberId::User(bob), Role::Member, &name, false, harness::now());
        store.put_missing(direct, vec![other]).await.unwrap();
        erasure.await.unwrap();
        let made: Vec<Value> =
            service.table().into_iter().filter(|item| item["pk"].as_str().unwrap().starts_with("SPACE#")).collect();
        assert!(!has(&made, "builder"), "made at call {call}: {made:#?}");
    }
}

#[tokio::test]
async fn the_notification_preference_of_an_erased_user_is_deleted() {
    let service = Service::with_bob().await;
    let store = &service.harness.store;
    let member = format!("MEMBER#userId#{}", id(BOB));
    let of_bob = || service.table().into_iter().find(|item| item["sk"] == member).unwrap();
    let space = of_bob()["pk"].as_str().unwrap().trim_start_matches("SPACE#").parse().unwrap();
    let preference = PreferenceEdit { is_pinned: None, notification: Some(Notification::Word("mentions".to_owned())) };
    store.edit_preference(space, MemberId::User(id(BOB)), &preference).await.unwrap().unwrap();
    assert_eq!(of_bob()["notification"], "mentions");
    service.run(&format!("user erase {}", id(BOB))).await.unwrap();
    assert_eq!(of_bob().get("notification"), None);
}
