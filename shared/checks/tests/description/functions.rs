//! The functions that clients call: their parts of the description, and their responses to events.

use serde_json::Value;
use spaces_local::harness::{self, Harness};
use utoipa::openapi::OpenApi;

/// Events whose requests and responses become examples: the function, the file, and a summary.
pub(crate) const SHOWN: &[(&str, &str, &str)] = &[
    ("create-space-invite", "200-email", "A meeting, mailed to its invitee"),
    ("create-space-invite", "200-title-alone", "A space without invitees"),
    ("create-space-invite", "200-user-id", "A colleague, invited by id"),
    ("create-space-invite", "200-client", "An invitation that the client mails itself"),
    ("create-space-invite", "400-roles-disagree", "An invitee twice, with different roles"),
    ("join-invite", "200-invited-by-address", "A caller who is invited"),
    ("join-invite", "200-stranger", "A caller who only has the link"),
    ("manage-spaces", "200-space", "A space"),
    ("manage-spaces", "200-space-update", "Name, settings and a PIN"),
    ("manage-spaces", "400-space-update-wrong-types", "Faults of a space"),
    ("manage-spaces", "200-members", "The members of a space"),
    ("manage-spaces", "200-attendee-add", "A colleague, added"),
    ("manage-spaces", "200-direct", "A colleague"),
    ("manage-spaces", "200-meeting-room", "One's own"),
    ("manage-spaces", "200-me", "A user"),
    ("anonymous-login", "200-display-name", "A guest with a name"),
    ("anonymous-login", "200-jwks", "The current key"),
];

/// Returns the functions' parts of the description.
pub(crate) fn parts() -> [OpenApi; 5] {
    [
        create_space_invite::openapi::part(),
        join_invite::openapi::part(),
        anonymous_login::openapi::part(),
        manage_spaces::openapi::part(),
        stop_mail::openapi::part(),
    ]
}

/// Returns the response of a function on the sample data, at a fixed time.
pub(crate) async fn answer(function: &str, event: Value) -> Value {
    let harness = Harness::start().await.unwrap();
    let (env, sources) = (harness.env().unwrap(), harness::sources_at(harness::now()));
    macro_rules! answer_of {
        ($function:ident) => {{
            let app = $function::App::from_env(&env, sources).unwrap();
            harness::answer(event, |request| app.answer(request)).await.unwrap()
        }};
    }
    match function {
        "create-space-invite" => answer_of!(create_space_invite),
        "join-invite" => answer_of!(join_invite),
        "anonymous-login" => answer_of!(anonymous_login),
        "manage-spaces" => answer_of!(manage_spaces),
        other => panic!("{other} has no examples"),
    }
}
