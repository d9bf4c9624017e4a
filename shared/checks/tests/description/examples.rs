//! Adds examples: API Gateway events and the functions' responses.

use serde_json::{Value, json};
use spaces_local::harness;

use crate::functions;

/// Adds the examples to the operations and responses of the description.
pub(crate) async fn add(description: &mut Value) {
    for (function, name, summary) in functions::SHOWN {
        let event = harness::event(function, name).unwrap();
        let answer = functions::answer(function, event.clone()).await;
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

fn operation<'a>(description: &'a mut Value, event: &Value) -> &'a mut Value {
    let path = event["rawPath"].as_str().unwrap();
    let method = event["requestContext"]["http"]["method"].as_str().unwrap().to_lowercase();
    let paths = description["paths"].as_object_mut().unwrap();
    let fitting = paths.iter_mut().filter(|(template, _)| fits(template, path));
    // If a segment is a parameter in one template and a literal in another, the literal wins.
    let (_, operations) = fitting.min_by_key(|(template, _)| template.matches('{').count()).unwrap();
    operations.get_mut(method).unwrap()
}

/// Returns whether a path matches a template.
fn fits(template: &str, path: &str) -> bool {
    let (template, path): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    let mut segments = template.iter().zip(&path);
    template.len() == path.len() && segments.all(|(expected, segment)| expected.starts_with('{') || expected == segment)
}

/// Returns the operation's response with this status, resolving a reference to a shared response.
fn resolved<'a>(description: &'a mut Value, event: &Value, status: &str) -> &'a mut Value {
    let response = &operation(description, event)["responses"][status];
    let shared = response["$ref"].as_str().map(|shared| shared.trim_start_matches('#').to_owned());
    match shared {
        Some(pointer) => description.pointer_mut(&pointer).unwrap(),
        None => operation(description, event)["responses"].get_mut(status).unwrap(),
    }
}

/// Shortens the mail's HTML, which would hide the rest of the example.
fn shortened(mut answer: Value) -> Value {
    if let Some(html) = answer.pointer_mut("/inviteContent/html") {
        let doctype: String = html.as_str().unwrap().chars().take_while(|character| *character != '>').collect();
        *html = json!(format!("{doctype}>…"));
    }
    answer
}
