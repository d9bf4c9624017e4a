//! Joining concurrently with changes that prevent it, in whatever order the table applies them.

use futures_util::future::join;
use spaces_local::samples::Sample;
use spaces_model::{MemberId, Role};
use spaces_store::MemberChange;

use super::{SPACE, Service, guest, guest_id, id, token, user};

const BOB: &str = "bob@example.com";
const ALICE: &str = "alice@example.com";

impl Service {
    /// Removes a person as soon as they are a member, like an admin who keeps trying.
    async fn remove_at_once(&self, whom: MemberId) {
        let mut held = self.member(whom).await;
        while let Some(member) = held.as_ref().filter(|member| member.is_present()) {
            match self.harness.store.end_membership(SPACE, member, id(ALICE), self.now()).await.unwrap() {
                MemberChange::Done(_) => break,
                MemberChange::Conflict(by) => held = by,
                MemberChange::OnlyAdmin => unreachable!("nobody else is removed"),
            }
        }
    }
}

#[tokio::test]
async fn a_member_removed_while_opening_the_link_stays_removed() {
    for round in 0..20 {
        let service = Service::start().await;
        service.join(&user(BOB)).await;
        service.set_role(id(BOB), Role::Guest).await;
        service.updates_invitation();
        // The link raises Bob's role, so both requests write his membership.
        let bob = user(BOB);
        let (answer, ()) = join(service.join(&bob), service.remove_at_once(id(BOB))).await;
        assert!([200, 403].iter().any(|status| answer["statusCode"] == *status), "{round}: {answer}");
        assert!(!service.member(id(BOB)).await.unwrap().is_present(), "{round}");
        assert_eq!(service.join(&user(BOB)).await["statusCode"], 403, "{round}");
    }
}

#[tokio::test]
async fn a_join_concurrent_with_a_revocation_counts_as_before_it_and_later_ones_fail() {
    let service = Service::start().await;
    let (third, store) = (guest(3), &service.harness.store);
    let (answer, revoked) = join(service.join(&third), store.revoke_invitation(Sample::Open.id(), service.now())).await;
    revoked.unwrap();
    let is_in = service.member(guest_id(3)).await.is_some();
    assert_eq!(answer["statusCode"], if is_in { 200 } else { 410 });
    service.wait(jiff::SignedDuration::from_secs(5));
    assert_eq!(service.join(&guest(4)).await["statusCode"], 410);
}

#[tokio::test]
async fn concurrent_joins_and_declines_leave_one_membership_and_at_most_one_answer() {
    let service = Service::start().await;
    let bob = user(BOB);
    let decline = super::Visit { form: "answer=no", session: Some(token(BOB)), ..super::POST };
    let joins = futures_util::future::join_all((0..10).map(|_| service.join(&bob)));
    let refusals = futures_util::future::join_all((0..10).map(|_| service.visit(&decline)));
    let (joined, refused) = join(joins, refusals).await;
    assert!(joined.iter().all(|answer| answer["statusCode"] == 200));
    assert!(refused.iter().all(|answer| [200, 303].iter().any(|status| answer["statusCode"] == *status)));
    assert!(service.member(id(BOB)).await.unwrap().is_present());
    assert!(service.items().iter().filter(|item| item.get("answered").is_some()).count() <= 1);
}
