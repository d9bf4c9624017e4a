//! The issuers that vouch for an address, and the time for which a proof counts.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod support;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use spaces_local::harness;
use spaces_local::tokens::{self, DevelopmentIssuer, DevelopmentUser};
use spaces_model::{Email, User, UserId};

use support::Service;

const BOB: &str = "bob@example.com";
const INVITED: (&str, &str) = ("member", "invited");
const UNPROVEN: (&str, &str) = ("guest", "email_not_verified");

impl Service {
    /// Joins the space to which Bob's address is invited, and checks the role and its reason.
    async fn joins(&self, token: &str, expected: (&str, &str)) {
        let mut event = harness::event("join-invite", "200-invited-by-address").unwrap();
        event["headers"]["authorization"] = json!(format!("jwt {token}"));
        let answer: Value = harness::answer(event, |request| self.app.answer(request)).await.unwrap();
        assert_eq!((&answer["body"]["role"], &answer["body"]["roleReason"]), (&json!(expected.0), &json!(expected.1)));
    }

    /// Puts a proof into the directory.
    async fn prove(&self, person: &DevelopmentUser, at: Timestamp) {
        let email = Some(Email::Proven { address: person.email.clone(), at: Some(at) });
        self.harness.store.reconcile(&User { email, ..User::new(person.id) }, at).await.unwrap();
    }
}

/// Returns the account with this number of a person with this address.
fn account(number: u8, address: &str) -> DevelopmentUser {
    DevelopmentUser { id: UserId::from_bytes([number; 12]), ..DevelopmentUser::with_email(address.parse().unwrap()) }
}

fn token(person: &DevelopmentUser, issued: Option<Timestamp>) -> String {
    tokens::user_of_issuer(DevelopmentIssuer::Accounts, person, harness::now(), issued).unwrap()
}

fn ago(hours: i64) -> Timestamp {
    harness::now() - SignedDuration::from_hours(hours)
}

#[tokio::test]
async fn an_issuer_gives_nobody_a_role_by_an_address_outside_its_domains() {
    let service = Service::start().await;
    let mallory = account(9, BOB);
    let of_partner =
        tokens::user_of_issuer(DevelopmentIssuer::Partner, &mallory, harness::now(), Some(harness::now())).unwrap();
    service.joins(&of_partner, UNPROVEN).await;
    service.joins(&token(&account(1, BOB), Some(ago(5))), INVITED).await;
}

#[tokio::test]
async fn a_proof_older_than_the_owners_makes_a_guest() {
    let service = Service::start().await;
    service.joins(&token(&account(1, BOB), Some(ago(1))), INVITED).await;
    service.joins(&token(&account(2, BOB), Some(ago(2))), UNPROVEN).await;
    service.joins(&token(&account(3, BOB), None), UNPROVEN).await;
    service.joins(&token(&account(4, BOB), Some(ago(0))), INVITED).await;
}

#[tokio::test]
async fn a_user_whose_address_went_to_somebody_else_is_a_guest_with_every_token() {
    let service = Service::start().await;
    service.prove(&account(1, BOB), ago(3)).await;
    service.prove(&account(2, BOB), ago(2)).await;
    let before = account(1, BOB);
    service.joins(&token(&before, Some(ago(3))), UNPROVEN).await;
    service.joins(&token(&DevelopmentUser { identity: false, ..before }, Some(ago(0))), ("guest", "not_invited")).await;
}

#[tokio::test]
async fn an_older_token_with_another_address_does_not_move_a_user_back() {
    let service = Service::start().await;
    service.prove(&account(1, "bob@elsewhere.example"), ago(1)).await;
    service.joins(&token(&account(1, BOB), Some(ago(2))), UNPROVEN).await;
    let moved = service.harness.store.user(account(1, BOB).id).await.unwrap().unwrap();
    assert_eq!(moved.email, Some(Email::Verified("bob@elsewhere.example".parse().unwrap())));
}

#[tokio::test]
async fn a_token_without_an_address_counts_by_a_proof_of_the_last_thirty_days() {
    let service = Service::start().await;
    let oldest = harness::now() - SignedDuration::from_hours(30 * 24);
    for (number, proven, expected) in
        [(1, oldest - SignedDuration::from_secs(1), UNPROVEN), (2, oldest, INVITED), (3, ago(1), INVITED)]
    {
        let bob = DevelopmentUser { identity: false, ..account(number, BOB) };
        service.prove(&bob, proven).await;
        service.joins(&token(&bob, Some(ago(0))), expected).await;
    }
}

#[tokio::test]
async fn the_number_of_days_is_configurable() {
    let service = Service::with(&[("EMAIL_PROOF_DAYS", "1")]).await;
    for (number, hours, expected) in [(1, 25, UNPROVEN), (2, 24, INVITED)] {
        let bob = DevelopmentUser { identity: false, ..account(number, BOB) };
        service.prove(&bob, ago(hours)).await;
        service.joins(&token(&bob, Some(ago(0))), expected).await;
    }
}

#[tokio::test]
async fn a_token_that_proves_the_address_counts_however_old_it_is() {
    let service = Service::with(&[("EMAIL_PROOF_DAYS", "1")]).await;
    service.joins(&token(&account(1, BOB), Some(ago(72))), INVITED).await;
}

#[tokio::test]
async fn an_issuer_can_withdraw_a_verification() {
    let service = Service::start().await;
    let bob = account(1, BOB);
    service.prove(&bob, ago(3)).await;
    let disproven = DevelopmentUser { email_verified: false, ..bob.clone() };
    service.joins(&token(&disproven, Some(ago(2))), UNPROVEN).await;
    service
        .joins(&token(&DevelopmentUser { identity: false, ..bob.clone() }, Some(ago(1))), ("guest", "not_invited"))
        .await;
    service.joins(&token(&bob, Some(ago(3))), UNPROVEN).await;
    service.joins(&token(&bob, Some(ago(2))), INVITED).await;
}

#[tokio::test]
async fn the_later_proof_of_two_accounts_that_join_concurrently_gets_the_role() {
    let (earlier, later) = (account(1, BOB), account(2, BOB));
    for order in [[&earlier, &later], [&later, &earlier]] {
        let service = Service::start().await;
        let joins = order.map(|person| {
            let token = token(person, Some(if person.id == earlier.id { ago(2) } else { ago(1) }));
            let mut event = harness::event("join-invite", "200-invited-by-address").unwrap();
            event["headers"]["authorization"] = json!(format!("jwt {token}"));
            harness::answer(event, |request| service.app.answer(request))
        });
        futures_util::future::try_join_all(joins).await.unwrap();
        let owner = service.harness.store.user_by_email(&BOB.parse().unwrap()).await.unwrap().unwrap();
        assert_eq!(owner.id, later.id);
        service.joins(&token(&later, Some(ago(1))), INVITED).await;
    }
}
