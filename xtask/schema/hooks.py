"""What Schemathesis cannot read from docs/openapi.json: who calls, and rules that hold between two fields.

It leaves no check out and drops no failure. TOKENS is a JSON object: `authorization`, a list of values of that header;
`session`, a list of cookies; `user`, the id of a user in the directory; `invites`, ids of invitations.
"""

import itertools
import json
import os
from datetime import UTC, datetime

import schemathesis

TOKENS = json.loads(os.environ["TOKENS"])
AUTHORIZATION = itertools.cycle(TOKENS["authorization"])
SESSION = itertools.cycle(TOKENS["session"])


if TOKENS["authorization"]:

    @schemathesis.auth(refresh_interval=None).apply_to(path_regex="^/api/(spaces|topics|users)/")
    class Authorization:
        """One caller after the other: nobody may create more than 120 spaces a minute."""

        def get(self, case, context):
            return next(AUTHORIZATION)

        def set(self, case, data, context):
            case.headers["Authorization"] = data

    @schemathesis.auth(refresh_interval=None).apply_to(path_regex="^/spaces/")
    class Session:
        """Browsers with a session and without one, in turn."""

        def get(self, case, context):
            return next(SESSION)

        def set(self, case, data, context):
            if data:
                case.cookies["AUTH_TOKEN"] = data
                # The form that joins is taken from a page of the service alone.
                case.headers["Sec-Fetch-Site"] = "same-origin"


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Ids that are drawn belong to no invitation; every other one becomes one that does."""
    invite = (path_parameters or {}).get("inviteId")
    if isinstance(invite, str) and len(invite) == 24 and invite[-1] in "02468ace":
        number = int(invite[-1], 16) // 2
        path_parameters["inviteId"] = TOKENS["invites"][number % len(TOKENS["invites"])]
    return path_parameters


@schemathesis.hook
def before_call(context, case, kwargs):
    """A request that the schema allows is made to keep the rules that a schema cannot express."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    settle_page(case.query or {})
    if case.path.endswith("/colleaguesbulk"):
        # The format admits addresses that no mail can be sent to.
        case.body = [f"{number}@example.com" for number in range(len(case.body))]
    if not isinstance(case.body, dict):
        return
    if case.path.endswith("/resend"):
        # Only people who are on the invitation can be named.
        case.body.pop("invitees", None)
    elif case.path.endswith(("/invite", "/invites/{inviteId}")):
        settle_times(case.body)
        settle_invitees(case.body.get("invitees") or [])
        for agreeing in ("_id", "topicId"):
            case.body.pop(agreeing, None)


def settle_page(query):
    """A token is one of ours, and a page has at most a hundred items before it."""
    query.pop("pageToken", None)
    # A number, or its digits.
    if str(query.get("page", "")).isdecimal():
        query["page"] = int(query["page"]) % 2


def settle_times(body):
    """No start is before the year 2000. The end is after the start, and in the future."""
    end = read(body.get("endDateTime"))
    start = read(body.get("startDateTime"))
    if start is not None and start.year < 2000:
        body["startDateTime"] = "2099-04-28T19:55:50.950Z"
        start = read(body["startDateTime"])
    if end is None:
        return
    if end <= datetime.now(UTC) or (start is not None and end <= start):
        body["startDateTime"] = "2099-04-28T19:55:50.950Z"
        body["endDateTime"] = "2099-04-28T22:55:50.950+02:00"


def read(time):
    if time is None:
        return None
    try:
        return datetime.fromisoformat(time.upper())
    except ValueError:
        # A leap second, or a year that Python has not.
        return datetime.min.replace(tzinfo=UTC)


def settle_invitees(invitees):
    """The type is that of the value, a user is known, and the same invitee has the same role."""
    for invitee in invitees:
        if "@" in invitee["invitee"]:
            invitee["inviteeType"] = "EMAIL" if invitee["inviteeType"].isupper() else "email"
        else:
            invitee["inviteeType"], invitee["invitee"] = "userId", TOKENS["user"]
    roles = {}
    for invitee in invitees:
        role = roles.setdefault(invitee["invitee"].lower(), invitee.get("role"))
        invitee["role"] = role
