//! Examples: events of API Gateway and what the functions answer to them.

use serde_json::{Value, json};
use spaces_local::harness::{self, Harness};

/// An event whose request and answer are an example: its function, its file, and what it shows.
const SHOWN: &[(&str, &str, &str)] = &[
    ("create-space-invite", "200-email", "A meeting, mailed to its invitee"),
    ("create-space-invite", "200-title-alone", "A space without invitees"),
    ("create-space-invite", "200-user-id", "A known user, invited by id"),
    ("create-space-invite", "200-client", "What the client mails itself"),
    ("create-space-invite", "400-roles-disagree", "An invitee twice, with different roles"),
    ("join-invite", "200-invited-by-address", "Somebody who is on the invitation"),
    ("join-invite", "200-stranger", "Somebody who only has the link"),
    ("anonymous-login", "200-display-name", "A guest with a name"),
    ("anonymous-login", "200-jwks", "The current key"),
];

/// Puts the examples where they belong.
pub(crate) async fn add(description: &mut Value) {
    for (function, name, summary) in SHOWN {
        let event = harness::event(function, name).unwrap();
        let answer = answer(function, event.clone()).await;
        let key = name.split_once('-').unwrap().1;
        let operation = operation(description, &event);
        let body: Option<Value> = event["body"].as_str().and_then(|body| serde_json::from_str(body).ok());
        if answer["statusCode"] == 200
            && let Some(body) = body
        {
            let content = &mut operation["requestBody"]["content"]["application/json"];
            content["examples"][key] = json!({"summary": summary, "value": body});
        }
        let content = answer["headers"]["content-type"].as_str().unwrap();
        let status = answer["statusCode"].to_string();
        let response = resolved(description, &event, &status);
        response["content"][content]["examples"][key] =
            json!({"summary": summary, "value": shortened(answer["body"].clone())});
    }
}

/// What the function answers on the sample data, at a time that stands still.
async fn answer(function: &str, event: Value) -> Value {
    let harness = Harness::start().await.unwrap();
    let (env, sources) = (harness.env().unwrap(), harness::sources_at(harness::now()));
    let answer = match function {
        "create-space-invite" => {
            let app = create_space_invite::App::from_env(&env, sources).unwrap();
            harness::answer(event, |request| app.answer(request)).await
        }
        "join-invite" => {
            let app = join_invite::App::from_env(&env, sources).unwrap();
            harness::answer(event, |request| app.answer(request)).await
        }
        _ => {
            let app = anonymous_login::App::from_env(&env, sources).unwrap();
            harness::answer(event, |request| app.answer(request)).await
        }
    };
    answer.unwrap()
}

fn operation<'a>(description: &'a mut Value, event: &Value) -> &'a mut Value {
    let path = event["rawPath"].as_str().unwrap();
    let method = event["requestContext"]["http"]["method"].as_str().unwrap().to_lowercase();
    let template: Vec<&str> =
        path.split('/').map(|segment| if segment.len() == 24 { "{inviteId}" } else { segment }).collect();
    description["paths"].get_mut(template.join("/")).unwrap().get_mut(method).unwrap()
}

/// The operation's answer with this status, also where it is one that operations share.
fn resolved<'a>(description: &'a mut Value, event: &Value, status: &str) -> &'a mut Value {
    let response = &operation(description, event)["responses"][status];
    let shared = response["$ref"].as_str().map(|shared| shared.trim_start_matches('#').to_owned());
    match shared {
        Some(pointer) => description.pointer_mut(&pointer).unwrap(),
        None => operation(description, event)["responses"].get_mut(status).unwrap(),
    }
}

/// A whole mail would hide the rest.
fn shortened(mut answer: Value) -> Value {
    if let Some(html) = answer.pointer_mut("/inviteContent/html") {
        let doctype: String = html.as_str().unwrap().chars().take_while(|character| *character != '>').collect();
        *html = json!(format!("{doctype}>…"));
    }
    answer
}
