//! Manages a space: its settings, members and further invitations, and its deletion.

use serde_json::{Value, json};

use crate::service::{DeployedService, expect, expect_problem, expect_status, field, invitee};
use crate::transcript::section;

pub(crate) fn run(service: &DeployedService<'_>) -> anyhow::Result<()> {
    section("Manage");
    let (rosa, mia) = (service.rosa()?, service.user("mia@example.com")?);
    let body = json!({ "topic": { "title": "Roadmap" }, "invitees": [invitee("mia@example.com", "member")] });
    let created = service.create(&rosa, &[], &body)?;
    expect_status(&service.join(&created.invite, &mia)?, 200)?;
    let call = |who: &str, method: &str, path: &str, body: &Value| {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let headers = [("authorization", who), ("content-type", "application/json")];
        service.send(method, path, &headers, &body)
    };
    let ok = |who: &str, method: &str, path: &str, body: Value| {
        let response = call(who, method, path, &body)?;
        expect_status(&response, 200)?;
        response.json()
    };

    let space = format!("/api/spaces/{}", created.space);
    let updated = ok(&rosa, "POST", &space, json!({ "title": "Plans", "settings": { "confPin": "1234" } }))?;
    expect("the title", field(&updated, "/title")?.as_str(), "Plans")?;
    expect("the PIN", field(&updated, "/settings/confPin")?.as_str(), "******")?;
    let members = ok(&mia, "GET", &format!("{space}/members"), Value::Null)?;
    expect("members", &members.pointer("/total").and_then(Value::as_u64), &Some(2))?;
    service.transcript.step("an admin changes the title and sets a PIN; a member lists the members");

    let body = json!({ "invitees": [invitee("noa@example.com", "guest")] });
    let invited = ok(&mia, "POST", &format!("{space}/invite"), body)?;
    let invite = format!("/api/spaces/invites/{}", field(&invited, "/data/0/_id")?);
    let body = json!({ "invitees": [invitee("noa@example.com", "guest"), invitee("oli@example.com", "guest")] });
    let updated = ok(&mia, "POST", &invite, body)?;
    expect("the version", &updated.pointer("/data/0/version").and_then(Value::as_u64), &Some(1))?;
    let listed = ok(&rosa, "GET", &format!("{space}/invites"), Value::Null)?;
    expect("invitations", &listed.pointer("/data").and_then(Value::as_array).map(Vec::len), &Some(2))?;
    let revoked = ok(&rosa, "DELETE", &invite, Value::Null)?;
    expect("the status", field(&revoked, "/data/0/status")?.as_str(), "revoked")?;
    service.transcript.step(
        "a member creates an invitation and adds an invitee; an admin lists both invitations and revokes the member's",
    );

    let attendee = format!("{space}/attendees/userid/{}", member_id(&members)?);
    let promoted = ok(&rosa, "POST", &attendee, json!({ "role": "admin" }))?;
    expect("the role", field(&promoted, "/role")?.as_str(), "admin")?;
    ok(&mia, "DELETE", &format!("{space}/attendees/userid/me"), Value::Null)?;
    expect_problem(&call(&mia, "GET", &space, &Value::Null)?, 403, "forbidden")?;
    let last = call(&rosa, "DELETE", &format!("{space}/attendees/userid/me"), &Value::Null)?;
    expect_problem(&last, 403, "forbidden")?;
    service.transcript.step("a member becomes admin and leaves; the last admin can't leave");

    let deleted = ok(&rosa, "DELETE", &space, Value::Null)?;
    expect("the status", &deleted.pointer("/status").and_then(Value::as_u64), &Some(2))?;
    expect_problem(&service.join(&created.invite, &mia)?, 410, "invite_revoked")?;
    service.transcript.step("the space is deleted; its link: 410");
    Ok(())
}

/// Returns the id of the first member who is not an admin.
fn member_id(members: &Value) -> anyhow::Result<String> {
    let mut all = members.pointer("/data").and_then(Value::as_array).into_iter().flatten();
    let is_member = |member: &&Value| member.pointer("/role").and_then(Value::as_str) == Some("member");
    field(all.find(is_member).unwrap_or(&Value::Null), "/member")
}
