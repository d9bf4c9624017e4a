//! Sends requests that the service must reject.

use anyhow::ensure;
use serde_json::{Value, json};

use crate::invitations::Fixture;
use crate::service::{DeployedService, expect, expect_problem, expect_status};
use crate::transcript::section;

pub(crate) fn run(service: &DeployedService<'_>, fixture: &Fixture) -> anyhow::Result<()> {
    section("Reject");
    let rosa = service.rosa()?;
    let create = |authorization: &str, body: &str| {
        service.send("POST", "/api/spaces/invite", &[("authorization", authorization)], body)
    };
    let body = json!({ "topic": { "title": "Rejected" } }).to_string();

    let nobody = service.send("POST", "/api/spaces/invite", &[], &body)?;
    expect_problem(&nobody, 401, "unauthenticated")?;
    ensure!(nobody.header("www-authenticate").contains("Bearer"), "no WWW-Authenticate");
    let forged = format!("{}A", rosa.trim_end_matches(char::is_alphanumeric));
    expect_problem(&create(&forged, &body)?, 401, "unauthenticated")?;
    service.transcript.step("no credentials, a forged signature: 401");

    expect_problem(&create(&rosa, "{")?, 400, "malformed_request")?;
    let wrong = json!({ "topic": { "title": " " }, "invitees": [{ "inviteeType": "email", "invitee": "ana", "role": "boss" }] });
    let response = create(&rosa, &wrong.to_string())?;
    expect_problem(&response, 400, "invalid_request")?;
    expect("errors", &response.json()?.get("errors").and_then(Value::as_array).map(Vec::len), &Some(3))?;
    service.transcript.step("a malformed body: 400; three faults in one request: 400 with three errors");

    expect_problem(&create(&service.guest("Gus")?, &body)?, 403, "forbidden")?;
    let large = json!({ "topic": { "title": "Large", "description": "x".repeat(1 << 20) } }).to_string();
    expect_problem(&create(&rosa, &large)?, 413, "payload_too_large")?;
    service.transcript.step("a guest creates: 403; a body over 1 MiB: 413");

    expect_problem(&service.join(&"f".repeat(24), &rosa)?, 404, "not_found")?;
    let path = format!("/api/spaces/invites/{}/join", fixture.invite);
    let deleted = service.send("DELETE", &path, &[("authorization", &rosa)], "")?;
    expect_problem(&deleted, 405, "method_not_allowed")?;
    let unknown = service.send("GET", "/api/spaces", &[("authorization", &rosa)], "")?;
    expect_problem(&unknown, 404, "not_found")?;
    expect_problem(&service.send("GET", "/favicon.ico", &[], "")?, 404, "not_found")?;
    service
        .transcript
        .step("an unknown invitation: 404; an unsupported method: 405; unknown paths, in the API and outside: 404");

    for (id, code) in [("000000000000000000000002", "invite_expired"), ("000000000000000000000003", "invite_revoked")] {
        expect_problem(&service.join(id, &rosa)?, 410, code)?;
        expect_status(&service.send("GET", &format!("/spaces/invites/{id}/join"), &[], "")?, 410)?;
    }
    service.transcript.step("an expired and a revoked invitation: 410, in the API and in a browser");
    Ok(())
}
