"""GET /api/spaces/invites/{inviteId}/join"""

import time
from datetime import UTC, datetime

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.exceptions import NotFoundError, ServiceError
from boto3.dynamodb.conditions import Attr, Key

import table
from tokens import Caller, caller_of

logger = Logger(service="join-invite")
app = APIGatewayHttpResolver()

RANK = {"guest": 0, "member": 1, "admin": 2}
FRESH = 5
_invitations: dict[str, tuple[float, dict]] = {}
table.warm_up()


def written(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@app.get("/api/spaces/invites/<invite>/join")
def join(invite: str) -> dict:
    caller = caller_of(app.current_event.headers.get("authorization"))
    invitation = open_invitation(invite)
    pk, sk = f"SPACE#{invitation['space']}", f"MEMBER#{caller.kind}#{caller.id}"
    page = table.table.query(KeyConditionExpression=Key("pk").eq(pk), ScanIndexForward=False, Limit=101, ConsistentRead=True)
    held = table.get(pk, sk)
    table.remember(caller)
    space, *others = page["Items"] or [{}]
    if space.get("sk") != "SPACE":
        raise NotFoundError("There is no such space.")
    member, reason = admit(pk, sk, caller, invitation, held)
    members = [*[other for other in others if other["sk"] != sk][:99], member]
    members.sort(key=lambda member: member["joined"])
    answer = {
        "topic": {
            "_id": space["id"],
            "title": space["title"],
            "description": space["description"],
            "type": "group",
            "status": 0 if space["status"] == "active" else 1,
            "created": written(space["created"]),
            "members": [shown(member) for member in members],
        },
        "role": member["role"],
        "roleReason": reason,
        "inviteId": invitation["id"],
        "inviteMode": invitation["mode"],
    }
    for name, attribute in (("startDateTime", "starts"), ("endDateTime", "ends")):
        if attribute in invitation:
            answer[name] = written(invitation[attribute])
    return answer


def open_invitation(invite: str) -> dict:
    until, invitation = _invitations.get(invite, (0, None))
    if until < time.monotonic():
        invitation = table.get(f"INVITE#{invite}", "INVITE")
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
    if held and RANK[held["role"]] >= RANK[role]:
        return held, "already_member"
    if held:
        condition = Attr("role").eq(held["role"])
        table.table.update_item(
            Key={"pk": pk, "sk": sk},
            UpdateExpression="SET #role = :role",
            ConditionExpression=condition,
            ExpressionAttributeNames={"#role": "role"},
            ExpressionAttributeValues={":role": role},
        )
        return held | {"role": role}, reason
    who = {"user" if caller.kind == "userId" else "guest": caller.id}
    joined = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    member = {"pk": pk, "sk": sk, **who, "role": role, "display_name": caller.name or "", "joined": joined, "invite": invitation["id"]}
    table.table.put_item(Item=member, ConditionExpression="attribute_not_exists(pk)")
    return member, reason


def shown(member: dict) -> dict:
    return {
        "member": member.get("user") or member["guest"],
        "memberType": "userId" if "user" in member else "anonymousId",
        "role": member["role"],
        "displayname": member["display_name"],
        "joinTime": written(member["joined"]),
    }


@logger.inject_lambda_context
def handler(event, context):
    answer = app.resolve(event, context)
    logger.info("request", status=answer["statusCode"])
    return answer
