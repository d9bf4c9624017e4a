//! What is refused, and how.

use anyhow::ensure;
use serde_json::{Value, json};

use crate::invitations::Told;
use crate::protocol::part;
use crate::service::{Service, expect, expect_problem, expect_status};

pub(crate) fn tell(service: &Service<'_>, told: &Told) -> anyhow::Result<()> {
    part("Refuse");
    let rosa = service.rosa()?;
    let create = |authorization: &str, body: &str| {
        service.send("POST", "/api/spaces/invite", &[("authorization", authorization)], body)
    };
    let body = json!({ "topic": { "title": "Refused" } }).to_string();

    let nobody = service.send("POST", "/api/spaces/invite", &[], &body)?;
    expect_problem(&nobody, 401, "unauthenticated")?;
    ensure!(nobody.header("www-authenticate").contains("Bearer"), "no WWW-Authenticate");
    let forged = format!("{}A", rosa.trim_end_matches(char::is_alphanumeric));
    expect_problem(&create(&forged, &body)?, 401, "unauthenticated")?;
    service.log.saw("no credentials, a forged signature: 401");

    expect_problem(&create(&rosa, "{")?, 400, "malformed_request")?;
    let wrong = json!({ "topic": { "title": " " }, "invitees": [{ "inviteeType": "email", "invitee": "ana", "role": "boss" }] });
    let answer = create(&rosa, &wrong.to_string())?;
    expect_problem(&answer, 400, "invalid_request")?;
    expect("errors", &answer.json()?.get("errors").and_then(Value::as_array).map(Vec::len), &Some(3))?;
    service.log.saw("no JSON: 400; three faults at once: 400 with three errors");

    expect_problem(&create(&service.guest("Gus")?, &body)?, 403, "forbidden")?;
    let large = json!({ "topic": { "title": "Large", "description": "x".repeat(1 << 20) } }).to_string();
    expect_problem(&create(&rosa, &large)?, 413, "payload_too_large")?;
    service.log.saw("a guest creates: 403; a body over 1 MiB: 413");

    expect_problem(&service.join(&"f".repeat(24), &rosa)?, 404, "not_found")?;
    let path = format!("/api/spaces/invites/{}/join", told.invite);
    let deleted = service.send("DELETE", &path, &[("authorization", &rosa)], "")?;
    expect_problem(&deleted, 405, "method_not_allowed")?;
    let unknown = service.send("GET", "/api/spaces", &[("authorization", &rosa)], "")?;
    expect_problem(&unknown, 404, "not_found")?;
    expect_problem(&service.send("GET", "/favicon.ico", &[], "")?, 404, "not_found")?;
    service.log.saw("an unknown invitation: 404; a wrong method: 405; an unknown path, of the API and any other: 404");

    for (id, code) in [("000000000000000000000002", "invite_expired"), ("000000000000000000000003", "invite_revoked")] {
        expect_problem(&service.join(id, &rosa)?, 410, code)?;
        expect_status(&service.send("GET", &format!("/spaces/invites/{id}/join"), &[], "")?, 410)?;
    }
    service.log.saw("an expired and a revoked invitation: 410, for programs and in a browser");
    Ok(())
}
