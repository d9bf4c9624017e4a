//! Rules that a single event cannot show.

use manage_spaces::App;
use spaces_local::harness;

#[test]
fn a_variable_that_is_wrong_is_named() {
    let env = [("CORS_ALLOWED_ORIGINS", "https://app.example.com:*")].into_iter().collect();
    let error = App::from_env(&env, harness::sources_at(harness::now())).err().unwrap().to_string();
    assert!(error.contains("CORS_ALLOWED_ORIGINS"), "{error}");
}

#[test]
fn the_deployed_role_allows_what_the_function_does_and_no_more() {
    let expected = [
        // Users and the owners of their addresses.
        "dynamodb:BatchGetItem",
        // Opens the first connection; a user, the owner of an address, a service app.
        "dynamodb:GetItem",
        // The directory.
        "dynamodb:UpdateItem",
    ];
    assert_eq!(harness::allowed_actions("ManageSpacesRole").unwrap(), expected);
}
