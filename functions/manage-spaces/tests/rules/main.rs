//! Behavior that a single event cannot show.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod invitations;
mod inviting;
mod joining;
mod me;
mod members;
mod on_demand;
mod page_tokens;
mod removals;
mod resends;
mod roles;
mod scene;
mod spaces;

use manage_spaces::App;
use spaces_local::harness::{self, Harness};

#[tokio::test]
async fn an_invalid_variable_is_named() {
    let harness = Harness::start().await.unwrap();
    let mut env = harness.env().unwrap();
    env.set("CORS_ALLOWED_ORIGINS", "https://app.example.com:*");
    let error = App::from_env(&env, harness::sources_at(harness::now())).err().unwrap().to_string();
    assert!(error.contains("CORS_ALLOWED_ORIGINS"), "{error}");
}

#[test]
fn the_deployed_role_allows_what_the_function_does_and_no_more() {
    let expected = [
        // The caller and their address; users and owners of addresses whom the caller may know; a space with
        // memberships.
        "dynamodb:BatchGetItem",
        // Opens the first connection; a user, the owner of an address, a service app, a space, a membership, an
        // invitation.
        "dynamodb:GetItem",
        // A new membership, a new invitation.
        "dynamodb:PutItem",
        // The members of a space, its invitations, their deliveries, and the spaces of a user.
        "dynamodb:Query",
        // The directory, spaces, memberships, invitations, limits.
        "dynamodb:UpdateItem",
    ];
    assert_eq!(harness::allowed_actions("ManageSpacesRole").unwrap(), expected);
}
