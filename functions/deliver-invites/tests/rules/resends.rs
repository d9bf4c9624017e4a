//! Mails that the inviter sends again.

use jiff::SignedDuration;
use spaces_model::{
    Card, Email, Invitation, Invitee, InviteeTarget, MailKind, Member, MemberId, Role, SpaceKind, Standing, User,
    UserId,
};
use spaces_store::Entrance;

use crate::support::{MAIL, Outcome, Service, address, invitation};

const ANA: UserId = UserId::from_bytes([7; 12]);

/// Adds the owner of an address to the directory, and to the invitation's space.
async fn join(service: &Service, invitation: &Invitation, address: &str) -> Member {
    let store = &service.harness.store;
    let email = Some(Email::Proven { address: address.parse().unwrap(), at: Some(service.now()) });
    let user = User { name: Some("Ana".to_owned()), email, ..User::new(ANA) };
    store.reconcile(&user, service.now()).await.unwrap();
    let newcomer = Member {
        id: MemberId::User(ANA),
        role: Role::Member,
        role_set: None,
        display_name: "Ana".to_owned(),
        joined: service.now(),
        own_act: true,
        invite: Some(invitation.id),
        standing: Standing::Present,
        card: Card::new(SpaceKind::Group, service.now()),
        version: 0,
    };
    let entrance = Entrance { made: invitation.created, names_them: true };
    let member = store.admit(invitation.space, newcomer, None, entrance).await.unwrap().unwrap();
    service.harness.dynamo.forget_calls();
    member
}

#[tokio::test]
async fn a_resend_goes_once_to_the_people_it_names() {
    let invitation = invitation(2, 2);
    let service = Service::with(&invitation).await;
    service.deliver_all().await;
    let named = Invitation { invitees: invitation.invitees[..1].to_vec(), ..invitation.clone() };
    for _ in 0..2 {
        service.send(MAIL, &named, MailKind::Resend, 1);
        assert_eq!(service.deliver(&service.app(), MAIL).await, Outcome::Done);
    }
    assert_eq!((service.mails()[&address(0)].len(), service.mails()[&address(1)].len()), (2, 1));
    service.send(MAIL, &named, MailKind::Resend, 2);
    service.deliver_all().await;
    assert_eq!(service.mails()[&address(0)].len(), 3);
    // An earlier resend that arrives late.
    service.send(MAIL, &named, MailKind::Resend, 1);
    service.deliver_all().await;
    assert_eq!(service.attempts(), 4);
}

#[tokio::test]
async fn a_resend_leaves_out_members_by_address_and_by_id() {
    let by_id = Invitee { target: InviteeTarget::User(ANA), role: Role::Member };
    for invitees in [invitation(2, 1).invitees, vec![by_id]] {
        let invitation = Invitation { invitees, ..invitation(2, 1) };
        let service = Service::start().await;
        let member = join(&service, &invitation, &address(0)).await;
        service.plant(&invitation).await;
        // A person who is a member before the first mail still gets that mail.
        service.send(MAIL, &invitation, MailKind::Invite, 0);
        service.deliver_all().await;
        assert_eq!(service.mails()[&address(0)].len(), 1);
        service.send(MAIL, &invitation, MailKind::Resend, 1);
        service.deliver_all().await;
        assert_eq!(service.mails()[&address(0)].len(), 1);

        // A person who has left needs the link again.
        let later = service.now() + SignedDuration::from_mins(1);
        service.harness.store.end_membership(invitation.space, &member, member.id, later).await.unwrap();
        service.harness.dynamo.forget_calls();
        service.send(MAIL, &invitation, MailKind::Resend, 2);
        service.deliver_all().await;
        assert_eq!(service.mails()[&address(0)].len(), 2);
    }
}

#[tokio::test]
async fn a_membership_counts_and_not_the_invitations_record_of_joining() {
    // Another user joined by the link, which was passed on.
    let invitation = invitation(2, 1);
    let service = Service::with(&invitation).await;
    service.deliver_all().await;
    join(&service, &invitation, "somebody-else@example.com").await;
    service.send(MAIL, &invitation, MailKind::Resend, 1);
    service.deliver_all().await;
    assert_eq!(service.mails()[&address(0)].len(), 2);
}

#[tokio::test]
async fn a_resend_that_comes_before_the_first_mail_covers_it() {
    let invitation = invitation(2, 1);
    let service = Service::start().await;
    service.plant(&invitation).await;
    for (kind, mailing) in [(MailKind::Resend, 1), (MailKind::Invite, 0)] {
        service.send(MAIL, &invitation, kind, mailing);
        assert_eq!(service.deliver(&service.app(), MAIL).await, Outcome::Done);
    }
    assert_eq!((service.attempts(), service.states(&invitation)), (1, vec!["sent".into()]));
}
