"""GET /api/users/me/spaces and GET /api/spaces/{id}/members, the first pages"""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.exceptions import ServiceError

import table
from tokens import caller_of
from wire import my_space, page, shown

logger = Logger(service="manage-spaces")
app = APIGatewayHttpResolver()

SPACES = 10
COUNTED = 100
MEMBERS = 30
table.warm_up()


@app.get("/api/users/me/spaces")
def my_spaces() -> dict:
    caller = caller_of(app.current_event.headers.get("authorization"))
    owner = "USER" if caller.kind == "userId" else "GUEST"
    rows = table.client.query(
        TableName=table.NAME,
        IndexName="gsi2",
        KeyConditionExpression="gsi2pk = :owner AND begins_with(gsi2sk, :space)",
        ExpressionAttributeValues={":owner": f"{owner}#{caller.id}", ":space": "SPACE#"},
        ScanIndexForward=False,
        Limit=COUNTED,
    )["Items"]
    if not rows:
        return page([], 0)
    partitions = [row["pk"] for row in rows[:SPACES]]
    keys = [{"pk": pk, "sk": sk} for pk in partitions for sk in ("SPACE", f"MEMBER#{caller.kind}#{caller.id}")]
    wanted = {table.NAME: {"Keys": keys, "ConsistentRead": True}}
    items = table.client.batch_get_item(RequestItems=wanted)["Responses"][table.NAME]
    found = {(item["pk"], item["sk"] == "SPACE"): item for item in items}
    rows_of_page = [(found.get((pk, True)), found.get((pk, False))) for pk in partitions]
    data = [
        my_space(space, member)
        for space, member in rows_of_page
        if space and space["status"] == "active" and member and table.is_present(member)
    ]
    return page(data, len(rows))


@app.get("/api/spaces/<space>/members")
def members(space: str) -> dict:
    caller = caller_of(app.current_event.headers.get("authorization"))
    pk = f"SPACE#{space}"
    held, *_ = table.at_once(lambda: table.get(pk, f"MEMBER#{caller.kind}#{caller.id}"), *table.remember(caller))
    if not held or not table.is_present(held):
        raise ServiceError(403, "You are not in this space.")
    item, found = table.at_once(lambda: table.get(pk, "SPACE"), lambda: table.members_of(pk))
    if item is None or item["status"] == "deleted":
        raise ServiceError(403, "You are not in this space.")
    return page([shown(member, caller) for member in found[:MEMBERS]], len(found))


@logger.inject_lambda_context
def handler(event, context):
    answer = app.resolve(event, context)
    logger.info("request", status=answer["statusCode"])
    return answer
