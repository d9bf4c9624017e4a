//! Addresses that change owners between an invitation and its mails.

use jiff::SignedDuration;
use serde_json::json;
use spaces_model::{Email, Invitation, Invitee, InviteeTarget, Inviter, MailKind, Role, User, UserId};

use crate::meeting;
use crate::support::{MAIL, Service, invitation};

const ALICE: UserId = UserId::from_bytes([1; 12]);
const BOB: UserId = UserId::from_bytes([8; 12]);
const MALLORY: UserId = UserId::from_bytes([9; 12]);

/// Lets a user prove an address, each time later than the time before.
pub(crate) async fn prove(service: &Service, id: UserId, address: &str, seconds: i64) {
    let at = service.now() - SignedDuration::from_mins(1) + SignedDuration::from_secs(seconds);
    let email = Email::Proven { address: address.parse().unwrap(), at: Some(at) };
    let user = User { email: Some(email), ..User::new(id) };
    service.harness.store.reconcile(&user, service.now()).await.unwrap();
    service.harness.dynamo.forget_calls();
}

/// Returns an invitation by Alice, who owned her address when she created it.
fn by_alice() -> Invitation {
    let email = Some("alice@example.com".parse().unwrap());
    Invitation { inviter: Inviter { id: ALICE, name: Some("Alice".to_owned()), email, zone: None }, ..invitation(2, 1) }
}

fn to_bob() -> Invitation {
    Invitation { invitees: vec![Invitee { target: InviteeTarget::User(BOB), role: Role::Member }], ..invitation(2, 1) }
}

/// Returns the only mail, as sent.
fn mail(service: &Service) -> String {
    let [mail] = &service.harness.mailbox.messages()[..] else { panic!("there is not one mail") };
    mail.raw.clone()
}

#[tokio::test]
async fn replies_go_to_the_inviter_who_owns_the_address() {
    let invitation = by_alice();
    let service = Service::with(&invitation).await;
    prove(&service, ALICE, "Alice@example.com", 0).await;
    service.deliver_all().await;
    assert!(mail(&service).contains("Reply-To: \"Alice\" <alice@example.com>"), "{}", mail(&service));
}

#[tokio::test]
async fn replies_do_not_go_to_an_address_that_now_belongs_to_somebody_else() {
    let invitation = by_alice();
    let service = Service::with(&invitation).await;
    prove(&service, ALICE, "alice@example.com", 0).await;
    prove(&service, MALLORY, "alice@example.com", 1).await;
    service.deliver_all().await;
    let mail = mail(&service);
    assert!(!mail.contains("Reply-To") && !mail.contains("alice@") && !mail.contains("alice%40"), "{mail}");
}

#[tokio::test]
async fn replies_do_not_go_to_an_address_that_the_inviter_gave_up() {
    let invitation = by_alice();
    let service = Service::with(&invitation).await;
    prove(&service, ALICE, "alice@example.com", 0).await;
    prove(&service, ALICE, "alice@elsewhere.example", 1).await;
    service.deliver_all().await;
    assert!(!mail(&service).contains("Reply-To"));
}

#[tokio::test]
async fn replies_go_to_a_service_apps_account_while_it_is_registered_with_the_address() {
    for (acted_by, is_answered) in [(Some("sample-service-app"), true), (Some("another-app"), false), (None, false)] {
        let service = Service::start().await;
        let registered =
            service.harness.store.service_app(&"sample-service-app".parse().unwrap()).await.unwrap().unwrap();
        let inviter = Inviter { id: registered.account, name: None, email: Some(registered.email.clone()), zone: None };
        let acted_by = acted_by.map(|app| app.parse().unwrap());
        let invitation = Invitation { inviter, acted_by, ..invitation(2, 1) };
        // The directory knows another owner of the address.
        let address = registered.email.as_typed();
        prove(&service, MALLORY, address, 1).await;
        service.plant(&invitation).await;
        service.send(MAIL, &invitation, invitation.mailing.kind, 0);
        service.deliver_all().await;
        assert_eq!(mail(&service).contains("Reply-To"), is_answered);
    }
}

#[tokio::test]
async fn a_user_invited_by_id_is_mailed_at_their_current_address() {
    let invitation = to_bob();
    let service = Service::with(&invitation).await;
    prove(&service, BOB, "bob@example.com", 0).await;
    prove(&service, BOB, "bob@elsewhere.example", 1).await;
    service.deliver_all().await;
    assert_eq!(service.mails().into_keys().collect::<Vec<_>>(), ["bob@elsewhere.example"]);
}

#[tokio::test]
async fn a_user_who_lost_their_address_is_not_mailed_there() {
    let disproof = Email::Disproven { address: "bob@example.com".parse().unwrap(), at: None };
    let later = User { email: Some(disproof), ..User::new(BOB) };
    for is_taken in [true, false] {
        let invitation = to_bob();
        let service = Service::with(&invitation).await;
        prove(&service, BOB, "bob@example.com", 0).await;
        if is_taken {
            prove(&service, MALLORY, "bob@example.com", 1).await;
        } else {
            service.harness.store.reconcile(&later, service.now()).await.unwrap();
            service.harness.dynamo.forget_calls();
        }
        service.deliver_all().await;
        assert_eq!((service.attempts(), service.states(&invitation)), (0, vec!["failed".to_owned()]));
        assert_eq!(service.delivery(&invitation, 0)["reason"], "no verified address is known for this user");
    }
}

#[tokio::test]
async fn a_mailbox_that_stays_invited_by_another_target_keeps_the_meeting() {
    let by_address = InviteeTarget::Email("bob@example.com".parse().unwrap());
    let by_id = InviteeTarget::User(BOB);
    let to = |target: &InviteeTarget| Invitation {
        invitees: vec![Invitee { target: target.clone(), role: Role::Member }],
        ..meeting(1)
    };
    let [address_item, id_item] =
        [json!({ "email": { "S": "bob@example.com" } }), json!({ "user": { "S": BOB.to_string() } })];
    for (before, after, item) in [(&by_address, &by_id, id_item), (&by_id, &by_address, address_item)] {
        let (before, after) = (to(before), to(after));
        let service = Service::start().await;
        prove(&service, BOB, "bob@example.com", 0).await;
        service.plant(&before).await;
        service.send(MAIL, &before, MailKind::Invite, 0);
        service.deliver_all().await;
        service.harness.store.put_deliveries(&after, &after.invitees, service.now()).await.unwrap();
        service.harness.dynamo.forget_calls();
        service.change_invitation(&before, "update", |invitation| {
            let mut invitee = item;
            invitee["role"] = json!({ "S": "member" });
            invitation["invitees"]["L"] = json!([{ "M": invitee }]);
            invitation["sequence"]["N"] = json!("1");
        });
        service.send(MAIL, &after, MailKind::Invite, 1);
        service.send(MAIL, &before, MailKind::Cancel, 1);
        service.deliver_all().await;
        assert_eq!(service.mails()["bob@example.com"], ["REQUEST", "REQUEST"]);
        assert_eq!(service.states(&before), ["sent"]);
    }
}
