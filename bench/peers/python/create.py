"""POST /api/spaces/invite: one transaction; the table's stream is the outbox."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.exceptions import BadRequestError, ServiceError
from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field, StringConstraints, ValidationError, model_validator

import table
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


def written(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def present(**attributes) -> dict:
    return {name: value for name, value in attributes.items() if value is not None}


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
    items = [
        present(
            pk=f"SPACE#{space}", sk="SPACE", id=space, title=topic.title, description=topic.description, status="active",
            creator=caller.id, created=created,
        ),
        present(
            pk=f"SPACE#{space}", sk=f"MEMBER#userId#{caller.id}", user=caller.id, role="admin",
            display_name=caller.name or "", joined=created,
        ),
        present(
            pk=f"INVITE#{invite}", sk="INVITE", id=invite, space=space, title=topic.title, description=topic.description,
            invitees=[
                {"email" if each.inviteeType == "email" else "user": each.invitee, "role": each.role} for each in invitees
            ],
            mode="invite" if request.inviteMode == "join" else request.inviteMode, channel=request.informChannel,
            starts=starts, ends=ends, inviter=caller.id, inviter_name=caller.name, inviter_email=caller.email,
            created=created, expires=written(expires),
            request_hash=base64.b64encode(hashlib.sha256(body.encode()).digest()).decode(),
            expires_at=int((expires + timedelta(days=30)).timestamp()),
        ),
    ]
    condition = "attribute_not_exists(pk)"
    puts = [{"Put": {"TableName": table.NAME, "Item": item, "ConditionExpression": condition}} for item in items]
    table.client.transact_write_items(TransactItems=puts)
    table.remember(caller)
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
