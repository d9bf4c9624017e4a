//! Joining, as everybody who may come.

use anyhow::ensure;
use serde_json::Value;

use crate::invitations::Told;
use crate::protocol::part;
use crate::service::{Service, expect, expect_status, field};
use xtask::http::Answer;

pub(crate) fn tell(service: &Service<'_>, told: &Told) -> anyhow::Result<()> {
    part("Join");
    let ana = service.user("ana@example.com")?;
    let unproven = ["user", "--email", "ana@example.com", "--unverified", "--id", "eeeeeeeeeeeeeeeeeeeeeeee"];
    let callers = [
        ("as invited", ana.clone(), "admin", "invited"),
        ("again", ana, "admin", "invited"),
        ("as the inviter", service.rosa()?, "admin", "already_member"),
        ("as a stranger", service.user("sid@example.net")?, "guest", "not_invited"),
        ("with an address that nobody has verified", service.token("jwt", &unproven)?, "guest", "email_not_verified"),
        ("as a guest", service.guest("Gus")?, "guest", "anonymous"),
    ];
    let mut members = 0;
    for (who, authorization, role, reason) in callers {
        let answer = service.join(&told.invite, &authorization)?;
        expect_role(&answer, role, reason)?;
        let topic = answer.json()?;
        expect("the space", &field(&topic, "/topic/_id")?, &told.space)?;
        members = topic.pointer("/topic/members").and_then(Value::as_array).map_or(0, Vec::len);
        service.log.saw(format!("{who}: {role}, {reason}"));
    }
    expect("members", &members, &5)?;
    for path in ["/api/spaces/invites/ID/join/", "/api/topics/invites/ID/join", "/api/topics/invites/ID/join/?"] {
        let headers = [("authorization", &*service.user("bo@example.org")?)];
        expect_role(&service.send("GET", &path.replace("ID", &told.invite), &headers, "")?, "member", "invited")?;
    }
    service.log.saw("as the second invitee, by three other spellings of the path: member, invited");
    Ok(())
}

pub(crate) fn expect_role(answer: &Answer, role: &str, reason: &str) -> anyhow::Result<()> {
    expect_status(answer, 200)?;
    let body = answer.json()?;
    let given = (field(&body, "/role")?, field(&body, "/roleReason")?);
    ensure!(given == (role.to_owned(), reason.to_owned()), "expected {role}, {reason}; got {body}");
    Ok(())
}
