"""The table."""

import os
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

NAME = os.environ["TABLE_NAME"]
_resource = boto3.resource("dynamodb", config=Config(tcp_keepalive=True, max_pool_connections=10))
table = _resource.Table(NAME)
client = table.meta.client

_remembered: dict[str, float] = {}


def get(pk: str, sk: str) -> dict | None:
    return table.get_item(Key={"pk": pk, "sk": sk}, ConsistentRead=True).get("Item")


def warm_up() -> None:
    """Opens the connection before the first request."""
    get("WARM_UP", "WARM_UP")


def remember(caller) -> None:
    """Keeps what the token says about a user, if it differs from what is known; not again within ten minutes."""
    if caller.kind != "userId" or not caller.email or _remembered.get(caller.id, 0) > time.monotonic():
        return
    facts = {"id": caller.id, "email": caller.email, "name": caller.name, "gsi1pk": f"EMAIL#{caller.email}", "gsi1sk": caller.id}
    names = [name for name, value in facts.items() if value is not None]
    try:
        table.update_item(
            Key={"pk": f"USER#{caller.id}", "sk": "USER"},
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in names),
            ConditionExpression=" OR ".join(["attribute_not_exists(pk)", *(f"#{name} <> :{name}" for name in names)]),
            ExpressionAttributeNames={f"#{name}": name for name in names},
            ExpressionAttributeValues={f":{name}": facts[name] for name in names},
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
    if len(_remembered) >= 1000:
        _remembered.clear()
    _remembered[caller.id] = time.monotonic() + 600
