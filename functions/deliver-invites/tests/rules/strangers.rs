//! First mails from inviters whom the recipient does not know.

use std::sync::Arc;
use std::time::Duration;

use spaces_local::Interference;
use spaces_model::{
    Card, Description, Founding, Invitation, Inviter, MailKind, Member, MemberId, Role, Standing, UserId,
};
use spaces_store::Entrance;
use tokio::sync::Notify;

use crate::addresses::prove;
use crate::meeting;
use crate::support::{MAIL, Service, address, invitation};

/// Returns the invitation with this number to the same person, by the inviter with this byte.
fn by(inviter: u8, number: u8) -> Invitation {
    let id = UserId::from_bytes([inviter; 12]);
    let inviter = Inviter { id, name: None, email: None, zone: None };
    Invitation { inviter, creator: id, ..invitation(number, 1) }
}

/// Like [`by`], with this address of the inviter.
fn with_address(inviter: u8, number: u8, address: &str) -> Invitation {
    let invitation = by(inviter, number);
    let inviter = Inviter { email: Some(address.parse().unwrap()), ..invitation.inviter };
    Invitation { inviter, ..invitation }
}

/// Delivers invitations one by one, and returns their states.
async fn states(service: &Service, invitations: impl IntoIterator<Item = Invitation>) -> Vec<String> {
    let mut states = Vec::new();
    for invitation in invitations {
        service.plant(&invitation).await;
        service.send(MAIL, &invitation, invitation.mailing.kind, 0);
        service.deliver_all().await;
        states.extend(service.states(&invitation));
    }
    states
}

fn counts(states: &[String]) -> (usize, usize) {
    let count = |state: &str| states.iter().filter(|other| *other == state).count();
    assert_eq!(count("sent") + count("suppressed"), states.len(), "{states:?}");
    (count("sent"), count("suppressed"))
}

/// Uses up the invitee's limit of mails from strangers.
async fn use_up(service: &Service) {
    assert_eq!(counts(&states(service, (50..61).map(|n| by(n, n))).await), (10, 1));
}

#[tokio::test]
async fn one_stranger_may_send_five_invitations_and_all_strangers_together_ten() {
    let service = Service::start().await;
    let of_one = states(&service, (10..17).map(|n| by(7, n))).await;
    assert_eq!(of_one, ["sent", "sent", "sent", "sent", "sent", "suppressed", "suppressed"]);
    // A mail that one inviter is refused remains available to the others.
    let of_others = states(&service, (20..28).map(|n| by(n, n))).await;
    assert_eq!(counts(&of_others), (5, 3));
    service.wait(Duration::from_hours(24));
    assert_eq!(states(&service, [by(7, 30)]).await, ["sent"]);
}

#[tokio::test]
async fn the_strangers_limit_affects_neither_colleagues_nor_people_who_share_a_space() {
    let service = Service::start().await;
    use_up(&service).await;
    // An inviter with a verified address in the recipient's domain, one with another domain, and one whose address now
    // belongs to somebody else.
    prove(&service, UserId::from_bytes([2; 12]), "carl@example.com", 0).await;
    prove(&service, UserId::from_bytes([3; 12]), "olaf@elsewhere.example", 0).await;
    prove(&service, UserId::from_bytes([4; 12]), "taken@example.com", 0).await;
    prove(&service, UserId::from_bytes([5; 12]), "taken@example.com", 1).await;
    let invitations = [
        with_address(2, 11, "carl@example.com"),
        with_address(3, 12, "olaf@elsewhere.example"),
        with_address(4, 13, "taken@example.com"),
    ];
    assert_eq!(states(&service, invitations).await, ["sent", "suppressed", "suppressed"]);
    // The recipient joins inviters' spaces, by an act of their own and by somebody else's.
    let receiver = UserId::from_bytes([90; 12]);
    prove(&service, receiver, &address(0), 0).await;
    for (inviter, own_act, expected) in [(31, true, "sent"), (32, false, "suppressed")] {
        let founding = Invitation { invitees: Vec::new(), ..by(inviter, inviter) };
        let founding = Invitation {
            founds: founding.founds.map(|founds| spaces_model::Founding { creator: founding.inviter.id, ..founds }),
            ..founding
        };
        service.plant(&founding).await;
        let member = Member {
            id: MemberId::User(receiver),
            role: Role::Member,
            role_set: None,
            display_name: "Ana".to_owned(),
            version: 0,
            joined: service.now(),
            own_act,
            invite: None,
            standing: Standing::Present,
            card: Card::new(spaces_model::SpaceKind::Group, service.now()),
        };
        let entrance = Entrance { made: service.now(), names_them: true };
        service.harness.store.admit(founding.space, member, None, entrance).await.unwrap().unwrap();
        service.harness.dynamo.forget_calls();
        assert_eq!(states(&service, [by(inviter, inviter + 50)]).await, [expected], "{own_act}");
    }
}

#[tokio::test]
async fn colleagues_are_not_counted_and_users_of_one_mail_provider_are_strangers() {
    let service = Service::start().await;
    let inviter = UserId::from_bytes([2; 12]);
    prove(&service, inviter, "carl@example.com", 0).await;
    let of_colleague = states(&service, (10..22).map(|n| with_address(2, n, "carl@example.com"))).await;
    assert_eq!(counts(&of_colleague), (12, 0));
    use_up(&service).await;

    prove(&service, inviter, "carl@gmail.com", 1).await;
    let to_gmail = |number| {
        let invitation = with_address(2, number, "carl@gmail.com");
        let target = spaces_model::InviteeTarget::Email("ana@gmail.com".parse().unwrap());
        Invitation { invitees: vec![spaces_model::Invitee { target, role: Role::Member }], ..invitation }
    };
    assert_eq!(counts(&states(&service, (30..37).map(to_gmail)).await), (5, 2));
}

#[tokio::test]
async fn links_in_descriptions_are_links_only_for_people_who_know_the_inviter() {
    let service = Service::start().await;
    prove(&service, UserId::from_bytes([2; 12]), "carl@example.com", 0).await;
    prove(&service, UserId::from_bytes([3; 12]), "olaf@elsewhere.example", 0).await;
    let described = |invitation: Invitation| {
        let description = Description::new("https://wiki.example/agenda").unwrap();
        Invitation { founds: invitation.founds.map(|founds| Founding { description, ..founds }), ..invitation }
    };
    for (invitation, is_link) in [
        (with_address(2, 11, "carl@example.com"), true),
        (with_address(3, 12, "olaf@elsewhere.example"), false),
        // An address that is not the inviter's.
        (with_address(4, 13, "carl@example.com"), false),
        (by(5, 14), false),
    ] {
        assert_eq!(states(&service, [described(invitation)]).await, ["sent"]);
        // The newest mail is first.
        let messages = service.harness.mailbox.messages();
        let html = messages.first().unwrap().html.clone().unwrap();
        assert_eq!(html.contains("href=\"https://wiki.example/agenda\""), is_link, "{html}");
    }
}

#[tokio::test]
async fn updates_resends_and_cancellations_are_not_counted_and_not_suppressed() {
    let service = Service::start().await;
    let meeting = Invitation { invitees: invitation(2, 1).invitees, ..meeting(1) };
    assert_eq!(states(&service, [meeting.clone()]).await, ["sent"]);
    use_up_after_one(&service).await;
    service.change_invitation(&meeting, "resend", |_| {});
    service.send(MAIL, &meeting, MailKind::Resend, 1);
    service.deliver_all().await;
    service.revoke(&meeting);
    service.send(MAIL, &meeting, MailKind::Cancel, 2);
    service.deliver_all().await;
    assert_eq!(service.mails()[&address(0)].iter().filter(|method| !method.is_empty()).count(), 3);
    assert_eq!(service.mails()[&address(0)].last().unwrap(), "CANCEL");
}

/// Uses up the limit after one mail.
async fn use_up_after_one(service: &Service) {
    assert_eq!(counts(&states(service, (50..60).map(|n| by(n, n))).await), (9, 1));
}

#[tokio::test]
async fn a_mail_whose_sender_is_killed_after_it_was_counted_counts_once() {
    let service = Service::start().await;
    let mut all = Vec::new();
    for number in 10..16 {
        let invitation = by(7, number);
        service.plant(&invitation).await;
        service.send(MAIL, &invitation, MailKind::Invite, 0);
        for _ in 0..2 {
            kill_after_the_count(&service).await;
            service.wait(Duration::from_mins(10));
        }
        service.deliver_all().await;
        all.extend(service.states(&invitation));
    }
    assert_eq!(all, ["sent", "sent", "sent", "sent", "sent", "suppressed"]);
}

/// Kills a sender after it has counted a mail, if it counts one.
async fn kill_after_the_count(service: &Service) {
    let (reached, dynamo) = (Arc::new(Notify::new()), &service.harness.dynamo);
    dynamo.forget_calls();
    dynamo.interfere({
        let reached = Arc::clone(&reached);
        move |operation, body| {
            (operation == "UpdateItem" && body.contains("sending")).then(|| {
                reached.notify_one();
                Interference::DropRequest
            })
        }
    });
    let app = service.app();
    tokio::select! {
        _ = service.deliver(&app, MAIL) => {}
        () = reached.notified() => {}
    }
    dynamo.stop_interfering();
}

#[tokio::test]
async fn the_limit_is_configurable() {
    let mut service = Service::start().await;
    service.env.set("MAILS_PER_RECEIVER", "2");
    assert_eq!(counts(&states(&service, (10..14).map(|n| by(n, n))).await), (2, 2));
    for wrong in ["0", "101", "many"] {
        service.env.set("MAILS_PER_RECEIVER", wrong);
        let sources = spaces_local::harness::sources_at(service.now());
        let error = deliver_invites::App::from_env(&service.env, sources).err().unwrap().to_string();
        assert!(error.contains("MAILS_PER_RECEIVER"), "{error}");
    }
}
