//! Joins with every kind of caller.

use anyhow::ensure;
use serde_json::Value;
use xtask::http::HttpResponse;

use crate::invitations::Fixture;
use crate::service::{DeployedService, expect, expect_status, field};
use crate::transcript::section;

pub(crate) fn run(service: &DeployedService<'_>, fixture: &Fixture) -> anyhow::Result<()> {
    section("Join");
    let ana = service.user("ana@example.com")?;
    let unverified = ["user", "--email", "ana@example.com", "--unverified", "--id", "eeeeeeeeeeeeeeeeeeeeeeee"];
    let callers = [
        ("as invited", ana.clone(), "admin", "invited"),
        ("again", ana, "admin", "invited"),
        ("as the inviter", service.rosa()?, "admin", "already_member"),
        ("as a stranger", service.user("sid@example.net")?, "guest", "not_invited"),
        ("with an unverified address", service.token("jwt", &unverified)?, "guest", "email_not_verified"),
        ("as a guest", service.guest("Gus")?, "guest", "anonymous"),
    ];
    let mut members = 0;
    for (who, authorization, role, reason) in callers {
        let response = service.join(&fixture.invite, &authorization)?;
        expect_role(&response, role, reason)?;
        let topic = response.json()?;
        expect("the space", &field(&topic, "/topic/_id")?, &fixture.space)?;
        members = topic.pointer("/topic/members").and_then(Value::as_array).map_or(0, Vec::len);
        service.transcript.step(format!("{who}: {role}, {reason}"));
    }
    expect("members", &members, &5)?;
    for path in ["/api/spaces/invites/ID/join/", "/api/topics/invites/ID/join", "/api/topics/invites/ID/join/?"] {
        let headers = [("authorization", &*service.user("bo@example.org")?)];
        expect_role(&service.send("GET", &path.replace("ID", &fixture.invite), &headers, "")?, "member", "invited")?;
    }
    service.transcript.step("as the second invitee, on three other paths: member, invited");
    Ok(())
}

pub(crate) fn expect_role(response: &HttpResponse, role: &str, reason: &str) -> anyhow::Result<()> {
    expect_status(response, 200)?;
    let body = response.json()?;
    let given = (field(&body, "/role")?, field(&body, "/roleReason")?);
    ensure!(given == (role.to_owned(), reason.to_owned()), "expected {role}, {reason}; got {body}");
    Ok(())
}
