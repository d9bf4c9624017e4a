"""GET /api/spaces/invites/{inviteId}/join"""

import time
from datetime import UTC, datetime

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.exceptions import NotFoundError, ServiceError

import table
from tokens import Caller, caller_of
from wire import facts, shown

logger = Logger(service="join-invite")
app = APIGatewayHttpResolver()

RANK = {"guest": 0, "member": 1, "admin": 2}
FRESH = 5
_invitations: dict[str, tuple[float, dict]] = {}
table.warm_up()


@app.get("/api/spaces/invites/<invite>/join")
def join(invite: str) -> dict:
    caller = caller_of(app.current_event.headers.get("authorization"))
    invitation = open_invitation(invite)
    pk, sk = f"SPACE#{invitation['space']}", f"MEMBER#{caller.kind}#{caller.id}"
    space, page, held, *_ = table.at_once(
        lambda: table.get(pk, "SPACE"), lambda: table.members_of(pk), lambda: table.get(pk, sk), *table.remember(caller)
    )
    if space is None:
        raise NotFoundError("There is no such space.")
    member, reason = admit(pk, sk, caller, invitation, held)
    members = [*[other for other in page if other["sk"] != sk][:99], member]
    members.sort(key=lambda member: member["joined"])
    answer = {
        "topic": facts(space) | {"members": [shown(member, caller) for member in members]},
        "role": member["role"],
        "roleReason": reason,
        "inviteId": invitation["id"],
        "inviteMode": invitation["mode"],
    }
    for name, attribute in (("startDateTime", "starts"), ("endDateTime", "ends")):
        if attribute in invitation:
            answer[name] = invitation[attribute]
    return answer


def open_invitation(invite: str) -> dict:
    until, invitation = _invitations.get(invite, (0, None))
    if until < time.monotonic():
        invitation = table.get(f"INVITE#{table.hash_of(invite)}", "INVITE")
        if invitation is None:
            raise NotFoundError("There is no such invitation.")
        if len(_invitations) >= 1000:
            _invitations.clear()
        _invitations[invite] = (time.monotonic() + FRESH, invitation)
    if "revoked" in invitation or datetime.fromisoformat(invitation["expires"]) < datetime.now(UTC):
        raise ServiceError(410, "The invitation is over.")
    return invitation


def given(caller: Caller, invitation: dict) -> tuple[str, str]:
    if caller.kind == "anonymousId":
        return "guest", "anonymous"
    email = (caller.email or "").lower()
    for invitee in invitation["invitees"]:
        if invitee.get("user") == caller.id or (email and invitee.get("email", "").lower() == email):
            return invitee["role"], "invited"
    return "guest", "not_invited"


def admit(pk: str, sk: str, caller: Caller, invitation: dict, held: dict | None) -> tuple[dict, str]:
    role, reason = given(caller, invitation)
    is_present = held is not None and "left" not in held and "removed" not in held
    if is_present and RANK[held["role"]] >= RANK[role]:
        return held, "already_member"
    if held and "removed" in held and not (reason == "invited" and invitation["created"] > held["removed"]["at"]):
        raise ServiceError(403, "You were removed from this space.")
    joined = table.written(datetime.now(UTC))
    newcomer = {
        "pk": pk,
        "sk": sk,
        **table.by_spaces(caller, invitation["space"], joined),
        "user" if caller.kind == "userId" else "guest": caller.id,
        "display_name": caller.name or "User",
        "joined": joined,
        "own_act": True,
        "invite": invitation["id"],
    }
    member = (held if is_present else newcomer) | {"role": role, "version": held["version"] + 1 if held else 0}
    put = {"TableName": table.NAME, "Item": member, "ConditionExpression": "attribute_not_exists(pk)"}
    if held:
        put["ConditionExpression"] = "#version = :held"
        put["ExpressionAttributeNames"] = {"#version": "version"}
        put["ExpressionAttributeValues"] = {":held": held["version"]}
    if role != "admin":
        table.client.put_item(**put)
    else:
        # The space counts its admins, so that the last one stays.
        count = {
            "TableName": table.NAME,
            "Key": {"pk": pk, "sk": "SPACE"},
            "UpdateExpression": "ADD admins :one",
            "ConditionExpression": "attribute_exists(pk)",
            "ExpressionAttributeValues": {":one": 1},
        }
        table.client.transact_write_items(TransactItems=[{"Put": put}, {"Update": count}])
    return member, reason


@logger.inject_lambda_context
def handler(event, context):
    answer = app.resolve(event, context)
    logger.info("request", status=answer["statusCode"])
    return answer
