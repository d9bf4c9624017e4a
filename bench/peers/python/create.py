"""POST /api/spaces/invite: three conditional puts at once; the table's stream is the outbox."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Literal

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.exceptions import BadRequestError, ServiceError
from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field, StringConstraints, ValidationError, model_validator

import table
from table import hash_of, present, written
from tokens import caller_of, new_id

logger = Logger(service="create-space-invite")
app = APIGatewayHttpResolver()

Lower = BeforeValidator(lambda value: value.lower() if isinstance(value, str) else value)
ADDRESS = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[^\s@]+\.[^\s@.]+$"


class Invitee(BaseModel):
    inviteeType: Annotated[Literal["email", "userid"], Lower]
    invitee: Annotated[str, StringConstraints(strip_whitespace=True, max_length=254)]
    role: Annotated[Literal["admin", "member", "guest"], Lower] = "member"


class EmailInvitee(BaseModel):
    invitee: Annotated[str, StringConstraints(pattern=ADDRESS)]


class Topic(BaseModel):
    id: Literal[""] | None = None
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    description: Annotated[str, StringConstraints(max_length=2000)] = ""
    type: Literal["group"] = "group"


class Create(BaseModel):
    topic: Topic
    invitees: Annotated[list[Invitee], Field(max_length=1000)] = []
    startDateTime: AwareDatetime | None = None
    endDateTime: AwareDatetime | None = None
    informChannel: Literal["server", "client", "outlook"] = "server"
    inviteMode: Literal["invite", "join", "meet"] = "invite"

    @model_validator(mode="after")
    def check(self):
        if self.startDateTime and self.endDateTime and self.endDateTime <= self.startDateTime:
            raise ValueError("must be after startDateTime")
        for invitee in self.invitees:
            if invitee.inviteeType == "email":
                EmailInvitee(invitee=invitee.invitee)
        return self


table.warm_up()


@app.post("/api/spaces/invite")
def create() -> dict:
    caller = caller_of(app.current_event.headers.get("authorization"))
    if caller.kind != "userId":
        raise ServiceError(403, "Guests cannot create spaces.")
    body = app.current_event.decoded_body or ""
    try:
        request = Create.model_validate_json(body)
    except ValidationError as error:
        raise BadRequestError("Fields of the request are missing or wrong.") from error
    space, invite, now = new_id(), new_id(), datetime.now(UTC)
    expires = request.endDateTime + timedelta(days=1) if request.endDateTime else now + timedelta(days=30)
    starts = written(request.startDateTime) if request.startDateTime else None
    ends = written(request.endDateTime) if request.endDateTime else None
    invitees = list({invitee.invitee.lower(): invitee for invitee in request.invitees}.values())
    topic, created = request.topic, written(now)
    name = caller.name or "User"
    items = [
        present(
            pk=f"INVITE#{hash_of(invite)}", sk="INVITE", gsi2pk=f"SPACE#{space}",
            gsi2sk=f"INVITE#{created}#{hash_of(invite)}", id=invite, space=space,
            founds={"title": topic.title, "description": topic.description, "creator": caller.id, "creator_name": name, "member_only": True},
            invitees=[
                {"email" if each.inviteeType == "email" else "user": each.invitee, "role": each.role} for each in invitees
            ],
            mode="invite" if request.inviteMode == "join" else request.inviteMode, channel=request.informChannel,
            language=caller.locale, starts=starts, ends=ends, inviter=caller.id, inviter_name=caller.name,
            inviter_email=caller.email, inviter_zone=caller.zone, created=created, expires=written(expires), version=0,
            sequence=0, revised=0, mailing={"number": 0, "kind": "invite"},
            request_hash=base64.b64encode(hashlib.sha256(body.encode()).digest()).decode(),
            expires_at=int((expires + timedelta(days=30)).timestamp()),
        ),
        dict(
            pk=f"SPACE#{space}", sk="SPACE", id=space, type="group", title=topic.title, description=topic.description,
            status="active", creator=caller.id, created=created, admins=1, version=0,
            first_mails=len(invitees) if request.informChannel == "server" else None,
            settings={"member_only": True, "invited_only": False, "password_for_all_guests": False},
        ),
        dict(
            pk=f"SPACE#{space}", sk=f"MEMBER#userId#{caller.id}", **table.by_spaces(caller, space, created), user=caller.id,
            role="admin", display_name=name, joined=created, own_act=True, version=0,
        ),
    ]
    table.at_once(*(partial(table.put_if_absent, item) for item in items), *table.remember(caller))
    shown = [
        {"inviteeType": "email" if each.inviteeType == "email" else "userId", "invitee": each.invitee, "role": each.role}
        for each in invitees
    ]
    entry = present(topicId=space, startDateTime=starts, endDateTime=ends, _id=invite, invitees=shown, created=created)
    return {"data": [entry]}


@logger.inject_lambda_context
def handler(event, context):
    answer = app.resolve(event, context)
    logger.info("request", status=answer["statusCode"])
    return answer
