"""Adds what docs/openapi.json can't express: credentials, and rules that relate several fields.

The hooks disable no check and ignore no failure. TOKENS is a JSON object: `authorization`, a list of values of that header;
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
        """Rotates the callers, since each may create at most 120 spaces a minute."""

        def get(self, case, context):
            return next(AUTHORIZATION)

        def set(self, case, data, context):
            case.headers["Authorization"] = data

    @schemathesis.auth(refresh_interval=None).apply_to(path_regex="^/spaces/")
    class Session:
        """Alternates between browsers with and without a session."""

        def get(self, case, context):
            return next(SESSION)

        def set(self, case, data, context):
            if data:
                case.cookies["AUTH_TOKEN"] = data
                # The service accepts the form to join from its own pages only.
                case.headers["Sec-Fetch-Site"] = "same-origin"


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Replaces half of the generated ids, which belong to no invitation, with ids of invitations."""
    invite = (path_parameters or {}).get("inviteId")
    if isinstance(invite, str) and len(invite) == 24 and invite[-1] in "02468ace":
        number = int(invite[-1], 16) // 2
        path_parameters["inviteId"] = TOKENS["invites"][number % len(TOKENS["invites"])]
    return path_parameters


@schemathesis.hook
def before_call(context, case, kwargs):
    """Changes valid requests so that they also satisfy the rules that a schema can't express."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    constrain_page(case.query or {})
    if case.path.endswith("/colleaguesbulk"):
        # The format allows addresses that can't receive mail.
        case.body = [f"{number}@example.com" for number in range(len(case.body))]
    if not isinstance(case.body, dict):
        return
    if case.path.endswith("/resend"):
        # Only invitees of the invitation are allowed.
        case.body.pop("invitees", None)
    elif case.path.endswith(("/invite", "/invites/{inviteId}")):
        constrain_times(case.body)
        constrain_invitees(case.body.get("invitees") or [])
        for field in ("_id", "topicId"):
            case.body.pop(field, None)


def constrain_page(query):
    """Removes the page token, which the service must have issued, and limits `page`: at most a hundred items may precede a page."""
    query.pop("pageToken", None)
    # A number or a string of digits.
    if str(query.get("page", "")).isdecimal():
        query["page"] = int(query["page"]) % 2


def constrain_times(body):
    """Makes the start later than the year 2000, and the end later than the start and in the future."""
    end = parse_time(body.get("endDateTime"))
    start = parse_time(body.get("startDateTime"))
    if start is not None and start.year < 2000:
        body["startDateTime"] = "2099-04-28T19:55:50.950Z"
        start = parse_time(body["startDateTime"])
    if end is None:
        return
    if end <= datetime.now(UTC) or (start is not None and end <= start):
        body["startDateTime"] = "2099-04-28T19:55:50.950Z"
        body["endDateTime"] = "2099-04-28T22:55:50.950+02:00"


def parse_time(time):
    if time is None:
        return None
    try:
        return datetime.fromisoformat(time.upper())
    except ValueError:
        # A leap second, or a year that Python does not support.
        return datetime.min.replace(tzinfo=UTC)


def constrain_invitees(invitees):
    """Sets the type that matches the value, replaces user ids with a known one, and gives equal invitees the same role."""
    for invitee in invitees:
        if "@" in invitee["invitee"]:
            invitee["inviteeType"] = "EMAIL" if invitee["inviteeType"].isupper() else "email"
        else:
            invitee["inviteeType"], invitee["invitee"] = "userId", TOKENS["user"]
    roles = {}
    for invitee in invitees:
        role = roles.setdefault(invitee["invitee"].lower(), invitee.get("role"))
        invitee["role"] = role
